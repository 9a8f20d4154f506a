import Foundation
import NIOPosix
import SIP
import Telephony

/// Simulated telephones on one SIP socket: citizens who call, and phones that answer. Real SIP, real RTP.
package actor TelephoneBank {
    /// Where it listens; phones are reached at `sip:anything@` this address.
    package nonisolated let address: PeerAddress
    private let endpoint: SIPEndpoint
    private let host: String
    private var lines: [LegID: Telephone] = [:]
    /// What the callers among them say once answered, and for how long.
    private var speech: [LegID: (samples: [Int16], length: Duration)] = [:]
    private var answering: Answering?
    /// The newest call that each caller has made, for `press`.
    private var callers: [String: LegID] = [:]
    /// Calls that came to its phones and are over; the newest twenty.
    package private(set) var taken: [Outcome] = []
    private var count = 0
    private let run = String(UInt32.random(in: .min ... .max), radix: 36)
    private nonisolated let end: AsyncStream<Event>.Continuation
    private var reader: Task<Void, Never>?

    /// How phones that are called behave.
    package struct Answering: Sendable {
        /// From the first ring to the answer.
        package var after: Duration
        /// Hangs up so long after the answer; nil waits for the other side.
        package var hangUpAfter: Duration?
        package var hertz: Int

        package init(after: Duration, hangUpAfter: Duration? = nil, hertz: Int = 600) {
            self.after = after
            self.hangUpAfter = hangUpAfter
            self.hertz = hertz
        }
    }

    /// One call that was made, as the one who made it saw it.
    package struct Outcome: Sendable, Equatable {
        package enum End: Sendable, Equatable {
            case hungUp, hungUpByPeer, refused(status: Int)
        }
        package var answeredAfter: Duration?
        package var end: End
        package var heard: [Int16] = []
        package var packetsHeard = 0
    }

    private struct Telephone {
        let sound: RTPStream
        let startedAt: ContinuousClock.Instant
        var answeredAfter: Duration?
        var done: CheckedContinuation<Outcome, Never>?
        var hungUp = false
    }

    private init(endpoint: SIPEndpoint, host: String, events: AsyncStream<Event>, end: AsyncStream<Event>.Continuation)
    {
        self.endpoint = endpoint
        self.host = host
        self.end = end
        address = endpoint.address
    }

    /// - Parameter server: whose INVITEs the phones accept, `127.0.0.1` for one on this machine.
    package static func start(host: String = "127.0.0.1", port: Int = 0, server: String = "127.0.0.1") async throws
        -> TelephoneBank
    {
        let (events, end) = AsyncStream.makeStream(of: Event.self)
        guard let peer = TrustedPeer(server, kind: .trunk) else { throw BadServer(server: server) }
        let endpoint = try await SIPEndpoint.start(.init(host: host, port: port, trustedPeers: [peer])) {
            end.yield($0)
        }
        let bank = TelephoneBank(endpoint: endpoint, host: host, events: events, end: end)
        await bank.read(events)
        return bank
    }

    package struct BadServer: Error { let server: String }

    /// The reader lives as long as the bank and ends with `close`.
    private func read(_ events: AsyncStream<Event>) {
        reader = Task { for await event in events { await self.handle(event) } }
    }

    /// From now on calls to this bank are answered so.
    package func answer(_ answering: Answering?) {
        self.answering = answering
    }

    /// Calls `number` at `server` as `from`, speaks `samples` over and over once answered (none is no sound at all), and hangs up `length` after the
    /// answer or when the call has not been answered within `patience`.
    package func call(
        _ number: String, at server: PeerAddress, from: String, saying samples: [Int16], length: Duration,
        patience: Duration = .seconds(120), keep: Duration = .seconds(60)
    ) async throws -> Outcome {
        let sound = try await RTPStream.open(host: host, keep: keep)
        count += 1
        let leg = LegID("t-\(run)-\(count)")
        let invite = OutboundCall(
            leg: leg, to: "sip:\(number)@\(server.description)", destination: server, from: from,
            sdp: sound.description())
        // Ends by itself: it only watches the clock for this one call.
        let clock = Task {
            try await Task.sleep(for: patience)
            self.giveUp(leg)
        }
        defer { clock.cancel() }
        let outcome = await withCheckedContinuation { done in
            lines[leg] = Telephone(sound: sound, startedAt: .now, done: done)
            speech[leg] = (samples, length)
            callers[from] = leg
            endpoint.perform(.invite(invite))
        }
        await sound.close()
        if callers[from] == leg { callers[from] = nil }
        return outcome
    }

    /// The caller presses a key (RFC 4733) amid what he says.
    package func press(_ key: Character, as from: String) async throws {
        guard let leg = callers[from], let line = lines[leg] else { return }
        try await line.sound.press(key)
    }

    /// The caller hangs up now.
    package func hangUp(as from: String) {
        if let leg = callers[from] { hangUp(leg) }
    }

    private func giveUp(_ leg: LegID) {
        guard let line = lines[leg], line.answeredAfter == nil else { return }
        hangUp(leg)
    }

    private func hangUp(_ leg: LegID) {
        lines[leg]?.hungUp = true
        endpoint.perform(.hangUp(leg))
    }

    private func handle(_ event: Event) async {
        switch event {
        case .invited(let invitation): await ring(invitation)
        case .answered(let leg, let sdp): await talk(leg, sdp)
        case .cancelled(let leg, _): await finish(leg, .hungUpByPeer)
        case .rejected(let leg, let status, _): await finish(leg, .refused(status: status))
        case .ended(let leg, .hungUpByPeer): await finish(leg, .hungUpByPeer)
        case .ended(let leg, _): await finish(leg, .hungUp)
        case .reinvited(let leg, _):
            if let sound = lines[leg]?.sound { endpoint.perform(.answerReinvite(leg, sdp: sound.description())) }
        case .established, .confirmed, .ringing, .reinviteCancelled, .reinviteConfirmed, .reinviteAnswered,
            .reinviteRejected, .probed:
            break
        }
    }

    private func talk(_ leg: LegID, _ sdp: String?) async {
        guard let line = lines[leg] else { return }
        lines[leg]?.answeredAfter = .now - line.startedAt
        guard let sdp, let (samples, length) = speech[leg] else { return hangUp(leg) }
        do {
            try await line.sound.aim(at: sdp)
            if !samples.isEmpty { try await line.sound.say(samples, repeating: true) }
        } catch {
            return hangUp(leg)
        }
        later(length) { await self.hangUp(leg) }
    }

    private func ring(_ invitation: Invitation) async {
        guard let answering, let offer = invitation.sdp,
            let sound = try? await RTPStream.open(host: host, keep: .seconds(10))
        else { return endpoint.perform(.reject(invitation.leg, status: 480)) }
        lines[invitation.leg] = Telephone(sound: sound, startedAt: .now)
        endpoint.perform(.ring(invitation.leg))
        later(answering.after) { await self.pickUp(invitation.leg, offer: offer, answering) }
    }

    private func pickUp(_ leg: LegID, offer: String, _ answering: Answering) async {
        guard let line = lines[leg] else { return }
        do {
            try await line.sound.aim(at: offer)
            try await line.sound.say(hertz: answering.hertz)
        } catch {
            return endpoint.perform(.reject(leg, status: 488))
        }
        lines[leg]?.answeredAfter = .now - line.startedAt
        endpoint.perform(.accept(leg, sdp: line.sound.description()))
        if let length = answering.hangUpAfter { later(length) { await self.hangUp(leg) } }
    }

    private func finish(_ leg: LegID, _ end: Outcome.End) async {
        speech[leg] = nil
        guard let line = lines.removeValue(forKey: leg) else { return }
        let heard = try? await line.sound.heard()
        let outcome = Outcome(
            answeredAfter: line.answeredAfter, end: line.hungUp && end == .hungUpByPeer ? .hungUp : end,
            heard: heard?.samples ?? [], packetsHeard: heard?.packets ?? 0)
        if let done = line.done { return done.resume(returning: outcome) }
        await line.sound.close()
        taken.append(outcome)
        if taken.count > 20 { taken.removeFirst() }
    }

    /// One sleeping task a call: the bank makes as many calls as its owner asked for.
    private func later(_ delay: Duration, _ work: @escaping @Sendable () async -> Void) {
        Task {
            try? await Task.sleep(for: delay)
            await work()
        }
    }

    package func close() async {
        for leg in lines.keys { hangUp(leg) }
        try? await Task.sleep(for: .milliseconds(200))
        try? await endpoint.close()
        end.finish()
        // Whoever still waits for the end of a call is told that we ended it.
        for leg in Array(lines.keys) { await finish(leg, .hungUp) }
    }
}
