import Foundation
import Synchronization

/// The files that are taken, by media type. What a file is, is told by its content; its name is only shown.
enum FileKind: String, CaseIterable, Sendable {
    case jpeg = "image/jpeg"
    case png = "image/png"
    case webp = "image/webp"
    case pdf = "application/pdf"
    case csv = "text/csv"
    case xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    /// What belongs to an order.
    static let papers: [FileKind] = [.jpeg, .png, .webp, .pdf]
    /// What orders are read from.
    static let sheets: [FileKind] = [.csv, .xlsx]

    /// A photograph of a telephone takes three to eight million bytes.
    static let mostBytes = 10 * 1024 * 1024
    /// Two thousand rows of long letters.
    static let mostSheetBytes = 5 * 1024 * 1024

    var mostBytes: Int { Self.sheets.contains(self) ? Self.mostSheetBytes : Self.mostBytes }

    init?(contentType: String) {
        let type = contentType.split(separator: ";").first.map { $0.filter { $0 != " " } } ?? ""
        self.init(rawValue: type.lowercased())
    }

    var isPicture: Bool { [.jpeg, .png, .webp].contains(self) }

    /// Whether the bytes are a file of this kind from its first byte to its last. What a picture shows is not looked at; it is
    /// only ever given to a browser under its own type.
    func isWhole(_ bytes: Data) -> Bool {
        switch self {
        case .jpeg: Self.isJPEG(bytes)
        case .png: Self.isPNG(bytes)
        case .webp:
            // RIFF, the length of the rest, WEBP: RFC 9649, section 2.4.
            bytes.count > 20 && bytes.starts(with: Data("RIFF".utf8))
                && bytes.dropFirst(8).starts(with: Data("WEBPVP8".utf8))
                && Self.number(bytes, at: 4, bigEndian: false) + 8 <= bytes.count
        case .pdf:
            // ISO 32000-1, 7.5.2 and 7.5.5; readers look for the end mark in the last 1,024 bytes.
            bytes.starts(with: Data("%PDF-1.".utf8)) || bytes.starts(with: Data("%PDF-2.".utf8))
                ? bytes.suffix(1024).range(of: Data("%%EOF".utf8)) != nil : false
        case .csv: !bytes.contains(0)
        case .xlsx:
            // A ZIP archive; its end stands before a comment of at most 65,535 bytes (APPNOTE.TXT, 4.3.16).
            bytes.starts(with: Data("PK\u{3}\u{4}".utf8))
                && bytes.suffix(65_557).range(of: Data("PK\u{5}\u{6}".utf8)) != nil
        }
    }

    /// Segments from SOI to the first scan, a frame among them, and an EOI after it (ITU-T T.81, annex B).
    private static func isJPEG(_ bytes: Data) -> Bool {
        guard bytes.starts(with: [0xFF, 0xD8]) else { return false }
        var at = 2
        var hasFrame = false
        while at + 4 <= bytes.count, bytes[at] == 0xFF {
            let marker = bytes[at + 1]
            if marker == 0xFF {
                at += 1
                continue
            }
            if (0xC0...0xCF).contains(marker), ![0xC4, 0xC8, 0xCC].contains(marker) { hasFrame = true }
            if marker == 0xDA {
                return hasFrame && bytes.suffix(from: at).range(of: Data([0xFF, 0xD9])) != nil
            }
            at += 2 + Int(bytes[at + 2]) << 8 + Int(bytes[at + 3])
        }
        return false
    }

    /// Chunks from IHDR to IEND (PNG, third edition, section 5).
    private static func isPNG(_ bytes: Data) -> Bool {
        guard bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) else { return false }
        var at = 8
        while at + 12 <= bytes.count {
            let type = bytes.dropFirst(at + 4).prefix(4)
            if at == 8, type != Data("IHDR".utf8) { return false }
            if type == Data("IEND".utf8) { return true }
            at += 12 + number(bytes, at: at, bigEndian: true)
        }
        return false
    }

    private static func number(_ bytes: Data, at: Int, bigEndian: Bool) -> Int {
        let four = bytes.dropFirst(at).prefix(4)
        return (bigEndian ? Array(four) : four.reversed()).reduce(0) { $0 << 8 | Int($1) }
    }
}

/// A file is in memory while it comes, so that only so many come at once, and few from one address.
final class Uploads: Sendable {
    private let under = Mutex<[String: Int]>([:])

    private static let most = 16
    private static let mostOfOne = 4

    func taking<Result: Sendable>(
        from address: String?, _ take: () async throws -> Result
    ) async throws -> Result {
        let name = address ?? ""
        let hasPlace = under.withLock { under in
            guard under.values.reduce(0, +) < Self.most, under[name, default: 0] < Self.mostOfOne else { return false }
            under[name, default: 0] += 1
            return true
        }
        guard hasPlace else { throw Problem.tooBusy }
        defer {
            under.withLock { under in
                under[name, default: 1] -= 1
                if under[name] == 0 { under[name] = nil }
            }
        }
        return try await take()
    }
}
