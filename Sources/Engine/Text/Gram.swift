/// One character, or two that stand side by side.
struct Gram: Hashable, Comparable, Sendable {
    let code: UInt64

    init(_ only: UInt32) { code = UInt64(only) }

    init(_ first: UInt32, _ second: UInt32) { code = UInt64(first) << 21 | UInt64(second) }

    /// A scalar is below 2^21, and 0 is never one of a gram's.
    init?(code: UInt64) {
        let (first, second) = (UInt32(truncatingIfNeeded: code >> 21), UInt32(code & 0x1F_FFFF))
        guard code >> 42 == 0, second != 0, Unicode.Scalar(first) != nil, Unicode.Scalar(second) != nil
        else { return nil }
        self.code = code
    }

    static func < (left: Self, right: Self) -> Bool { left.code < right.code }
}
