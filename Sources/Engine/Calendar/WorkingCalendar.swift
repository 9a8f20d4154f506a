import Foundation

/// Which days are working days, from the State Council's yearly notices: public holidays, and the weekend days worked in
/// exchange (调休上班日).
///
/// It never guesses: beyond the last published year an ordinary weekday is taken for a working day, and the answer says
/// that it is provisional.
package struct WorkingCalendar: Sendable {
    package let clock: WallClock
    private let holidays: [LocalDay: String]
    private let makeUpDays: [LocalDay: String]
    private let publishedYears: Set<Int>

    package init(
        clock: WallClock, holidays: [LocalDay: String], makeUpDays: [LocalDay: String], publishedYears: Set<Int>
    ) {
        self.clock = clock
        self.holidays = holidays
        self.makeUpDays = makeUpDays
        self.publishedYears = publishedYears
    }

    /// What one day is, and why.
    package enum Day: Equatable, Sendable {
        case working
        case makeUp(for: String)
        case weekend
        case holiday(String)

        package var isWorking: Bool {
            switch self {
            case .working, .makeUp: true
            case .weekend, .holiday: false
            }
        }
    }

    package func kind(of day: LocalDay) -> Day {
        if let holiday = makeUpDays[day] { return .makeUp(for: holiday) }
        if let holiday = holidays[day] { return .holiday(holiday) }
        return day.isWeekend ? .weekend : .working
    }

    /// Whether the State Council's notice for this day's year is known.
    package func isPublished(_ day: LocalDay) -> Bool {
        publishedYears.contains(day.year)
    }

    /// The `count`th working day after `day`, which itself is left out. `count` is 1 or more.
    package func workingDay(_ count: Int, after day: LocalDay) -> LocalDay {
        precondition(count >= 1, "a promise in working days is of one day or more")
        var left = count
        var current = day
        while left > 0 {
            current = current.next
            if kind(of: current).isWorking { left -= 1 }
        }
        return current
    }
}

extension WorkingCalendar {
    /// China's working days, 2018 to 2026, as published; the file names its sources.
    package static let china: WorkingCalendar = {
        do {
            return try WorkingCalendar(published: Data(PackageResources.cn_workdays_json), clock: .china)
        } catch {
            preconditionFailure("the built-in calendar does not read: \(error)")
        }
    }()

    /// Reads the form of `Presets/cn-workdays.json`.
    package init(published data: Data, clock: WallClock) throws {
        struct Year: Decodable {
            let off: [[String]]
            let work: [[String]]
        }
        struct File: Decodable {
            let years: [String: Year]
        }
        let file = try JSONDecoder().decode(File.self, from: data)
        var holidays: [LocalDay: String] = [:]
        var makeUpDays: [LocalDay: String] = [:]
        for (_, year) in file.years.sorted(by: { $0.key < $1.key }) {
            for entry in year.off {
                guard entry.count == 3, let first = LocalDay(entry[1]), let last = LocalDay(entry[2]), first <= last
                else { throw Malformed(entry: entry) }
                for number in first.number...last.number { holidays[LocalDay(number: number)] = entry[0] }
            }
            for entry in year.work {
                guard entry.count == 2, let day = LocalDay(entry[0]) else { throw Malformed(entry: entry) }
                makeUpDays[day] = entry[1]
            }
        }
        self.init(
            clock: clock, holidays: holidays, makeUpDays: makeUpDays,
            publishedYears: Set(file.years.keys.compactMap { Int($0) }))
    }

    struct Malformed: Error {
        let entry: [String]
    }
}
