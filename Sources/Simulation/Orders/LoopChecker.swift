import Engine

/// Looks on and finds what must not be: an order that is nobody's, a clock that is wrong or runs out unheard, a closure without
/// what it needs, a history with a gap, a refusal that leaves something behind. Written apart from the rules, slow on purpose.
struct LoopChecker {
    /// The first thing that was wrong.
    private(set) var finding: String?
    private(set) var ledgers: [Int: OrderLedger] = [:]
    private var alarms = AlarmChecker()

    /// Up to when all steps of ladders must have been taken.
    var lastLook: Moment { alarms.lastLook }

    mutating func found(_ wrong: String?) {
        if finding == nil, let wrong { finding = wrong }
    }

    mutating func created(
        _ number: Int, _ fields: WorkOrder.Fields, by person: PersonID, at now: Moment, _ register: OrderRegister
    ) {
        ledgers[number] = OrderLedger(createdAt: now, takenBy: person, fields: fields)
        found(register.kept[number] == nil ? "order \(number) is not there" : nil)
    }

    mutating func accepted(
        _ number: Int, _ action: WorkOrder.Action, _ flaw: OrderDeed.Flaw, as capacity: WorkOrder.Capacity,
        at now: Moment, _ before: OrderRegister.Kept, _ register: OrderRegister
    ) {
        guard let kept = register.kept[number] else { return found("order \(number) is gone") }
        let policy = register.policy(of: before.order)
        ledgers[number]?.add(action, at: now, as: capacity)
        guard let ledger = ledgers[number] else { return }
        let told = "order \(number), \(action.name) as \(capacity): "
        if flaw != .none { found(told + "done though it has a flaw, \(flaw)") }
        if !before.order.allowed(to: capacity, policy: policy).contains(action.name) {
            found(told + "done and not offered")
        }
        let wrong =
            HistoryChecker.wrong(in: kept, after: before, action, at: now)
            ?? OwnerChecker.wrong(with: kept.order, ledger, register)
            ?? ClosureChecker.wrong(with: kept.order, action, capacity, ledger, policy)
            ?? ExtensionChecker.wrong(action, ledger, before.order, register)
            ?? alarms.changed(number, kept, ledger, register)
        found(wrong.map { told + $0 })
    }

    mutating func refused(
        _ number: Int, _ action: WorkOrder.Action, _ refusal: WorkOrder.Refusal, as capacity: WorkOrder.Capacity,
        _ before: OrderRegister.Kept, _ register: OrderRegister
    ) {
        let told = "order \(number), \(action.name) as \(capacity), refused: "
        if register.kept[number] != before { found(told + "and yet something is changed") }
        switch refusal {
        case .wrongState, .notYours, .anotherBodys, .reviewedByCentre:
            let policy = register.policy(of: before.order)
            if before.order.allowed(to: capacity, policy: policy).contains(action.name) {
                found(told + "and yet offered")
            }
        default: break
        }
    }

    mutating func took(_ number: Int, _ alarm: OrderAlarm, _ register: OrderRegister) {
        found(alarms.took(number, alarm, register))
    }

    /// Deadlines were counted again.
    mutating func moved(_ register: OrderRegister) {
        for (number, kept) in register.kept.sorted(by: { $0.key < $1.key }) {
            guard let ledger = ledgers[number], !kept.order.isOver else { continue }
            found(alarms.changed(number, kept, ledger, register).map { "order \(number), after a notice: \($0)" })
        }
    }

    mutating func looked(at now: Moment, _ register: OrderRegister) {
        found(alarms.missing(by: now, register))
    }

    mutating func finish(_ register: OrderRegister) {
        for (number, kept) in register.kept.sorted(by: { $0.key < $1.key }) {
            if ![.followedUp, .archived, .merged, .discarded, .withdrawn].contains(kept.order.state) {
                found("order \(number) is left in \(kept.order.state)")
            }
            if let ledger = ledgers[number] { found(OwnerChecker.wrong(with: kept.order, ledger, register)) }
        }
    }
}

/// One row a step, each where the last one ended, and nothing between.
enum HistoryChecker {
    static func wrong(
        in kept: OrderRegister.Kept, after before: OrderRegister.Kept, _ action: WorkOrder.Action, at now: Moment
    ) -> String? {
        let (order, history) = (kept.order, kept.history)
        if order.version != before.order.version + 1 { return "version \(order.version) after \(before.order.version)" }
        guard history.count == order.version else { return "\(history.count) rows of \(order.version) steps" }
        guard history.first?.action == .create, let last = history.last else {
            return "does not begin with its beginning"
        }
        if last.action != action.name || last.at != now { return "the history says \(last.action)" }
        if last.from != before.order.state || last.to != order.state { return "the history has another state" }
        for (earlier, later) in zip(history, history.dropFirst()) where earlier.to != later.from {
            return "a gap between \(earlier.action) and \(later.action)"
        }
        return nil
    }
}

/// Somebody has it, and somebody can bring it on.
enum OwnerChecker {
    static func wrong(with order: WorkOrder, _ ledger: OrderLedger, _ register: OrderRegister) -> String? {
        if order.state != ledger.state { return "is \(order.state) and should be \(ledger.state)" }
        switch order.state {
        case .discarded, .withdrawn, .followedUp, .archived: return nil
        case .merged: return standsBehind(order, register)
        case .dispatched, .signed, .disputed, .answered:
            guard let body = order.body, body == ledger.lead else { return "\(order.state), and no body has it" }
            if order.dispatchedAt == nil { return "\(order.state), and was never sent" }
        case .draft, .returned, .closed, .reviewing:
            if order.takenBy != ledger.takenBy { return "its agent is lost" }
        }
        let policy = register.policy(of: order)
        let all: [WorkOrder.Capacity] =
            [.supervising("leader"), .intake(order.takenBy ?? OrderWorld.agents[0])]
            + (order.body.map { [.handling($0)] } ?? [])
        let open = Set(all.flatMap { order.allowed(to: $0, policy: policy) })
        return open.isDisjoint(with: onward[order.state] ?? []) ? "\(order.state), and nobody can go on" : nil
    }

    /// What leads out of a state.
    private static let onward: [WorkOrder.State: Set<WorkOrder.Action.Name>] = [
        .draft: [.dispatch, .closeAtOnce], .returned: [.dispatch], .dispatched: [.sign], .signed: [.answer],
        .disputed: [.rule], .answered: [.close], .closed: [.followUp], .reviewing: [.explain, .redo],
    ]

    /// What was merged is done with another, which must be there.
    private static func standsBehind(_ order: WorkOrder, _ register: OrderRegister) -> String? {
        var (next, steps) = (order, 0)
        while next.state == .merged {
            guard let other = register.kept.values.first(where: { $0.order.id == next.details.mergedInto })?.order
            else {
                return "merged into nothing"
            }
            (next, steps) = (other, steps + 1)
            if steps > register.kept.count { return "merged in a circle" }
        }
        return [.draft, .discarded, .withdrawn].contains(next.state) ? "merged into one that is \(next.state)" : nil
    }
}

/// Nothing is closed, nor is over, without what that needs.
enum ClosureChecker {
    static func wrong(
        with order: WorkOrder, _ action: WorkOrder.Action, _ capacity: WorkOrder.Capacity, _ ledger: OrderLedger,
        _ policy: ClockPolicy
    ) -> String? {
        let isClosed = [.closed, .reviewing, .followedUp, .archived].contains(order.state)
        if isClosed != (order.closedAt != nil) {
            return "\(order.state), closed at \(String(describing: order.closedAt))"
        }
        if isClosed, (order.answer ?? "").allSatisfy(\.isWhitespace) { return "closed without an answer" }
        if isClosed, ledger.shares.contains(where: { $0.answeredAt == nil }) {
            return "closed, and a body has not answered"
        }
        switch action {
        case .dispatch(_, let readBack), .closeAtOnce(_, let readBack):
            let wasDraft = ledger.entries.last?.state == .draft
            if wasDraft, !readBack { return "left the draft and was not read back" }
            if wasDraft, order.fields.kind == nil || order.fields.title.isEmpty { return "left the draft unfinished" }
        case .close:
            guard ledger.answeredAt != nil else { return "closed, and the body has said nothing in this round" }
            let reviews = policy.reviews ?? false
            if reviews, case .handling = capacity { return "closed by the body, though the centre reviews" }
            if !reviews, case .intake = capacity { return "closed by an agent, though nobody reviews" }
        case .explain, .followUp:
            guard order.state == .followedUp else { return nil }
            guard let last = order.followUps.last(where: \.reached) else { return "over, and nobody was asked" }
            let isBad = last.solved == false || (last.satisfaction ?? 5) <= 2
            if isBad, action.name != .explain { return "over, though she is not content" }
        default: break
        }
        return nil
    }
}

/// More time is asked for in time, for later, and for no more than the policy gives.
enum ExtensionChecker {
    static func wrong(
        _ action: WorkOrder.Action, _ ledger: OrderLedger, _ before: WorkOrder, _ register: OrderRegister
    ) -> String? {
        guard case .askExtension(_, let until) = action, let asked = ledger.entries.last?.at else { return nil }
        let policy = register.policy(of: before)
        let clocks = SlowClock.clocks(of: ledger, line: before.line, policy, register.calendar)
        guard let resolve = clocks.first(where: { $0.name == .resolve && $0.body == nil }) else {
            return "more time for what has no end"
        }
        guard !resolve.isPaused else { return nil }
        if asked > resolve.due { return "more time after the end" }
        if until <= resolve.due { return "more time that is not more" }
        let limits = policy.promises.filter { $0.clock == .resolve }.map(\.extension)
        if limits.count == 1, let limit = limits[0] {
            let most = SlowDeadline(SlowClock.kept(by: before.body, policy.calendar(register.calendar)))
                .counted(limit, from: resolve.due).due
            if until > most { return "more time than the policy gives" }
        }
        return nil
    }
}
