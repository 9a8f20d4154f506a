import Crypto
import Engine
import Foundation

/// What seals a second's audit rows: their hashes, and a hash over those and over the seal before.
///
/// A row that is altered, taken out, put in or exchanged with another no longer fits its seal, and the seal says which it
/// is. A seal that is altered fits neither its rows nor the next; one anchored in a signed file elsewhere cannot be made
/// anew with all that follow.
package struct AuditSeal: Sendable, Equatable {
    /// 1, 2, 3… without gaps.
    package let position: Int64
    package let at: Moment
    /// The rows it holds, as `3-17,19`. PostgreSQL leaves numbers out where a transaction was undone.
    package let sequences: String
    /// The first 32 digits of each row's hash, one after the other.
    package let hashes: String
    /// SHA-256 over the chain before, this seal's position, moment and rows, and their whole hashes.
    package let chain: String

    /// Before the first.
    package static let root = String(repeating: "0", count: 64)
    static let prefixLength = 32

    init(position: Int64, at: Moment, sequences: String, hashes: String, chain: String) {
        self.position = position
        self.at = at
        self.sequences = sequences
        self.hashes = hashes
        self.chain = chain
    }

    /// Seals rows, in the order of their sequence, after a seal with `chain`.
    init(position: Int64, at: Moment, after chain: String, rows: [SequencedAuditRow]) {
        self.position = position
        self.at = at
        let all = rows.map(\.hash)
        sequences = Self.ranges(rows.map(\.sequence))
        hashes = all.map { $0.prefix(Self.prefixLength) }.joined()
        self.chain = Self.chain(after: chain, position: position, at: at, sequences: sequences, hashes: all)
    }

    static func chain(
        after chain: String, position: Int64, at: Moment, sequences: String, hashes: [String]
    ) -> String {
        let text = "\(chain)\n\(position)\n\(at.milliseconds)\n\(sequences)\n\(hashes.joined(separator: "\n"))"
        return SHA256.hash(data: Data(text.utf8)).hexadecimal
    }

    static func ranges(_ sequences: [Int64]) -> String {
        var ranges: [ClosedRange<Int64>] = []
        for sequence in sequences {
            if let last = ranges.last, last.upperBound + 1 == sequence {
                ranges[ranges.count - 1] = last.lowerBound...sequence
            } else {
                ranges.append(sequence...sequence)
            }
        }
        return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
            .joined(separator: ",")
    }

    /// Nil if `sequences` does not read, or holds more than one seal can.
    var listed: [Int64]? {
        var all: [Int64] = []
        for range in sequences.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = range.split(separator: "-", omittingEmptySubsequences: false).map { Int64($0) }
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first <= last,
                last - first < Int64(Self.mostRows)
            else { return nil }
            all += first...last
            guard all.count <= Self.mostRows else { return nil }
        }
        return all
    }

    /// A burst is sealed in several. More than are written in a second.
    static let mostRows = 5_000
}

/// An audit row in its place.
package struct SequencedAuditRow: Sendable, Equatable {
    package let sequence: Int64
    package let centre: String
    package let row: AuditRow

    /// Over every column: SHA-256 of a JSON array of its texts, as `Content` writes it.
    var hash: String {
        let fields = [
            String(sequence), centre, String(row.at.milliseconds), row.actor.person?.text, row.actor.address,
            row.action,
            row.subject, row.digest,
        ]
        var text: [UInt8] = [UInt8(ascii: "[")]
        for (index, field) in fields.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            text.append(contentsOf: field.map(Self.quoted) ?? Array("null".utf8))
        }
        text.append(UInt8(ascii: "]"))
        return SHA256.hash(data: text).hexadecimal
    }

    /// As `Content` writes it. Thousands of rows are hashed a second; an encoder costs more than all the rest, and almost no
    /// text needs one.
    static func quoted(_ text: String) -> [UInt8] {
        let quote = UInt8(ascii: "\"")
        let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f && $0 != quote && $0 != UInt8(ascii: "\\") }
        if isPlain { return [quote] + text.utf8 + [quote] }
        guard let content = try? Content(text) else { preconditionFailure("a text can be written as JSON") }
        return Array(content.text.utf8)
    }
}

extension Sequence<UInt8> {
    /// Two digits a byte, in lower case.
    package var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
