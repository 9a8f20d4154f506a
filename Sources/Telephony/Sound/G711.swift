/// G.711: telephone speech at 8 kHz, a byte a sample, in its two laws.
package enum G711: Sendable {
    /// µ-law, RTP payload type 0, PCMU: North America, Japan, and what our hubs speak.
    case mu
    /// A-law, payload type 8, PCMA: everybody else, and the trunks of China.
    case a

    package init?(payloadType: Int) {
        switch payloadType {
        case 0: self = .mu
        case 8: self = .a
        default: return nil
        }
    }

    package var payloadType: Int { self == .mu ? 0 : 8 }

    /// The byte that sounds like nothing.
    package var silence: UInt8 { self == .mu ? 0xff : 0xd5 }

    package func decode(_ byte: UInt8) -> Int16 {
        self == .mu ? Self.fromMu[Int(byte)] : Self.fromA[Int(byte)]
    }

    package func decode(_ bytes: some Sequence<UInt8>) -> [Int16] {
        let table = self == .mu ? Self.fromMu : Self.fromA
        return bytes.map { table[Int($0)] }
    }

    package func encode(_ sample: Int16) -> UInt8 {
        let index = Int(UInt16(bitPattern: sample) >> 2)
        return self == .mu ? Self.toMu[index] : Self.toA[index]
    }

    package func encode(_ samples: some Sequence<Int16>) -> [UInt8] {
        let table = self == .mu ? Self.toMu : Self.toA
        return samples.map { table[Int(UInt16(bitPattern: $0) >> 2)] }
    }

    private static let fromMu = (0...255).map { expandMu(UInt8($0)) }
    private static let fromA = (0...255).map { expandA(UInt8($0)) }
    // Both laws ignore the two lowest bits, so a quarter of the samples is the whole table.
    private static let toMu = (0..<16_384).map { compressMu(Int16(bitPattern: UInt16($0 << 2))) }
    private static let toA = (0..<16_384).map { compressA(Int16(bitPattern: UInt16($0 << 2))) }

    private static func expandMu(_ byte: UInt8) -> Int16 {
        let code = Int(~byte)
        let magnitude = (((code & 0x0f) << 3) + 0x84) << ((code >> 4) & 7)
        return Int16(code & 0x80 != 0 ? 0x84 - magnitude : magnitude - 0x84)
    }

    private static func compressMu(_ sample: Int16) -> UInt8 {
        // 32,635 is the loudest the eighth segment holds once the bias is added.
        let magnitude = min(abs(Int(sample)), 32_635) + 0x84
        let segment = Int.bitWidth - magnitude.leadingZeroBitCount - 8
        let code = (sample < 0 ? 0x80 : 0) | segment << 4 | (magnitude >> (segment + 3)) & 0x0f
        return ~UInt8(code)
    }

    private static func expandA(_ byte: UInt8) -> Int16 {
        let code = Int(byte ^ 0x55)
        let segment = (code >> 4) & 7
        var magnitude = (code & 0x0f) << 4 + 8
        if segment > 0 { magnitude = (magnitude + 0x100) << (segment - 1) }
        return Int16(code & 0x80 != 0 ? magnitude : -magnitude)
    }

    private static func compressA(_ sample: Int16) -> UInt8 {
        let magnitude = sample >= 0 ? Int(sample) : -Int(sample) - 1
        let segment = max(0, Int.bitWidth - magnitude.leadingZeroBitCount - 8)
        let step = (magnitude >> (segment == 0 ? 4 : segment + 3)) & 0x0f
        return UInt8((sample >= 0 ? 0x80 : 0) | segment << 4 | step) ^ 0x55
    }
}
