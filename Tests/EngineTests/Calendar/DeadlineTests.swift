import Testing

@testable import Engine

/// Deadlines as a citizen would reckon them with the holiday notice in hand.
struct DeadlineTests {
    static let wall = WallClock.china

    static func moment(_ text: String) -> Moment {
        let day = LocalDay(text.prefix(10))!
        let time = text.dropFirst(11).split(separator: ":").map { Int64($0)! }
        return wall.start(of: day).adding(seconds: time[0] * 3600 + time[1] * 60 + time[2])
    }

    static func clocks(dispatched: String, _ urgency: Urgency) throws -> [OrderClock] {
        var order = WorkOrder(
            draft: "o", number: "1", fields: .init(urgency: urgency), line: "l", call: nil, takenBy: "p",
            at: moment(dispatched))
        order.dispatchedAt = moment(dispatched)
        order.state = .dispatched
        return ClockPolicy.hangzhou.clocks(of: order, calendar: .china)
    }

    @Test(arguments: [
        // An ordinary week: Thursday, then Friday, Monday to Thursday.
        ("2026-11-19 09:00:00", "2026-11-26 23:59:59"),
        // Dispatched on a Saturday: Monday is the first day.
        ("2026-11-21 09:00:00", "2026-11-27 23:59:59"),
        // The last second of a day still leaves that day out.
        ("2026-11-19 23:59:59", "2026-11-26 23:59:59"),
        // Spring Festival 2026: off 02-15 to 02-23, 02-14 and 02-28 worked in exchange.
        ("2026-02-13 16:50:00", "2026-02-27 23:59:59"),
        ("2026-02-12 16:50:00", "2026-02-26 23:59:59"),
        // National Day 2025 with Mid-Autumn: off 10-01 to 10-08, worked 09-28 and 10-11.
        ("2025-09-26 10:00:00", "2025-10-10 23:59:59"),
        // The prolonged Spring Festival of 2020: off 01-24 to 02-02, 01-19 worked.
        ("2020-01-22 16:30:00", "2020-02-06 23:59:59"),
        // A leap day counts like any Saturday.
        ("2020-02-27 10:00:00", "2020-03-05 23:59:59"),
    ])
    func ordinaryOrdersHaveFiveWorkingDays(dispatched: String, due: String) throws {
        let clocks = try Self.clocks(dispatched: dispatched, .ordinary)
        #expect(clocks.map(\.name) == [.resolve])
        #expect(Self.wall.text(clocks[0].due) == due)
        #expect(!clocks[0].provisional)
    }

    @Test func extraUrgentOrdersCountHoursToTheSecondThroughTheNight() throws {
        let clocks = try Self.clocks(dispatched: "2026-02-14 22:30:05", .extraUrgent)
        #expect(clocks.map(\.name) == [.respond, .resolve])
        #expect(clocks.map { Self.wall.text($0.due) } == ["2026-02-15 00:30:05", "2026-02-15 10:30:05"])
    }

    @Test func aDeadlineBeyondThePublishedYearsIsProvisional() throws {
        #expect(try Self.clocks(dispatched: "2026-12-25 10:00:00", .ordinary)[0].provisional)
        #expect(try !Self.clocks(dispatched: "2026-12-23 10:00:00", .ordinary)[0].provisional)
    }

    @Test func theExplanationNamesEveryDayBetween() throws {
        let clock = try Self.clocks(dispatched: "2026-02-13 16:50:00", .ordinary)[0]
        #expect(clock.explanation.count == 2 + 14 + 1)
        #expect(clock.explanation[2].zh == "2026-02-14 第 1 个工作日（春节调休上班）")
        #expect(clock.explanation[3].zh == "2026-02-15 春节放假，不计")
    }

    /// The published numbers of working days a year (2020 with the prolonged Spring Festival), counted day by day.
    @Test(arguments: [
        (2018, 250), (2019, 250), (2020, 249), (2021, 250), (2022, 249), (2023, 249), (2024, 251), (2025, 248),
        (2026, 248),
    ])
    func yearsHaveTheirWorkingDays(year: Int, days: Int) {
        let first = LocalDay(year: year, month: 1, day: 1)
        let last = LocalDay(year: year, month: 12, day: 31)
        let working = (first.number...last.number).count {
            WorkingCalendar.china.kind(of: LocalDay(number: $0)).isWorking
        }
        #expect(working == days)
    }

    @Test func daysAreReadAndWrittenAlike() {
        for number in stride(from: -800_000, through: 800_000, by: 37) {
            let day = LocalDay(number: number)
            #expect(LocalDay(year: day.year, month: day.month, day: day.day) == day)
            if (0...9999).contains(day.year) { #expect(LocalDay(day.description) == day) }
        }
        for text in ["2026-02-29", "2026-13-01", "2026-1-01", "20261122", "２０２６-11-22", "2026-11-22 ", ""] {
            #expect(LocalDay(text) == nil, "\(text)")
        }
    }
}
