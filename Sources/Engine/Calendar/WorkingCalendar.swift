import Foundation

/// Which days are working days, from published notices: public holidays, and the weekend days worked in exchange
/// (调休上班日).
///
/// It never guesses: beyond the last published year an ordinary weekday is taken for a working day, and the answer says
/// that it is provisional.
package struct WorkingCalendar: Sendable {
    package private(set) var clock: WallClock
    package private(set) var hours: WorkingHours
    /// The body that keeps these hours; nil for the policy's.
    var whose: BodyHours?
    /// As they were published, oldest first.
    package let notices: [Notice]
    private let special: [LocalDay: Day]
    /// Nil: weekdays are all that is known here, and nobody publishes more.
    private let publishedYears: Set<Int>?

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

    /// One notice: the festivals of a year, or a later change of them.
    package struct Notice: Sendable, Equatable, Codable {
        /// Its number, as 国办发明电〔2019〕16号.
        package let id: String
        package let published: LocalDay
        /// Where it stands, as its title or address; nil where the number says it all.
        package let source: String?
        /// The year it publishes; nil for a change of a year that is published.
        package let year: Int?
        package let off: [Holiday]
        package let work: [MakeUp]
        /// Days that are what their weekday says after all.
        package let plain: [LocalDay]?

        package init(
            id: String, published: LocalDay, source: String? = nil, year: Int?, off: [Holiday], work: [MakeUp],
            plain: [LocalDay]? = nil
        ) {
            self.id = id
            self.published = published
            self.source = source
            self.year = year
            self.off = off
            self.work = work
            self.plain = plain
        }

        /// `["春节", "2020-01-24", "2020-02-02"]`, first and last day included.
        package struct Holiday: Sendable, Equatable, Codable {
            package let name: String
            package let first: LocalDay
            package let last: LocalDay

            package init(from decoder: any Decoder) throws {
                var parts = try decoder.unkeyedContainer()
                name = try parts.decode(String.self)
                first = try parts.decode(LocalDay.self)
                last = try parts.decode(LocalDay.self)
                // A festival of more than a month is a slip of the pen.
                guard first <= last, last.number - first.number <= 31, parts.isAtEnd else {
                    throw DecodingError.dataCorruptedError(
                        in: parts, debugDescription: "\(name): \(first) to \(last) is no festival")
                }
            }

            package func encode(to encoder: any Encoder) throws {
                var parts = encoder.unkeyedContainer()
                try parts.encode(name)
                try parts.encode(first)
                try parts.encode(last)
            }
        }

        /// `["2020-01-19", "春节"]`.
        package struct MakeUp: Sendable, Equatable, Codable {
            package let day: LocalDay
            package let name: String

            package init(from decoder: any Decoder) throws {
                var parts = try decoder.unkeyedContainer()
                day = try parts.decode(LocalDay.self)
                name = try parts.decode(String.self)
            }

            package func encode(to encoder: any Encoder) throws {
                var parts = encoder.unkeyedContainer()
                try parts.encode(day)
                try parts.encode(name)
            }
        }
    }

    /// - Parameter knownOn: leaves out what was published after that day, to see what people knew then.
    package init(
        clock: WallClock, hours: WorkingHours = .office, notices: [Notice]?, knownOn: LocalDay? = nil
    ) {
        self.clock = clock
        self.hours = hours
        let known = (notices ?? []).filter { knownOn == nil || $0.published <= knownOn! }
            .sorted { ($0.published, $0.id) < ($1.published, $1.id) }
        var special: [LocalDay: Day] = [:]
        for notice in known {
            for day in notice.plain ?? [] { special[day] = nil }
            for holiday in notice.off {
                for number in holiday.first.number...holiday.last.number {
                    special[LocalDay(number: number)] = .holiday(holiday.name)
                }
            }
            for makeUp in notice.work { special[makeUp.day] = .makeUp(for: makeUp.name) }
        }
        self.notices = known
        self.special = special
        publishedYears = notices == nil ? nil : Set(known.compactMap(\.year))
    }

    package func kind(of day: LocalDay) -> Day {
        special[day] ?? (day.isWeekend ? .weekend : .working)
    }

    /// Whether the notice for this day's year is known.
    package func isPublished(_ day: LocalDay) -> Bool {
        publishedYears?.contains(day.year) ?? true
    }

    package func arePublished(_ days: ClosedRange<LocalDay>) -> Bool {
        guard let publishedYears else { return true }
        return (days.lowerBound.year...days.upperBound.year).allSatisfy(publishedYears.contains)
    }

    /// The day itself if it is worked, else the next that is.
    package func workingDay(from day: LocalDay) -> LocalDay {
        var day = day
        while !kind(of: day).isWorking { day = day.next }
        return day
    }

    /// The same days with another body's hours, or as another city's clocks show them.
    package func with(clock: WallClock, hours: WorkingHours) -> WorkingCalendar {
        var calendar = self
        calendar.clock = clock
        calendar.hours = hours
        return calendar
    }

    package func knownOn(_ day: LocalDay) -> WorkingCalendar {
        WorkingCalendar(clock: clock, hours: hours, notices: publishedYears == nil ? nil : notices, knownOn: day)
    }

    /// This calendar and one more notice.
    package func adding(_ notice: Notice) -> WorkingCalendar {
        WorkingCalendar(clock: clock, hours: hours, notices: notices.filter { $0.id != notice.id } + [notice])
    }
}

extension WorkingCalendar {
    /// China's working days, 2018 to 2026, by the State Council's notices; the file names its sources.
    package static let china: WorkingCalendar = {
        do {
            return try WorkingCalendar(published: Data(PackageResources.cn_workdays_json), clock: .china)
        } catch {
            preconditionFailure("the built-in calendar does not read: \(error)")
        }
    }()

    /// Monday to Friday, and no holidays: for a city whose own have not been imported.
    package static func weekdays(_ clock: WallClock) -> WorkingCalendar {
        WorkingCalendar(clock: clock, notices: nil)
    }

    /// Reads the form of `Presets/cn-workdays.json`.
    package init(published data: Data, clock: WallClock) throws {
        struct File: Decodable { let notices: [Notice] }
        self.init(clock: clock, notices: try JSONDecoder().decode(File.self, from: data).notices)
    }
}
