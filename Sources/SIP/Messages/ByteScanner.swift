/// Reads a header value byte by byte. It never moves past its end and never traps, whatever the bytes.
struct ByteScanner {
    let bytes: ArraySlice<UInt8>
    private(set) var index: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        index = bytes.startIndex
    }

    init(_ text: String) { self.init(ArraySlice(text.utf8)) }

    var isAtEnd: Bool { index >= bytes.endIndex }
    var rest: ArraySlice<UInt8> { bytes[index...] }

    func peek() -> UInt8? { isAtEnd ? nil : bytes[index] }

    mutating func next() -> UInt8? {
        guard !isAtEnd else { return nil }
        defer { index += 1 }
        return bytes[index]
    }

    mutating func consume(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        index += 1
        return true
    }

    mutating func skipSpace() {
        while let byte = peek(), byte.isSpace { index += 1 }
    }

    mutating func take(while accepts: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let start = index
        while let byte = peek(), accepts(byte) { index += 1 }
        return bytes[start..<index]
    }

    mutating func takeToken() -> ArraySlice<UInt8> { take { $0.isToken } }

    /// A quoted string from its opening quote on, without the quotes, escapes undone. Nil when it never closes.
    mutating func takeQuoted() -> String? {
        guard consume(.quote) else { return nil }
        var text: [UInt8] = []
        while let byte = next() {
            if byte == .quote { return String(decoding: text, as: UTF8.self) }
            if byte == .backslash {
                guard let escaped = next() else { return nil }
                text.append(escaped)
            } else {
                text.append(byte)
            }
        }
        return nil
    }

    /// Digits as a number no greater than `limit`; nil when there are none or they are too many.
    mutating func takeNumber(upTo limit: UInt32) -> UInt32? {
        let digits = take { $0.isDigit }
        guard !digits.isEmpty else { return nil }
        var value: UInt64 = 0
        for digit in digits {
            value = value * 10 + UInt64(digit - UInt8(ascii: "0"))
            if value > UInt64(limit) { return nil }
        }
        return UInt32(value)
    }
}

extension UInt8 {
    static let quote = UInt8(ascii: "\"")
    static let backslash = UInt8(ascii: "\\")
    static let semicolon = UInt8(ascii: ";")
    static let comma = UInt8(ascii: ",")
    static let colon = UInt8(ascii: ":")
    static let equals = UInt8(ascii: "=")
    static let less = UInt8(ascii: "<")
    static let greater = UInt8(ascii: ">")
    static let at = UInt8(ascii: "@")
    static let question = UInt8(ascii: "?")
    static let slash = UInt8(ascii: "/")
    static let percent = UInt8(ascii: "%")
    static let space = UInt8(ascii: " ")
    static let carriageReturn = UInt8(ascii: "\r")
    static let lineFeed = UInt8(ascii: "\n")

    var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }

    var isLetter: Bool { (self | 0x20) >= UInt8(ascii: "a") && (self | 0x20) <= UInt8(ascii: "z") }

    /// Space inside an unfolded header value. A bare CR is no line end for us, so it counts as space.
    var isSpace: Bool { self == .space || self == 9 || self == .carriageReturn || self == .lineFeed }

    /// RFC 3261 §25.1 `token`.
    var isToken: Bool {
        if isLetter || isDigit { return true }
        switch self {
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "!"), .percent, UInt8(ascii: "*"), UInt8(ascii: "_"),
            UInt8(ascii: "+"), UInt8(ascii: "`"), UInt8(ascii: "'"), UInt8(ascii: "~"):
            return true
        default:
            return false
        }
    }

    /// Visible ASCII.
    var isVisible: Bool { self > 0x20 && self < 0x7f }

    var hexValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension ArraySlice<UInt8> {
    var text: String { String(decoding: self, as: UTF8.self) }

    var trimmed: ArraySlice<UInt8> {
        var slice = self
        while let first = slice.first, first.isSpace { slice.removeFirst() }
        while let last = slice.last, last.isSpace { slice.removeLast() }
        return slice
    }

    /// The elements of a comma-separated list; commas in quotes and in angle brackets belong to their element.
    var listElements: [ArraySlice<UInt8>] {
        var elements: [ArraySlice<UInt8>] = []
        var start = startIndex
        var isQuoted = false
        var isBracketed = false
        var index = startIndex
        while index < endIndex {
            switch self[index] {
            case .backslash where isQuoted: index += 1
            case .quote where !isBracketed: isQuoted.toggle()
            case .less where !isQuoted: isBracketed = true
            case .greater where !isQuoted: isBracketed = false
            case .comma where !isQuoted && !isBracketed:
                elements.append(self[start..<index].trimmed)
                start = index + 1
            default: break
            }
            index += 1
        }
        elements.append(self[start..<endIndex].trimmed)
        return elements
    }
}

extension String {
    /// Upper- and lower-case ASCII letters are the same; names, schemes and hosts compare like this.
    func equalsIgnoringCase(_ other: String) -> Bool {
        self == other || (utf8.count == other.utf8.count && lowercased() == other.lowercased())
    }

    /// `%41` becomes `A`; an escape that is none stays as it is.
    package var percentDecoded: String {
        guard utf8.contains(.percent) else { return self }
        var decoded: [UInt8] = []
        let bytes = Array(utf8)
        var index = 0
        while index < bytes.count {
            if bytes[index] == .percent, index + 2 < bytes.count, let high = bytes[index + 1].hexValue,
                let low = bytes[index + 2].hexValue
            {
                decoded.append(high << 4 | low)
                index += 3
            } else {
                decoded.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }
}
