import Foundation
import Logging
import Synchronization
import Testing

@testable import Telephony

/// A real rtpengine on free ports, for one test.
struct MediaFixture {
    /// Half of the suite proves nothing without it, so its absence is the only reason to skip.
    static let isInstalled = RTPEngineOptions(dataDirectory: "/tmp").binary() != nil

    let directory: String
    let options: RTPEngineOptions
    let process: RTPEngineProcess
    let client: RTPEngineClient
    let media: MediaServer
    let keys: Keys

    static func with(_ body: (MediaFixture) async throws -> Void) async throws {
        let directory = NSTemporaryDirectory() + "hotline-media-\(UUID().uuidString)"
        var options = RTPEngineOptions(dataDirectory: directory)
        options.ports = freePorts()
        let keys = Keys()
        let process = RTPEngineProcess(options: options, logger: Logger(label: "test"), onKey: { keys.pressed($0) })
        defer { try? FileManager.default.removeItem(atPath: directory) }
        do {
            let client = try await process.start()
            let media = try MediaServer(
                client: client, recordingDirectory: options.recordingDirectory, logger: Logger(label: "test"))
            let fixture = MediaFixture(
                directory: directory, options: options, process: process, client: client, media: media, keys: keys)
            try await body(fixture)
        } catch {
            await process.stop()
            throw error
        }
        await process.stop()
    }

    /// Passes pressed keys on to whoever wants them; there is nobody before the test has made one.
    final class Keys: Sendable {
        private let receiver = Mutex<(@Sendable (KeyPress) -> Void)?>(nil)

        func send(to receiver: @escaping @Sendable (KeyPress) -> Void) { self.receiver.withLock { $0 = receiver } }
        func pressed(_ key: KeyPress) { receiver.withLock { $0 }?(key) }
    }

    /// Two hundred ports somewhere in a range no ephemeral port comes from (32768 up).
    static func freePorts() -> ClosedRange<Int> {
        let start = 12_000 + Int.random(in: 0..<100) * 200
        return start...(start + 199)
    }

    /// A citizen with a tone who called in.
    func caller(_ leg: String, hertz: Int, law: G711 = .mu) async throws -> RTPStream {
        let phone = try await RTPStream.open(law: law)
        let answer = try await media.openInbound(leg: leg, offer: phone.description())
        try await phone.aim(at: answer)
        try await phone.say(hertz: hertz)
        return phone
    }

    /// A phone with a tone that we called.
    func called(_ leg: String, hertz: Int, law: G711 = .mu, toward other: String? = nil) async throws -> RTPStream {
        let phone = try await RTPStream.open(law: law)
        let offer = try await media.openOutbound(leg: leg, kind: .phone, toward: other)
        try await phone.aim(at: offer)
        try await phone.say(hertz: hertz)
        try await media.accept(leg: leg, answer: phone.description())
        return phone
    }

    func wav(_ name: String, hertz: Double, milliseconds: Int) throws -> String {
        let path = "\(directory)/\(name).wav"
        try WAV(samples: Tone.samples(hertz: hertz, milliseconds: milliseconds)).write(to: path)
        return path
    }
}

extension RTPStream {
    /// Whether these tones and no others come to be heard, within some seconds: on a busy machine what was under way before
    /// comes late, and 400 ms of sound may take a second. Silence must last for two looks.
    func hears(_ expected: [Int]) async throws -> Bool {
        var silent = 0
        for _ in 0..<15 {
            let heard = try await tones()
            silent = heard.isEmpty ? silent + 1 : 0
            if expected.isEmpty ? silent == 2 : heard == expected { return true }
        }
        return false
    }

    /// The tones heard in the next 400 ms.
    func tones(_ candidates: [Int] = [440, 660, 880, 1000]) async throws -> [Int] {
        try await Task.sleep(for: .milliseconds(120))
        try await forget()
        try await Task.sleep(for: .milliseconds(400))
        let samples = try await heard().samples
        // Less than a quarter of what should have come is silence with a straggler.
        guard samples.count > 800 else { return [] }
        return candidates.filter { Tone.amplitude(of: Double($0), in: samples) > 2_000 }
    }
}
