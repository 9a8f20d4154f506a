extension Switchboard {
    /// Gives waiting callers to idle agents until no pair is left: the caller who has waited longest among those somebody
    /// can serve, to the agent of that queue who has been idle longest.
    mutating func takeOffers(_ step: inout Step) {
        while let (call, agent) = nextPair() {
            offer(call, to: agent, &step)
        }
    }

    private func nextPair() -> (CallID, AgentID)? {
        guard !idle.isEmpty else { return nil }
        let heads = waiting.compactMap { queue, calls in calls.first.map { (queue: queue, call: $0) } }
            .sorted { self.calls[$0.call]!.position < self.calls[$1.call]!.position }
        for head in heads {
            let agent = idle.first { id in
                agents[id]!.reachable && agents[id]!.profile.queues.contains(head.queue)
            }
            if let agent { return (head.call, agent) }
        }
        return nil
    }

    private mutating func offer(_ id: CallID, to agent: AgentID, _ step: inout Step) {
        let queue = queue(of: calls[id]!.record.line)!
        waiting[queue.id]!.removeAll { $0 == id }
        calls[id]!.offers += 1
        let offer = Offer(
            id: OfferID("\(id)-\(calls[id]!.offers)"), call: id, agent: agent, madeAt: step.now,
            expiresAt: step.now.adding(seconds: Int64(queue.offerSeconds)))
        calls[id]!.phase = .offered(offer)
        enter(agent, .offered(offer.id, id), &step)
        step.act(.ring(offer))
        step.act(.startTimer(.offer(offer.id), seconds: queue.offerSeconds))
    }

    mutating func accept(_ id: OfferID, _ agent: AgentID, _ step: inout Step) throws(SwitchboardRefusal) {
        guard let known = agents[agent] else { throw .unknownAgent }
        guard case .offered(id, let call) = known.state else { throw .offerGone }
        step.act(.cancelTimer(.offer(id)))
        calls[call]!.phase = .connecting(agent)
        enter(agent, .onCall(call), &step)
        step.act(.connect(call, agent))
    }

    mutating func expireOffer(_ id: OfferID, _ step: inout Step) {
        guard let offer = standing(id) else { return }
        takeBack(offer.call, &step)
        enter(offer.agent, .onBreak(.missedOffer), &step)
    }

    mutating func failOffer(_ id: OfferID, _ reason: EndReason, _ step: inout Step) {
        guard let offer = standing(id) else { return }
        if reason == .mediaFailed { return end(offer.call, reason, &step) }
        takeBack(offer.call, &step)
        switch reason {
        case .declined, .noAnswer, .busy: enter(offer.agent, .onBreak(.missedOffer), &step)
        default: enter(offer.agent, .onBreak(.unreachable), &step)
        }
    }

    private func standing(_ id: OfferID) -> Offer? {
        for agent in agents.values {
            if case .offered(id, let call) = agent.state, case .offered(let offer) = calls[call]?.phase { return offer }
        }
        return nil
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
