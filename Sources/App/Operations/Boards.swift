import Engine
import Reports
import Storage

/// The board, made at most once a second for however many look at it.
actor Boards {
    private let store: any Store
    private let switchboard: SwitchboardService
    private let centre: Centre
    private let wallClock: WallClock
    private let now: @Sendable () -> Moment
    private var last: (at: Moment, board: JSON)?
    private var making: Task<JSON, any Error>?

    private static let freshMs: Int64 = 900

    init(
        store: any Store, switchboard: SwitchboardService, centre: Centre, wallClock: WallClock,
        now: @escaping @Sendable () -> Moment
    ) {
        self.store = store
        self.switchboard = switchboard
        self.centre = centre
        self.wallClock = wallClock
        self.now = now
    }

    func current() async throws -> JSON {
        let asked = now()
        if let last, (0..<Self.freshMs).contains(asked.milliseconds(since: last.at)) { return last.board }
        if let making { return try await making.value }
        // A task of its own, so that those who ask meanwhile wait for the same one, and it is not lost with the first.
        let task = Task { try await make(at: asked) }
        making = task
        defer { making = nil }
        let board = try await task.value
        last = (asked, board)
        return board
    }

    private func make(at now: Moment) async throws -> JSON {
        let switchboard = await switchboard.switchboard
        let live = switchboard.board
        let counted = try await Board.make(at: now, centre: centre, store: store, wall: wallClock)
        let names = Dictionary(
            try await store.people().compactMap { person in person.agent.map { ($0, person.name) } }
        ) { first, _ in first }
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
            "agents": .array(
                switchboard.agents.values.filter(\.isSignedIn).map { agent in
                    [
                        "agent": JSON(agent.id), "name": .string(names[agent.id] ?? agent.id.text),
                        "state": .string(agent.state.word), "since": JSON(agent.since),
                    ]
                }),
        ]
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
