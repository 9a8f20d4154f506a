/// The values of rtpengine's `ng` protocol.
///
/// Reading never traps whatever the bytes are: a datagram socket takes anybody's packets.
package enum Bencode: Sendable, Equatable {
    case integer(Int)
    case bytes([UInt8])
    case list([Bencode])
    case dictionary([String: Bencode])

    package enum Malformed: Error, Equatable { case bytes, tooDeep, tooLarge }

    /// A UDP datagram holds no more.
    package static let maximumSize = 65_535
    /// rtpengine's deepest reply, `query`, has nine levels.
    package static let maximumDepth = 32

    package static func text(_ text: String) -> Bencode { .bytes(Array(text.utf8)) }

    package var text: String? {
        guard case .bytes(let bytes) = self else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    package var integer: Int? {
        guard case .integer(let value) = self else { return nil }
        return value
    }

    package var list: [Bencode]? {
        guard case .list(let items) = self else { return nil }
        return items
    }

    package var dictionary: [String: Bencode]? {
        guard case .dictionary(let items) = self else { return nil }
        return items
    }

    package subscript(key: String) -> Bencode? { dictionary?[key] }
}

extension Bencode: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .text(value) }
    package init(integerLiteral value: Int) { self = .integer(value) }
    package init(arrayLiteral elements: Bencode...) { self = .list(elements) }
    package init(dictionaryLiteral elements: (String, Bencode)...) {
        self = .dictionary(Dictionary(elements) { _, last in last })
    }
}

extension Bencode {
    /// Keys are written in order, so the same value is always the same bytes.
    package func encoded() -> [UInt8] {
        var out: [UInt8] = []
        write(to: &out)
        return out
    }

    private func write(to out: inout [UInt8]) {
        switch self {
        case .integer(let value):
            out += Array("i\(value)e".utf8)
        case .bytes(let bytes):
            out += Array("\(bytes.count):".utf8)
            out += bytes
        case .list(let items):
            out.append(UInt8(ascii: "l"))
            for item in items { item.write(to: &out) }
            out.append(UInt8(ascii: "e"))
        case .dictionary(let items):
            out.append(UInt8(ascii: "d"))
            for key in items.keys.sorted() {
                Bencode.text(key).write(to: &out)
                items[key]?.write(to: &out)
            }
            out.append(UInt8(ascii: "e"))
        }
    }

    package init(decoding bytes: some Sequence<UInt8>) throws(Malformed) {
        var reader = Reader(bytes: Array(bytes))
        guard reader.bytes.count <= Bencode.maximumSize else { throw .tooLarge }
        self = try reader.value(depth: 0)
        guard reader.position == reader.bytes.count else { throw .bytes }
    }

    private struct Reader {
        let bytes: [UInt8]
        var position = 0

        mutating func value(depth: Int) throws(Malformed) -> Bencode {
            guard depth < Bencode.maximumDepth else { throw .tooDeep }
            switch peek {
            case UInt8(ascii: "i"):
                position += 1
                return .integer(try number(until: UInt8(ascii: "e")))
            case UInt8(ascii: "l"):
                position += 1
                var items: [Bencode] = []
                while try !atEnd() { items.append(try value(depth: depth + 1)) }
                return .list(items)
            case UInt8(ascii: "d"):
                position += 1
                var items: [String: Bencode] = [:]
                while try !atEnd() {
                    let key = String(decoding: try string(), as: UTF8.self)
                    items[key] = try value(depth: depth + 1)
                }
                return .dictionary(items)
            default:
                return .bytes(try string())
            }
        }

        var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

        /// Steps over the `e` that closes a list or dictionary, if it is next.
        mutating func atEnd() throws(Malformed) -> Bool {
            guard let next = peek else { throw .bytes }
            guard next == UInt8(ascii: "e") else { return false }
            position += 1
            return true
        }

        mutating func string() throws(Malformed) -> [UInt8] {
            let length = try number(until: UInt8(ascii: ":"))
            guard length >= 0, length <= bytes.count - position else { throw .bytes }
            defer { position += length }
            return Array(bytes[position..<(position + length)])
        }

        /// Up to 20 characters: a sign and the digits of the widest integer.
        mutating func number(until end: UInt8) throws(Malformed) -> Int {
            let start = position
            while let next = peek, next != end, position - start <= 20 { position += 1 }
            guard peek == end, let value = Int(String(decoding: bytes[start..<position], as: UTF8.self)) else {
                throw .bytes
            }
            position += 1
            return value
        }
    }
}
