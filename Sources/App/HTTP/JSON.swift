import Engine
import Foundation

/// A JSON value, as it arrives and as it leaves.
///
/// Answers are built by hand from it, because an absent value must be written as `null`: a page that finds a name missing
/// cannot tell a new server from a broken one. Codable leaves absent values out.
package enum JSON: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([String: JSON])

    package subscript(name: String) -> JSON? {
        if case .object(let members) = self { members[name] } else { nil }
    }
}

// MARK: Writing

extension JSON: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral text: String) { self = .string(text) }
    package init(booleanLiteral flag: Bool) { self = .bool(flag) }
    package init(integerLiteral number: Int64) { self = .integer(number) }
    package init(nilLiteral: ()) { self = .null }
    package init(arrayLiteral elements: JSON...) { self = .array(elements) }
    package init(dictionaryLiteral members: (String, JSON)...) {
        self = .object(Dictionary(members) { _, later in later })
    }

    package init(_ text: String?) { self = text.map(JSON.string) ?? .null }
    package init(_ flag: Bool?) { self = flag.map(JSON.bool) ?? .null }
    package init(_ number: Int64?) { self = number.map(JSON.integer) ?? .null }
    package init(_ number: Int?) { self = number.map { .integer(Int64($0)) } ?? .null }
    package init(_ moment: Moment?) { self = moment.map { .integer($0.milliseconds) } ?? .null }
    package init<Named>(_ id: Identifier<Named>?) { self = id.map { .string($0.text) } ?? .null }
    /// A number with a fraction, such as a rate.
    package init(fraction: Double?) { self = fraction.map(JSON.number) ?? .null }

    /// The text on the wire. Names are sorted, so that the same value is always the same text.
    package var text: String {
        var text = ""
        write(to: &text)
        return text
    }

    private func write(to text: inout String) {
        switch self {
        case .null: text += "null"
        case .bool(let flag): text += flag ? "true" : "false"
        case .integer(let number): text += String(number)
        case .number(let number): text += number.isFinite ? String(number) : "null"
        case .string(let string): Self.write(string, to: &text)
        case .array(let elements):
            text += "["
            for (index, element) in elements.enumerated() {
                if index > 0 { text += "," }
                element.write(to: &text)
            }
            text += "]"
        case .object(let members):
            text += "{"
            for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { text += "," }
                Self.write(member.key, to: &text)
                text += ":"
                member.value.write(to: &text)
            }
            text += "}"
        }
    }

    private static func write(_ string: String, to text: inout String) {
        text += "\""
        defer { text += "\"" }
        guard needsEscapes(string) else {
            text += string
            return
        }
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{0}"..<"\u{20}", "\u{2028}", "\u{2029}":
                let hex = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: text.unicodeScalars.append(scalar)
            }
        }
    }

    /// Most texts need none, and are copied whole.
    private static func needsEscapes(_ string: String) -> Bool {
        var last: (UInt8, UInt8) = (0, 0)
        for byte in string.utf8 {
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return true }
            // U+2028 and U+2029.
            if last == (0xE2, 0x80), byte == 0xA8 || byte == 0xA9 { return true }
            last = (last.1, byte)
        }
        return false
    }
}

// MARK: Reading

extension JSON: Decodable {
    package init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        // Each kind that it is not costs an error; what forms hold most comes first.
        if value.decodeNil() {
            self = .null
        } else if let string = try? value.decode(String.self) {
            self = .string(string)
        } else if let members = try? value.decode([String: JSON].self) {
            self = .object(members)
        } else if let flag = try? value.decode(Bool.self) {
            self = .bool(flag)
        } else if let number = try? value.decode(Int64.self) {
            self = .integer(number)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else {
            self = .array(try value.decode([JSON].self))
        }
    }

    /// No form of ours is nested deeper than three; more is an attack on the stack.
    package static let deepest = 16

    /// Reads one JSON text; nil for anything else, for text that is not UTF-8 and for a depth nobody needs.
    package init?(reading bytes: Data, deepest: Int = deepest) {
        guard String(validating: bytes, as: UTF8.self) != nil, bytes.withUnsafeBytes(Self.depth) <= deepest,
            let value = try? JSONDecoder().decode(JSON.self, from: bytes)
        else { return nil }
        self = value
    }

    private static func depth(of bytes: UnsafeRawBufferPointer) -> Int {
        var depth = 0
        var greatest = 0
        var inString = false
        var escaped = false
        for byte in bytes {
            if inString {
                if escaped {
                    escaped = false
                } else if byte == UInt8(ascii: "\\") {
                    escaped = true
                } else if byte == UInt8(ascii: "\"") {
                    inString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): inString = true
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                greatest = max(greatest, depth)
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            default: break
            }
        }
        return greatest
    }
}
