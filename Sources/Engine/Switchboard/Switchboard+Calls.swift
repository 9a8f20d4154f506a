extension Switchboard {
    // MARK: Arriving and waiting

    mutating func arrive(_ id: CallID, _ line: LineID, _ number: String, _ step: inout Step) {
        precondition(calls[id] == nil, "call \(id) arrived twice")
        guard let queue = queue(of: line) else {
            preconditionFailure("a call came for line \(line), which is not set up")
        }
        let record = CallRecord(id: id, direction: .inbound, line: line, number: number, arrivedAt: step.now)
        calls[id] = Call(record: record, phase: .greeting)
        if callers(of: queue.id) > queue.capacity {
            step.act(.refuse(id, .queueFull))
            end(id, .queueFull, &step, byWire: false)
        } else {
            step.act(.record(record))
            step.act(.greet(id, line))
        }
    }

    /// Those who are greeted, wait, or ring at an agent's.
    private func callers(of queue: QueueID) -> Int {
        calls.values.count { call in
            switch call.phase {
            case .greeting, .waiting, .offered: self.queue(of: call.record.line)?.id == queue
            case .connecting, .dialling, .talking: false
            }
        }
    }

    mutating func enqueue(_ id: CallID, _ step: inout Step) {
        guard let call = calls[id], call.phase == .greeting else { return }
        calls[id]!.record.queuedAt = step.now
        calls[id]!.position = nextPosition
        nextPosition += 1
        wait(id, &step)
        step.act(.playMusic(id))
        step.act(.record(calls[id]!.record))
    }

    /// Puts a call where its position says, which for one that comes back is the head.
    mutating func wait(_ id: CallID, _ step: inout Step) {
        let queue = queue(of: calls[id]!.record.line)!.id
        calls[id]!.phase = .waiting
        let position = calls[id]!.position
        let place = waiting[queue]!.firstIndex { calls[$0]!.position > position } ?? waiting[queue]!.endIndex
        waiting[queue]!.insert(id, at: place)
    }

    mutating func noteLeg(_ id: CallID, _ party: Party, _ facts: String, _ step: inout Step) {
        guard calls[id] != nil else {
            // It came up as the call ended; nobody else would take it down.
            step.act(.endLeg(facts: facts))
            return
        }
        calls[id]!.legs.removeAll { $0.party == party }
        calls[id]!.legs.append(Call.Leg(party: party, facts: facts))
    }

    // MARK: Talking

    mutating func connect(_ id: CallID, _ step: inout Step) {
        guard let call = calls[id] else { return }
        switch call.phase {
        case .connecting(let agent), .dialling(let agent):
            calls[id]!.phase = .talking(agent)
            calls[id]!.talkingSince = step.now
            calls[id]!.record.agent = agent
            if call.record.answeredAt == nil { calls[id]!.record.answeredAt = step.now }
            step.act(.record(calls[id]!.record))
            step.touched.append(agent)
        case .greeting, .waiting, .offered, .talking: break
        }
    }

    mutating func failConnect(_ id: CallID, _ reason: EndReason, _ step: inout Step) {
        guard let call = calls[id] else { return }
        switch call.phase {
        // Without sound the next agent would fare no better, and one after another would be taken off.
        case .connecting where reason == .mediaFailed: end(id, reason, &step)
        case .connecting: loseAgent(of: id, reason, &step)
        case .dialling: end(id, reason, &step)
        case .greeting, .waiting, .offered, .talking: break
        }
    }

    mutating func place(
        _ id: CallID, _ agent: AgentID, _ line: LineID, _ number: String, _ purpose: CallRecord.Purpose,
        _ step: inout Step
    ) throws(SwitchboardRefusal) {
        guard let caller = agents[agent] else { throw .unknownAgent }
        guard queue(of: line) != nil else { throw .unknownLine }
        guard caller.reachable else { throw .notReachable }
        switch caller.state {
        case .offline: throw .notSignedIn
        case .offered, .onCall: throw .agentBusy
        case .wrapUp(let last): countWrapUp(agent, last, &step)
        case .ready, .onBreak: break
        }
        precondition(calls[id] == nil, "call \(id) was placed twice")
        var record = CallRecord(
            id: id, direction: .outbound, line: line, number: number, arrivedAt: step.now, purpose: purpose)
        record.agent = agent
        calls[id] = Call(record: record, phase: .dialling(agent))
        enter(agent, .onCall(id), &step)
        step.act(.record(record))
        step.act(.dial(id, agent, line, number: number))
    }

    mutating func hold(_ agent: AgentID, _ on: Bool, _ step: inout Step) throws(SwitchboardRefusal) {
        let id = try talk(of: agent)
        guard calls[id]!.held != on else { return }
        if on { calls[id]!.heldSince = step.now } else { countHold(id, step.now) }
        calls[id]!.held = on
        step.act(.hold(id, on: on))
        step.touched.append(agent)
    }

    mutating func mute(_ agent: AgentID, _ on: Bool, _ step: inout Step) throws(SwitchboardRefusal) {
        let id = try talk(of: agent)
        guard calls[id]!.muted != on else { return }
        calls[id]!.muted = on
        step.act(.mute(id, on: on))
        step.touched.append(agent)
    }

    private func talk(of agent: AgentID) throws(SwitchboardRefusal) -> CallID {
        guard let known = agents[agent] else { throw .unknownAgent }
        guard let id = known.call, calls[id]?.phase == .talking(agent) else { throw .noCall }
        return id
    }

    // MARK: Ending

    mutating func hangUpAsked(_ agent: AgentID, _ step: inout Step) throws(SwitchboardRefusal) {
        guard let known = agents[agent] else { throw .unknownAgent }
        guard let id = known.call else { throw .noCall }
        end(id, .agentHungUp, &step)
    }

    mutating func hangUp(_ id: CallID, _ party: Party, _ reason: EndReason, _ step: inout Step) {
        guard let call = calls[id] else { return }
        calls[id]!.legs.removeAll { $0.party == party }
        switch (party, call.phase) {
        case (.agent, .greeting), (.agent, .waiting), (.agent, .offered):
            break  // the leg of an agent who was already let go
        case (.agent, .connecting):
            loseAgent(of: id, reason, &step)
        case (.agent, .dialling), (.agent, .talking):
            // She did not hang up, her phone died: the citizen is still there and is served again.
            if reason == .vanished { loseAgent(of: id, .agentLost, &step) } else { end(id, reason, &step) }
        case (.citizen, _):
            end(id, reason, &step)
        }
    }

    /// The agent's side is gone while the citizen is still there: the citizen keeps her place and goes first.
    mutating func loseAgent(of id: CallID, _ reason: EndReason, _ step: inout Step) {
        guard let call = calls[id], let agent = call.agent else { return }
        guard call.record.direction == .inbound else { return end(id, reason, &step) }
        countTalk(id, step.now)
        calls[id]!.held = false
        calls[id]!.muted = false
        calls[id]!.legs.removeAll { $0.party == .agent }
        step.act(.release(id, agent))
        if call.talkingSince == nil {
            enter(agent, .onBreak(.unreachable), &step)
        } else {
            beginWrapUp(agent, after: id, &step)
        }
        wait(id, &step)
        step.act(.playMusic(id))
        step.act(.record(calls[id]!.record))
    }

    /// The one way a call ends.
    ///
    /// - Parameter byWire: whether anyone is there to hang up on; not after a restart, and not for an INVITE turned away.
    mutating func end(_ id: CallID, _ reason: EndReason, _ step: inout Step, byWire: Bool = true) {
        guard let call = calls[id] else { return }
        countTalk(id, step.now)
        // Whichever queue she waits in: her line may have been given another since.
        for queue in waiting.keys { waiting[queue]!.removeAll { $0 == id } }
        var record = calls[id]!.record
        record.endedAt = step.now
        record.endReason = reason
        record.offers = call.offers
        record.missed = record.direction == .inbound && (call.talkingSince == nil || reason == .interrupted)
        calls[id] = nil
        if byWire { step.act(.hangUp(id, reason)) }
        step.act(.record(record))
        switch call.phase {
        case .greeting, .waiting: break
        case .offered(let offer): withdraw(offer, &step, wire: byWire)
        case .connecting(let agent), .dialling(let agent), .talking(let agent):
            finishing[agent] = record
            beginWrapUp(agent, after: id, &step)
        }
    }

    private mutating func countTalk(_ id: CallID, _ now: Moment) {
        countHold(id, now)
        guard let since = calls[id]!.talkingSince else { return }
        calls[id]!.record.talkMs += now.milliseconds(since: since)
        calls[id]!.talkingSince = nil
    }

    private mutating func countHold(_ id: CallID, _ now: Moment) {
        guard let since = calls[id]!.heldSince else { return }
        calls[id]!.record.holdMs += now.milliseconds(since: since)
        calls[id]!.heldSince = nil
    }
}

extension Call {
    init(record: CallRecord, phase: Phase) {
        self.record = record
        self.phase = phase
        position = 0
        offers = 0
        legs = []
        held = false
        muted = false
    }
}
