import Engine

/// Deadlines a minute or a day at a time, with nothing clever; of the calendar only what kind of day a day is is believed.
/// Moments are whole minutes.
struct SlowDeadline {
    let calendar: WorkingCalendar
    let pauses: [Deadline.Pause]
    private var wall: WallClock { calendar.clock }

    init(_ calendar: WorkingCalendar, pauses: [Deadline.Pause] = []) {
        self.calendar = calendar
        self.pauses = pauses.filter { $0.from < $0.to }
    }

    /// When the clock begins to run, and when it is due.
    func counted(
        _ length: Length, from: Moment, start: Deadline.Start = .atOnce, rollsOver: Bool = false
    ) -> (startedAt: Moment, due: Moment) {
        var first = from
        var firstDay = wall.day(of: from).next
        switch start {
        case .atOnce: break
        case .nextDay: first = wall.start(of: firstDay)
        case .nextWorkingDay:
            while !calendar.kind(of: firstDay).isWorking { firstDay = firstDay.next }
            first = wall.start(of: firstDay)
        }
        return (first, due(length, first, firstDay, rollsOver))
    }

    private func due(_ length: Length, _ first: Moment, _ firstDay: LocalDay, _ rollsOver: Bool) -> Moment {
        switch length.unit {
        case .minutes: return rolled(minutes(length.count, first) { _ in true }, rollsOver)
        case .hours: return rolled(minutes(length.count * 60, first) { _ in true }, rollsOver)
        case .workingHours: return minutes(length.count * 60, first, isOpen)
        case .days, .workingDays:
            var day = firstDay.previous
            var left = length.count
            while left > 0 {
                day = day.next
                let (from, to) = (wall.start(of: day), wall.start(of: day.next))
                let stood = pauses.contains { $0.from < to && $0.to > from }
                if !stood, length.unit == .days || calendar.kind(of: day).isWorking { left -= 1 }
            }
            while rollsOver, !calendar.kind(of: day).isWorking { day = day.next }
            return wall.lastSecond(of: day)
        }
    }

    private func minutes(_ count: Int, _ from: Moment, _ counts: (Moment) -> Bool) -> Moment {
        var (at, left) = (from, count)
        while left > 0 {
            if !pauses.contains(where: { $0.from <= at && at < $0.to }), counts(at) { left -= 1 }
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
