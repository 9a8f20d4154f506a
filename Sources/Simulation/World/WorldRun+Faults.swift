import Engine

/// What goes wrong: the network between desks and centre, the desks' connections, the program itself, its clock; and what leaders
/// order in the middle of it.
extension WorldRun {
    private var faults: World.Faults? { now < end ? world.faults : nil }

    mutating func openFaults() {
        guard let faults = world.faults else { return }
        if let law = faults.crash { plan(.crash, after: law.draw(&faultChance)) }
        if let law = faults.clockStep { plan(.clockSteps, after: law.draw(&faultChance)) }
        if let law = faults.commands { plan(.command, after: law.draw(&faultChance)) }
        if let law = faults.connected {
            for desk in desks.indices { plan(.connection(desk: desk, up: false), after: law.draw(&faultChance)) }
        }
        // From here on everybody is there and everything holds.
        agenda.plan(.restart, at: end)
        for desk in desks.indices { agenda.plan(.reconnects(desk: desk), at: end + 1000) }
    }

    mutating func goesWrong(_ what: Happening) {
        switch what {
        case .connection(let desk, let up): connection(of: desk, up)
        case .reconnects(let desk): comesBack(desk)
        case .request(let event, let desk, let tries): deliver(event, from: desk, tries)
        case .written: isWritten()
        case .crash: crashes()
        case .restart: restarts()
        case .clockSteps: clockSteps()
        case .command: command()
        default: preconditionFailure("\(what) is no fault")
        }
    }

    // MARK: Desks

    /// What an agent's page asks, over a network that may lose, repeat and delay it; the page tries again until it has an answer.
    mutating func ask(_ event: Event, from desk: Int) {
        guard world.faults != nil else {
            tell(event)
            return
        }
        plan(.request(event, desk: desk, tries: 0), after: delay())
    }

    private mutating func delay() -> Double { max(0.001, faults?.delay?.draw(&faultChance) ?? 0.02) }

    private mutating func deliver(_ event: Event, from desk: Int, _ tries: Int) {
        // A page tries for a minute.
        guard tries < 30 else { return }
        let isLost = faultChance.chance((faults?.lostPercent ?? 0) / 100)
        guard desks[desk].isConnected, centre.isUp, !isLost else {
            return plan(.request(event, desk: desk, tries: tries + 1), after: 2)
        }
        tell(event)
        if faultChance.chance((faults?.repeatedPercent ?? 0) / 100) { plan(.fact(event), after: delay()) }
    }

    private mutating func connection(of desk: Int, _ up: Bool) {
        guard let faults else { return }
        if up { return comesBack(desk) }
        guard desks[desk].isConnected else { return }
        desks[desk].isConnected = false
        plan(.fact(.unreachable(desks[desk].agent)), after: 2)
        let away = faults.away?.draw(&faultChance) ?? 30
        plan(.connection(desk: desk, up: true), after: away)
        if let law = faults.connected { plan(.connection(desk: desk, up: false), after: away + law.draw(&faultChance)) }
    }

    private mutating func comesBack(_ desk: Int) {
        desks[desk].isConnected = true
        let agent = desks[desk].agent
        tell(.reachable(agent))
        if now >= end { desks[desk].isOnShift = true }
        guard desks[desk].isOnShift else { return }
        switch centre.board.agents[agent]?.state {
        case .offline:
            ask(.signedIn(agent, site: "home"), from: desk)
            ask(.asked(agent, .ready), from: desk)
        case .onBreak, .wrapUp: ask(.asked(agent, .ready), from: desk)
        case .ready, .offered, .onCall, nil: break
        }
    }

    mutating func phoneMayDie(_ call: CallID) {
        guard faultChance.chance((faults?.phoneDiesPercent ?? 0) / 100) else { return }
        plan(.fact(.hungUp(call, .agent, .vanished)), after: 1 + faultChance.exponential(mean: 60))
    }

    // MARK: The program

    mutating func planWrite() {
        centre.beginWriting()
        plan(.written, after: max(0.001, world.faults?.write?.draw(&faultChance) ?? 0.005))
    }

    private mutating func isWritten() {
        guard centre.isUp else { return }
        for entry in centre.written() { perform(entry) }
        if centre.wantsToWrite { planWrite() }
        if centre.events.isMultiple(of: 50) {
            do { try centre.keepSnapshot() } catch { checker?.found("no snapshot: \(error)") }
        }
    }

    private mutating func crashes() {
        guard let faults, centre.isUp else { return }
        crashCount += 1
        for entry in centre.crash(afterWriting: faultChance.chance(0.5)) { checker?.check(entry) }
        checker?.crashed()
        timers = [:]
        // Everybody on the line is cut off; those who wait to be called back know nothing of it.
        for (call, caller) in callers.sorted(by: { $0.key < $1.key }) where caller.state != .promised {
            callers[call] = nil
            if !caller.served { notServed(caller.person, afterBusy: true) }
        }
        plan(.restart, after: 1 + faultChance.exponential(mean: 5))
        if let law = faults.crash { plan(.crash, after: law.draw(&faultChance) + 10) }
    }

    private mutating func restarts() {
        guard !centre.isUp else { return }
        checker?.found(centre.restart())
        tell(.started)
        tell(.configured(currentSetup))
        for desk in desks.indices where desks[desk].isConnected {
            plan(.reconnects(desk: desk), after: 0.5 + faultChance.exponential(mean: 2))
        }
    }

    private mutating func clockSteps() {
        guard let faults, let law = faults.clockStep else { return }
        clockOffset += Int64((Double.random(in: -1...1, using: &faultChance) * (faults.clockStepSeconds ?? 60)) * 1000)
        plan(.clockSteps, after: law.draw(&faultChance))
    }

    // MARK: Leaders

    /// As it stands after the last change.
    var currentSetup: Setup {
        var changed = setup
        changed.version = commandsGiven / 13
        if changed.version % 2 == 1 {
            for place in changed.queues.indices { changed.queues[place].strategy = .fewestCalls }
        }
        if moreQueue != .none { Self.addQueue(to: &changed, leadsThere: moreQueue == .used) }
        return changed
    }

    private static let more: QueueID = "more"

    /// Where callers of the first line wait then, for the same agents.
    private static func addQueue(to setup: inout Setup, leadsThere: Bool) {
        let old = setup.lines[0]
        let like = setup.queues.first { $0.id == old.queue }!
        var queue = Queue(
            id: more, centre: like.centre, offerSeconds: like.offerSeconds, wrapUpLimitSeconds: like.wrapUpLimitSeconds,
            capacity: like.capacity)
        queue.overflow = like.overflow
        setup.queues.append(queue)
        if leadsThere {
            setup.lines[0] = Line(id: old.id, number: old.number, queue: more, centre: old.centre)
            setup.lines[0].requires = old.requires
            setup.lines[0].priority = old.priority
            setup.lines[0].hours = old.hours
        }
        setup.agents = setup.agents.map { agent in
            guard let own = agent.queues.first(where: { $0.queue == old.queue }) else { return agent }
            return AgentProfile(
                id: agent.id, centre: agent.centre,
                memberships: agent.queues + [.init(more, preference: own.preference)], skills: agent.skills,
                device: agent.device)
        }
    }

    /// A leader makes a queue and sends a line there, sends it back, and an import takes the queue away, whoever waits in it.
    private mutating func changesSetup() {
        switch moreQueue {
        case .none: moreQueue = .used
        case .used: moreQueue = .drains
        case .drains: moreQueue = .none
        }
        tell(.configured(currentSetup))
    }

    private mutating func command() {
        guard let faults, let law = faults.commands else { return }
        commandsGiven += 1
        let line = world.lines[commandsGiven % world.lines.count].id
        let agent = desks.isEmpty ? nil : desks[faultChance.int(0...(desks.count - 1))].agent
        switch commandsGiven % 13 {
        case 0: changesSetup()
        case 1:
            guard let queue = setup.queues.last else { break }
            tell(
                .takeoverAsked(
                    Takeover(
                        id: TakeoverID("t\(commandsGiven)"), line: line, queue: queue.id,
                        percent: faultChance.int(1...100), askedBy: "leader", askedAt: clock)))
            tell(.takeoverApproved(TakeoverID("t\(commandsGiven)"), by: "director"))
        case 2: for takeover in centre.board.takeovers { tell(.takeoverEnded(takeover.id, by: "leader")) }
        case 3: if let agent { tell(.asked(agent, .onBreak, pause: "meal", by: "leader")) }
        case 4: if let agent { tell(.asked(agent, .ready, by: "leader")) }
        case 5: tell(.emergencyDeclared(line, on: true, by: "leader"))
        case 6: tell(.emergencyDeclared(line, on: false, by: "leader"))
        case 7: if let agent { tell(.signedOut(agent, by: "leader")) }
        case 8, 9: if let agent { placesCall(agent, line) }
        case 10: for agent in setup.agents { tell(.holdAsked(agent.id, on: true)) }
        case 11: for agent in setup.agents { tell(.holdAsked(agent.id, on: false)) }
        default: for agent in setup.agents { tell(.wrapUpExtended(agent.id)) }
        }
        plan(.command, after: law.draw(&faultChance))
    }

    private mutating func placesCall(_ agent: AgentID, _ line: LineID) {
        callsMade += 1
        tell(
            .placed(
                CallID("c\(callsMade)"), agent, line: line, number: "13900000000",
                .init(kind: .missed, reference: "c1")))
    }
}
