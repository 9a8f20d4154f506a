/// One step of a clock's ladder that has been taken: somebody was warned, urged, put under watch.
package struct OrderAlarm: Sendable, Equatable {
    package let order: OrderID
    package let key: Key
    package let does: ClockPolicy.Rung.Deed
    package let tells: [ClockPolicy.Rung.Told]
    /// When it was to be taken, and when it was; never before.
    package let dueAt: Moment
    package let at: Moment

    package init(
        order: OrderID, key: Key, does: ClockPolicy.Rung.Deed, tells: [ClockPolicy.Rung.Told], dueAt: Moment, at: Moment
    ) {
        self.order = order
        self.key = key
        self.does = does
        self.tells = tells
        self.dueAt = dueAt
        self.at = at
    }

    /// A step of a clock of a round.
    package struct Key: Sendable, Hashable {
        package let round: Int
        package let clock: ClockName
        /// Empty for the lead body's.
        package let body: String
        package let rung: Int

        package init(_ round: Int, _ clock: OrderClock, rung: Int) {
            self.init(round: round, clock: clock.name, body: clock.body?.text ?? "", rung: rung)
        }

        package init(round: Int, clock: ClockName, body: String, rung: Int) {
            self.round = round
            self.clock = clock
            self.body = body
            self.rung = rung
        }
    }

    /// The steps that have been taken of one order's ladders. Each is taken once, unless its clock has moved: where a body has
    /// more time, or another body has it, the step comes again at its new moment.
    package struct Taken: Sendable, Equatable {
        private var last: [Key: Moment] = [:]

        package init(_ alarms: [OrderAlarm] = []) {
            for alarm in alarms { add(alarm) }
        }

        package mutating func add(_ alarm: OrderAlarm) {
            last[alarm.key] = max(alarm.at, last[alarm.key] ?? alarm.at)
        }

        /// Whether a step has been taken no earlier than at the moment it is due.
        package func has(_ key: Key, dueAt: Moment) -> Bool {
            last[key].map { $0 >= dueAt } ?? false
        }
    }

    /// The steps that are to be taken by now. A clock that is met, paused, or of an order that is over has none.
    package static func due(
        of order: WorkOrder, clocks: [OrderClock], taken: Taken, at now: Moment
    ) -> [OrderAlarm] {
        waiting(order, clocks, taken).filter { $0.alarm.at <= now }.map { key, alarm in
            OrderAlarm(order: order.id, key: key, does: alarm.does, tells: alarm.tells, dueAt: alarm.at, at: now)
        }
    }

    /// When the next step is to be taken; nil when none is.
    package static func next(of order: WorkOrder, clocks: [OrderClock], taken: Taken) -> Moment? {
        waiting(order, clocks, taken).map(\.alarm.at).min()
    }

    private static func waiting(
        _ order: WorkOrder, _ clocks: [OrderClock], _ taken: Taken
    ) -> [(key: Key, alarm: OrderClock.Alarm)] {
        guard !order.isOver else { return [] }
        return clocks.filter(\.isRunning).flatMap { clock in
            clock.alarms.enumerated().compactMap { rung, alarm in
                let key = Key(order.details.round, clock, rung: rung)
                return taken.has(key, dueAt: alarm.at) ? nil : (key, alarm)
            }
        }
    }
}
