import Engine
import Foundation
import Logging
import SIP
import Simulation

@testable import Telephony

/// A centre of one line, one queue and agents with SIP phones: the real switchboard, the real CallControl and a real
/// rtpengine. Events are handled in the order they are told and timers are kept, as `SwitchboardService` does; no journal.
actor SmallCentre {
    /// What is heard, in hertz. Told apart by pitch, and none a multiple of another.
    enum Pitch {
        static let music = 440
        static let callbackOffered = 520
        static let callbackPromised = 710
        static let closed = 830
        static let emergency = 910
        static let voicemail = 1010
        static let place = 1130
        static let agent = 600
        static let citizen = 1310
        static let calledBack = 1570
    }

    let control: CallControl
    let media: MediaServer
    let folder: String
    /// Those who call, and who are called back.
    let citizens: TelephoneBank
    let phones: TelephoneBank
    let sip: PeerAddress

    private(set) var board = Switchboard()
    private(set) var events: [Engine.Event] = []
    private(set) var actions: [Engine.Action] = []
    private(set) var recorded: [String] = []
    private var timers: [Engine.TimerID: Task<Void, Never>] = [:]
    private let inbox: AsyncStream<Engine.Event>
    private nonisolated let inboxEnd: AsyncStream<Engine.Event>.Continuation

    static func with(
        _ change: (inout Setup) -> Void, _ body: (SmallCentre) async throws -> Void
    ) async throws {
        try await MediaFixture.with { world in
            let centre = try await SmallCentre.make(world)
            var queue = Queue(id: "city", offerSeconds: 10, wrapUpLimitSeconds: 0)
            queue.callbackRetrySeconds = 1
            var setup = Setup(
                lines: [Line(id: "12345", number: "12345", queue: "city")], queues: [queue],
                agents: [
                    AgentProfile(
                        id: "5001", queues: ["city"], device: .phone(uri: "sip:5001@\(centre.phones.address)"))
                ])
            change(&setup)
            let events = Task { await centre.handleEvents() }
            let running = Task { try await centre.control.run() }
            centre.tell(.configured(setup))
            do {
                try await body(centre)
            } catch {
                print("events:", await centre.events.map { "\($0)".prefix(160) })
                await centre.close(events, running)
                throw error
            }
            await centre.close(events, running)
        }
    }

    private static func make(_ world: MediaFixture) async throws -> SmallCentre {
        let citizens = try await TelephoneBank.start()
        let phones = try await TelephoneBank.start()
        await phones.answer(.init(after: .milliseconds(100), hertz: Pitch.agent))
        try writePrompts(to: world.directory + "/prompts")
        let centre = try await SmallCentre(world, citizens, phones)
        world.keys.send(to: { [control = centre.control] key in control.pressed(key) })
        return centre
    }

    private init(_ world: MediaFixture, _ citizens: TelephoneBank, _ phones: TelephoneBank) async throws {
        (inbox, inboxEnd) = AsyncStream.makeStream(of: Engine.Event.self)
        let (recordings, recorded) = AsyncStream.makeStream(of: String.self)
        self.citizens = citizens
        self.phones = phones
        media = world.media
        folder = world.directory
        let trusted = TrustedPeer("127.0.0.1", kind: .trunk).map { [$0] } ?? []
        control = CallControl(
            settings: .init(
                sip: .init(host: "127.0.0.1", port: 0, trustedPeers: trusted), trunk: citizens.address,
                lines: [.init(id: "12345", number: "12345", greeting: "greeting")], prompts: folder + "/prompts",
                announcements: Announcements(prompts: folder + "/prompts", cache: folder + "/announcements"),
                run: "test"),
            notices: .init(
                mayTakeCalls: { true }, turnedAway: { _, _, _ in }, recorded: { _, path in recorded.yield(path) },
                browserLegLost: { _ in },
                recordings: folder + "/done"),
            logger: Logger(label: "test"), tell: { [inboxEnd] in inboxEnd.yield($0) })
        await control.setMedia(world.media)
        sip = try await control.bind()
        Task { for await path in recordings { self.keep(path) } }
    }

    private func keep(_ path: String) { recorded.append(path) }

    nonisolated func tell(_ event: Engine.Event) { inboxEnd.yield(event) }

    private func handleEvents() async {
        for await event in inbox {
            events.append(event)
            let now = Moment(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
            guard let decided = try? board.handle(event, at: now) else { continue }
            actions += decided
            for action in decided {
                switch action {
                case .startTimer(let timer, let seconds):
                    timers[timer] = Task {
                        if (try? await Task.sleep(for: .seconds(seconds))) != nil { self.tell(.timerFired(timer)) }
                    }
                case .cancelTimer(let timer): timers.removeValue(forKey: timer)?.cancel()
                default: break
                }
            }
            await control.perform(decided)
        }
    }

    private func close(_ events: Task<Void, Never>, _ running: Task<Void, any Error>) async {
        for timer in timers.values { timer.cancel() }
        running.cancel()
        _ = await running.result
        inboxEnd.finish()
        await events.value
        await citizens.close()
        await phones.close()
    }

    // MARK: - What tests ask

    func goOnDuty(_ agent: AgentID = "5001") {
        tell(.signedIn(agent, site: "hall"))
        tell(.asked(agent, .ready))
    }

    /// The rows of calls that have ended, by the citizen's number.
    var ended: [String: CallRecord] {
        Dictionary(
            actions.compactMap { action in
                if case .record(let record) = action, record.endedAt != nil { (record.number, record) } else { nil }
            }
        ) { $1 }
    }

    func until(_ what: String, seconds: Int = 60, _ holds: @Sendable (isolated SmallCentre) -> Bool) async throws {
        for _ in 0..<(seconds * 20) {
            if holds(self) { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw NeverCame(what: what)
    }

    /// The first call that a citizen took, as he saw it.
    func calledBack() async throws -> TelephoneBank.Outcome {
        for _ in 0..<600 {
            if let first = await citizens.taken.first { return first }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw NeverCame(what: "a citizen has been called")
    }

    struct NeverCame: Error { let what: String }

    private static func writePrompts(to folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var prompts = [
            "greeting": (300, 200), "queue-music": (Pitch.music, 1000), "hold-music": (350, 1000),
            "ring-tone": (425, 1000), "agent-number": (250, 60), "at-your-service": (250, 60),
            "callback-offered": (Pitch.callbackOffered, 600), "callback-promised": (Pitch.callbackPromised, 2500),
            "closed": (Pitch.closed, 600), "emergency": (Pitch.emergency, 600), "voicemail": (Pitch.voicemail, 600),
        ]
        for digit in 0...9 { prompts["digit-\(digit)"] = (250, 60) }
        for word in ["queue-next", "queue-before", "queue-people", "wait-about", "wait-minutes"] {
            prompts[word] = (Pitch.place, 200)
        }
        for number in (1...10).map({ $0 }) + [100] { prompts["number-\(number)"] = (Pitch.place, 200) }
        for (name, sound) in prompts {
            try WAV(samples: Tone.samples(hertz: Double(sound.0), milliseconds: sound.1))
                .write(to: "\(folder)/\(name).wav")
        }
    }
}

extension [Int16] {
    /// Which of the pitches are heard, in the order in which they come: of each tenth of a second the loudest.
    func pitches(of candidates: [Int]) -> [Int] {
        var heard: [Int] = []
        for start in stride(from: 0, to: Swift.max(0, count - 800), by: 800) {
            let piece = self[start..<(start + 800)]
            let loudness = candidates.map { Tone.amplitude(of: Double($0), in: piece) }
            guard let loudest = loudness.indices.max(by: { loudness[$0] < loudness[$1] }), loudness[loudest] > 3_000,
                heard.last != candidates[loudest]
            else { continue }
            heard.append(candidates[loudest])
        }
        return heard
    }
}
