/// One promise on one order: when it began, when it is due, whether it has been kept.
///
/// A clock is computed from what has happened to the order so far, never counted down, so nothing needs repair when the
/// program was off.
package struct OrderClock: Sendable, Equatable, Codable {
    package let name: ClockName
    package let startedAt: Moment
    /// In time means not after this.
    package let due: Moment
    package let metAt: Moment?
    /// The due day lies in a year whose holidays have not been published.
    package let provisional: Bool
    package let explanation: [Sentence]

    /// The same statement in both languages.
    package struct Sentence: Sendable, Equatable, Codable {
        package let zh: String
        package let en: String
    }

    package enum State: String, Sendable, Codable {
        case running, met, late, metLate
    }

    package func state(at now: Moment) -> State {
        if let metAt { return metAt <= due ? .met : .metLate }
        return now <= due ? .running : .late
    }
}

extension ClockPolicy {
    /// The clocks of an order; none before it is dispatched, for until then no body has been asked.
    package func clocks(of order: WorkOrder, calendar: WorkingCalendar) -> [OrderClock] {
        guard let start = order.dispatchedAt else { return [] }
        return promises.filter { $0.urgency == order.fields.urgency }.map { promise in
            clock(promise, from: start, metAt: order.moment(meeting: promise.clock), calendar: calendar)
        }
    }

    private func clock(
        _ promise: Promise, from start: Moment, metAt: Moment?, calendar: WorkingCalendar
    ) -> OrderClock {
        let wall = calendar.clock
        if let hours = promise.hours {
            let due = start.adding(seconds: Int64(hours) * 3600)
            return OrderClock(
                name: promise.clock, startedAt: start, due: due, metAt: metAt, provisional: false,
                explanation: [
                    .init(zh: "派单时间 \(wall.text(start))", en: "Dispatched \(wall.text(start))"),
                    .init(
                        zh: "\(hours) 小时，夜间和节假日照算：\(wall.text(due)) 到期",
                        en: "\(hours) hours, nights and holidays counted: due \(wall.text(due))"),
                ])
        }
        guard let count = promise.workingDays else {
            preconditionFailure("a promise has a length; its file was checked")
        }
        let first = wall.day(of: start)
        let last = calendar.workingDay(count, after: first)
        let due = wall.lastSecond(of: last)
        return OrderClock(
            name: promise.clock, startedAt: start, due: due, metAt: metAt,
            provisional: (first.number...last.number).contains { !calendar.isPublished(LocalDay(number: $0)) },
            explanation: explanation(workingDays: count, from: start, to: last, calendar: calendar))
    }

    private func explanation(
        workingDays count: Int, from start: Moment, to last: LocalDay, calendar: WorkingCalendar
    ) -> [OrderClock.Sentence] {
        let wall = calendar.clock
        let first = wall.day(of: start)
        var sentences: [OrderClock.Sentence] = [
            .init(
                zh: "派单时间 \(wall.text(start))，当日不计", en: "Dispatched \(wall.text(start)); that day is left out")
        ]
        var counted = 0
        for day in (first.number + 1)...last.number {
            let day = LocalDay(number: day)
            switch calendar.kind(of: day) {
            case .working:
                counted += 1
                sentences.append(.init(zh: "\(day) 第 \(counted) 个工作日", en: "\(day) working day \(counted)"))
            case .makeUp(let holiday):
                counted += 1
                sentences.append(
                    .init(
                        zh: "\(day) 第 \(counted) 个工作日（\(holiday)调休上班）",
                        en: "\(day) working day \(counted) (worked in exchange for \(holiday))"))
            case .weekend:
                sentences.append(.init(zh: "\(day) 周末，不计", en: "\(day) weekend, not counted"))
            case .holiday(let name):
                sentences.append(.init(zh: "\(day) \(name)放假，不计", en: "\(day) public holiday (\(name)), not counted"))
            }
        }
        let due = wall.text(wall.lastSecond(of: last))
        sentences.append(.init(zh: "\(due) 到期", en: "Due \(due)"))
        return sentences
    }
}
