/// One promise on one order: when it began, when it is due, whether it has been kept.
///
/// A clock is computed from what has happened to the order so far, never counted down, so nothing needs repair when the
/// program was off.
package struct OrderClock: Sendable, Equatable, Codable {
    package let name: ClockName
    /// Whose promise it is: a body with a share has its own; nil is the lead body's, or the centre's.
    package let body: BodyID?
    package let startedAt: Moment
    /// In time means not after this. While it is paused: what it would be if it went on now.
    package let due: Moment
    package let metAt: Moment?
    package let isPaused: Bool
    /// The due day lies in a year whose holidays have not been published.
    package let provisional: Bool
    package let explanation: [Deadline.Step]
    /// What happens around its end, and when.
    package let alarms: [Alarm]

    package struct Alarm: Sendable, Equatable, Codable {
        package let at: Moment
        package let does: ClockPolicy.Rung.Deed
        package let tells: [ClockPolicy.Rung.Told]
    }

    package enum State: String, Sendable, Codable, CaseIterable {
        case running, paused, met, late, metLate
    }

    package func state(at now: Moment) -> State {
        if let metAt { return metAt <= due ? .met : .metLate }
        if isPaused { return .paused }
        return now <= due ? .running : .late
    }

    package var isRunning: Bool { metAt == nil && !isPaused }
}

extension WorkOrder {
    package var matter: ClockPolicy.Matter {
        ClockPolicy.Matter(
            kind: fields.kind, urgency: fields.urgency, category: details.category, line: line, body: body)
    }

    /// When something happened to it in this round; nil if it has not.
    package func moment(of event: ClockPolicy.OrderEvent) -> Moment? {
        switch event {
        case .created: details.round == 1 ? createdAt : details.firstDispatchedAt
        case .dispatched: details.firstDispatchedAt ?? dispatchedAt
        case .sent: dispatchedAt
        case .signed: signedAt
        case .contacted: [respondedAt, answeredAt].compactMap { $0 }.min()
        case .answered: answeredAt
        case .closed: closedAt
        // One of an earlier round was about what has been done again since.
        case .followedUp: followUps.dropFirst(details.earlierFollowUps).last { $0.reached }?.at
        }
    }

    /// When a promise was kept; nil if it has not been.
    func moment(keeping promise: ClockPolicy.Promise) -> Moment? {
        let kept = moment(of: promise.stopsWith)
        switch promise.stopsWith {
        // A body must sign, or say in the same time that it is not for it.
        case .signed: return kept ?? details.declinedAt
        // What was promised from the beginning may have been done by a body that had it before.
        case .contacted where promise.startsWith != .sent && promise.startsWith != .signed:
            return [kept, details.contactedAt].compactMap { $0 }.min()
        default: return kept
        }
    }
}

extension ClockPolicy {
    /// Of each clock the one that fits an order.
    package func promises(for matter: Matter) -> [Promise] {
        ClockName.allCases.compactMap { promise($0, for: matter) }
    }

    /// The clocks of an order; none before it is dispatched, for until then no body has been asked.
    ///
    /// - Parameter now: only for a clock that is paused.
    package func clocks(of order: WorkOrder, calendar known: WorkingCalendar, at now: Moment? = nil) -> [OrderClock] {
        guard order.dispatchedAt != nil, order.state != .draft else { return [] }
        let calendar = calendar(known)
        let promises = promises(for: order.matter)
        let own = promises.compactMap { promise in
            order.moment(of: promise.startsWith).map { start in
                let calendar = calendar.with(order.details.hours, for: promise.clock)
                return clock(promise, of: order, from: start, metAt: order.moment(keeping: promise), calendar, now)
            }
        }
        let shared = order.details.shares.flatMap { share in
            promises.compactMap { clock($0, of: order, share, calendar.with(share.hours), now) }
        }
        // What she took back nobody owes her any more; what was late by then stays late.
        guard order.state == .withdrawn else { return own + shared }
        return (own + shared).filter { clock in
            clock.metAt != nil || order.details.withdrawnAt.map { clock.due < $0 } ?? false
        }
    }

    /// A share has two clocks: until its body signs, and until it answers.
    private func clock(
        _ promise: Promise, of order: WorkOrder, _ share: WorkOrder.Share, _ calendar: WorkingCalendar, _ now: Moment?
    ) -> OrderClock? {
        let met: Moment?
        switch promise.clock {
        case .sign: met = share.signedAt
        case .resolve: met = share.answeredAt
        case .contact, .respond, .followUp: return nil
        }
        return clock(promise, of: order, from: share.askedAt, metAt: met, calendar, now, body: share.body)
    }

    private func clock(
        _ promise: Promise, of order: WorkOrder, from start: Moment, metAt: Moment?, _ calendar: WorkingCalendar,
        _ now: Moment?, body: BodyID? = nil
    ) -> OrderClock {
        let pauses = order.details.pauses.filter { promise.mayPause(for: $0.reason) }
        let isPaused = metAt == nil && pauses.contains { $0.to == nil }
        let deadline = calendar.deadline(
            promise.within, from: start, start: promise.start ?? .atOnce, rollsOver: promise.rollsOver ?? false,
            // What stood still after it was kept changes nothing.
            pauses: pauses.compactMap { pause in
                [pause.to ?? now, metAt].compactMap { $0 }.min().map { Deadline.Pause(from: pause.from, to: $0) }
            })
        var (due, steps) = (deadline.due, deadline.steps)
        if promise.clock == .resolve, let extended = order.details.extendedTo, extended > due {
            due = extended
            let text = calendar.clock.text(extended)
            steps.append(.init(zh: "批准延期至 \(text)", en: "Extended to \(text)"))
        }
        let alarms = (promise.ladder ?? ladder).map { rung in
            OrderClock.Alarm(
                at: rung.moment(from: deadline.startedAt, due: due, calendar), does: rung.does, tells: rung.tells)
        }
        return OrderClock(
            name: promise.clock, body: body, startedAt: deadline.startedAt, due: due, metAt: metAt, isPaused: isPaused,
            provisional: deadline.provisional, explanation: steps, alarms: alarms)
    }
}

extension ClockPolicy.Rung {
    /// Before an end means the same length of time earlier on the wall, working or not: it is a warning, not a promise.
    fileprivate func moment(from start: Moment, due: Moment, _ calendar: WorkingCalendar) -> Moment {
        switch when {
        case .due: due.adding(milliseconds: 1)
        case .passed(let percent): start.adding(milliseconds: due.milliseconds(since: start) * Int64(percent) / 100)
        case .after(let length): calendar.deadline(length, from: due).due
        case .before(let length): max(start, due.adding(seconds: -length.roughSeconds))
        }
    }
}

extension Length {
    /// As long as it is on the wall when nothing is left out; a working hour is an hour, a working day a day.
    fileprivate var roughSeconds: Int64 {
        switch unit {
        case .minutes: Int64(count) * 60
        case .hours, .workingHours: Int64(count) * 3600
        case .days, .workingDays: Int64(count) * 86_400
        }
    }
}
