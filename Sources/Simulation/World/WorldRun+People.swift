import Engine

/// What callers and agents do.
extension WorldRun {
    // MARK: Callers

    mutating func calls(_ person: Person) {
        guard now < end else { return }
        let counts = isCounted(now)
        if counts { outcome.came(firstTime: person.attempt == 1) }
        callsMade += 1
        let call = CallID("c\(callsMade)")
        guard centre.isUp else { return notServed(person, afterBusy: true) }
        callers[call] = Caller(person: person)
        tell(.arrived(call, line: person.line, number: person.text))
        if let known = world.known {
            plan(.fact(.callerKnown(call, facts(known))), after: peopleChance.exponential(mean: 3))
        }
    }

    private mutating func facts(_ known: World.Known) -> CallerFacts {
        var facts = CallerFacts()
        if peopleChance.chance(known.openOrder ?? 0), !desks.isEmpty {
            facts.orderAgent = peopleChance.pick(desks).agent
        }
        if let languages = known.languages, peopleChance.chance(0.3) { facts.language = peopleChance.pick(languages) }
        if let regions = known.regions, peopleChance.chance(0.5) { facts.region = peopleChance.pick(regions) }
        return facts
    }

    private func isCounted(_ moment: Int64) -> Bool { Double(moment) / 1000 >= world.warmUpSeconds ?? 0 }

    /// Perhaps he tries again.
    mutating func notServed(_ person: Person, afterBusy: Bool) {
        guard let redials = world.redials, person.attempt < redials.most else { return }
        guard peopleChance.chance(afterBusy ? redials.afterBusy : redials.afterAbandonment) else { return }
        var again = person
        again.attempt += 1
        plan(.call(again), after: max(0.001, redials.delay.draw(&peopleChance)))
    }

    private mutating func waits(_ call: CallID, after greeting: Double) {
        callers[call]?.plan += 1
        guard let caller = callers[call], let patience = patience(on: caller.person.line) else { return }
        plan(.patienceOver(call, caller.plan), after: max(0.001, greeting + patience.draw(&peopleChance)))
    }

    mutating func losesPatience(_ call: CallID, _ plan: Int) {
        guard let caller = callers[call], caller.plan == plan else { return }
        switch caller.state {
        case .greeted, .waiting: hangsUp(call)
        case .talking, .promised: break
        }
    }

    private mutating func talks(_ call: CallID) {
        callers[call]?.state = .talking
        callers[call]?.served = true
        callers[call]?.plan += 1
        guard let caller = callers[call] else { return }
        plan(.serviceOver(call, caller.plan), after: max(0.001, service(on: caller.person.line).draw(&lengthChance)))
        phoneMayDie(call)
    }

    mutating func isServed(_ call: CallID, _ plan: Int) {
        guard let caller = callers[call], caller.plan == plan, caller.state == .talking else { return }
        hangsUp(call)
    }

    private mutating func hangsUp(_ call: CallID) {
        checker?.left(call)
        tell(.hungUp(call, .citizen, .callerHungUp))
    }

    private mutating func leaves(_ call: CallID, afterBusy: Bool = false) {
        guard let caller = callers.removeValue(forKey: call) else { return }
        if !caller.served { notServed(caller.person, afterBusy: afterBusy) }
    }

    // MARK: Agents

    mutating func comesToWork(_ desk: Int) {
        desks[desk].isOnShift = true
        desks[desk].since = now
        let agent = desks[desk].agent
        if desks[desk].isConnected { tell(.reachable(agent)) }
        ask(.signedIn(agent, site: "hall"), from: desk)
        ask(.asked(agent, .ready), from: desk)
    }

    mutating func leavesWork(_ desk: Int) {
        guard desks[desk].isOnShift else { return }
        desks[desk].isOnShift = false
        outcome.staffedSeconds += staffed(from: desks[desk].since, until: now)
        ask(.asked(desks[desk].agent, .offline), from: desk)
    }

    private mutating func rings(_ offer: Offer) {
        guard let desk = deskOf[offer.agent], desks[desk].isConnected else { return }
        let crew = world.agents[desks[desk].crew]
        let fate =
            crew.missPercent == nil && crew.declinePercent == nil
            ? 100 : Double.random(in: 0..<100, using: &peopleChance)
        if fate < crew.missPercent ?? 0 { return }
        if fate < (crew.missPercent ?? 0) + (crew.declinePercent ?? 0) {
            return plan(.fact(.offerFailed(offer.id, .declined)), after: 1)
        }
        plan(.accepts(offer), after: crew.answer?.draw(&peopleChance) ?? 0)
    }

    mutating func answers(_ offer: Offer) {
        guard let desk = deskOf[offer.agent] else { return }
        ask(.accepted(offer.id, offer.agent), from: desk)
    }

    mutating func finishesForm(_ agent: AgentID, _ call: CallID) {
        guard let desk = deskOf[agent], centre.board.agents[agent]?.state == .wrapUp(call) else { return }
        ask(.asked(agent, desks[desk].isOnShift ? .ready : .offline), from: desk)
    }

    /// Her page shows what she is doing now; she goes on from there.
    private mutating func looks(_ agent: AgentID) {
        guard let state = centre.board.agents[agent]?.state, let desk = deskOf[agent] else { return }
        switch state {
        case .wrapUp(let call):
            guard let law = world.wrapUp, desks[desk].isConnected else { return }
            plan(.wrapUpOver(agent, call), after: max(0.001, law.draw(&lengthChance)))
        case .onBreak(.notAnswering), .onBreak(.unreachable):
            if desks[desk].isOnShift { plan(.request(.asked(agent, .ready), desk: desk, tries: 0), after: 30) }
        case .offline, .ready, .offered, .onCall, .onBreak: break
        }
    }

    // MARK: What the centre does to them

    mutating func perform(_ action: Action) {
        switch action {
        case .greet(let call, _):
            plan(.fact(.greeted(call)), after: world.greetingSeconds ?? 0)
            waits(call, after: world.greetingSeconds ?? 0)
        case .playMusic(let call): queued(call)
        case .tell(let call, let message): hears(call, message)
        case .ring(let offer): rings(offer)
        case .connect(let call, _): connects(call)
        case .dial(let call, _, _, _, _): isDialled(call)
        case .release(let call, _): isCutOff(call)
        case .hangUp(let call, _):
            toCount = call
            leaves(call)
        case .refuse(let call, _):
            toCount = call
            leaves(call, afterBusy: true)
        case .startTimer(let timer, let seconds):
            timersMade += 1
            timers[timer] = timersMade
            agenda.plan(.timer(timer, timersMade), at: now + Int64(seconds) * 1000)
        case .cancelTimer(let timer): timers[timer] = nil
        case .record(let record): count(record)
        case .show(let agent): if world.wrapUp != nil || world.faults != nil { looks(agent) }
        case .announce, .withdraw, .hold, .mute, .endLeg, .alert: break
        }
    }

    private mutating func queued(_ call: CallID) {
        guard let caller = callers[call], caller.state != .promised else { return }
        let again = caller.state == .talking
        callers[call]?.state = .waiting
        if again { waits(call, after: 0) }
        outcome.longestQueue = max(outcome.longestQueue, callers.count)
    }

    private mutating func hears(_ call: CallID, _ message: SpokenMessage) {
        switch message {
        case .closed, .emergency, .full: plan(.fact(.told(call, message)), after: 3)
        case .voicemail:
            plan(.fact(.told(call, message)), after: 3)
            callers[call]?.plan += 1
            checker?.left(call)
            plan(.fact(.hungUp(call, .citizen, .callerHungUp)), after: 20)
        case .callbackOffered:
            guard let caller = callers[call], peopleChance.chance(world.callbackShare ?? 0) else { return }
            plan(.fact(.callbackAsked(call, number: caller.person.text)), after: 4)
        case .callbackPromised:
            callers[call]?.state = .promised
            callers[call]?.plan += 1
            plan(.fact(.hungUp(call, .citizen, .callerHungUp)), after: 3)
        }
    }

    private mutating func connects(_ call: CallID) {
        guard let caller = callers[call], caller.state != .talking else { return }
        talks(call)
        plan(.fact(.connected(call)), after: world.faults == nil ? 0 : 0.3)
    }

    /// One of five called back does not answer.
    private mutating func isDialled(_ call: CallID) {
        guard callers[call] != nil else { return isCalledByUs(call) }
        if peopleChance.chance(0.2) { return plan(.fact(.hungUp(call, .citizen, .noAnswer)), after: 30) }
        callers[call]?.state = .greeted
        talks(call)
        plan(.fact(.connected(call)), after: 5)
    }

    private mutating func isCalledByUs(_ call: CallID) {
        guard peopleChance.chance(0.6) else { return plan(.fact(.hungUp(call, .citizen, .noAnswer)), after: 30) }
        plan(.fact(.connected(call)), after: 5)
        plan(.fact(.hungUp(call, .citizen, .callerHungUp)), after: 5 + max(0.001, world.service.draw(&lengthChance)))
    }

    /// Her agent is gone: he waits again, with new patience; what was planned for him is off.
    private mutating func isCutOff(_ call: CallID) {
        guard let caller = callers[call] else { return }
        if centre.board.calls[call]?.callback != nil {
            callers[call]?.state = .promised
            callers[call]?.plan += 1
        } else if caller.state == .talking {
            callers[call]?.state = .talking
        }
    }

    private mutating func count(_ record: CallRecord) {
        guard record.endedAt != nil, record.direction == .inbound, isCounted(record.arrivedAt.milliseconds) else {
            return
        }
        // The row comes once when the call has ended, just after it was hung up, and again after its wrap-up.
        guard toCount == record.id || record.endReason == .calledAgain || record.endReason == .interrupted else {
            return outcome.wroteUp(record.wrapUpMs)
        }
        toCount = nil
        // The number tells the person.
        let person = (Int(record.number) ?? 0) - 13_000_000_000
        let answered = record.outcome == .answered
        outcome.ended(record, onceMore: answered && !answeredPeople.insert(person).inserted)
    }
}
