import Engine
import Foundation
import Logging
import SIP
import ServiceLifecycle

/// Carries out what the switchboard decides: turns its actions into SIP legs and rtpengine commands, and what happens on
/// them into its events.
///
/// The actions of one call are carried out one after the other by that call's own task, so a slow step of one call delays
/// no other. A party's SIP leg and media leg bear the same name.
package actor CallControl: Service {
    let settings: Settings
    let tell: @Sendable (Engine.Event) -> Void
    let notices: Notices
    let logger: Logger

    var endpoint: SIPEndpoint?
    /// Nil while there is no rtpengine: voice is off.
    var media: MediaServer?
    /// The same while rtpengine is being started again.
    var restingMedia: MediaServer?

    var calls: [CallID: LiveCall] = [:]
    /// Which call a SIP leg belongs to, and whose it is.
    var owners: [LegID: Owner] = [:]
    /// Agents' browsers, each connected by one leg for a whole shift.
    var browserLegs: [AgentID: BrowserLeg] = [:]
    /// Recordings being turned into WAVs.
    var mixing: Set<String> = []
    private var legCount = 0

    private let sipEvents: AsyncStream<SIP.Event>
    private nonisolated let sipEventsEnd: AsyncStream<SIP.Event>.Continuation
    private let jobs: AsyncStream<@Sendable () async -> Void>
    private let keys: AsyncStream<KeyPress>
    private nonisolated let keysEnd: AsyncStream<KeyPress>.Continuation
    nonisolated let jobsEnd: AsyncStream<@Sendable () async -> Void>.Continuation

    package struct Owner: Sendable {
        let call: CallID
        let party: Party
        /// Set until the agent's phone and the citizen are bridged.
        var offer: Offer?
    }

    package struct BrowserLeg: Sendable {
        let name: String
        var answered = false
    }

    package init(
        settings: Settings, notices: Notices, logger: Logger, tell: @escaping @Sendable (Engine.Event) -> Void
    ) {
        self.settings = settings
        self.notices = notices
        self.logger = logger
        self.tell = tell
        // Both bounded at their sources: SIP holds so many legs and no more, and each leg has few events.
        (sipEvents, sipEventsEnd) = AsyncStream.makeStream(of: SIP.Event.self)
        (jobs, jobsEnd) = AsyncStream.makeStream(of: (@Sendable () async -> Void).self)
        // A caller may press keys as fast as he likes; whom it would help is told again, for he presses again.
        (keys, keysEnd) = AsyncStream.makeStream(of: KeyPress.self, bufferingPolicy: .bufferingOldest(256))
    }

    /// Binds the SIP socket; returns where.
    package func bind() async throws -> PeerAddress {
        let end = sipEventsEnd
        let endpoint = try await SIPEndpoint.start(settings.sip) { end.yield($0) }
        self.endpoint = endpoint
        return endpoint.address
    }

    /// Voice is on from here, until `mediaLost`.
    package func setMedia(_ media: MediaServer?) {
        self.media = media
    }

    /// A party pressed a key. Returns at once.
    package nonisolated func pressed(_ key: KeyPress) {
        keysEnd.yield(key)
    }

    package func run() async throws {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.readSIP() }
                group.addTask { for await key in self.keys { await self.handle(key) } }
                group.addTask { await self.watchForVanished() }
                // Calls, greetings and recordings are tasks of this group, so none outlives the service.
                for await job in self.jobs { group.addTask { await job() } }
                self.endCalls()
                group.cancelAll()
            }
        } onGracefulShutdown: {
            self.jobsEnd.finish()
            self.sipEventsEnd.finish()
            self.keysEnd.finish()
        }
        // Time for the BYEs to leave before the socket closes.
        try? await Task.sleep(for: .milliseconds(50))
        try await endpoint?.close()
    }

    /// Calls do not survive us: each ends here and now, with a BYE and with its reason in the record.
    private func endCalls() {
        for (call, live) in calls {
            live.steps.finish()
            if live.isTurnedAway { continue }
            tell(.hungUp(call, .citizen, .interrupted))
        }
        for leg in owners.keys { endpoint?.perform(.hangUp(leg, Reason(text: "server is stopping"))) }
        owners = [:]
    }

    private func readSIP() async {
        for await event in sipEvents { await handle(event) }
    }

    /// Carries out the actions of one event, in order. Returns at once: the steps are queued with their calls.
    package func perform(_ actions: [Engine.Action]) {
        for action in actions { perform(action) }
    }

    private func perform(_ action: Engine.Action) {
        switch action {
        case .greet(let call, let line): decided(call) { await self.greet(call, line) }
        case .playMusic(let call): step(call) { await self.playMusic(call) }
        case .ring(let offer):
            // Whoever is called back after a restart has no task yet.
            begin(offer.call, line: offer.line)
            step(offer.call) { await self.ring(offer) }
        case .withdraw(let offer): step(offer.call) { await self.withdraw(offer) }
        case .connect(let call, let agent): step(call) { await self.connect(call, agent) }
        case .dial(let call, let agent, let line, let number, let device):
            begin(call, line: line)
            step(call) { await self.dial(call, agent, number, device) }
        case .tell(let call, let message): decided(call) { await self.inform(call, message) }
        case .announce(let call, let before, let wait): step(call) { await self.announce(call, before, wait) }
        case .hold(let call, let on): step(call) { await self.hold(call, on) }
        case .mute(let call, let on): step(call) { await self.mute(call, on) }
        case .release(let call, let agent): step(call) { await self.release(call, agent) }
        case .hangUp(let call, let reason): decided(call) { await self.finish(call, reason) }
        case .refuse(let call, let reason): decided(call) { await self.refuse(call, reason) }
        case .endLeg(let facts): endLeg(facts)
        // His new call has his place; the old one has nobody on it any more, only its task.
        case .record(let record) where record.endReason == .calledAgain:
            step(record.id) { await self.finish(record.id, .calledAgain) }
        case .startTimer, .cancelTimer, .record, .show, .alert: break
        }
    }

    // MARK: - One task a call

    struct LiveCall {
        let line: LineID
        let steps: AsyncStream<@Sendable () async -> Void>.Continuation
        /// The citizen's leg; nil before we call her.
        var citizen: LegID?
        /// What she called from; nil if she does not show it.
        var number: String?
        /// The SDP of her INVITE until it is answered; nil when she let us make the offer.
        var offer: String?
        /// The switchboard has said what is to become of it.
        var isDecided = false
        /// It could not, and knows nothing of the call: she hears the emergency message.
        var isTurnedAway = false
        /// What she hears first in place of the line's greeting.
        var opening: SpokenMessage?
        /// The agent's phone, ringing or talking.
        var phone: LegID?
        /// The agent whose browser or phone is joined to the citizen.
        var agent: AgentID?
        /// We made the offer in our 2xx; the answer comes with the ACK.
        var awaitsAnswer = false
        /// Whom to call once her own phone has answered.
        var pendingNumber: String?
        /// We have sent the citizen an INVITE, and she does not talk yet.
        var isBeingCalled = false
        var callback = Callback.notOffered
        var recording: String?

        /// Legs that have been answered: sound is expected of them.
        var up: Set<LegID> = []
        /// What the desk shows, so that an agent's fresh leg can be put in the same place.
        var bridged = false
        var held = false
        var muted = false
        enum Callback { case notOffered, offered, promised }

        /// Counts what is played to the citizen, so that the end of one announcement does not stop the next sound.
        var sounds = 0
    }

    /// Starts the task of a call; its steps are run in order until `finish`.
    func begin(_ call: CallID, line: LineID) {
        guard calls[call] == nil else { return }
        let (stream, end) = AsyncStream.makeStream(of: (@Sendable () async -> Void).self)
        calls[call] = LiveCall(line: line, steps: end)
        jobsEnd.yield { for await step in stream { await step() } }
    }

    func step(_ call: CallID, _ work: @escaping @Sendable () async -> Void) {
        calls[call]?.steps.yield(work)
    }

    /// Runs `work` after a while, unless we are stopping. It must check that what it is about is still so.
    func later(_ delay: Duration, _ work: @escaping @Sendable () async -> Void) {
        jobsEnd.yield {
            guard (try? await Task.sleep(for: delay)) != nil else { return }
            await work()
        }
    }

    func newLeg(_ kind: String) -> LegID {
        legCount += 1
        return LegID("\(kind)-\(settings.run)-\(legCount)")
    }

    /// A call keeps its own agent's leg: her phone if it rang for this call, her browser otherwise.
    func agentLeg(_ call: CallID) -> String? {
        guard let live = calls[call] else { return nil }
        if let phone = live.phone { return phone.token }
        return live.agent.flatMap { browserLegs[$0] }.flatMap { $0.answered ? $0.name : nil }
    }
}
