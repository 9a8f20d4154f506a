/// One caller presented to one agent, until she takes him or it comes to nothing.
extension Switchboard {
    /// Brings together whoever has just become free and whoever has just come to wait. Before the event no agent was idle whom a
    /// caller waited for, so no other pair can be missing.
    mutating func takeOffers(_ step: inout Step) {
        let freed = step.freed
        for agent in freed {
            guard let known = agents[agent], known.isFree, let place = agents.index(forKey: agent) else { continue }
            if let call = lanes.nextCall(for: place) {
                offer(call, to: agent, &step)
            } else {
                lanes.setIdle(place, since: known.idleSince, callsTaken: known.callsTaken)
            }
        }
        let came = step.came
        for call in came where calls[call]?.phase == .waiting {
            guard let place = lanes.nextAgent(for: calls[call]!.route!.lane) else { continue }
            offer(call, to: agents.keys[place], &step)
        }
    }

    private mutating func offer(_ id: CallID, to agent: AgentID, _ step: inout Step) {
        leaveLane(id)
        calls[id]!.offers += 1
        let call = calls[id]!
        let seconds = queues[call.route!.queue]!.offerSeconds
        let offer = Offer(
            id: OfferID("\(id)-\(call.offers)"), call: id, line: call.record.line, agent: agent,
            device: agents[agent]!.device,
            madeAt: step.now, expiresAt: step.now.adding(seconds: Int64(seconds)), isCallback: call.callback != nil)
        setPhase(id, .offered(offer))
        enter(agent, .offered(offer.id, id), &step)
        step.act(.ring(offer))
        step.act(.startTimer(.offer(offer.id), seconds: seconds))
    }

    mutating func accept(_ id: OfferID, _ agent: AgentID, _ step: inout Step) throws(SwitchboardRefusal) {
        guard let known = agents[agent] else { throw .unknownAgent }
        guard case .offered(id, let call) = known.state else { throw .offerGone }
        step.act(.cancelTimer(.offer(id)))
        cancelTimers(of: call, &step)
        noteServed(call, step.now)
        agents[present: agent].misses = 0
        agents[present: agent].callsTaken += 1
        enter(agent, .onCall(call), &step)
        if let callback = calls[call]!.callback {
            setPhase(call, .dialling(agent))
            step.act(.dial(call, agent, calls[call]!.record.line, number: callback.number, device: known.device))
        } else {
            setPhase(call, .connecting(agent))
            step.act(.connect(call, agent))
        }
    }

    private mutating func noteServed(_ id: CallID, _ now: Moment) {
        guard let route = calls[id]?.route, let since = calls[id]?.record.queuedAt, calls[id]?.callback == nil else {
            return
        }
        lastWaitMs[route.queue] = now.milliseconds(since: since)
    }

    mutating func expireOffer(_ id: OfferID, _ step: inout Step) {
        guard let offer = standing(id) else { return }
        takeBack(offer.call, &step)
        miss(offer.agent, &step)
    }

    mutating func failOffer(_ id: OfferID, _ reason: EndReason, _ step: inout Step) {
        guard let offer = standing(id) else { return }
        if reason == .mediaFailed { return end(offer.call, reason, &step) }
        takeBack(offer.call, &step)
        switch reason {
        case .declined, .noAnswer, .busy: miss(offer.agent, &step)
        default: enter(offer.agent, .onBreak(.unreachable), &step)
        }
    }

    /// An offer's name begins with its call's.
    private func standing(_ id: OfferID) -> Offer? {
        guard let dash = id.text.utf8.lastIndex(of: UInt8(ascii: "-")) else { return nil }
        guard case .offered(let offer) = calls[CallID(String(id.text[..<dash]))]?.phase, offer.id == id else {
            return nil
        }
        return offer
    }

    /// Left alone for a moment; after too many she is not answering until she says that she is back.
    private mutating func miss(_ agent: AgentID, _ step: inout Step) {
        agents[present: agent].misses += 1
        if agents[agent]!.misses >= setup.missesAllowed {
            agents[present: agent].misses = 0
            enter(agent, .onBreak(.notAnswering), &step)
            step.act(.alert(.notAnswering(agent)))
        } else {
            enter(agent, .onBreak(.paused), &step)
            step.act(.startTimer(.paused(agent), seconds: setup.pauseSeconds))
        }
    }

    /// The caller waits again, where she was. What becomes of the agent is for the one who calls this to say.
    mutating func takeBack(_ call: CallID, _ step: inout Step) {
        guard case .offered(let offer) = calls[call]?.phase else { return }
        step.act(.cancelTimer(.offer(offer.id)))
        step.act(.withdraw(offer))
        wait(call, &step)
    }

    /// The caller is gone while it rang: the agent is ready again, and no later in turn than before.
    mutating func withdraw(_ offer: Offer, _ step: inout Step, wire: Bool) {
        step.act(.cancelTimer(.offer(offer.id)))
        if wire { step.act(.withdraw(offer)) }
        enter(offer.agent, .ready, &step)
    }
}
