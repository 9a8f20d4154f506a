/// What becomes of those who wait: where they stand, where they flow over to, and who is called back in his turn.
extension Switchboard {
    mutating func startWaitingTimers(_ id: CallID, _ step: inout Step) {
        guard let call = calls[id], call.phase == .waiting, let queue = queues[call.route!.queue] else { return }
        for (number, overflow) in queue.overflow.enumerated() {
            if case .waited(let seconds) = overflow.when { start(.overflow(id, number), after: seconds, of: id, &step) }
        }
        if let seconds = queue.announceSeconds { start(.announce(id), after: seconds, of: id, &step) }
    }

    // MARK: Overflow

    /// Those ways that are open as soon as he comes.
    mutating func flowOverAtOnce(_ id: CallID, _ step: inout Step) {
        let queue = queues[calls[id]!.route!.queue]!
        let nobody = !isSomebodyAtWork(for: calls[id]!.route!)
        if nobody { step.act(.alert(.nobodyFor(id, calls[id]!.record.line))) }
        for overflow in queue.overflow where calls[id]?.phase == .waiting {
            let due =
                switch overflow.when {
                case .waited: false
                // He himself is one of those who wait.
                case .length(let length): lanes.waitingCount(in: queue.id) > length
                case .forecast(let seconds): forecastMs(for: id, at: step.now) ?? 0 > Int64(seconds) * 1000
                case .nobody: nobody
                }
            if due { follow(overflow.to, id, &step) }
        }
    }

    private mutating func isSomebodyAtWork(for route: Route) -> Bool {
        lanes.servers(of: .queues(route.queues, requires: route.requires)).contains { agents.values[$0].isAtWork }
    }

    /// By waiting; whoever rings at an agent's just now may be served by others too, should she not answer.
    mutating func flowOver(_ id: CallID, _ number: Int, _ step: inout Step) {
        guard let call = calls[id], let route = call.route, call.callback == nil else { return }
        guard let queue = queues[route.queue], queue.overflow.indices.contains(number) else { return }
        switch call.phase {
        case .waiting: follow(queue.overflow[number].to, id, &step)
        case .offered:
            if case .queue = queue.overflow[number].to { follow(queue.overflow[number].to, id, &step) }
        case .greeting, .resting, .leaving, .connecting, .dialling, .talking: break
        }
    }

    private mutating func follow(_ target: Overflow.Target, _ id: CallID, _ step: inout Step) {
        switch target {
        case .queue(let other):
            guard queues[other] != nil, calls[id]!.route?.queues.contains(other) == false else { return }
            reroute(id, &step) { $0.queues.append(other) }
        case .callback:
            if callbacks.count < setup.mostCallbacks { step.act(.tell(id, .callbackOffered)) }
        case .voicemail:
            leaveLane(id)
            cancelTimers(of: id, &step)
            setPhase(id, .leaving(.voicemail))
            step.act(.tell(id, .voicemail))
        }
    }

    // MARK: Place and wait

    mutating func announce(_ id: CallID, _ step: inout Step) {
        guard let call = calls[id], call.callback == nil, let route = call.route,
            let seconds = queues[route.queue]?.announceSeconds
        else { return }
        switch call.phase {
        case .waiting:
            let forecast = forecastMs(for: id, at: step.now).map { Int(($0 + 999) / 1000) }
            step.act(.announce(id, before: lanes.countBefore(call.waiting!, in: route.queue), waitSeconds: forecast))
        case .offered: break
        case .greeting, .resting, .leaving, .connecting, .dialling, .talking: return
        }
        start(.announce(id), after: seconds, of: id, &step)
    }

    /// How long a caller of a queue may still wait: what the last who was served had waited, or the first in the line has waited
    /// already if that is longer, in proportion to his place. The two are the delay predictors LES and HOL of Ibrahim and
    /// Whitt, "Real-Time Delay Estimation Based on Delay History", 2009; HOL keeps growing when nobody is served, so it is good
    /// then too. Nil where nobody is known to have waited.
    package func forecastMs(for id: CallID, at now: Moment) -> Int64? {
        guard let waiting = calls[id]?.waiting, let queue = calls[id]?.route?.queue else { return nil }
        guard let longest = delayMs(of: queue, at: now) else { return nil }
        let (before, all) = (lanes.countBefore(waiting, in: queue), lanes.waitingCount(in: queue))
        return longest * Int64(before + 1) / Int64(max(all, before + 1))
    }

    /// What somebody who came now would have to wait.
    package func delayMs(of queue: QueueID, at now: Moment) -> Int64? {
        guard let head = lanes.head(of: queue), let since = calls[head]?.record.queuedAt else { return nil }
        let headMs = max(0, now.milliseconds(since: since))
        return max(headMs, lastWaitMs[queue] ?? 0)
    }

    // MARK: Callback

    /// He hangs up and keeps his place.
    mutating func promiseCallback(_ id: CallID, _ number: String, _ step: inout Step) throws(SwitchboardRefusal) {
        guard let call = calls[id], call.phase == .waiting, call.callback == nil else { throw .notWaiting }
        guard callbacks.count < setup.mostCallbacks, callbacks[number] == nil else { throw .callbackImpossible }
        cancelTimers(of: id, &step) { $0 != .reserved(id) }
        calls[id]!.callback = Callback(number: number, askedAt: step.now)
        callbacks[number] = id
        calls[id]!.record.callbackAt = step.now
        setPhase(id, .waiting)
        step.act(.record(calls[id]!.record))
        step.act(.tell(id, .callbackPromised))
    }

    /// Nobody answered at the number: he is tried again, before all who came after him.
    mutating func missCallback(_ id: CallID, _ reason: EndReason, _ step: inout Step) {
        let queue = queues[calls[id]!.route!.queue]
        calls[id]!.callback!.tries += 1
        calls[id]!.legs = []
        // She who knows his matter has tried.
        calls[id]!.route!.reserved = nil
        guard calls[id]!.callback!.tries < queue?.callbackTries ?? 1 else { return end(id, .callbackFailed, &step) }
        let agent = calls[id]!.agent
        setPhase(id, .resting)
        if let agent {
            step.act(.release(id, agent))
            free(agent, &step)
        }
        start(.callback(id), after: queue?.callbackRetrySeconds ?? 0, of: id, &step)
    }

    mutating func retryCallback(_ id: CallID, _ step: inout Step) {
        guard let call = calls[id], call.phase == .resting else { return }
        wait(id, &step)
    }

    /// The program was stopped under it: if it was his turn it still is.
    mutating func resume(_ call: Call, _ step: inout Step) {
        calls[call.id]!.legs = []
        switch call.phase {
        case .offered: takeBack(call.id, &step)
        case .connecting(let agent), .dialling(let agent):
            step.act(.release(call.id, agent))
            calls[call.id]!.route!.reserved = nil
            free(agent, &step)
            wait(call.id, &step)
        case .talking: end(call.id, .interrupted, &step, byWire: false)
        case .resting: start(.callback(call.id), after: 1, of: call.id, &step)
        case .greeting, .waiting, .leaving: break
        }
        if let agent = call.agent, case .offered = call.phase { free(agent, &step) }
    }

    /// Whoever waits to be called back and calls himself has his place in this call.
    mutating func takePlaceOfCallback(_ id: CallID, _ step: inout Step) {
        let number = calls[id]!.record.number
        guard !number.isEmpty, let old = callbacks[number], let promised = calls[old] else { return }
        switch promised.phase {
        case .waiting, .resting: break
        default: return
        }
        calls[id]!.route!.rank = promised.route!.rank
        end(old, .calledAgain, &step, byWire: false)
    }
}
