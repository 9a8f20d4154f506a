/// The working hours a body keeps, where they are others than those of the centre, and by what name an explanation calls it.
package struct BodyHours: Sendable, Equatable, Codable {
    package let hours: WorkingHours
    package let name: String
    package let englishName: String

    package init(_ hours: WorkingHours, name: String, englishName: String) {
        self.hours = hours
        self.name = name
        self.englishName = englishName
    }
}

extension WorkingCalendar {
    /// The same days with a body's own hours; as it is for a body without.
    package func with(_ own: BodyHours?) -> WorkingCalendar {
        guard let own else { return self }
        var calendar = with(clock: clock, hours: own.hours)
        calendar.whose = own
        return calendar
    }

    /// What a body has to do goes by the hours it keeps, what the centre has to do by the policy's.
    func with(_ own: BodyHours?, for clock: ClockName) -> WorkingCalendar {
        clock == .followUp ? self : with(own)
    }
}
