import Engine
import Storage
import Testing

@testable import Reports

struct DayReportTests {
    @Test(arguments: [1, 42, 20_261_122] as [UInt64])
    func figuresEqualAPlainCount(seed: UInt64) async throws {
        let world = World(seed: seed, calls: 1500, orders: 150)
        let report = try await world.stored { store in
            try await DayReport.make(day: World.day, centre: World.centre, store: store, wall: World.wall)
        }
        #expect(report.columns == [.line("12345"), .line("96345"), .all])
        for (index, column) in report.columns.enumerated() {
            let plain = PlainCount(world, column)
            for figure in Figure.all {
                let value = try #require(report.values[figure.key]?[index])
                let expected = try #require(plain.figures[figure.key], "no plain count of \(figure.key)")
                #expect(value.numerator == expected.numerator, "\(figure.key) \(column)")
                #expect(value.denominator == expected.denominator, "\(figure.key) \(column)")
                if column == .all { #expect(value.numerator > 0, "the world has no example of \(figure.key)") }
            }
            for row in report.byKind { #expect(row.counts[index] == plain.byKind(row.kind), "\(row.kind) \(column)") }
            for row in report.byState {
                #expect(row.counts[index] == plain.byState(row.state), "\(row.state) \(column)")
            }
        }
    }

    @Test func aFigureOpensAsManyRowsAsItCounts() async throws {
        let world = World(seed: 7, calls: 800, orders: 80)
        try await world.stored { store in
            let report = try await DayReport.make(day: World.day, centre: World.centre, store: store, wall: World.wall)
            for (index, line) in [(0, "12345"), (2, nil)] as [(Int, LineID?)] {
                let span = Span(day: World.day, line: line, wall: World.wall)
                for figure in Figure.all {
                    let value = try #require(report.values[figure.key]?[index])
                    if case .time = figure.numerator {
                    } else if case .longest = figure.numerator {
                    } else if case .scores = figure.numerator {
                    } else {
                        #expect(
                            try await opened(figure.key, .numerator, span, store) == value.numerator, "\(figure.key)")
                    }
                    #expect(
                        try await opened(figure.key, .denominator, span, store) == value.denominator, "\(figure.key)")
                }
                for row in report.byKind {
                    let rows = try await opened("ordersByKind.\(row.kind.rawValue)", .numerator, span, store)
                    #expect(rows == row.counts[index])
                }
                for row in report.byState {
                    let rows = try await opened("ordersByState.\(row.state.rawValue)", .numerator, span, store)
                    #expect(rows == row.counts[index])
                }
            }
        }
    }

    /// How many rows a page after page of a figure's part shows; nil if it has no such part.
    private func opened(_ key: String, _ part: Figure.Part, _ span: Span, _ store: any Store) async throws -> Int64? {
        guard let rows = FigureRows(key: key, part: part, span: span) else { return nil }
        var count = 0
        var cursor: String?
        repeat {
            let page = Page(cursor: cursor, limit: 100)
            switch rows {
            case .calls(let filter):
                let found = try await store.calls(filter, page: page)
                (count, cursor) = (count + found.rows.count, found.next)
            case .orders(let filter):
                let found = try await store.orders(filter, sort: .newest, page: page)
                (count, cursor) = (count + found.rows.count, found.next)
            }
        } while cursor != nil
        return Int64(count)
    }

    @Test func aDayWithoutCallsHasNoRates() async throws {
        try await World(seed: 1, calls: 0, orders: 0).stored { store in
            let report = try await DayReport.make(day: World.day, centre: World.centre, store: store, wall: World.wall)
            for figure in Figure.all {
                for value in try #require(report.values[figure.key]) {
                    #expect(value.numerator == 0)
                    #expect(value.value == (figure.denominator == nil ? 0 : nil), "\(figure.key)")
                }
            }
        }
    }

    @Test func aCallBelongsToTheDayItArrivedIn() async throws {
        var world = World(seed: 1, calls: 0, orders: 0)
        var call = CallRecord(
            id: "late", direction: .inbound, line: "12345", number: "1",
            arrivedAt: World.wall.start(of: World.day.next).adding(milliseconds: -1))
        call.queuedAt = call.arrivedAt.adding(seconds: 6)
        call.answeredAt = call.arrivedAt.adding(seconds: 21)
        call.endedAt = call.arrivedAt.adding(seconds: 81)
        call.endReason = .callerHungUp
        call.talkMs = 60_000
        world.calls = [call]
        try await world.stored { store in
            for (day, expected) in [(World.day.previous, 0), (World.day, 1), (World.day.next, 0)] as [(LocalDay, Int64)]
            {
                let report = try await DayReport.make(day: day, centre: World.centre, store: store, wall: World.wall)
                for key in ["offered", "queued", "answered", "within15"] {
                    #expect(report.values[key]?.last?.numerator == expected, "\(key) of \(day)")
                }
                #expect(report.values["averageTalk"]?.last?.value == (expected == 0 ? nil : 60_000))
            }
        }
    }

    @Test func everyFigureIsDefinedOnceInBothLanguages() {
        #expect(Set(Figure.all.map(\.key)).count == Figure.all.count)
        for figure in Figure.all {
            for text in [figure.name.zh, figure.name.en, figure.definition.zh, figure.definition.en] {
                #expect(!text.isEmpty)
            }
            #expect((figure.unit == .rate) == (figure.key.hasSuffix("Rate") || figure.key == "within15"))
        }
        let span = Span(day: World.day, wall: World.wall)
        #expect(FigureRows(key: "offered", part: .denominator, span: span) == nil)
        for key in ["", "nothing", "ordersByKind", "ordersByKind.gossip", "ordersByState."] {
            #expect(FigureRows(key: key, part: .numerator, span: span) == nil)
        }
    }

    @Test func theBoardSaysWhatTheReportSays() async throws {
        let world = World(seed: 9, calls: 600, orders: 0)
        try await world.stored { store in
            let now = World.wall.start(of: World.day.next).adding(seconds: -60)
            let board = try await Board.make(at: now, centre: World.centre, store: store, wall: World.wall)
            let report = try await DayReport.make(day: World.day, centre: World.centre, store: store, wall: World.wall)
            for (index, today) in (board.lines.map(\.today) + [board.all]).enumerated() {
                #expect(today.offered == report.values["offered"]?[index].numerator)
                #expect(today.answered == report.values["answered"]?[index].numerator)
                #expect(today.missed == report.values["missed"]?[index].numerator)
                #expect(today.answerRate == report.values["answerRate"]?[index])
            }
            #expect(board.lastHour.count == 12)
            #expect(board.lastHour.last?.from == now.adding(seconds: -240))
            for bucket in board.lastHour {
                let arrived = world.calls.filter {
                    $0.direction == .inbound && $0.arrivedAt >= bucket.from
                        && $0.arrivedAt < bucket.from.adding(seconds: 300)
                }
                #expect(bucket.offered == arrived.count)
                #expect(bucket.answered == arrived.count { $0.answeredAt != nil })
            }
        }
    }
}
