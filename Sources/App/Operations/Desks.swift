import Engine
import Storage
import Synchronization

/// What an agent's page shows of her, as JSON: from the switchboard what is so now, from the calls' rows what she has done
/// today.
struct Desks: Sendable {
    let store: any Store
    let switchboard: SwitchboardService
    let centre: CurrentCentre
    let wallClock: WallClock
    let now: @Sendable () -> Moment
    private let known = KnownDays()

    init(
        store: any Store, switchboard: SwitchboardService, centre: CurrentCentre, wallClock: WallClock,
        now: @escaping @Sendable () -> Moment
    ) {
        self.store = store
        self.switchboard = switchboard
        self.centre = centre
        self.wallClock = wallClock
        self.now = now
    }

    /// Throws `unknownAgent` for one who is not set up.
    func desk(of agent: AgentID, name: String, counting: Bool = false) async throws -> JSON {
        guard let state = await switchboard.read({ State(of: agent, in: $0) }) else {
            throw SwitchboardRefusal.unknownAgent
        }
        return try await view(state, name: name, counting: counting)
    }

    /// The part of the switchboard that one desk shows; small, so that keeping it does not keep a switchboard alive.
    struct State: Sendable {
        let agent: Engine.Agent
        let offered: (offer: Engine.Offer, record: CallRecord)?
        let call: Engine.Call?
        /// After which she is ready again by herself; nil waits for her.
        let wrapUpLimitSeconds: Int?

        init?(of id: AgentID, in switchboard: Switchboard) {
            guard let agent = switchboard.agents[id] else { return nil }
            self.agent = agent
            call = agent.call.flatMap { switchboard.calls[$0] }
            let own = Set(agent.profile.queues.map(\.queue))
            let limits = switchboard.setup.queues.filter { own.contains($0.id) }.map(\.wrapUpLimitSeconds)
            wrapUpLimitSeconds = limits.contains(nil) ? nil : limits.compactMap(\.self).max()
            if case .offered(_, let call) = agent.state, let ringing = switchboard.calls[call],
                case .offered(let offer) = ringing.phase
            {
                offered = (offer, ringing.record)
            } else {
                offered = nil
            }
        }
    }

    /// - Parameter counting: her day is counted anew; without it, it is as it was counted last. A desk is shown at every step of
    ///   every call, and her figures change once a call.
    func view(_ state: State, name: String, counting: Bool) async throws -> JSON {
        let agent = state.agent
        let today = try await today(of: agent.id, counting: counting)
        return [
            "agent": JSON(agent.id), "name": .string(name),
            "device": agent.device == .browser ? "browser" : "phone",
            "site": JSON(agent.site), "seat": JSON(seat(of: agent)), "state": .string(agent.state.word),
            "reason": JSON(agent.state.reason),
            "pause": JSON(agent.state.pause ?? agent.afterCallPause), "since": JSON(agent.since),
            "reachable": .bool(agent.reachable), "afterCall": JSON(agent.afterCall?.rawValue),
            "wrapUpLimitSeconds": JSON(state.wrapUpLimitSeconds),
            "offer": state.offered.map(view) ?? .null,
            "call": state.call.map { view($0, of: agent) } ?? .null,
            "wrapUpOf": JSON(agent.state.wrapUpOf),
            "today": ["answered": JSON(today.answered), "talkMs": JSON(today.talkMs)],
        ]
    }

    /// The one whose phone she has, while she is on duty.
    private func seat(of agent: Engine.Agent) -> String? {
        guard agent.isSignedIn, case .phone(let uri) = agent.device else { return nil }
        return centre.centre.seats?.first { $0.phone == uri }?.id
    }

    private struct Today: Sendable {
        var answered = 0
        var talkMs: Int64 = 0
    }

    /// What each agent's day was when the database last told; as many as there are agents.
    private final class KnownDays: Sendable {
        let days = Mutex<[AgentID: (day: LocalDay, today: Today)]>([:])
    }

    /// While the database is away a desk must still show a ringing call, so then it is what was known last.
    private func today(of agent: AgentID, counting: Bool) async throws -> Today {
        let day = wallClock.day(of: now())
        if !counting, let last = known.days.withLock({ $0[agent] }), last.day == day { return last.today }
        var filter = CallFilter()
        filter.agent = agent
        filter.answered = true
        filter.from = wallClock.start(of: day)
        do {
            let today = Today(answered: try await store.count(filter), talkMs: try await store.sum(.talk, filter))
            known.days.withLock { $0[agent] = (day, today) }
            return today
        } catch let error as StorageError where error.isPassing {
            return known.days.withLock { $0[agent]?.today } ?? Today()
        }
    }

    private func view(_ offer: Engine.Offer, _ record: CallRecord) -> JSON {
        [
            "id": JSON(offer.id), "call": JSON(offer.call), "line": JSON(record.line),
            "number": .string(TelephoneNumber.mask(record.number)),
            // Where a number is at home is not known yet; the page shows it when it is.
            "place": nil,
            "waitedMs": JSON(record.queuedAt.map { max(0, now().milliseconds(since: $0)) } ?? 0),
            "expiresAt": JSON(offer.expiresAt), "isCallback": .bool(offer.isCallback),
        ]
    }

    private func view(_ call: Engine.Call, of agent: Engine.Agent) -> JSON {
        let purpose = call.record.purpose
        return [
            "id": JSON(call.id), "direction": .string(call.record.direction.rawValue), "line": JSON(call.record.line),
            "number": .string(TelephoneNumber.mask(call.record.number)), "phase": .string(call.phase.word),
            "since": JSON(call.phase.isTalking ? max(call.record.answeredAt ?? agent.since, agent.since) : agent.since),
            "held": .bool(call.held), "muted": .bool(call.muted), "purpose": JSON(purpose?.kind.rawValue),
            "order": JSON(purpose?.order),
        ]
    }

    static let schema = Schema.named(
        "Desk",
        .object([
            .init("agent", .id), .init("name", .anyText), .init("device", .oneOf(["browser", "phone"])),
            .init("site", .nullable(.id)), .init("seat", .nullable(.id)),
            .init("state", .oneOf(["offline", "ready", "offered", "onCall", "wrapUp", "break"])),
            .init("reason", .nullable(.oneOf(["asked", "paused", "notAnswering", "unreachable"]))),
            .init("pause", .nullable(.id)), .init("since", .time), .init("reachable", .flag),
            .init("wrapUpLimitSeconds", .nullable(.count)),
            .init("afterCall", .nullable(.words(Engine.Agent.AskedState.self))),
            .init(
                "offer",
                .nullable(
                    .named(
                        "Offer",
                        .object([
                            .init("id", .id), .init("call", .id), .init("line", .id), .init("number", .anyText),
                            .init("place", .nullable(.anyText)), .init("waitedMs", .count), .init("expiresAt", .time),
                            .init("isCallback", .flag),
                        ])))),
            .init(
                "call",
                .nullable(
                    .named(
                        "CurrentCall",
                        .object([
                            .init("id", .id), .init("direction", .oneOf(["inbound", "outbound"])), .init("line", .id),
                            .init("number", .anyText), .init("phase", .oneOf(["connecting", "ringing", "talking"])),
                            .init("since", .time), .init("held", .flag), .init("muted", .flag),
                            .init("purpose", .nullable(.words(CallRecord.Purpose.Kind.self))),
                            .init("order", .nullable(.id)),
                        ])))),
            .init("wrapUpOf", .nullable(.id)),
            .init("today", .object([.init("answered", .count), .init("talkMs", .count)])),
        ]))
}

extension Engine.Agent.State {
    var word: String {
        switch self {
        case .offline: "offline"
        case .ready: "ready"
        case .offered: "offered"
        case .onCall: "onCall"
        case .wrapUp: "wrapUp"
        case .onBreak: "break"
        }
    }

    var reason: String? {
        guard case .onBreak(let reason) = self else { return nil }
        return switch reason {
        case .asked: "asked"
        case .paused: "paused"
        case .notAnswering: "notAnswering"
        case .unreachable: "unreachable"
        }
    }

    /// The kind of break she is on.
    var pause: BreakID? {
        if case .onBreak(.asked(let pause)) = self { pause } else { nil }
    }

    var wrapUpOf: CallID? {
        if case .wrapUp(let call) = self { call } else { nil }
    }
}

extension Engine.Call.Phase {
    var word: String {
        switch self {
        // An agent's own call is in none of the first ones.
        case .greeting, .waiting, .resting, .leaving, .offered, .connecting: "connecting"
        case .dialling: "ringing"
        case .talking: "talking"
        }
    }

    var isTalking: Bool {
        if case .talking = self { true } else { false }
    }
}

extension CallRecord.Purpose {
    /// The order it is about, if it is about one.
    var order: OrderID? {
        switch kind {
        case .order, .followUp: OrderID(reference)
        case .missed: nil
        }
    }
}
