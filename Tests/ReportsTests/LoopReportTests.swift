import Engine
import Storage
import TestSupport
import Testing

@testable import Reports

/// A few orders whose figures can be counted on the fingers, on each database.
struct LoopReportTests {
    private static let wall = WallClock.china
    private static func moment(_ text: String) -> Moment { Moment(iso8601: text + ":00+08:00")! }
    private static let november = LocalDay("2026-11-01")!...LocalDay("2026-11-30")!

    private static let centre = Centre(
        id: "main", name: "热线", englishName: "Line", lines: [], queues: [],
        bodies: ["water", "urban", "idle"].map { .init(id: $0, name: $0, englishName: $0) }, sites: [], agents: [])

    private static let policy: ClockPolicy = {
        var policy = ClockPolicy.hangzhou
        policy.promises = [.init(.sign, within: Length(1, .hours)), .init(.resolve, within: Length(2, .days))]
        return policy
    }()

    private static func act(
        _ store: any Store, _ id: OrderID, _ at: String, _ action: WorkOrder.Action,
        as capacity: WorkOrder.Capacity = .supervising("p")
    ) async throws {
        let now = moment(at)
        _ = try await store.changeOrder(id, by: .program, at: now) { order, _ in
            let (next, transition) = try order.applying(
                action, by: "p", as: capacity, version: order.version, at: now, policy: policy)
            return OrderStep(
                next, transition, OrderDue(next, clocks: policy.clocks(of: next, calendar: .china, at: now)))
        }
    }

    private static func verdict(
        _ at: String, _ satisfaction: Int?, solved: Bool?, contacted: Bool?
    ) -> WorkOrder.Action {
        .followUp(
            .init(
                at: moment(at), by: "p", reached: true, satisfaction: satisfaction, solved: solved,
                contacted: contacted, note: "", call: nil)
        )
    }

    /// Five orders: `good` all in time by water, which wrote down a contact that she knows nothing of; `passed` signed late by
    /// water, given back, done by urban in time, and she was asked nothing; `again` closed by urban, which had spoken with her
    /// and not written it down, bad, done again by water and still open, overdue; `taken` signed late by urban, then taken back; `nobodys` given back in time by water, then urged and taken back while no
    /// body had it.
    private static func fill(_ store: any Store) async throws {
        try await store.save(
            StoredPerson(id: "p", login: "p", name: "P", role: .leader, passwordHash: "x"), by: .program, at: .zero)
        for id in ["good", "passed", "again", "taken", "nobodys"] as [OrderID] {
            _ = try await store.createOrder(
                { number in
                    WorkOrder(
                        draft: id, number: number, fields: .init(kind: .help, title: "停水", what: "停水"), line: "12345",
                        call: nil, takenBy: "p", at: moment("2026-11-02T08:00"))
                }, by: .program, at: moment("2026-11-02T08:00"))
        }
        try await act(store, "good", "2026-11-02T09:00", .dispatch(to: "water", readBack: true))
        try await act(store, "good", "2026-11-02T09:30", .sign)
        try await act(store, "good", "2026-11-02T10:00", .contact(note: "已联系"))
        try await act(store, "good", "2026-11-02T11:00", .urge(note: "再次来电"))
        try await act(store, "good", "2026-11-03T10:00", .answer("已修"))
        try await act(store, "good", "2026-11-03T11:00", .close)
        try await act(store, "good", "2026-11-04T09:00", verdict("2026-11-04T09:00", 5, solved: true, contacted: false))

        try await act(store, "passed", "2026-11-02T09:00", .dispatch(to: "water", readBack: true))
        try await act(store, "passed", "2026-11-02T10:30", .giveBack(reason: "不属本单位"), as: .handling("water"))
        try await act(store, "passed", "2026-11-02T12:00", .dispatch(to: "urban", readBack: true))
        try await act(store, "passed", "2026-11-02T12:30", .sign)
        try await act(store, "passed", "2026-11-03T10:00", .answer("已修"))
        try await act(store, "passed", "2026-11-03T11:00", .close)
        let silent = verdict("2026-11-04T10:00", nil, solved: nil, contacted: nil)
        try await act(store, "passed", "2026-11-04T10:00", silent)

        try await act(store, "again", "2026-11-02T09:00", .dispatch(to: "urban", readBack: true))
        try await act(store, "again", "2026-11-02T09:10", .sign)
        try await act(store, "again", "2026-11-03T10:00", .answer("已修"))
        try await act(store, "again", "2026-11-03T11:00", .close)
        try await act(
            store, "again", "2026-11-05T09:00", verdict("2026-11-05T09:00", 1, solved: false, contacted: true))
        try await act(store, "again", "2026-11-06T09:00", .redo(body: "water", reason: "未解决"))

        try await act(store, "taken", "2026-11-04T09:00", .dispatch(to: "urban", readBack: true))
        try await act(store, "taken", "2026-11-04T12:00", .sign)
        try await act(store, "taken", "2026-11-05T12:00", .withdraw(reason: "已自行解决"), as: .citizen)

        try await act(store, "nobodys", "2026-11-04T09:00", .dispatch(to: "water", readBack: true))
        try await act(store, "nobodys", "2026-11-04T09:30", .giveBack(reason: "不属本单位"), as: .handling("water"))
        try await act(store, "nobodys", "2026-11-04T10:00", .urge(note: "再次来电"), as: .citizen)
        try await act(store, "nobodys", "2026-11-04T11:00", .withdraw(reason: "已自行解决"), as: .citizen)
    }

    private static func period(_ days: ClosedRange<LocalDay>) throws -> LoopPeriod {
        try #require(LoopPeriod(days, wall: wall, asOf: moment("2026-11-20T00:00")))
    }

    @Test(arguments: StoreKind.allCases) func countedOnTheFingers(kind: StoreKind) async throws {
        try await kind.withLocation { location in
            let store = try await location.openStore()
            try await Self.fill(store)
            let report = try await LoopReport.make(Self.period(Self.november), centre: Self.centre, store: store)
            #expect(report.rows.map(\.body) == [nil, "water", "urban"], "a body without orders is left out")
            // Of all, of water, of urban.
            let expected: [(String, [[Int64]])] = [
                ("received", [[5], [4], [3]]), ("signedInTime", [[2, 5], [2, 4], [2, 3]]),
                ("contactedInTime", [[0, 0], [0, 0], [0, 0]]), ("resolvedInTime", [[2, 3], [1, 2], [2, 2]]),
                ("overdue", [[1], [1], [0]]), ("returned", [[2], [2], [0]]), ("extensionAsked", [[0], [0], [0]]),
                ("urged", [[2], [1], [0]]), ("redone", [[1], [0], [1]]), ("withdrawn", [[2], [0], [1]]),
                ("responseRate", [[1, 2], [0, 1], [1, 1]]),
                ("solvedRate", [[1, 2], [1, 1], [0, 1]]), ("satisfactionRate", [[1, 2], [1, 1], [0, 1]]),
            ]
            #expect(expected.map(\.0) == LoopFigure.all.map(\.key))
            for (place, figure) in LoopFigure.all.enumerated() {
                for (row, numbers) in zip(report.rows, expected[place].1) {
                    let value = row.values[place]
                    let told = Comment(rawValue: "\(figure.key) of \(row.body?.text ?? "all")")
                    #expect([value.numerator] + (value.denominator.map { [$0] } ?? []) == numbers, told)
                    for (part, number) in zip(Figure.Part.allCases, numbers) {
                        let rows = try #require(try Self.period(Self.november).rows(figure.key, part, of: row.body))
                        #expect(try await store.orders(rows, sort: .newest, page: Page()).rows.count == number, told)
                    }
                }
            }
            try await store.close()
        }
    }

    @Test(arguments: StoreKind.allCases) func whatIsDoneAgainWasClosedInItsDay(kind: StoreKind) async throws {
        try await kind.withLocation { location in
            let store = try await location.openStore()
            try await Self.fill(store)
            let day = try #require(LocalDay("2026-11-03"))
            let report = try await DayReport.make(day: day, centre: Self.centre, store: store, wall: Self.wall)
            #expect(report.values["ordersClosed"]?.last?.numerator == 3)
            #expect(report.values["ordersClosedAtOnce"]?.last?.numerator == 0)
            let sent = try await DayReport.make(day: day.previous, centre: Self.centre, store: store, wall: Self.wall)
            #expect(sent.values["ordersDispatched"]?.last?.numerator == 3)
            try await store.close()
        }
    }

    @Test func atMostAYearAndADay() throws {
        let first = try #require(LocalDay("2026-01-01"))
        #expect(LoopPeriod(first...LocalDay(number: first.number + 365), wall: Self.wall, asOf: .zero) != nil)
        #expect(LoopPeriod(first...LocalDay(number: first.number + 366), wall: Self.wall, asOf: .zero) == nil)
        let period = try Self.period(Self.november)
        #expect(
            period.rows("received", .denominator, of: nil) == nil && period.rows("none", .numerator, of: nil) == nil)
        #expect(Set(LoopFigure.all.map(\.key)).count == LoopFigure.all.count)
    }
}
