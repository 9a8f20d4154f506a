import Crypto
import Engine
import Foundation
import HTTPTypes
import Hummingbird
import Storage

/// Playing a call's recording. Each playing is an audit row, written before the first byte leaves.
enum Recordings {
    static func play(_ exchange: Exchange) async throws -> Answer {
        let call = try await CallOperations.visible(exchange.id("id"), exchange)
        guard let digest = call.recording.flatMap({ FileDigest($0) }) else { throw Problem.notFound }
        let file: VaultFile
        do throws(VaultError) {
            file = try exchange.office.files.open(digest)
        } catch {
            exchange.office.logger.error("a recording cannot be opened", metadata: ["error": "\(error)"])
            throw Problem.notFound
        }
        guard file.size > 0 else { throw Problem.notFound }
        let size = file.size
        let range = try ByteRange.read(exchange.request.headers[.range], size: size)
        try await exchange.office.store.note(
            AuditRow(
                at: exchange.now, actor: exchange.actor, action: "recording.play", subject: "call:\(call.record.id)",
                digest: digest.text))
        var headers: HTTPFields = [.contentType: "audio/wav", .acceptRanges: "bytes"]
        if let range { headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound)/\(size)" }
        let asked = range.map { $0.lowerBound..<($0.upperBound + 1) } ?? 0..<size
        headers[.contentLength] = String(asked.count)
        let body = ResponseBody(contentLength: asked.count) { writer in
            // A piece is decrypted when the one before has gone, so that a slow listener costs one piece.
            for piece in file.pieces(asked) { try await writer.write(ByteBuffer(bytes: try file.read(piece))) }
            try await writer.finish(nil)
        }
        return Answer(response: Response(status: range == nil ? .ok : .partialContent, headers: headers, body: body))
    }
}

/// What a `Range` header asks for.
enum ByteRange {
    /// nil for the whole. A header that does not read, or asks for several pieces, is as good as none (RFC 9110, 14.2).
    static func read(_ header: String?, size: Int) throws(Problem) -> ClosedRange<Int>? {
        guard let header, header.hasPrefix("bytes=") else { return nil }
        let sides = header.dropFirst(6).split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard sides.count == 2, sides.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }) else { return nil }
        switch (Int(sides[0]), Int(sides[1])) {
        case (let first?, let last?):
            guard first <= last else { return nil }
            guard first < size else { throw .rangeNotSatisfiable(size: size) }
            return first...min(last, size - 1)
        case (let first?, nil):
            guard sides[1].isEmpty else { return nil }
            guard first < size else { throw .rangeNotSatisfiable(size: size) }
            return first...(size - 1)
        case (nil, let last?):
            guard sides[0].isEmpty else { return nil }
            guard last > 0 else { throw .rangeNotSatisfiable(size: size) }
            return max(0, size - last)...(size - 1)
        case (nil, nil):
            return nil
        }
    }
}
