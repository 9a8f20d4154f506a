/// One RTP packet (RFC 3550, 5.1).
package struct RTPPacket: Sendable, Equatable {
    package var marker = false
    package var payloadType: Int
    package var sequence: UInt16
    package var timestamp: UInt32
    package var source: UInt32
    package var payload: [UInt8]

    package init(
        marker: Bool = false, payloadType: Int, sequence: UInt16, timestamp: UInt32, source: UInt32, payload: [UInt8]
    ) {
        self.marker = marker
        self.payloadType = payloadType
        self.sequence = sequence
        self.timestamp = timestamp
        self.source = source
        self.payload = payload
    }

    /// nil for anything that is no RTP: too short, another version, or RTCP sharing the port.
    package init?(parsing bytes: some Collection<UInt8>) {
        let bytes = Array(bytes)
        guard bytes.count >= 12, bytes[0] >> 6 == 2 else { return nil }
        let payloadType = Int(bytes[1] & 0x7f)
        // RTCP's packet types 192 to 223 read as these (RFC 5761, 4).
        guard !(64...95).contains(payloadType) else { return nil }
        func word(_ at: Int) -> UInt16 { UInt16(bytes[at]) << 8 | UInt16(bytes[at + 1]) }
        func long(_ at: Int) -> UInt32 { UInt32(word(at)) << 16 | UInt32(word(at + 2)) }
        var start = 12 + 4 * Int(bytes[0] & 0x0f)
        if bytes[0] & 0x10 != 0 {
            guard start + 4 <= bytes.count else { return nil }
            start += 4 + 4 * Int(word(start + 2))
        }
        let padding = bytes[0] & 0x20 != 0 ? Int(bytes[bytes.count - 1]) : 0
        guard start <= bytes.count - padding else { return nil }
        self.init(
            marker: bytes[1] & 0x80 != 0, payloadType: payloadType, sequence: word(2), timestamp: long(4),
            source: long(8), payload: Array(bytes[start..<(bytes.count - padding)]))
    }

    package var bytes: [UInt8] {
        func word(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xff)] }
        func long(_ value: UInt32) -> [UInt8] {
            word(UInt16(value >> 16)) + word(UInt16(truncatingIfNeeded: value))
        }
        return [0x80, (marker ? 0x80 : 0) | UInt8(payloadType & 0x7f)] + word(sequence) + long(timestamp)
            + long(source) + payload
    }
}
