/// From the first ring to the queue: which line, which queue, with what needs.
extension Switchboard {
    mutating func arrive(_ id: CallID, _ line: LineID, _ number: String, _ step: inout Step) {
        precondition(calls[id] == nil, "call \(id) arrived twice")
        guard let line = lines[line] else { preconditionFailure("a call came for line \(line), which is not set up") }
        var record = CallRecord(id: id, direction: .inbound, line: line.id, number: number, arrivedAt: step.now)
        record.attempt = recent.count(number, at: step.now, within: setup.redialSeconds)
        record.rules = setup.version
        calls[id] = Call(record: record, number: takeNumber(), phase: .leaving(.full))
        if emergencies.contains(line.id) { return turnAway(id, .emergency, &step) }
        if let hours = line.hours, let open = setup.hours.first(where: { $0.id == hours }),
            !open.isOpen(at: step.now, setup.wall)
        {
            return turnAway(id, .closed, &step)
        }
        if callers[line.queue, default: 0] >= queues[line.queue]!.capacity {
            step.act(.refuse(id, .queueFull))
            return end(id, .queueFull, &step, byWire: false)
        }
        setPhase(id, .greeting)
        step.act(.record(record))
        step.act(.greet(id, line.id))
    }

    mutating func takeNumber() -> Int {
        defer { nextNumber += 1 }
        return nextNumber
    }

    private mutating func turnAway(_ id: CallID, _ message: SpokenMessage, _ step: inout Step) {
        setPhase(id, .leaving(message))
        step.act(.record(calls[id]!.record))
        step.act(.tell(id, message))
    }

    /// One more who is owed a call back. A call that is under way will say so itself.
    mutating func noteTurnedAway(
        _ id: CallID, _ line: LineID, _ number: String, _ moment: Moment, _ step: inout Step
    ) {
        guard calls[id] == nil else { return }
        let moment = min(moment, step.now)
        var record = CallRecord(id: id, direction: .inbound, line: line, number: number, arrivedAt: moment)
        record.endedAt = moment
        record.endReason = .emergency
        record.missed = true
        step.act(.record(record))
    }

    mutating func told(_ id: CallID, _ message: SpokenMessage, _ step: inout Step) {
        guard let call = calls[id] else { return }
        switch call.phase {
        case .leaving(.closed) where message == .closed: end(id, .closed, &step)
        case .leaving(.emergency) where message == .emergency: end(id, .emergency, &step)
        case .leaving(.voicemail) where message == .voicemail:
            step.act(.startTimer(.message(id), seconds: Self.messageSeconds))
        default: break
        }
    }

    mutating func learn(_ id: CallID, _ facts: CallerFacts, _ step: inout Step) {
        guard let call = calls[id] else { return }
        calls[id]!.facts = facts
        // What becomes known while he waits can still send him elsewhere; his place stays.
        guard call.phase == .waiting, let old = call.route else { return }
        let (queue, treatment) = treatment(of: calls[id]!)
        leaveLane(id)
        cancelTimers(of: id, &step) { $0 == .reserved(id) }
        let home = call.record.takeover == nil ? queue : old.queue
        let since = old.rank.later(milliseconds: headStartMs(old.priority))
        var route = route(calls[id]!, to: home, treatment, from: since, &step)
        if route.queue == old.queue { route.queues = old.queues }
        calls[id]!.route = route
        calls[id]!.record.queue = route.queue
        wait(id, &step)
        step.act(.record(calls[id]!.record))
    }

    mutating func enqueue(_ id: CallID, _ step: inout Step) {
        guard let call = calls[id], call.phase == .greeting else { return }
        var (queue, treatment) = treatment(of: call)
        if let taken = takeover(of: call) {
            calls[id]!.record.takeover = taken.id
            queue = taken.queue
        }
        calls[id]!.record.queuedAt = step.now
        calls[id]!.record.queue = queue
        let place = Rank(since: step.now.milliseconds, number: takeNumber())
        calls[id]!.route = route(calls[id]!, to: queue, treatment, from: place, &step)
        takePlaceOfCallback(id, &step)
        wait(id, &step)
        step.act(.playMusic(id))
        step.act(.record(calls[id]!.record))
        flowOverAtOnce(id, &step)
        startWaitingTimers(id, &step)
    }

    /// What line and rules say, one rule after the other.
    private func treatment(of call: Call) -> (queue: QueueID, RoutingRule.Treatment) {
        let line = lines[call.record.line]!
        var all = RoutingRule.Treatment(requires: line.requires, priority: line.priority)
        var queue = line.queue
        if let language = call.facts.language { all.requires = all.requires!.needing([Skill(language)]) }
        for rule in setup.rules where rule.when.fits(call.record, call.facts) {
            if let other = rule.then.queue, queues[other] != nil { queue = other }
            all.requires = all.requires!.needing(rule.then.requires ?? [])
            all.priority! += rule.then.priority ?? 0
            all.ownAgentSeconds = rule.then.ownAgentSeconds ?? all.ownAgentSeconds
        }
        return (queue, all)
    }

    private mutating func route(
        _ call: Call, to queue: QueueID, _ treatment: RoutingRule.Treatment, from place: Rank, _ step: inout Step
    ) -> Route {
        let priority = (treatment.priority ?? 0) + queues[queue]!.priority
        var route = Route(
            queues: [queue], requires: treatment.requires ?? [], priority: priority,
            rank: place.later(milliseconds: -headStartMs(priority)))
        if let seconds = treatment.ownAgentSeconds, let own = call.facts.orderAgent, let agent = agents[own],
            agent.isAtWork, agent.profile.preference(for: route.lane) != nil
        {
            route.reserved = own
            start(.reserved(call.id), after: seconds, of: call.id, &step)
        }
        return route
    }

    private func headStartMs(_ priority: Int) -> Int64 { Int64(priority) * Int64(setup.priorityStepSeconds) * 1000 }

    /// The agent who knows his matter did not become free in time: now anybody may serve him.
    mutating func endReservation(_ id: CallID, _ step: inout Step) {
        guard let call = calls[id], call.route?.reserved != nil else { return }
        reroute(id, &step) { $0.reserved = nil }
    }

    /// Changes where a caller waits, whether he waits just now or rings at somebody's.
    mutating func reroute(_ id: CallID, _ step: inout Step, _ change: (inout Route) -> Void) {
        let waits = calls[id]!.phase == .waiting
        if waits { leaveLane(id) }
        change(&calls[id]!.route!)
        if waits { wait(id, &step) }
    }

    /// Puts a call where its rank says, which for one that comes back is the head.
    mutating func wait(_ id: CallID, _ step: inout Step) {
        setPhase(id, .waiting)
        let route = calls[id]!.route!
        lanes.wait(calls[id]!.waiting!, in: route.lane, of: route.queue)
        step.came.append(id)
    }

    mutating func leaveLane(_ id: CallID) {
        let route = calls[id]!.route!
        lanes.leave(calls[id]!.waiting!, in: route.lane, of: route.queue)
    }

    /// The one place where a call's phase changes.
    mutating func setPhase(_ id: CallID, _ phase: Call.Phase) {
        calls[id]!.phase = phase
        count(id)
    }

    /// A queue's capacity counts those who are greeted, wait, or ring at an agent's.
    private mutating func count(_ id: CallID) {
        let call = calls[id]!
        let queue = call.holdsPlace ? call.route?.queue ?? lines[call.record.line]?.queue : nil
        guard queue != call.countedIn else { return }
        if let before = call.countedIn { callers[before]! -= 1 }
        if let queue { callers[queue, default: 0] += 1 }
        calls[id]!.countedIn = queue
    }

    /// A timer of a call, which ends with it.
    mutating func start(_ timer: TimerID, after seconds: Int, of id: CallID, _ step: inout Step) {
        calls[id]!.timers.append(timer)
        step.act(.startTimer(timer, seconds: seconds))
    }

    mutating func cancelTimers(of id: CallID, _ step: inout Step, where isOff: (TimerID) -> Bool = { _ in true }) {
        for timer in calls[id]!.timers where isOff(timer) { step.act(.cancelTimer(timer)) }
        calls[id]!.timers.removeAll(where: isOff)
    }
}

extension Call {
    init(record: CallRecord, number: Int, phase: Phase) {
        self.record = record
        self.number = number
        self.phase = phase
        offers = 0
        legs = []
        held = false
        muted = false
    }

    /// Whoever is to be called back holds no port of the media server.
    var holdsPlace: Bool {
        guard callback == nil, record.direction == .inbound else { return false }
        switch phase {
        case .greeting, .waiting, .offered: return true
        case .resting, .leaving, .connecting, .dialling, .talking: return false
        }
    }

    var waiting: Lanes.Waiting? { route.map { Lanes.Waiting(rank: $0.rank, call: id) } }
}
