/// A moment at which deadlines are easily got wrong: a policy is tried at each before it is saved.
package struct TellingMoment: Sendable, Equatable {
    package enum Name: String, Sendable, Codable, CaseIterable {
        /// 14:00 of a working day.
        case afternoon
        /// A Friday 17:20, minutes before the weekend.
        case friday
        /// 16:50 of the last working day before a public holiday.
        case beforeHoliday
        /// 10:00 of a weekend day that is worked in exchange.
        case makeUpDay
        /// 23:59 of a working day.
        case lastMinute
    }

    package let name: Name
    package let at: Moment
    /// The public holiday it is about; nil for other moments.
    package let holiday: String?

    /// How many days are looked through for a holiday, on each side: there is one in every year.
    private static let reach = 400

    /// The next of each after `now`. Of holidays and make-up days, where none that is published lies ahead, the last one
    /// before; left out where the calendar knows none.
    package static func all(after now: Moment, in calendar: WorkingCalendar) -> [TellingMoment] {
        let wall = calendar.clock
        let tomorrow = wall.day(of: now).next
        let days = (0..<reach).map { LocalDay(number: tomorrow.number + $0) }
        let before = (1...reach).map { LocalDay(number: tomorrow.number - $0) }
        var moments: [TellingMoment] = []
        func add(_ name: Name, _ day: LocalDay?, _ hour: Int, _ minute: Int, holiday: String? = nil) {
            guard let day else { return }
            let at = wall.moment(on: day, second: hour * 3600 + minute * 60)
            moments.append(TellingMoment(name: name, at: at, holiday: holiday))
        }
        let isWorked = { (day: LocalDay) in calendar.kind(of: day) == .working }
        add(.afternoon, days.first(where: isWorked), 14, 0)
        add(.friday, days.first { $0.weekday == 4 && isWorked($0) }, 17, 20)
        if let holiday = firstDayOff(in: days, calendar) ?? firstDayOff(in: before, calendar),
            case .holiday(let name) = calendar.kind(of: holiday)
        {
            add(.beforeHoliday, lastWorkingDay(before: holiday, calendar), 16, 50, holiday: name)
        }
        for day in days + before {
            guard case .makeUp(let name) = calendar.kind(of: day) else { continue }
            add(.makeUpDay, day, 10, 0, holiday: name)
            break
        }
        add(.lastMinute, days.first(where: isWorked), 23, 59)
        return moments
    }

    /// The first of its holiday, whose working day before is still among what is known.
    private static func firstDayOff(in days: [LocalDay], _ calendar: WorkingCalendar) -> LocalDay? {
        days.first { day in
            guard case .holiday = calendar.kind(of: day) else { return false }
            if case .holiday = calendar.kind(of: day.previous) { return false }
            return true
        }
    }

    private static func lastWorkingDay(before day: LocalDay, _ calendar: WorkingCalendar) -> LocalDay {
        var day = day.previous
        while !calendar.kind(of: day).isWorking { day = day.previous }
        return day
    }
}

extension ClockPolicy {
    /// When a clock would be due that starts at a moment; nil if nothing is promised for such an order.
    ///
    /// - Parameter known: the working days; the policy's own zone, hours and choice of days are put upon it.
    /// - Parameter hours: the body's own, if it keeps some.
    package func deadline(
        _ clock: ClockName, for matter: Matter, from moment: Moment, calendar known: WorkingCalendar,
        pauses: [Deadline.Pause] = [], hours: BodyHours? = nil
    ) -> Deadline? {
        promise(clock, for: matter).map { promise in
            calendar(known).with(hours, for: clock).deadline(
                promise.within, from: moment, start: promise.start ?? .atOnce, rollsOver: promise.rollsOver ?? false,
                pauses: pauses)
        }
    }
}
