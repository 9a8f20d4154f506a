import Foundation
import Testing

@testable import Engine

/// Deadlines counted elsewhere (`scripts/golden-deadlines`: another program, other data, a day or a minute at a time), and
/// random ones against a slow count here.
struct GoldenDeadlineTests {
    private struct Row {
        let policy: ClockPolicy
        let matter: ClockPolicy.Matter
        let clock: ClockName
        let from: Moment
        let pauses: [Deadline.Pause]
        let knownOn: LocalDay?
        let due: Moment

        init?(_ line: Substring) {
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard columns.count == 8, let policy = ClockPolicy.preset(columns[0]),
                let kind = Kind(rawValue: columns[1]),
                let urgency = Urgency(rawValue: columns[2]), let clock = ClockName(rawValue: columns[3]),
                let from = Moment(iso8601: columns[4]), let due = Moment(iso8601: columns[7])
            else { return nil }
            self.policy = policy
            matter = .init(kind: kind, urgency: urgency)
            self.clock = clock
            self.from = from
            self.due = due
            knownOn = LocalDay(columns[6])
            pauses = columns[5].split(separator: ",").map { text in
                let ends = text.split(separator: "/").map { Moment(iso8601: $0)! }
                return Deadline.Pause(from: ends[0], to: ends[1])
            }
        }
    }

    @Test func everyDeadlineOfTheGoldenTable() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("golden-deadlines.tsv")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").dropFirst()
        #expect(lines.count >= 300)
        var policies: Set<String> = []
        for line in lines {
            let row = try #require(Row(line), "\(line)")
            policies.insert(row.policy.name)
            let promise = try #require(row.policy.promise(row.clock, for: row.matter), "\(line)")
            var calendar = row.policy.calendar(.china)
            if let known = row.knownOn { calendar = calendar.knownOn(known) }
            let deadline = calendar.deadline(
                promise.within, from: row.from, start: promise.start ?? .atOnce,
                rollsOver: promise.rollsOver ?? false, pauses: row.pauses)
            #expect(deadline.due == row.due, "\(line): \(calendar.clock.iso8601(deadline.due))")
            #expect(!deadline.provisional || row.due > Moment(iso8601: "2026-12-31T23:59:59+08:00")!)
        }
        #expect(policies == Set(ClockPolicy.presets.map(\.name)).subtracting(["311"]))
    }

    // MARK: Random ones

    private static func counted(
        _ length: Length, from: Moment, start: Deadline.Start, rollsOver: Bool, pauses: [Deadline.Pause],
        _ calendar: WorkingCalendar
    ) -> Moment {
        SlowCount(calendar: calendar, pauses: pauses).due(length, from: from, start: start, rollsOver: rollsOver)
    }

    @Test(arguments: 0..<40) func randomDeadlinesEqualASlowCount(seed: UInt64) {
        var random = Seeded(state: seed &* 0x9E37_79B9_7F4A_7C15 &+ 1)
        let calendars = [
            WorkingCalendar.china, WorkingCalendar.weekdays(WallClock(zone: "America/New_York")!),
            WorkingCalendar.weekdays(WallClock(zone: "Australia/Lord_Howe")!),
            WorkingCalendar.china.knownOn(LocalDay(year: 2020, month: 1, day: 1)),
        ]
        for _ in 0..<60 {
            let unit = Length.Unit.allCases.randomElement(using: &random)!
            let most =
                switch unit {
                case .minutes: 3000
                case .hours: 100
                case .days, .workingDays: 50
                case .workingHours: 60
                }
            let length = Length(Int.random(in: 1...most, using: &random), unit)
            // Whole minutes, as the slow count goes a minute at a time.
            let from = Moment(milliseconds: Int64.random(in: 25_200_000...29_900_000, using: &random) * 60_000)
            let pauses = (0..<Int.random(in: 0...3, using: &random)).map { _ in
                let first = from.adding(seconds: Int64.random(in: -2000...20_000, using: &random) * 60)
                return Deadline.Pause(
                    from: first, to: first.adding(seconds: Int64.random(in: 0...3000, using: &random) * 60))
            }
            let start = Deadline.Start.allCases.randomElement(using: &random)!
            let rollsOver = unit != .workingHours && Bool.random(using: &random)
            let calendar = calendars.randomElement(using: &random)!
            let deadline = calendar.deadline(length, from: from, start: start, rollsOver: rollsOver, pauses: pauses)
            let slow = Self.counted(
                length, from: from, start: start, rollsOver: rollsOver, pauses: pauses, calendar)
            #expect(
                deadline.due == slow,
                "\(length.text) \(start) from \(calendar.clock.iso8601(from)) roll \(rollsOver) \(pauses.map { "\(calendar.clock.iso8601($0.from))/\(calendar.clock.iso8601($0.to))" }) \(calendar.clock.iso8601(deadline.due)) \(calendar.clock.iso8601(slow))"
            )
            #expect(deadline.due >= deadline.startedAt && !deadline.steps.isEmpty)
        }
    }

    private struct Seeded: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }
}

/// Deadlines a minute or a day at a time, with nothing clever.
private struct SlowCount {
    let calendar: WorkingCalendar
    let pauses: [Deadline.Pause]
    private var wall: WallClock { calendar.clock }

    func due(_ length: Length, from: Moment, start: Deadline.Start, rollsOver: Bool) -> Moment {
        let today = wall.day(of: from)
        var first = from
        var firstDay = today.next
        switch start {
        case .atOnce: break
        case .nextDay: first = wall.start(of: firstDay)
        case .nextWorkingDay:
            while !calendar.kind(of: firstDay).isWorking { firstDay = firstDay.next }
            first = wall.start(of: firstDay)
        }
        switch length.unit {
        case .minutes: return rolled(minutes(length.count, from: first) { _ in true }, rollsOver)
        case .hours: return rolled(minutes(length.count * 60, from: first) { _ in true }, rollsOver)
        case .workingHours: return minutes(length.count * 60, from: first, isOpen)
        case .days, .workingDays:
            var day = firstDay.previous
            var left = length.count
            while left > 0 {
                day = day.next
                let ends = (wall.start(of: day), wall.start(of: day.next))
                let touched = pauses.contains { $0.from < $0.to && $0.from < ends.1 && $0.to > ends.0 }
                if !touched, length.unit == .days || calendar.kind(of: day).isWorking { left -= 1 }
            }
            while rollsOver, !calendar.kind(of: day).isWorking { day = day.next }
            return wall.lastSecond(of: day)
        }
    }

    private func minutes(_ count: Int, from: Moment, _ counts: (Moment) -> Bool) -> Moment {
        var (at, left) = (from, count)
        while left > 0 {
            let paused = pauses.contains { $0.from <= at && at < $0.to }
            if !paused, counts(at) { left -= 1 }
            at = at.adding(seconds: 60)
        }
        return at
    }

    private func isOpen(_ moment: Moment) -> Bool {
        let (day, second) = wall.parts(moment)
        return calendar.kind(of: day).isWorking && calendar.hours.stretches.contains { $0.contains(second) }
    }

    private func rolled(_ moment: Moment, _ rollsOver: Bool) -> Moment {
        var (day, second) = wall.parts(moment)
        guard rollsOver, !calendar.kind(of: day).isWorking else { return moment }
        while !calendar.kind(of: day).isWorking { day = day.next }
        return wall.moment(on: day, second: second)
    }
}
