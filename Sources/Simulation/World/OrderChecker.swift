import Engine

/// Who is served before whom.
struct OrderChecker {
    private var setup = Setup()
    private var callers: [CallID: Caller] = [:]
    private var came = 0

    private struct Caller {
        let record: CallRecord
        var facts = CallerFacts()
        var number = 0
        var queues: [QueueID] = []
        var needs: [Skill] = []
        var since: Int64 = 0
        var reserved: AgentID?
        var waits = false
        /// He is not on the line; what fails then is tried again later.
        var isCalledBack = false
        var offeredTo: AgentID?
        var takenBy: AgentID?
    }

    mutating func wrong(in entry: Recorder.Entry) -> String? {
        learn(entry)
        for action in entry.actions {
            if let wrong = follow(action, after: entry.event) { return wrong }
        }
        return nil
    }

    private mutating func learn(_ entry: Recorder.Entry) {
        switch entry.event {
        case .configured(let setup):
            self.setup = setup
            leaveQueuesGone()
        case .callerKnown(let call, let facts):
            callers[call]?.facts = facts
            if callers[call]?.waits == true { place(call, entry) }
        case .greeted(let call):
            guard callers[call] != nil, entry.actions.contains(.playMusic(call)) else { return }
            came += 1
            callers[call]?.waits = true
            place(call, entry)
        case .timerFired(.overflow(let call, let number)):
            guard let caller = callers[call], let queue = setup.queues.first(where: { $0.id == caller.queues.first })
            else { return }
            guard queue.overflow.indices.contains(number), case .queue(let other) = queue.overflow[number].to else {
                return
            }
            if caller.waits || caller.offeredTo != nil { callers[call]?.queues.append(other) }
        case .timerFired(.reserved(let call)): callers[call]?.reserved = nil
        case .timerFired(.callback(let call)): callers[call]?.waits = true
        default: break
        }
    }

    /// Who waited in a queue that is not there any more waits in his line's.
    private mutating func leaveQueuesGone() {
        let there = Set(setup.queues.map(\.id))
        for (call, caller) in callers where !caller.queues.allSatisfy(there.contains) {
            guard let home = setup.lines.first(where: { $0.id == caller.record.line })?.queue else { continue }
            let left = caller.queues.filter(there.contains)
            callers[call]!.queues =
                left.first == caller.queues.first ? left : [home] + left.filter { $0 != home }
        }
    }

    /// Where he waits, by the rules read one after the other.
    private mutating func place(_ call: CallID, _ entry: Recorder.Entry) {
        var caller = callers[call]!
        let line = setup.lines.first { $0.id == caller.record.line }!
        let record = entry.actions.lazy.compactMap { action -> CallRecord? in
            if case .record(let record) = action, record.id == call, record.queue != nil { record } else { nil }
        }.first
        let home = record?.queue ?? line.queue
        var priority = line.priority + (setup.queues.first { $0.id == home }?.priority ?? 0)
        var needs = Dictionary(line.requires.map { ($0.id, $0.level) }) { max($0, $1) }
        if let language = caller.facts.language { needs[language] = max(needs[language] ?? 0, 1) }
        for rule in setup.rules where Self.fits(rule.when, caller.record, caller.facts) {
            priority += rule.then.priority ?? 0
            for need in rule.then.requires ?? [] { needs[need.id] = max(needs[need.id] ?? 0, need.level) }
        }
        if caller.queues.first != home { caller.queues = [home] }
        caller.needs = needs.map { Skill($0.key, level: $0.value) }
        caller.since =
            (record?.queuedAt ?? entry.at).milliseconds - Int64(priority * setup.priorityStepSeconds) * 1000
        if caller.number == 0 { caller.number = came }
        let isReserved = entry.actions.contains { if case .startTimer(.reserved(call), _) = $0 { true } else { false } }
        caller.reserved = isReserved ? caller.facts.orderAgent : nil
        // What opens at once is told by the actions' effect alone: it only adds those who may serve him.
        callers[call] = caller
    }

    private static func fits(_ when: RoutingRule.Condition, _ record: CallRecord, _ facts: CallerFacts) -> Bool {
        var fits = true
        if let lines = when.lines { fits = fits && lines.contains(record.line) }
        if let numbers = when.numbers { fits = fits && numbers.contains { record.number.hasPrefix($0) } }
        if let regions = when.regions { fits = fits && facts.region.map(regions.contains) == true }
        if let language = when.language { fits = fits && facts.language == language }
        if let attempts = when.attempts { fits = fits && (record.attempt ?? 1) >= attempts }
        if let open = when.hasOpenOrder { fits = fits && (facts.orderAgent != nil) == open }
        return fits
    }

    private mutating func follow(_ action: Action, after event: Event) -> String? {
        switch action {
        case .record(let record):
            if record.endedAt != nil {
                callers[record.id] = nil
            } else if callers[record.id] == nil, record.direction == .inbound {
                callers[record.id] = Caller(record: record)
            }
        case .ring(let offer): return rings(offer)
        case .withdraw(let offer):
            guard callers[offer.call]?.offeredTo == offer.agent else { break }
            callers[offer.call]?.offeredTo = nil
            callers[offer.call]?.waits = true
        case .connect(let call, let agent), .dial(let call, let agent, _, _, _):
            guard callers[call] != nil else { break }
            callers[call]?.offeredTo = nil
            callers[call]?.takenBy = agent
            callers[call]?.waits = false
        case .release(let call, _): released(call, after: event)
        case .tell(let call, .voicemail): callers[call]?.waits = false
        case .tell(let call, .callbackPromised): callers[call]?.isCalledBack = true
        default: break
        }
        return nil
    }

    private mutating func released(_ call: CallID, after event: Event) {
        callers[call]?.takenBy = nil
        callers[call]?.reserved = nil
        switch event {
        case .hungUp(call, .citizen, _), .connectFailed(call, _):
            let isCalledBack = callers[call]?.isCalledBack == true
            callers[call]?.waits = !isCalledBack
        default: callers[call]?.waits = true
        }
    }

    private mutating func rings(_ offer: Offer) -> String? {
        guard let caller = callers[offer.call] else { return "\(offer.call) is offered and not there" }
        if let other = caller.offeredTo ?? caller.takenBy {
            return "\(offer.call) is offered to \(offer.agent) and has \(other)"
        }
        guard let agent = setup.agents.first(where: { $0.id == offer.agent }) else { return "nobody is \(offer.agent)" }
        if callers.contains(where: {
            $0.key != offer.call && ($0.value.offeredTo == agent.id || $0.value.takenBy == agent.id)
        }) {
            return "\(agent.id) is offered \(offer.call) and has another"
        }
        if caller.waits, caller.since > 0 || caller.number > 0, let before = before(offer.call, caller, for: agent) {
            return "\(offer.call) goes to \(agent.id) before \(before)"
        }
        callers[offer.call]?.waits = false
        callers[offer.call]?.offeredTo = offer.agent
        return nil
    }

    /// Somebody this agent should have been given instead.
    private func before(_ call: CallID, _ caller: Caller, for agent: AgentProfile) -> CallID? {
        guard caller.reserved != agent.id else { return nil }
        guard let mine = rank(caller, for: agent) else { return nil }
        for (other, waiting) in callers where other != call && waiting.waits && waiting.reserved == nil {
            guard let rank = rank(waiting, for: agent) else { continue }
            if (rank, waiting.number) < (mine, caller.number) { return other }
        }
        return nil
    }

    private func rank(_ caller: Caller, for agent: AgentProfile) -> Int64? {
        for need in caller.needs where !agent.skills.contains(where: { $0.id == need.id && $0.level >= need.level }) {
            return nil
        }
        let preferences = agent.queues.filter { caller.queues.contains($0.queue) }.map(\.preference)
        guard let preference = preferences.min() else { return nil }
        return caller.since + Int64(preference * setup.preferenceStepSeconds) * 1000
    }
}
