import Engine

/// The clocks that an order should have, counted from its ledger by `SlowDeadline`.
struct SlowClock {
    let name: ClockName
    /// Nil for the lead body's.
    let body: BodyID?
    let due: Moment
    let metAt: Moment?
    let isPaused: Bool
    /// One for each step of the ladder; empty where none will be taken.
    let alarms: [Moment]

    static func clocks(of ledger: OrderLedger, line: LineID, _ policy: ClockPolicy, _ known: WorkingCalendar)
        -> [SlowClock]
    {
        guard ledger.entries.contains(where: { $0.sends != nil }) else { return [] }
        let calendar = policy.calendar(known)
        var clocks: [SlowClock] = []
        for name in ClockName.allCases {
            guard let promise = policy.promises.first(where: { $0.clock == name && fits($0, ledger, line) }) else {
                continue
            }
            if let start = ledger.start(of: promise) {
                clocks.append(
                    SlowClock(
                        promise, nil, start, ledger.end(of: promise), ledger, policy,
                        name == .followUp ? calendar : kept(by: ledger.lead, calendar)))
            }
        }
        for share in ledger.shares {
            for name in [ClockName.sign, .resolve] {
                guard let promise = policy.promises.first(where: { $0.clock == name && fits($0, ledger, line) }) else {
                    continue
                }
                let end = name == .sign ? share.signedAt : share.answeredAt
                clocks.append(
                    SlowClock(
                        promise, share.body, share.askedAt, end, ledger, policy, kept(by: share.body, calendar)))
            }
        }
        guard ledger.state == .withdrawn, let end = ledger.entries.last(where: { $0.name == .withdraw })?.at else {
            return clocks
        }
        return clocks.filter { $0.metAt != nil || $0.due < end }
    }

    /// The days in a body's own hours.
    static func kept(by body: BodyID?, _ calendar: WorkingCalendar) -> WorkingCalendar {
        let own = body.flatMap { OrderWorld.hours[$0]?.hours }
        return calendar.with(clock: calendar.clock, hours: own ?? calendar.hours)
    }

    private static func fits(_ promise: ClockPolicy.Promise, _ ledger: OrderLedger, _ line: LineID) -> Bool {
        let (kind, urgency) = ledger.matter
        if let kinds = promise.kinds, kind == nil || !kinds.contains(kind!) { return false }
        if let urgencies = promise.urgencies, !urgencies.contains(urgency) { return false }
        if let named = promise.categories, ledger.category == nil || !named.contains(ledger.category!) { return false }
        if let bodies = promise.bodies, ledger.lead == nil || !bodies.contains(ledger.lead!) { return false }
        if let lines = promise.lines, !lines.contains(line) { return false }
        return true
    }

    private init(
        _ promise: ClockPolicy.Promise, _ body: BodyID?, _ start: Moment, _ end: Moment?, _ ledger: OrderLedger,
        _ policy: ClockPolicy, _ calendar: WorkingCalendar
    ) {
        let pauses = ledger.pauses.filter { promise.pauses?.contains($0.reason) ?? true }
        let slow = SlowDeadline(
            calendar,
            pauses: pauses.compactMap { pause in
                // Once it is kept, it is over with standing still.
                guard let to = pause.to ?? end else { return nil }
                return .init(from: pause.from, to: end.map { min($0, to) } ?? to)
            })
        var (startedAt, due) = slow.counted(
            promise.within, from: start, start: promise.start ?? .atOnce, rollsOver: promise.rollsOver ?? false)
        if promise.clock == .resolve, let more = ledger.extendedTo { due = max(due, more) }
        name = promise.clock
        self.body = body
        self.due = due
        metAt = end
        isPaused = end == nil && pauses.contains { $0.to == nil }
        let (from, until) = (startedAt, due)
        alarms = (promise.ladder ?? policy.ladder).map { rung in
            switch rung.when {
            case .due: until.adding(milliseconds: 1)
            case .passed(let percent):
                Moment(
                    milliseconds: from.milliseconds
                        + (until.milliseconds - from.milliseconds) * Int64(percent) / 100)
            case .after(let length): SlowDeadline(calendar).counted(length, from: until).due
            case .before(let length): max(from, until.adding(milliseconds: -length.onTheWall))
            }
        }
    }
}

extension Length {
    /// In milliseconds, working or not.
    fileprivate var onTheWall: Int64 {
        switch unit {
        case .minutes: Int64(count) * 60_000
        case .hours, .workingHours: Int64(count) * 3_600_000
        case .days, .workingDays: Int64(count) * 86_400_000
        }
    }
}
