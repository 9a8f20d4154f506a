import Foundation
import Testing

@testable import Telephony

struct RecordingMixdownTests {
    private static let hub = 40_000
    private static let party = 40_002

    /// A pcap as rtpengine writes one, from packets and the milliseconds they arrive at.
    private struct Capture {
        var bytes: [UInt8] = long(0xa1b2_c3d4) + [2, 0, 4, 0] + long(0) + long(0) + long(65_535) + long(1)

        static func long(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(value >> (8 * $0) & 0xff) } }

        mutating func add(_ packet: RTPPacket, to port: Int, at milliseconds: Int) {
            let payload = packet.bytes
            var frame = [UInt8](repeating: 0, count: 12) + [0x08, 0x00]
            frame += [0x45, 0, 0, 0, 0, 0, 0, 0, 64, 17, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1]
            frame += [0, 1, UInt8(port >> 8), UInt8(port & 0xff), 0, 0, 0, 0] + payload
            bytes += Self.long(1_000 + milliseconds / 1_000) + Self.long(milliseconds % 1_000 * 1_000)
            bytes += Self.long(frame.count) + Self.long(frame.count) + frame
        }

        /// A tone from one side, packet by packet; `skip` are lost on the way.
        mutating func speak(
            _ hertz: Double, to port: Int, from start: Int, milliseconds: Int, law: G711 = .mu, source: UInt32 = 1,
            timestamp: UInt32 = 4_294_967_000, skip: Set<Int> = []
        ) {
            let voice = law.encode(Tone.samples(hertz: hertz, milliseconds: milliseconds))
            for index in 0..<(milliseconds / 20) where !skip.contains(index) {
                let packet = RTPPacket(
                    payloadType: law.payloadType, sequence: UInt16(index), timestamp: timestamp &+ UInt32(index * 160),
                    source: source, payload: Array(voice[(index * 160)..<(index * 160 + 160)]))
                add(packet, to: port, at: start + 20 + index * 20)
            }
        }
    }

    private func mix(_ capture: Capture, startedAt: Int64? = 1_000_000_000_000) throws -> (RecordingSummary, WAV) {
        try mix(capture.bytes, startedAt: startedAt)
    }

    private func mix(_ bytes: [UInt8], startedAt: Int64? = 1_000_000_000_000) throws -> (RecordingSummary, WAV) {
        let base = NSTemporaryDirectory() + "hotline-\(UUID().uuidString)"
        defer { for end in [".pcap", ".wav"] { try? FileManager.default.removeItem(atPath: base + end) } }
        try Data(bytes).write(to: URL(fileURLWithPath: base + ".pcap"))
        let summary = try RecordingMixdown.run(
            pcap: base + ".pcap", to: base + ".wav", hubPort: Self.hub, startedAt: startedAt)
        return (summary, try WAV(contentsOf: base + ".wav"))
    }

    @Test func eachSideLiesWhereItWasSpoken() throws {
        var capture = Capture()
        capture.speak(440, to: Self.party, from: 0, milliseconds: 1_000, law: .a)
        capture.speak(660, to: Self.hub, from: 500, milliseconds: 1_000, source: 2)
        let (summary, wav) = try mix(capture)
        #expect(summary.packetsLeft == 50 && summary.packetsRight == 50 && !summary.isCutShort)
        #expect(summary.duration == .milliseconds(1_500))
        let (left, right) = (wav.channel(0), wav.channel(1))
        #expect(Tone.amplitude(of: 440, in: left[..<8_000]) > 7_900 && left[8_000...].allSatisfy { $0 == 0 })
        #expect(Tone.amplitude(of: 660, in: right[4_000...]) > 7_900 && right[..<4_000].allSatisfy { $0 == 0 })
    }

    /// A note that was lost or makes no sense costs the silence before the first packet, no more.
    @Test(arguments: [nil, .min, .max, 2_000_000_000_000] as [Int64?])
    func withoutAStartItBeginsWithTheFirstPacket(startedAt: Int64?) throws {
        var capture = Capture()
        capture.speak(440, to: Self.party, from: 30_000, milliseconds: 100)
        #expect(try mix(capture, startedAt: startedAt).0.duration < .milliseconds(130))
    }

    @Test func lostPacketsAreSilenceAndNothingAfterThemMoves() throws {
        var capture = Capture()
        capture.speak(440, to: Self.party, from: 0, milliseconds: 1_000, skip: [10, 11])
        let (_, wav) = try mix(capture)
        let left = wav.channel(0)
        #expect(left[1_600..<1_920].allSatisfy { $0 == 0 })
        let whole = G711.mu.decode(G711.mu.encode(Tone.samples(hertz: 440, milliseconds: 1_000)))
        #expect(Array(left[1_920...]) == Array(whole[1_920...]))
    }

    /// Arrival jitters, timestamps do not; the tone keeps its shape.
    @Test func jitterDoesNotReachTheFile() throws {
        var capture = Capture()
        var steady = Capture()
        let voice = G711.mu.encode(Tone.samples(hertz: 440, milliseconds: 1_000))
        for index in 0..<50 {
            let packet = RTPPacket(
                payloadType: 0, sequence: UInt16(index), timestamp: UInt32(index * 160), source: 1,
                payload: Array(voice[(index * 160)..<(index * 160 + 160)]))
            capture.add(packet, to: Self.party, at: 20 + index * 20 + (index == 0 ? 0 : [0, 35, 13, 60][index % 4]))
            steady.add(packet, to: Self.party, at: 20 + index * 20)
        }
        #expect(try mix(capture).1 == mix(steady).1)
    }

    @Test func aNewSenderStartsAtItsArrival() throws {
        var capture = Capture()
        capture.speak(660, to: Self.hub, from: 0, milliseconds: 400, source: 2)
        capture.speak(880, to: Self.hub, from: 2_000, milliseconds: 400, source: 3, timestamp: 77)
        let (summary, wav) = try mix(capture)
        #expect(summary.duration == .milliseconds(2_400))
        let right = wav.channel(1)
        #expect(right[3_200..<16_000].allSatisfy { $0 == 0 })
        #expect(Tone.amplitude(of: 880, in: right[16_000...]) > 7_900)
    }

    @Test func aPauseLongerThanTheWindowIsSilence() throws {
        var capture = Capture()
        capture.speak(440, to: Self.party, from: 0, milliseconds: 200)
        capture.speak(440, to: Self.party, from: 65_000, milliseconds: 200, timestamp: 4_294_967_000 &+ 520_000)
        let (summary, wav) = try mix(capture)
        #expect(summary.duration == .milliseconds(65_200))
        #expect(wav.channel(0)[1_600..<520_000].allSatisfy { $0 == 0 })
        #expect(Tone.amplitude(of: 440, in: wav.channel(0)[520_000...]) > 7_900)
    }

    @Test func everyTruncationGivesWhatIsWhole() throws {
        var capture = Capture()
        capture.speak(440, to: Self.party, from: 0, milliseconds: 100)
        for end in stride(from: 24, to: capture.bytes.count, by: 11) {
            let summary = try mix(Array(capture.bytes[..<end])).0
            #expect(summary.packetsLeft == (end - 24) / 230)
        }
        #expect(throws: MediaError.self) { try mix(Array(capture.bytes[..<20])) }
        #expect(throws: MediaError.self) { try mix([UInt8](repeating: 7, count: 100)) }
    }

    @Test func damageNeverTraps() throws {
        var capture = Capture()
        capture.speak(440, to: Self.party, from: 0, milliseconds: 60)
        // The headers of the second record and its packet: pcap, Ethernet, IP, UDP, RTP. Not the seconds.
        for index in (24 + 230 + 4)..<(24 + 230 + 74) {
            for value in [0x00, 0x7f, 0xff] as [UInt8] {
                var changed = capture.bytes
                changed[index] = value
                #expect(try mix(changed).0.duration < .seconds(10), "\(index)")
            }
        }
    }

    @Test func aTimeThatMakesNoSenseEndsTheFileInsteadOfFillingTheDisk() throws {
        var capture = Capture()
        capture.speak(440, to: Self.party, from: 0, milliseconds: 60)
        var changed = capture.bytes
        changed[24 + 230 + 3] = 0x40
        let summary = try mix(changed).0
        #expect(summary.isCutShort && summary.duration == .milliseconds(20))
    }

    @Test func anotherCodecIsCountedAndSilent() throws {
        var capture = Capture()
        capture.speak(440, to: Self.party, from: 0, milliseconds: 100)
        capture.add(
            RTPPacket(payloadType: 101, sequence: 9, timestamp: 0, source: 1, payload: [1, 10, 0, 160]), to: Self.party,
            at: 130)
        #expect(try mix(capture).0.packetsNotUnderstood == 1)
    }
}
