import Engine
import Reports
import Storage

/// The board, made at most once a second for however many look at it, and written out once.
actor Boards {
    private let store: any Store
    private let switchboard: SwitchboardService
    private let centre: CurrentCentre
    private let wallClock: WallClock
    private let now: @Sendable () -> Moment
    /// With the agents, and without.
    private var last: [Bool: (at: Moment, board: Written)] = [:]
    private var making: [Bool: Task<Written, any Error>] = [:]

    struct Written: Sendable {
        let json: JSON
        let text: String
    }

    private static let freshMs: Int64 = 900

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

    /// Who leads sees each agent. Two thousand agents told of two thousand each second would be all that the machine does.
    func current(for caller: Caller) async throws -> Written { try await current(withAgents: caller.may(.reports)) }

    private func current(withAgents: Bool) async throws -> Written {
        let asked = now()
        if let last = last[withAgents], (0..<Self.freshMs).contains(asked.milliseconds(since: last.at)) {
            return last.board
        }
        if let making = making[withAgents] { return try await making.value }
        // A task of its own, so that those who ask meanwhile wait for the same one, and it is not lost with the first.
        let task = Task {
            let json = try await make(at: asked, withAgents: withAgents)
            return Written(json: json, text: json.text)
        }
        making[withAgents] = task
        defer { making[withAgents] = nil }
        let board = try await task.value
        last[withAgents] = (asked, board)
        return board
    }

    private func make(at now: Moment, withAgents: Bool) async throws -> JSON {
        let live = await switchboard.read { $0.board }
        let counted = try await Board.make(at: now, centre: centre.centre, store: store, wall: wallClock)
        let waits = live.lines.map { $0.since.map { max(0, now.milliseconds(since: $0)) } ?? 0 }
        return [
            "at": JSON(now), "online": JSON(live.online), "onCall": JSON(live.onCall), "wrapUp": JSON(live.wrapUp),
            "ready": JSON(live.ready), "onBreak": JSON(live.onBreak),
            "waiting": JSON(live.lines.reduce(0) { $0 + $1.waiting }), "longestWaitMs": JSON(waits.max() ?? 0),
            "answered": JSON(counted.all.answered), "missed": JSON(counted.all.missed),
            "lines": .array(counted.lines.map { view($0.line, $0.today, live, at: now) }),
            "lastHour": .array(
                counted.lastHour.map {
                    ["from": JSON($0.from), "offered": JSON($0.offered), "answered": JSON($0.answered)]
                }),
            "agents": withAgents ? try await agents() : [],
        ]
    }

    private func agents() async throws -> JSON {
        let agents = await switchboard.read { switchboard in
            switchboard.agents.values.filter(\.isSignedIn).map { ($0.id, $0.state.word, $0.since) }
        }
        let names = Dictionary(
            try await store.people().compactMap { person in person.agent.map { ($0, person.name) } }
        ) { first, _ in first }
        return .array(
            agents.map { id, state, since in
                [
                    "agent": JSON(id), "name": .string(names[id] ?? id.text), "state": .string(state),
                    "since": JSON(since),
                ]
            })
    }

    private func view(_ line: LineID, _ today: Board.Today, _ live: Switchboard.Board, at now: Moment) -> JSON {
        let waiting = live.lines.first { $0.line == line }
        return [
            "line": JSON(line), "waiting": JSON(waiting?.waiting ?? 0),
            "longestWaitMs": JSON(waiting?.since.map { max(0, now.milliseconds(since: $0)) } ?? 0),
            "offered": JSON(today.offered), "answered": JSON(today.answered), "missed": JSON(today.missed),
            "answerRate": JSON(fraction: today.answerRate.value),
        ]
    }

    static let schema = Schema.named(
        "Board",
        .object([
            .init("at", .time), .init("online", .count), .init("onCall", .count), .init("wrapUp", .count),
            .init("ready", .count), .init("onBreak", .count), .init("waiting", .count), .init("longestWaitMs", .count),
            .init("answered", .count), .init("missed", .count),
            .init(
                "lines",
                .list(
                    .object([
                        .init("line", .id), .init("waiting", .count), .init("longestWaitMs", .count),
                        .init("offered", .count), .init("answered", .count), .init("missed", .count),
                        .init("answerRate", .nullable(.number)),
                    ]))),
            .init(
                "lastHour",
                .list(.object([.init("from", .time), .init("offered", .count), .init("answered", .count)]))),
            .init(
                "agents",
                .list(
                    .object([
                        .init("agent", .id), .init("name", .anyText),
                        .init("state", .oneOf(["offline", "ready", "offered", "onCall", "wrapUp", "break"])),
                        .init("since", .time),
                    ]))),
        ]))
}
