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
        guard let path = call.recording, let file = file(path, below: exchange.office.recordings) else {
            throw Problem.notFound
        }
        let size = file.size
        guard size > 0 else { throw Problem.notFound }
        let range = try ByteRange.read(exchange.request.headers[.range], size: size)
        try await exchange.office.store.note(
            AuditRow(
                at: exchange.now, actor: exchange.actor, action: "recording.play", subject: "call:\(call.record.id)",
                digest: Secret.digest(path)))
        var headers: HTTPFields = [.contentType: "audio/wav", .acceptRanges: "bytes"]
        if let range { headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound)/\(size)" }
        let body = try await FileIO().loadFile(
            path: file.path, range: range ?? 0...(size - 1), context: exchange.context)
        return Answer(response: Response(status: range == nil ? .ok : .partialContent, headers: headers, body: body))
    }

    /// The file, if it is a plain one below the folder once every link is followed: the path comes from a table, and a table
    /// can be wrong.
    static func file(_ path: String, below folder: URL) -> (path: String, size: Int)? {
        let root = folder.resolvingSymlinksInPath().standardizedFileURL.path
        let found = folder.appendingPathComponent(path).resolvingSymlinksInPath().standardizedFileURL.path
        guard found.hasPrefix(root.hasSuffix("/") ? root : root + "/"),
            let facts = try? FileManager.default.attributesOfItem(atPath: found),
            facts[.type] as? FileAttributeType == .typeRegular, let size = (facts[.size] as? NSNumber)?.intValue
        else { return nil }
        return (found, size)
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
