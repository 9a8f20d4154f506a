import Foundation

/// Turns a pcap into a stereo WAV: left the person of the leg, right the other side.
///
/// Each side lies where its packets' RTP timestamps put it, counted from the arrival of its first packet; gaps are
/// silence. Holds ten seconds, whatever the call's length.
struct RecordingMixdown {
    private static let rate = 8_000
    /// A packet this late is not waited for; no network that carries speech keeps one longer.
    private static let window = 10 * rate
    /// When timestamps and arrival differ by more, the sender's clock jumped (a hold, a new sender at the same SSRC)
    /// and arrival is believed.
    private static let tolerance = rate / 4
    /// Nothing is heard from either side for so long in no call: the file is damaged there.
    private static let longestGap: Int64 = 3_600_000_000_000
    private static let longest: Int64 = 24 * 3_600 * Int64(rate)

    private struct Side {
        var source: UInt32?
        var timestamp: UInt32 = 0
        /// The sample at which `timestamp` is heard.
        var position: Int64 = 0
    }

    private let writer: WAVWriter
    private let hubPort: Int
    private let startedAt: Int64?
    private var start: Int64 = 0
    private var last: Int64?
    private var sides = [Side(), Side()]
    private var ring = [Int16](repeating: 0, count: 2 * window)
    /// The first sample not yet written, and the one after the last placed.
    private var written: Int64 = 0
    private var end: Int64 = 0
    private(set) var summary = RecordingSummary()

    /// `startedAt` (nanoseconds since 1970) is where the WAV begins; nil or one that does not fit: the first packet.
    static func run(pcap: String, to path: String, hubPort: Int, startedAt: Int64?) throws -> RecordingSummary {
        let reader = try PcapReader(path: pcap)
        var mix = try RecordingMixdown(path: path, hubPort: hubPort, startedAt: startedAt)
        while let datagram = try reader.next(), try mix.place(datagram) {}
        return try mix.finish()
    }

    private init(path: String, hubPort: Int, startedAt: Int64?) throws {
        writer = try WAVWriter(path: path, rate: Self.rate, channels: 2)
        self.hubPort = hubPort
        self.startedAt = startedAt
    }

    /// False when the file makes no sense from here on.
    private mutating func place(_ datagram: PcapReader.Datagram) throws -> Bool {
        if last == nil {
            start = datagram.time
            let earliest = datagram.time - Self.longestGap
            if let startedAt, startedAt >= earliest, startedAt <= datagram.time { start = startedAt }
        }
        if let last, abs(datagram.time - last) > Self.longestGap {
            summary.isCutShort = true
            return false
        }
        last = datagram.time
        guard let packet = RTPPacket(parsing: datagram.payload) else { return true }
        let side = datagram.destinationPort == hubPort ? 1 : 0
        guard let law = G711(payloadType: packet.payloadType) else {
            summary.packetsNotUnderstood += 1
            return true
        }
        let arrival = max(0, datagram.time - start) * Int64(Self.rate) / 1_000_000_000
        let position = align(packet, side: side, arrival: arrival)
        guard position + Int64(packet.payload.count) < Self.longest else {
            summary.isCutShort = true
            return false
        }
        try makeRoom(for: position + Int64(packet.payload.count))
        put(law.decode(packet.payload), at: position, side: side)
        end = max(end, position + Int64(packet.payload.count))
        if side == 0 { summary.packetsLeft += 1 } else { summary.packetsRight += 1 }
        return true
    }

    /// Samples older than what is written came too late and are dropped.
    private mutating func put(_ samples: [Int16], at position: Int64, side: Int) {
        let late = Int(min(max(0, written - position), Int64(samples.count)))
        var index = Int((position + Int64(late)) % Int64(Self.window)) * 2 + side
        for sample in samples[late...] {
            ring[index] = sample
            index += 2
            if index >= ring.count { index = side }
        }
    }

    private mutating func align(_ packet: RTPPacket, side: Int, arrival: Int64) -> Int64 {
        // The packet was spoken before it arrived: its sound ends at its arrival.
        let spoken = max(0, arrival - Int64(packet.payload.count))
        let known = sides[side]
        let step = Int64(Int32(bitPattern: packet.timestamp &- known.timestamp))
        var position = known.position + step
        if known.source != packet.source || abs(position - spoken) > Int64(Self.tolerance) { position = spoken }
        sides[side] = Side(source: packet.source, timestamp: packet.timestamp, position: position)
        return position
    }

    /// Writes out what falls out of the window once `sample` is in it.
    private mutating func makeRoom(for sample: Int64) throws {
        let limit = sample - Int64(Self.window)
        // By the second: a packet's worth at a time costs more in calls than in bytes.
        if limit > written { try writeOut(to: min(limit + Int64(Self.rate), end)) }
        if limit > written { try writeOut(to: limit) }
    }

    private mutating func writeOut(to limit: Int64) throws {
        while written < limit {
            let first = Int(written % Int64(Self.window))
            let count = Int(min(limit - written, Int64(Self.window - first)))
            let range = (first * 2)..<((first + count) * 2)
            try writer.append(ring[range])
            ring.replaceSubrange(range, with: repeatElement(0, count: range.count))
            written += Int64(count)
        }
    }

    private mutating func finish() throws -> RecordingSummary {
        try writeOut(to: end)
        try writer.finish()
        summary.duration = .milliseconds(end * 1_000 / Int64(Self.rate))
        return summary
    }
}

/// What a recording turned out to be.
package struct RecordingSummary: Sendable, Equatable {
    package var duration = Duration.zero
    package var packetsLeft = 0
    package var packetsRight = 0
    /// Of a codec other than G.711 (a trunk that offers nothing else), and key presses: silent in the WAV.
    package var packetsNotUnderstood = 0
    package var isCutShort = false

    package init() {}
}
