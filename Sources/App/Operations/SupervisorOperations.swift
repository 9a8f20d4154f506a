import Engine
import HTTPTypes
import Storage

typealias HTTPStatus = HTTPResponse.Status

/// What a leader does in the middle of a shift: an agent's state, and who waits to be called back.
enum SupervisorOperations {
    static let all: [Operation] = [
        Operation(
            id: "setAgentState", method: .put, path: "/agents/{agent}/state",
            summary: Sentence("调整话务员状态", "Set an agent's state; during a call, what follows it"),
            access: .needs(.routing),
            form: .object([
                .init("state", .words(Engine.Agent.AskedState.self)), .init("pause", .nullable(.id), required: false),
            ]),
            answers: [.ok(RoutingViews.agentSchema)], refusals: [.conflict, .serviceUnavailable], handle: setState),
        Operation(
            id: "listCallbacks", method: .get, path: "/callbacks",
            summary: Sentence("等待回拨的来电人", "Callers who wait to be called back"), access: .needs(.routing),
            answers: [.ok(.object([.init("callbacks", .list(callback))]))], handle: listCallbacks),
    ]

    private static let callback = Schema.named(
        "Callback",
        .object([
            .init("call", .id), .init("line", .id), .init("queue", .nullable(.id)), .init("number", .anyText),
            .init("askedAt", .time), .init("position", .nullable(.count)), .init("tries", .count),
            .init("state", .oneOf(["waiting", "resting", "offered", "dialling", "talking"])),
            .init("agent", .nullable(.id)),
        ]))

    struct Asked: Decodable {
        let state: Engine.Agent.AskedState
        let pause: BreakID?

        /// The kind of break, which must be one of the centre's.
        func pause(in centre: Centre) throws -> BreakID? {
            guard state == .onBreak, let pause else { return nil }
            guard (centre.breaks ?? []).contains(where: { $0.id == pause.text }) else {
                throw Problem.invalid([Problem.noSuch("pause", "小休类型", "kind of break")])
            }
            return pause
        }
    }

    private static func setState(_ exchange: Exchange) async throws -> Answer {
        let office = exchange.office
        let agent: AgentID = exchange.id("agent")
        let asked = try exchange.form(Asked.self)
        let pause = try asked.pause(in: office.centre)
        guard let known = office.centre.agents.first(where: { $0.id == agent }) else { throw Problem.notFound }
        do {
            try await office.ask(.asked(agent, asked.state, pause: pause, by: exchange.me.person.id))
        } catch SwitchboardRefusal.notSignedIn {
            throw Problem.agentNotOnDuty
        }
        try await office.note("agent.\(asked.state.rawValue)", "agent:\(agent)", exchange)
        return .json(
            RoutingViews(
                version: office.currentCentre.version, live: await office.routing(at: exchange.now),
                people: try await office.staff.people(), waitsForRestart: false, now: exchange.now
            ).view(known))
    }

    private static func listCallbacks(_ exchange: Exchange) async throws -> Answer {
        let promised = await exchange.office.switchboard.read { $0.callbacksInOrder }
        let rows = promised.map { call, place -> JSON in
            [
                "call": JSON(call.id), "line": JSON(call.record.line), "queue": JSON(call.route?.queue),
                "number": .string(TelephoneNumber.mask(call.callback!.number)),
                "askedAt": JSON(call.callback!.askedAt), "position": JSON(place),
                "tries": JSON(call.callback!.tries), "state": .string(call.phase.callbackWord),
                "agent": JSON(call.agent),
            ]
        }
        return .json(["callbacks": .array(rows)])
    }
}

extension Engine.Call.Phase {
    /// Where a promised call back stands.
    fileprivate var callbackWord: String {
        switch self {
        case .greeting, .waiting, .leaving: "waiting"
        case .resting: "resting"
        case .offered: "offered"
        case .connecting, .dialling: "dialling"
        case .talking: "talking"
        }
    }
}

extension Office {
    func routing(at now: Moment) async -> RoutingViews.Live {
        await switchboard.read { RoutingViews.Live($0, at: now) }
    }

    /// What was done to the switchboard, beside its journal, where an auditor looks.
    func note(_ action: String, _ subject: String, _ exchange: Exchange) async throws {
        try await store.note(AuditRow(at: exchange.now, actor: exchange.actor, action: action, subject: subject))
    }
}
