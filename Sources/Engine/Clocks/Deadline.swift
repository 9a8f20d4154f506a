/// When a promise must be kept, and how that was counted.
package struct Deadline: Sendable, Equatable {
    /// When the clock began to run.
    package let startedAt: Moment
    /// In time means not after this.
    package let due: Moment
    /// Some day that was counted lies in a year whose holidays have not been published.
    package let provisional: Bool
    /// Step by step, for whoever asks why.
    package let steps: [Step]

    /// The same statement in both languages.
    package struct Step: Sendable, Equatable, Codable {
        package let zh: String
        package let en: String
    }

    /// When a clock begins to run after what starts it.
    package enum Start: String, Sendable, Codable, CaseIterable {
        case atOnce = "at-once"
        /// 00:00 of the next day, which is the first that counts.
        case nextDay = "next-day"
        /// 00:00 of the next working day, which is the first that counts.
        case nextWorkingDay = "next-working-day"
    }

    /// While a clock stands still; the end is not part of it.
    package struct Pause: Sendable, Equatable, Codable {
        package let from: Moment
        package let to: Moment

        package init(from: Moment, to: Moment) {
            self.from = from
            self.to = to
        }
    }
}

/// How clocks are counted:
///
/// - Minutes and hours go on through nights and holidays, to the second.
/// - Days and working days leave out the day of the start, as periods in Chinese law do (民法典 art. 201), and end at 23:59:59
///   of the last. With a start at the next day's 00:00 that day is the first.
/// - A pause adds its own length to minutes and hours. A day on which the clock stood still for any part is not counted.
/// - Rolling over, an end on a day that is not worked goes to the next that is: to its end for days, to the same time of day for
///   minutes and hours.
extension WorkingCalendar {
    package func deadline(
        _ length: Length, from moment: Moment, start: Deadline.Start = .atOnce, rollsOver: Bool = false,
        pauses: [Deadline.Pause] = []
    ) -> Deadline {
        var count = Counting(self, moment, start, pauses)
        let due =
            switch length.unit {
            case .minutes: count.seconds(Int64(length.count) * 60, rollsOver: rollsOver, length)
            case .hours: count.seconds(Int64(length.count) * 3600, rollsOver: rollsOver, length)
            case .days: count.days(length.count, working: false, rollsOver: rollsOver)
            case .workingDays: count.days(length.count, working: true, rollsOver: rollsOver)
            case .workingHours: count.workingSeconds(Int64(length.count) * 3600, length)
            }
        count.tell("\(clock.text(due)) 到期", "Due \(clock.text(due))")
        return Deadline(
            startedAt: count.start, due: due,
            provisional: count.lastDay.map { !arePublished(count.firstDay...max(count.firstDay, $0)) } ?? false,
            steps: count.steps)
    }
}

/// One counting of one deadline, telling what it does.
private struct Counting {
    private let calendar: WorkingCalendar
    private var wall: WallClock { calendar.clock }
    /// Merged, in order.
    private let pauses: [Deadline.Pause]
    let start: Moment
    /// The first day of which the calendar was asked; the last, if it was asked at all.
    let firstDay: LocalDay
    private(set) var lastDay: LocalDay?
    /// The day before the first that counts.
    private let dayBefore: LocalDay
    private(set) var steps: [Deadline.Step] = []

    init(
        _ calendar: WorkingCalendar, _ moment: Moment, _ kind: Deadline.Start, _ pauses: [Deadline.Pause]
    ) {
        self.calendar = calendar
        let wall = calendar.clock
        let today = wall.day(of: moment)
        firstDay = today
        var merged: [Deadline.Pause] = []
        for pause in pauses.sorted(by: { $0.from < $1.from }) where pause.from < pause.to {
            if let last = merged.last, pause.from <= last.to {
                merged[merged.count - 1] = .init(from: last.from, to: max(last.to, pause.to))
            } else {
                merged.append(pause)
            }
        }
        self.pauses = merged
        let began = wall.text(moment)
        switch kind {
        case .atOnce:
            start = moment
            dayBefore = today
            tell("\(began) 起", "From \(began)")
        case .nextDay:
            start = wall.start(of: today.next)
            dayBefore = today
            tell("\(began) 之后，次日 0 时起算", "After \(began): from 00:00 of the next day")
        case .nextWorkingDay:
            let first = calendar.workingDay(from: today.next)
            start = wall.start(of: first)
            dayBefore = first.previous
            lastDay = first
            tell(
                "\(began) 之后，下一个工作日 \(first) 0 时起算", "After \(began): from 00:00 of the next working day, \(first)")
        }
    }

    mutating func tell(_ zh: String, _ en: String) {
        steps.append(.init(zh: zh, en: en))
    }

    // MARK: Minutes and hours

    mutating func seconds(_ seconds: Int64, rollsOver: Bool, _ length: Length) -> Moment {
        var due = start.adding(seconds: seconds)
        tell("\(length.words.zh)，夜间和节假日照算", "\(length.words.en), nights and holidays counted")
        for pause in pauses where pause.to > start && pause.from < due {
            let stood = pause.to.milliseconds(since: max(pause.from, start))
            due = due.adding(milliseconds: stood)
            tellPause(pause)
        }
        guard rollsOver else { return due }
        let (day, second) = wall.parts(due)
        let worked = calendar.workingDay(from: day)
        lastDay = max(lastDay ?? worked, worked)
        guard worked != day else { return due }
        tell("\(day) 不上班，顺延至 \(worked)", "\(day) is not worked: moved to \(worked)")
        return wall.moment(on: worked, second: second)
    }

    private mutating func tellPause(_ pause: Deadline.Pause) {
        let (from, to) = (wall.text(pause.from), wall.text(pause.to))
        tell("\(from) 至 \(to) 暂停，不计", "Paused from \(from) to \(to): not counted")
    }

    // MARK: Days

    mutating func days(_ count: Int, working: Bool, rollsOver: Bool) -> Moment {
        // From 00:00 of a later day it has been said what is left out.
        if wall.day(of: start) == dayBefore {
            tell("\(dayBefore) 当日不计", "\(dayBefore), the day of the start, is left out")
        }
        var day = dayBefore
        var counted = 0
        while counted < count {
            day = day.next
            if counts(day, after: counted, working: working) { counted += 1 }
        }
        lastDay = max(lastDay ?? day, day)
        if rollsOver, !calendar.kind(of: day).isWorking {
            let worked = calendar.workingDay(from: day)
            tell("\(day) 不上班，顺延至 \(worked)", "\(day) is not worked: moved to \(worked)")
            day = worked
            lastDay = worked
        } else if !working, !rollsOver {
            // No working day was asked for.
            lastDay = nil
        }
        return wall.lastSecond(of: day)
    }

    private mutating func counts(_ day: LocalDay, after counted: Int, working: Bool) -> Bool {
        let (from, to) = (wall.start(of: day), wall.start(of: day.next))
        if pauses.contains(where: { $0.from < to && $0.to > from }) {
            tell("\(day) 当日有暂停，不计", "\(day) paused for a part of it, not counted")
            return false
        }
        let number = counted + 1
        guard working else {
            tell("\(day) 第 \(number) 天", "\(day) day \(number)")
            return true
        }
        switch calendar.kind(of: day) {
        case .working: tell("\(day) 第 \(number) 个工作日", "\(day) working day \(number)")
        case .makeUp(let holiday):
            tell(
                "\(day) 第 \(number) 个工作日（\(holiday)调休上班）",
                "\(day) working day \(number) (worked in exchange for \(holiday))")
        case .weekend:
            tell("\(day) 周末，不计", "\(day) weekend, not counted")
            return false
        case .holiday(let name):
            tell("\(day) \(name)放假，不计", "\(day) public holiday (\(name)), not counted")
            return false
        }
        return true
    }

    // MARK: Working hours

    mutating func workingSeconds(_ seconds: Int64, _ length: Length) -> Moment {
        let hours = calendar.hours.texts
        let (zh, en) = calendar.whose.map { ("（\($0.name)的工作时间）", " (the hours of \($0.englishName))") } ?? ("", "")
        tell(
            "\(length.words.zh)，只计工作日 \(hours.joined(separator: "、"))\(zh)",
            "\(length.words.en), of working days only \(hours.joined(separator: ", "))\(en)")
        var left = seconds * 1000
        var day = wall.day(of: start)
        while true {
            lastDay = day
            if calendar.kind(of: day).isWorking {
                for stretch in calendar.hours.stretches {
                    let open = max(start, wall.moment(on: day, second: stretch.lowerBound))
                    let close = wall.moment(on: day, second: stretch.upperBound)
                    for (from, to) in running(open, close) {
                        let length = to.milliseconds(since: from)
                        if length >= left { return from.adding(milliseconds: left) }
                        left -= length
                    }
                }
            }
            day = day.next
        }
    }

    /// The parts of a stretch in which the clock is not paused.
    private func running(_ open: Moment, _ close: Moment) -> [(Moment, Moment)] {
        var parts: [(Moment, Moment)] = []
        var from = open
        for pause in pauses where pause.to > open && pause.from < close {
            if pause.from > from { parts.append((from, pause.from)) }
            from = max(from, pause.to)
        }
        if from < close { parts.append((from, close)) }
        return parts
    }
}
