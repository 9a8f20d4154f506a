extension Switchboard {
    mutating func signIn(
        _ id: AgentID, _ site: SiteID, _ device: Device?, _ step: inout Step
    ) throws(SwitchboardRefusal) {
        guard let agent = agents[id] else { throw .unknownAgent }
        let device = device ?? agent.profile.device
        // A call or a ringing phone stays where it is.
        guard device == agent.device || agent.call == nil else { throw .agentBusy }
        let isAnybodys = device != agent.profile.device && device != .browser
        if isAnybodys, agents.values.contains(where: { $0.id != id && $0.isSignedIn && $0.device == device }) {
            throw .seatTaken
        }
        agents[present: id].site = site
        step.touch(id)
        if device != agent.device { change(id, to: device, &step) }
        // Signing in again, from another seat or after a lost connection, changes the seat and nothing else.
        if !agent.isSignedIn {
            agents[present: id].misses = 0
            agents[present: id].callsTaken = 0
            enter(id, .onBreak(.asked(nil)), &step)
        }
        if !agents[id]!.reachable { startLeaving(id, &step) }
    }

    /// Another seat has another phone.
    private mutating func change(_ id: AgentID, to device: Device, _ step: inout Step) {
        if case .offered(_, let call) = agents[id]!.state {
            takeBack(call, &step)
            enter(id, .ready, &step)
        }
        agents[present: id].device = device
        if device.isAlwaysReachable { becameReachable(id, &step) } else { becameUnreachable(id, &step) }
    }

    /// - Parameter byLeader: she may be signed out in the middle of a call; then after it.
    mutating func signOut(_ id: AgentID, byLeader: Bool, _ step: inout Step) throws(SwitchboardRefusal) {
        guard let agent = agents[id] else { throw .unknownAgent }
        switch agent.state {
        case .offline: return
        case .onCall where byLeader:
            agents[present: id].afterCall = .offline
            step.touch(id)
        case .onCall: throw .agentBusy
        case .offered, .ready, .wrapUp, .onBreak: leave(id, &step)
        }
    }

    /// She is gone from the hall: whatever she held is given back.
    mutating func leave(_ id: AgentID, _ step: inout Step) {
        guard let agent = agents[id], agent.isSignedIn, !isTalking(agent) else { return }
        letGo(id, &step)
        enter(id, .offline, &step)
        agents[present: id].site = nil
        agents[present: id].afterCall = nil
        let own = agent.profile.device
        // Reachable at a seat's phone, she is not for that in her browser.
        if own != agent.device || own.isAlwaysReachable { agents[present: id].reachable = own.isAlwaysReachable }
        agents[present: id].device = own
        step.act(.cancelTimer(.lost(id)))
        step.act(.cancelTimer(.gone(id)))
    }

    private func isTalking(_ agent: Agent) -> Bool {
        if case .onCall = agent.state { true } else { false }
    }

    mutating func ask(
        _ id: AgentID, _ asked: Agent.AskedState, _ pause: BreakID?, _ step: inout Step
    ) throws(SwitchboardRefusal) {
        guard let agent = agents[id] else { throw .unknownAgent }
        switch agent.state {
        case .offline:
            throw .notSignedIn
        case .onCall:
            agents[present: id].afterCall = asked
            agents[present: id].afterCallPause = pause
            step.touch(id)
        case .offered where asked == .ready:
            break
        case .ready, .offered, .wrapUp, .onBreak:
            if asked == .ready, case .ready = agent.state { break }
            letGo(id, &step)
            become(asked, pause, id, &step)
        }
    }

    /// Ends what she holds without being on a call: an offer goes to the next agent, a wrap-up is counted.
    private mutating func letGo(_ id: AgentID, _ step: inout Step) {
        switch agents[id]!.state {
        case .offered(_, let call): takeBack(call, &step)
        case .wrapUp(let call): countWrapUp(id, call, &step)
        case .onBreak(.paused): step.act(.cancelTimer(.paused(id)))
        case .offline, .ready, .onCall, .onBreak: break
        }
    }

    private mutating func become(_ asked: Agent.AskedState, _ pause: BreakID?, _ id: AgentID, _ step: inout Step) {
        agents[present: id].afterCall = nil
        agents[present: id].afterCallPause = nil
        switch asked {
        case .ready:
            agents[present: id].idleSince = step.now
            enter(id, .ready, &step)
        case .onBreak: enter(id, .onBreak(.asked(pause)), &step)
        case .offline:
            // Whatever she did is over; nobody leaves in the middle of a call.
            enter(id, .onBreak(.asked(nil)), &step)
            leave(id, &step)
        }
    }

    /// What she asked for during the call, else ready.
    mutating func free(_ id: AgentID, _ step: inout Step) {
        become(agents[id]!.afterCall ?? .ready, agents[id]!.afterCallPause, id, &step)
    }

    mutating func endPause(_ id: AgentID, _ step: inout Step) {
        guard agents[id]?.state == .onBreak(.paused) else { return }
        agents[present: id].idleSince = step.now
        enter(id, .ready, &step)
    }

    /// The one place where an agent's state changes.
    mutating func enter(_ id: AgentID, _ state: Agent.State, _ step: inout Step) {
        if agents[id]!.isFree { lanes.setBusy(agents.index(forKey: id)!) }
        agents[present: id].state = state
        agents[present: id].since = step.now
        if agents[id]!.isFree { step.freed.append(id) }
        step.touch(id)
    }

    // MARK: Wrap-up

    mutating func beginWrapUp(_ id: AgentID, after call: CallID, _ step: inout Step) {
        enter(id, .wrapUp(call), &step)
        if !agents[id]!.reachable { startLeaving(id, &step) }
        startWrapUpTimer(id, call, &step)
    }

    mutating func startWrapUpTimer(_ id: AgentID, _ call: CallID, _ step: inout Step) {
        guard let limit = wrapUpLimit(of: id) else { return }
        if limit == 0 {
            endWrapUp(id, of: call, &step)
        } else {
            step.act(.startTimer(.wrapUp(id, call), seconds: limit))
        }
    }

    /// The most patient of her queues decides, so that no queue cuts short what another grants.
    private func wrapUpLimit(of id: AgentID) -> Int? {
        let limits = agents[id]!.profile.queues.compactMap { queues[$0.queue] }.map(\.wrapUpLimitSeconds)
        guard !limits.isEmpty, !limits.contains(nil) else { return nil }
        return limits.compactMap { $0 }.max()
    }

    mutating func endWrapUp(_ id: AgentID, of call: CallID, _ step: inout Step) {
        guard let agent = agents[id], agent.state == .wrapUp(call) else { return }
        countWrapUp(id, call, &step)
        free(id, &step)
    }

    mutating func extendWrapUp(_ id: AgentID, _ step: inout Step) throws(SwitchboardRefusal) {
        guard let agent = agents[id] else { throw .unknownAgent }
        guard case .wrapUp(let call) = agent.state else { throw .notInWrapUp }
        step.act(.cancelTimer(.wrapUp(id, call)))
        startWrapUpTimer(id, call, &step)
    }

    /// The call's row gains its wrap-up time. The call itself is over, so the row is kept with the agent's state until
    /// then.
    mutating func countWrapUp(_ id: AgentID, _ call: CallID, _ step: inout Step) {
        step.act(.cancelTimer(.wrapUp(id, call)))
        guard var record = finishing.removeValue(forKey: id) else { return }
        record.wrapUpMs = step.now.milliseconds(since: agents[id]!.since)
        step.act(.record(record))
    }

    // MARK: Reachability

    mutating func becameReachable(_ id: AgentID, _ step: inout Step) {
        guard let agent = agents[id], !agent.reachable else { return }
        agents[present: id].reachable = true
        step.act(.cancelTimer(.lost(id)))
        step.act(.cancelTimer(.gone(id)))
        if agents[id]!.isFree { step.freed.append(id) }
        step.touch(id)
    }

    mutating func becameUnreachable(_ id: AgentID, _ step: inout Step) {
        guard let agent = agents[id], agent.device == .browser else { return }
        if agent.isFree { lanes.setBusy(agents.index(forKey: id)!) }
        agents[present: id].reachable = false
        step.touch(id)
        guard agent.isSignedIn else { return }
        if case .offered(_, let call) = agent.state {
            takeBack(call, &step)
            enter(id, .ready, &step)
        }
        startLeaving(id, &step)
    }

    private func startLeaving(_ id: AgentID, _ step: inout Step) {
        step.act(.startTimer(.lost(id), seconds: Self.lostAfterSeconds))
        step.act(.startTimer(.gone(id), seconds: Self.goneAfterSeconds))
    }

    /// Nobody is at her end of the line: the citizen goes back to the head of the queue, her form stays hers.
    mutating func lose(_ id: AgentID, _ step: inout Step) {
        guard let agent = agents[id], !agent.reachable, let call = agent.call else { return }
        loseAgent(of: call, .agentLost, &step)
    }
}
