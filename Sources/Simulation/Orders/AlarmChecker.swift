import Engine

/// That every clock is what it should be, and that no end, nor any step of a ladder around it, goes by unheard: each step is
/// taken at its moment, once for each moment it has had, and for nothing that is kept, stands still or is over.
struct AlarmChecker {
    private(set) var lastLook = Moment(milliseconds: 0)
    private var clocks: [Int: [SlowClock]] = [:]
    private var taken: [Int: [OrderAlarm]] = [:]

    /// An order, or the calendar, has changed.
    mutating func changed(
        _ number: Int, _ kept: OrderRegister.Kept, _ ledger: OrderLedger, _ register: OrderRegister
    ) -> String? {
        let order = kept.order
        let expected = SlowClock.clocks(of: ledger, line: order.line, register.policy(of: order), register.calendar)
        clocks[number] = order.isOver ? [] : expected
        if order.details.round != ledger.rounds { return "round \(order.details.round) of \(ledger.rounds)" }
        let actual = kept.due.clocks
        guard actual.count == expected.count else { return "\(actual.map(\.name)) run, not \(expected.map(\.name))" }
        for (clock, slow) in zip(actual, expected) {
            let told = "the clock \(clock.name.rawValue) of \(clock.body?.text ?? "the lead") "
            if clock.name != slow.name || clock.body != slow.body { return told + "is \(slow.name.rawValue)" }
            if clock.metAt != slow.metAt { return told + "is met at \(text(clock.metAt)), not \(text(slow.metAt))" }
            if clock.isPaused != slow.isPaused { return told + (slow.isPaused ? "runs in a pause" : "stands still") }
            if !clock.isPaused, clock.due != slow.due {
                return told + "is due \(text(clock.due)), not \(text(slow.due))"
            }
            if clock.isPaused { continue }
            for (alarm, moment) in zip(clock.alarms, slow.alarms) where alarm.at != moment {
                return told + "has a step at \(text(alarm.at)), not \(text(moment))"
            }
        }
        let next = order.isOver ? nil : expected.filter { $0.metAt == nil && !$0.isPaused }.map(\.due).min()
        return kept.due.next == next ? nil : "is due next \(text(kept.due.next)), not \(text(next))"
    }

    /// A step of a ladder was taken.
    mutating func took(_ number: Int, _ alarm: OrderAlarm, _ register: OrderRegister) -> String? {
        let key = alarm.key
        let told = "order \(number), step \(key.rung) of \(key.clock.rawValue): "
        guard let clock = find(key, in: number) else { return told + "no such clock" }
        if clock.metAt != nil || clock.isPaused { return told + "of a clock that does not run" }
        if alarm.dueAt != clock.alarms[key.rung] { return told + "at \(text(alarm.dueAt))" }
        if alarm.at < alarm.dueAt { return told + "too early" }
        if taken[number, default: []].contains(where: { $0.key == key && $0.at >= alarm.dueAt }) {
            return told + "taken again"
        }
        taken[number, default: []].append(alarm)
        if register.kept[number]?.alarms.contains(alarm) != true { return told + "not kept" }
        return nil
    }

    private func find(_ key: OrderAlarm.Key, in number: Int) -> SlowClock? {
        clocks[number]?.first { $0.name == key.clock && ($0.body?.text ?? "") == key.body }
    }

    /// What should have been heard and was not.
    mutating func missing(by now: Moment, _ register: OrderRegister) -> String? {
        lastLook = max(lastLook, now)
        for (number, running) in clocks.sorted(by: { $0.key < $1.key }) {
            guard let round = register.kept[number]?.order.details.round else { continue }
            for clock in running where clock.metAt == nil && !clock.isPaused {
                for (rung, moment) in clock.alarms.enumerated() where moment <= now {
                    let key = OrderAlarm.Key(
                        round: round, clock: clock.name, body: clock.body?.text ?? "", rung: rung)
                    if !taken[number, default: []].contains(where: { $0.key == key && $0.at >= moment }) {
                        return
                            "order \(number): nobody hears of step \(rung) of \(clock.name.rawValue) at \(text(moment))"
                    }
                }
            }
        }
        return nil
    }

    private func text(_ moment: Moment?) -> String { moment.map(WallClock.china.iso8601) ?? "never" }
}
