import Foundation
import Testing

@testable import Telephony

struct G711Tests {
    @Test(arguments: [G711.mu, .a])
    func everyByteComesBack(law: G711) {
        for byte in UInt8.min ... .max {
            // µ-law has two zeros; the negative one is never made.
            let expected = law == .mu && byte == 0x7f ? 0xff : byte
            #expect(law.encode(law.decode(byte)) == expected, "\(byte)")
        }
    }

    /// The values of the standard's own tables (ITU-T G.711, tables 1a and 2a), at 16 bits.
    @Test func theStandardsValues() {
        #expect([0x00, 0x80, 0xff, 0x0f, 0x8f].map { G711.mu.decode($0) } == [-32_124, 32_124, 0, -16_764, 16_764])
        #expect([0xd5, 0x55, 0xaa, 0x2a, 0x80].map { G711.a.decode($0) } == [8, -8, 32_256, -32_256, 5_504])
    }

    @Test(arguments: [G711.mu, .a])
    func noSampleIsFarOff(law: G711) {
        for sample in stride(from: Int16.min, through: .max - 7, by: 7) {
            let off = abs(Int(law.decode(law.encode(sample))) - Int(sample))
            #expect(off <= max(16, abs(Int(sample)) / 16 + 8), "\(sample)")
        }
        for sample in [Int16.min, -1, 0, 1, .max] { _ = law.encode(sample) }
    }
}

struct WAVTests {
    private func bytes(_ wav: WAV) throws -> [UInt8] {
        let path = NSTemporaryDirectory() + "hotline-\(UUID().uuidString).wav"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try wav.write(to: path)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try WAV(contentsOf: path) == wav)
        return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    @Test func whatIsWrittenIsRead() throws {
        _ = try bytes(WAV(samples: []))
        _ = try bytes(WAV(samples: [0, 1, -1, .min, .max]))
        let stereo = WAV(rate: 16_000, channels: 2, samples: Array(-20_000..<20_000).map { Int16($0) })
        _ = try bytes(stereo)
        #expect(stereo.frames == 20_000 && stereo.duration == .milliseconds(1_250))
        #expect(stereo.channel(1).prefix(2) == [-19_999, -19_997])
    }

    @Test func otherChunksAreSteppedOverAndACutFileIsReadAsFarAsItGoes() throws {
        let plain = try bytes(WAV(samples: [1, 2, 3, 4]))
        let list = Array("LIST".utf8) + [3, 0, 0, 0, 1, 2, 3, 0]
        #expect(try WAV(parsing: plain[..<36] + list + plain[36...]).samples == [1, 2, 3, 4])
        #expect(try WAV(parsing: Array(plain.dropLast(3))).samples == [1, 2])
    }

    @Test func damageIsRefused() throws {
        let plain = try bytes(WAV(samples: [1, 2, 3, 4]))
        for end in 0..<44 { #expect(throws: WAV.Malformed.self) { try WAV(parsing: Array(plain[..<end])) } }
        for index in 0..<44 {
            for value in [0, 1, 0x7f, 0xff] as [UInt8] {
                var changed = plain
                changed[index] = value
                _ = try? WAV(parsing: changed)
            }
        }
        var eightBit = plain
        eightBit[34] = 8
        #expect(throws: WAV.Malformed.format("kind 1, 8 bit, 8000 Hz, 1 channels")) { try WAV(parsing: eightBit) }
    }
}

struct RTPPacketTests {
    @Test func whatIsWrittenIsRead() {
        let packet = RTPPacket(
            marker: true, payloadType: 8, sequence: 65_535, timestamp: 4_000_000_000, source: 0xdead_beef,
            payload: [1, 2, 3])
        #expect(RTPPacket(parsing: packet.bytes) == packet)
    }

    @Test func extensionSourcesAndPaddingAreTakenOff() {
        let bytes: [UInt8] =
            [0xb1, 0, 0, 1, 0, 0, 0, 160, 0, 0, 0, 7] + [9, 9, 9, 9] + [0xbe, 0xde, 0, 1, 5, 5, 5, 5] + [42, 43]
            + [0, 0, 3]
        #expect(RTPPacket(parsing: bytes)?.payload == [42, 43])
        for end in bytes.indices { _ = RTPPacket(parsing: bytes[..<end]) }
    }

    @Test func otherTrafficIsNot() {
        #expect(RTPPacket(parsing: [0x80, 200] + [UInt8](repeating: 0, count: 26)) == nil)
        #expect(RTPPacket(parsing: [0, 1, 0, 0] + [UInt8](repeating: 0, count: 26)) == nil)
        #expect(RTPPacket(parsing: [0xa0, 0] + [UInt8](repeating: 0xff, count: 26)) == nil)
        #expect(RTPPacket(parsing: []) == nil)
    }
}

struct ToneTests {
    @Test func aToneIsFoundAndAnotherIsNot() {
        let samples = Tone.samples(hertz: 440, milliseconds: 500)
        #expect(abs(Tone.amplitude(of: 440, in: samples) - 8_000) < 50)
        #expect(Tone.amplitude(of: 660, in: samples) < 50)
        #expect(Tone.amplitude(of: 440, in: []) == 0)
    }

    @Test func twoTelephonesHearEachOther() async throws {
        let one = try await RTPStream.open()
        let other = try await RTPStream.open(law: .a)
        try await one.aim(at: other.description())
        try await other.aim(at: one.description())
        try await one.say(hertz: 440)
        try await other.say(hertz: 660)
        #expect(try await one.hears([660]))
        #expect(try await other.hears([440]))
        try await one.fallSilent()
        #expect(try await other.hears([]))
        await one.close()
        await other.close()
    }
}

struct AnnouncementTests {
    @Test func theNumberIsPutTogetherOnceAndAgainAfterANewRecording() throws {
        let folder = NSTemporaryDirectory() + "hotline-digits-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for digit in 0...9 { try WAV(samples: [Int16(digit)]).write(to: "\(folder)/digit-\(digit).wav") }
        try WAV(samples: [100]).write(to: folder + "/agent-number.wav")
        try WAV(samples: [200, 201]).write(to: folder + "/at-your-service.wav")
        let announcement = Announcements(prompts: folder, cache: folder + "/cache")
        let path = try announcement.agentNumber("5001")
        #expect(try WAV(contentsOf: path).samples == [100, 5, 0, 0, 1, 200, 201])
        let made = try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int
        #expect(try announcement.agentNumber("5001") == path)
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int == made)
        try WAV(samples: [55]).write(to: folder + "/digit-5.wav")
        let later = Date(timeIntervalSinceNow: 5)
        try FileManager.default.setAttributes([.modificationDate: later], ofItemAtPath: folder + "/digit-5.wav")
        #expect(try WAV(contentsOf: announcement.agentNumber("5001")).samples[1] == 55)
        for number in ["", "50a1", "../5", "1234567890123", "五"] {
            #expect(throws: MediaError.self) { try announcement.agentNumber(number) }
        }
    }
}
