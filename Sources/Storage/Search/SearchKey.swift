import Engine

/// What an order is listed under in the search index: each two characters that stand side by side, the parts of its
/// numbers, its body. A key is a number below 2^45: its kind above 42 bits of value. The index keeps the keys of a bucket, alike
/// but for 18 bits, in one row.
enum SearchKey {
    private static let valueBits: Int64 = 42
    private static let characterBits: Int64 = 21
    private static let restBits: Int64 = 18

    static func bucket(of key: Int64) -> Int64 { key >> restBits }
    /// What tells a key from the others of its bucket.
    static func rest(of key: Int64) -> Int { Int(key) & (1 << restBits - 1) }
    static func key(inBucket bucket: Int64, rest: Int) -> Int64 { bucket << restBits | Int64(rest) }
    /// Those of a bucket's keys that lie in a range, by what tells them from the others.
    static func rests(of keys: ClosedRange<Int64>, inBucket bucket: Int64) -> ClosedRange<Int> {
        let all = key(inBucket: bucket, rest: 0)...key(inBucket: bucket + 1, rest: 0) - 1
        let some = keys.clamped(to: all)
        return rest(of: some.lowerBound)...rest(of: some.upperBound)
    }

    /// Follows the last character of a run of text, so that each character begins a pair. No character of Unicode.
    private static let end: Int64 = 0x1F_FFFF

    private enum Kind: Int64 {
        case pair = 0
        case day, numberTail, phoneTail, body
    }

    /// Of an order, with repetitions.
    static func all(of order: WorkOrder) -> [Int64] {
        var keys: [Int64] = []
        var last: Int64?
        for scalar in SearchText.folded(order).unicodeScalars {
            if scalar.isSpace {
                if let first = last { keys.append(pair(first, end)) }
                last = nil
            } else {
                let this = Int64(scalar.value)
                if let first = last { keys.append(pair(first, this)) }
                last = this
            }
        }
        if let first = last { keys.append(pair(first, end)) }
        let codes = OrderCodes(order)
        if let dash = codes.number.firstIndex(of: "-") {
            keys += key(.day, digits: codes.number[..<dash])
            keys += key(.numberTail, tailOf: codes.number[codes.number.index(after: dash)...])
        }
        keys += key(.phoneTail, tailOf: codes.phone[...])
        if let body = order.body { keys.append(key(of: body)) }
        return keys
    }

    /// FNV-1a of the identifier: two bodies may share a key, which costs a look.
    static func key(of body: BodyID) -> Int64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in body.text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return key(.body, Int64(hash & 0x3FF_FFFF_FFFF))
    }

    /// Where a word may be found: in an order that has a key of every range of one of these.
    static func alternatives(for word: String) -> [[ClosedRange<Int64>]] {
        let scalars = word.unicodeScalars.map { Int64($0.value) }
        let pairs =
            scalars.count == 1
            ? [pair(scalars[0], 0)...pair(scalars[0] + 1, 0) - 1]
            : zip(scalars, scalars.dropFirst()).map { pair($0, $1)...pair($0, $1) }
        return [pairs] + codes(word).map { keys in keys.map { $0...$0 } }
    }

    private static func codes(_ word: String) -> [[Int64]] {
        let parts = word.split(separator: "-", omittingEmptySubsequences: false)
        switch parts.map(\.count) {
        case [8, 6]: return [key(.day, digits: parts[0]) + key(.numberTail, tailOf: parts[1])]
        case [8, 0]: return [key(.day, digits: parts[0])]
        case [0, 6]: return [key(.numberTail, tailOf: parts[1])]
        case [8]: return [key(.day, digits: parts[0]), key(.phoneTail, tailOf: parts[0])]
        case [6]: return [key(.numberTail, tailOf: parts[0]), key(.phoneTail, tailOf: parts[0])]
        default: return parts.count == 1 ? [key(.phoneTail, tailOf: parts[0])].filter { !$0.isEmpty } : []
        }
    }

    /// The last three bits of the second character go first: so the pairs that begin with one character make eight buckets.
    private static func pair(_ first: Int64, _ second: Int64) -> Int64 {
        key(.pair, first << characterBits | (second & 7) << restBits | second >> 3)
    }

    private static func key(_ kind: Kind, _ value: Int64) -> Int64 { kind.rawValue << valueBits | value }

    /// Leaves 64 codes to a bucket.
    private static let codeShift: Int64 = 12

    /// None where something else than digits stands.
    private static func key(_ kind: Kind, digits: Substring) -> [Int64] {
        guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), let value = Int64(digits) else { return [] }
        return [key(kind, value << codeShift)]
    }

    /// By the last four digits: ten thousand keys, whatever comes before.
    private static func key(_ kind: Kind, tailOf digits: Substring) -> [Int64] {
        guard digits.count >= OrderCodes.shortestTail, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else {
            return []
        }
        return key(kind, digits: digits.suffix(OrderCodes.shortestTail))
    }
}

extension Unicode.Scalar {
    /// White space, without asking Unicode's tables of the characters that nearly every text is made of.
    var isSpace: Bool { (0x3001...0xFFFF).contains(value) ? false : properties.isWhitespace }
}
