/// From the answer to the end.
extension Switchboard {
    // MARK: Legs

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
            setPhase(id, .talking(agent))
            calls[id]!.talkingSince = step.now
            calls[id]!.record.agent = agent
            if call.record.answeredAt == nil { calls[id]!.record.answeredAt = step.now }
            step.act(.record(calls[id]!.record))
            step.touch(agent)
        case .greeting, .waiting, .resting, .leaving, .offered, .talking: break
        }
    }

    mutating func failConnect(_ id: CallID, _ reason: EndReason, _ step: inout Step) {
        guard let call = calls[id] else { return }
        switch call.phase {
        // Without sound the next agent would fare no better, and one after another would be taken off.
        case .connecting where reason == .mediaFailed: end(id, reason, &step)
        case .connecting: loseAgent(of: id, reason, &step)
        case .dialling where call.callback != nil: missCallback(id, reason, &step)
        case .dialling: end(id, reason, &step)
        case .greeting, .waiting, .resting, .leaving, .offered, .talking: break
        }
    }

    mutating func place(
        _ id: CallID, _ agent: AgentID, _ line: LineID, _ number: String, _ purpose: CallRecord.Purpose,
        _ step: inout Step
    ) throws(SwitchboardRefusal) {
        guard let caller = agents[agent] else { throw .unknownAgent }
        guard lines[line] != nil else { throw .unknownLine }
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
        record.queue = lines[line]!.queue
        calls[id] = Call(record: record, number: takeNumber(), phase: .dialling(agent))
        enter(agent, .onCall(id), &step)
        step.act(.record(record))
        step.act(.dial(id, agent, line, number: number, device: caller.device))
    }

    mutating func hold(_ agent: AgentID, _ on: Bool, _ step: inout Step) throws(SwitchboardRefusal) {
        let id = try talk(of: agent)
        guard calls[id]!.held != on else { return }
        if on { calls[id]!.heldSince = step.now } else { countHold(id, step.now) }
        calls[id]!.held = on
        step.act(.hold(id, on: on))
        step.touch(agent)
    }

    mutating func mute(_ agent: AgentID, _ on: Bool, _ step: inout Step) throws(SwitchboardRefusal) {
        let id = try talk(of: agent)
        guard calls[id]!.muted != on else { return }
        calls[id]!.muted = on
        step.act(.mute(id, on: on))
        step.touch(agent)
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
        case (.agent, .greeting), (.agent, .waiting), (.agent, .resting), (.agent, .leaving), (.agent, .offered):
            break  // the leg of an agent who was already let go
        case (.agent, .connecting):
            loseAgent(of: id, reason, &step)
        case (.agent, .dialling), (.agent, .talking):
            // She did not hang up, her phone died: the citizen is still there and is served again.
            if reason == .vanished { loseAgent(of: id, .agentLost, &step) } else { end(id, reason, &step) }
        case (.citizen, .waiting) where call.callback != nil, (.citizen, .offered) where call.callback != nil,
            (.citizen, .resting):
            break  // he was told that he may
        case (.citizen, .dialling) where call.callback != nil:
            missCallback(id, reason, &step)
        case (.citizen, .leaving(let message)):
            end(id, EndReason(leaving: message), &step)
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
        // Whoever knows his matter is not there any more.
        calls[id]!.route!.reserved = nil
        // Whoever was called back and talked is on the line now; who was only dialled still is not.
        if let callback = call.callback, call.record.agent != nil {
            calls[id]!.callback = nil
            callbacks[callback.number] = nil
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
        if call.phase == .waiting { leaveLane(id) }
        cancelTimers(of: id, &step)
        setPhase(id, .leaving(.full))
        if let callback = call.callback, callbacks[callback.number] == id { callbacks[callback.number] = nil }
        var record = calls[id]!.record
        record.endedAt = step.now
        record.endReason = reason
        record.offers = call.offers
        record.missed =
            record.direction == .inbound && reason != .calledAgain
            && (call.talkingSince == nil || reason == .interrupted)
        calls[id] = nil
        if byWire { step.act(.hangUp(id, reason)) }
        step.act(.record(record))
        switch call.phase {
        case .greeting, .waiting, .resting, .leaving: break
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

extension EndReason {
    /// Why a call ends whose caller hangs up while he is told that.
    fileprivate init(leaving message: SpokenMessage) {
        switch message {
        case .closed: self = .closed
        case .emergency: self = .emergency
        case .voicemail: self = .leftMessage
        case .full, .callbackOffered, .callbackPromised: self = .callerHungUp
        }
    }
}
