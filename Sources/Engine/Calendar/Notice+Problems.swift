extension WorkingCalendar.Notice {
    /// More days than a year's festivals have tell of a mistake.
    private static let mostDays = 60

    /// What is wrong with it; empty if it can be taken up.
    package var problems: [RuleProblem] {
        var problems: [RuleProblem] = []
        func wrong(_ field: String, _ zh: String, _ en: String) { problems.append(.init(field, zh, en)) }
        if id.isBlank || id.count > 64 { wrong("id", "请填写通知的文号。", "Give the notice's number.") }
        if let source, source.count > 200 { wrong("source", "来源最多 200 个字。", "The source has at most 200 characters.") }
        if off.isEmpty, work.isEmpty, plain?.isEmpty ?? true {
            wrong("off", "通知里没有放假、上班的日期。", "The notice has no days off or worked.")
        }
        if off.count + work.count + (plain?.count ?? 0) > Self.mostDays {
            wrong("off", "日期最多 \(Self.mostDays) 条。", "At most \(Self.mostDays) entries.")
            return problems
        }
        if let year, !(2000...2100).contains(year) {
            wrong("year", "年份应在 2000 到 2100 之间。", "The year lies between 2000 and 2100.")
        }
        // The festival that has each day.
        var taken: [Int: String] = [:]
        for (index, holiday) in off.enumerated() {
            let field = "off[\(index)]"
            if holiday.name.isBlank { wrong(field, "请填写节日名称。", "Give the holiday's name.") }
            if !isNear(holiday.first) || !isNear(holiday.last) { wrong(field, otherYear.zh, otherYear.en) }
            for number in holiday.first.number...holiday.last.number {
                if let other = taken.updateValue(holiday.name, forKey: number) {
                    let day = LocalDay(number: number)
                    wrong(field, "\(day) 已在“\(other)”里放假。", "\(day) is off already for \(other).")
                    break
                }
            }
        }
        for (index, makeUp) in work.enumerated() {
            let field = "work[\(index)]"
            if !isNear(makeUp.day) { wrong(field, otherYear.zh, otherYear.en) }
            if let name = taken[makeUp.day.number] {
                wrong(field, "\(makeUp.day) 又放假（\(name)）又上班。", "\(makeUp.day) is both off (\(name)) and worked.")
            } else if !makeUp.day.isWeekend {
                wrong(
                    field, "\(makeUp.day) 不是周末，本来就上班，不用写成调休。",
                    "\(makeUp.day) is no weekend day and is worked anyway; leave it out.")
            }
        }
        return problems
    }

    private var otherYear: (zh: String, en: String) {
        ("日期不在通知的年份前后。", "The date is not in or beside the notice's year.")
    }

    /// New Year's holidays reach into the year before.
    private func isNear(_ day: LocalDay) -> Bool {
        year.map { abs(day.year - $0) <= 1 } ?? true
    }
}
