import Engine
import Storage
import Synchronization

/// What an agent's page shows of her, as JSON: from the switchboard what is so now, from the calls' rows what she has done
/// today.
struct Desks: Sendable {
    let store: any Store
    let switchboard: SwitchboardService
    let wallClock: WallClock
    let now: @Sendable () -> Moment
    private let known = KnownDays()

    init(
        store: any Store, switchboard: SwitchboardService, wallClock: WallClock, now: @escaping @Sendable () -> Moment
    ) {
        self.store = store
        self.switchboard = switchboard
        self.wallClock = wallClock
        self.now = now
    }

    /// Throws `unknownAgent` for one who is not set up.
    func desk(of agent: AgentID, name: String) async throws -> JSON {
        guard let state = State(of: agent, in: await switchboard.switchboard) else {
            throw SwitchboardRefusal.unknownAgent
        }
        return try await view(state, name: name)
    }

    /// The part of the switchboard that one desk shows; small, so that keeping it does not keep a switchboard alive.
    struct State: Sendable {
        let agent: Engine.Agent
        let offered: (offer: Engine.Offer, record: CallRecord)?
        let call: Engine.Call?

        init?(of id: AgentID, in switchboard: Switchboard) {
            guard let agent = switchboard.agents[id] else { return nil }
            self.agent = agent
            call = agent.call.flatMap { switchboard.calls[$0] }
            if case .offered(_, let call) = agent.state, let ringing = switchboard.calls[call],
                case .offered(let offer) = ringing.phase
            {
                offered = (offer, ringing.record)
            } else {
                offered = nil
            }
        }
    }

    func view(_ state: State, name: String) async throws -> JSON {
        let agent = state.agent
        let today = try await today(of: agent.id)
        return [
            "agent": JSON(agent.id), "name": .string(name),
            "device": agent.profile.device == .browser ? "browser" : "phone",
            "site": JSON(agent.site), "state": .string(agent.state.word), "reason": JSON(agent.state.reason),
            "since": JSON(agent.since), "reachable": .bool(agent.reachable),
            "afterCall": JSON(agent.afterCall?.rawValue),
            "offer": state.offered.map(view) ?? .null,
            "call": state.call.map { view($0, of: agent) } ?? .null,
            "wrapUpOf": JSON(agent.state.wrapUpOf),
            "today": ["answered": JSON(today.answered), "talkMs": JSON(today.talkMs)],
        ]
    }

    private struct Today: Sendable {
        var answered = 0
        var talkMs: Int64 = 0
    }

    /// What each agent's day was when the database last told; as many as there are agents.
    private final class KnownDays: Sendable {
        let days = Mutex<[AgentID: Today]>([:])
    }

    /// While the database is away a desk must still show a ringing call, so then it is what was known last.
    private func today(of agent: AgentID) async throws -> Today {
        var filter = CallFilter()
        filter.agent = agent
        filter.answered = true
        filter.from = wallClock.start(of: wallClock.day(of: now()))
        do {
            let today = Today(answered: try await store.count(filter), talkMs: try await store.sum(.talk, filter))
            known.days.withLock { $0[agent] = today }
            return today
        } catch let error as StorageError where error.isPassing {
            return known.days.withLock { $0[agent] } ?? Today()
        }
    }

    private func view(_ offer: Engine.Offer, _ record: CallRecord) -> JSON {
        [
            "id": JSON(offer.id), "call": JSON(offer.call), "line": JSON(record.line),
            "number": .string(TelephoneNumber.mask(record.number)),
            // Where a number is at home is not known yet; the page shows it when it is.
            "place": nil,
            "waitedMs": JSON(record.queuedAt.map { max(0, now().milliseconds(since: $0)) } ?? 0),
            "expiresAt": JSON(offer.expiresAt),
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
            .init("site", .nullable(.id)),
            .init("state", .oneOf(["offline", "ready", "offered", "onCall", "wrapUp", "break"])),
            .init("reason", .nullable(.oneOf(["asked", "missedOffer", "unreachable"]))),
            .init("since", .time), .init("reachable", .flag),
            .init("afterCall", .nullable(.words(Engine.Agent.AskedState.self))),
            .init(
                "offer",
                .nullable(
                    .named(
                        "Offer",
                        .object([
                            .init("id", .id), .init("call", .id), .init("line", .id), .init("number", .anyText),
                            .init("place", .nullable(.anyText)), .init("waitedMs", .count), .init("expiresAt", .time),
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
        if case .onBreak(let reason) = self { reason.rawValue } else { nil }
    }

    var wrapUpOf: CallID? {
        if case .wrapUp(let call) = self { call } else { nil }
    }
}

extension Engine.Call.Phase {
    var word: String {
        switch self {
        // An agent's own call is in none of the first three.
        case .greeting, .waiting, .offered, .connecting: "connecting"
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
