import OrderedCollections

/// Decides which waiting caller is offered to which free agent, and what becomes of every call.
///
/// The same events at the same moments always give the same actions. Nothing here waits, stores, logs or dials: the caller
/// of `handle` journals the event, carries out the actions in order and reports what happened as new events. Facts about
/// calls that are already over are ignored; a request the rules forbid is thrown back and changes nothing.
///
/// No step goes through all calls or all agents, except when the setup changes, the program has started, or an agent sits down
/// at a phone: see `Lanes`.
package struct Switchboard: Sendable {
    package internal(set) var setup = Setup()
    package internal(set) var agents: OrderedDictionary<AgentID, Agent> = [:]
    package internal(set) var calls: [CallID: Call] = [:]
    /// Commands by which another centre answers, those that have ended until their line is set up anew.
    package internal(set) var takeovers: [Takeover] = []
    package internal(set) var emergencies: [LineID] = []
    var nextNumber = 1
    /// When the last event happened; what a crash broke off ended then, not when the program was started again.
    var last = Moment(milliseconds: 0)
    /// Rows of calls whose agents are still in wrap-up, to gain its length.
    var finishing: [AgentID: CallRecord] = [:]
    var recent = RecentCallers()
    /// How long the last of each queue waited who was served.
    var lastWaitMs: [QueueID: Int64] = [:]
    /// Those greeted and waiting, as a queue's capacity counts them.
    var callers: [QueueID: Int] = [:]

    // Made from the above.
    var lanes = Lanes(Setup(), agents: [])
    var lines: [LineID: Line] = [:]
    var queues: [QueueID: Queue] = [:]
    /// Who is to be called back, by number.
    var callbacks: [String: CallID] = [:]

    /// Raised when the same event would no longer give the same actions; a journal written under other rules is not
    /// replayed.
    package static let rulesVersion = 2

    /// A page that is back within this time has lost nothing; after it the citizen must not listen to silence.
    static let lostAfterSeconds = 10
    /// Longer than any change of network or restart of a computer; after it she has left.
    static let goneAfterSeconds = 300
    /// A message is as long as people speak to a machine; longer ones are an open line somebody forgot.
    static let messageSeconds = 180

    package init() {}

    package mutating func handle(_ event: Event, at now: Moment) throws(SwitchboardRefusal) -> [Action] {
        var step = Step(now: now)
        switch event {
        case .configured(let setup): configure(setup, &step)
        case .started: start(&step)
        case .signedIn(let agent, let site, let device): try signIn(agent, site, device, &step)
        case .signedOut(let agent, let leader): try signOut(agent, byLeader: leader != nil, &step)
        case .asked(let agent, let state, let pause, _): try ask(agent, state, pause, &step)
        case .wrapUpExtended(let agent): try extendWrapUp(agent, &step)
        case .reachable(let agent): becameReachable(agent, &step)
        case .unreachable(let agent): becameUnreachable(agent, &step)
        case .arrived(let call, let line, let number): arrive(call, line, number, &step)
        case .turnedAway(let call, let line, let number, let moment): noteTurnedAway(call, line, number, moment, &step)
        case .callerKnown(let call, let facts): learn(call, facts, &step)
        case .greeted(let call): enqueue(call, &step)
        case .told(let call, let message): told(call, message, &step)
        case .callbackAsked(let call, let number): try promiseCallback(call, number, &step)
        case .legUp(let call, let party, let facts): noteLeg(call, party, facts, &step)
        case .accepted(let offer, let agent): try accept(offer, agent, &step)
        case .offerFailed(let offer, let reason): failOffer(offer, reason, &step)
        case .connected(let call): connect(call, &step)
        case .connectFailed(let call, let reason): failConnect(call, reason, &step)
        case .placed(let call, let agent, let line, let number, let purpose):
            try place(call, agent, line, number, purpose, &step)
        case .hungUp(let call, let party, let reason): hangUp(call, party, reason, &step)
        case .hangUpAsked(let agent): try hangUpAsked(agent, &step)
        case .holdAsked(let agent, let on): try hold(agent, on, &step)
        case .muteAsked(let agent, let on): try mute(agent, on, &step)
        case .takeoverAsked(let takeover): try askTakeover(takeover, &step)
        case .takeoverApproved(let id, let person): try approveTakeover(id, by: person, &step)
        case .takeoverEnded(let id, let person): try endTakeover(id, by: person, &step)
        case .emergencyDeclared(let line, let on, _): try declareEmergency(line, on)
        case .timerFired(let timer): fire(timer, &step)
        }
        takeOffers(&step)
        last = now
        return step.actions + step.touched.map(Action.show)
    }

    /// One event being handled: when, and what has been decided so far.
    struct Step {
        let now: Moment
        var actions: [Action] = []
        /// A few at most; each once.
        var touched: [AgentID] = []
        /// Who became free, and who came to wait: only they can make a new pair.
        var freed: [AgentID] = []
        var came: [CallID] = []

        init(now: Moment) {
            self.now = now
        }

        mutating func act(_ action: Action) {
            actions.append(action)
        }

        mutating func touch(_ agent: AgentID) {
            if !touched.contains(agent) { touched.append(agent) }
        }
    }

    private mutating func fire(_ timer: TimerID, _ step: inout Step) {
        switch timer {
        case .offer(let offer): expireOffer(offer, &step)
        case .wrapUp(let agent, let call): endWrapUp(agent, of: call, &step)
        case .lost(let agent): lose(agent, &step)
        case .gone(let agent): if agents[agent]?.reachable == false { leave(agent, &step) }
        case .paused(let agent): endPause(agent, &step)
        case .overflow(let call, let number): flowOver(call, number, &step)
        case .reserved(let call): endReservation(call, &step)
        case .announce(let call): announce(call, &step)
        case .message(let call): if calls[call]?.phase == .leaving(.voicemail) { end(call, .leftMessage, &step) }
        case .callback(let call): retryCallback(call, &step)
        }
    }

    /// Those under way, in the order in which they came.
    package var callsInOrder: [Call] { calls.values.sorted { $0.number < $1.number } }
    /// Who waits in a queue, next first.
    package func waiting(in queue: QueueID) -> [CallID] { lanes.waiting(in: queue) }
}

// MARK: - Setting up and starting

extension Switchboard {
    private mutating func configure(_ setup: Setup, _ step: inout Step) {
        leaveQueuesGone(from: setup)
        let busy = Set(calls.values.map(\.record.line))
        // A line that still has callers stays as it was until they are gone.
        let gone = self.setup.lines.filter { line in
            busy.contains(line.id) && !setup.lines.contains { $0.id == line.id }
        }
        let queuesGone = self.setup.queues.filter { queue in
            !setup.queues.contains { $0.id == queue.id }
                && (gone.contains { $0.queue == queue.id }
                    || calls.values.contains { $0.route?.queues.contains(queue.id) == true })
        }
        self.setup = setup
        self.setup.lines += gone
        self.setup.queues += queuesGone
        takeovers.removeAll { takeover in
            takeover.endedAt != nil || !setup.lines.contains { $0.id == takeover.line }
        }
        for profile in setup.agents {
            if agents[profile.id] == nil {
                agents[profile.id] = Agent(profile, at: step.now)
            } else {
                let changed = agents[profile.id]!.profile.device != profile.device
                agents[present: profile.id].profile = profile
                if changed {
                    agents[present: profile.id].device = profile.device
                    agents[present: profile.id].reachable = profile.device.isAlwaysReachable
                }
            }
            step.touch(profile.id)
        }
        // An agent who was taken out of the centre goes, unless a call still depends on her.
        let known = Set(setup.agents.map(\.id))
        for agent in agents.keys where !known.contains(agent) {
            if agents[agent]!.call == nil { leave(agent, &step) }
            if agents[agent]!.state == .offline { agents[agent] = nil }
        }
        makeLanes()
        step.freed = []
        for agent in agents.values where agent.isFree { step.freed.append(agent.id) }
        step.freed.sort { agents[$0]!.idleSince < agents[$1]!.idleSince }
        step.came = callsInOrder.filter { $0.phase == .waiting }.map(\.id)
    }

    /// Whoever came to a queue that is gone is in his line's from now on, at the place he had: nobody would ever serve him there.
    private mutating func leaveQueuesGone(from setup: Setup) {
        let there = Set(setup.queues.map(\.id))
        let homes = Dictionary(setup.lines.map { ($0.id, $0.queue) }) { first, _ in first }
        for call in callsInOrder {
            guard let route = call.route, let home = homes[call.record.line] else { continue }
            let left = route.queues.filter(there.contains)
            guard left != route.queues else { continue }
            let stays = left.first == route.queue
            calls[call.id]!.route!.queues = stays ? left : [home] + left.filter { $0 != home }
            if !stays { calls[call.id]!.record.queue = home }
            setPhase(call.id, call.phase)
        }
    }

    /// Whatever is made from setup, agents and calls, made anew. Nobody is idle in it yet: the free are given calls first.
    mutating func makeLanes() {
        lines = Dictionary(setup.lines.map { ($0.id, $0) }) { first, _ in first }
        queues = Dictionary(setup.queues.map { ($0.id, $0) }) { first, _ in first }
        lanes = Lanes(setup, agents: agents.values.map(\.profile))
        callers = [:]
        callbacks = [:]
        for call in callsInOrder {
            if let callback = call.callback { callbacks[callback.number] = call.id }
            if let queue = call.countedIn { callers[queue, default: 0] += 1 }
            if call.phase == .waiting, let route = call.route {
                lanes.wait(call.waiting!, in: route.lane, of: route.queue)
            }
        }
    }

    /// Whatever was going on is over, and each thing says so: calls end as interrupted, offers are off, those who talked
    /// finish their forms; who is to be called back still is. All of it ended when the last event before the stop came, and the
    /// time in between counts as nothing.
    private mutating func start(_ step: inout Step) {
        let pause = step.now.milliseconds(since: last)
        var past = Step(now: last)
        for call in callsInOrder {
            for leg in call.legs { past.act(.endLeg(facts: leg.facts)) }
            if call.callback == nil {
                end(call.id, .interrupted, &past, byWire: false)
            } else {
                resume(call, &past)
            }
        }
        step.actions += past.actions
        for agent in past.touched { step.touch(agent) }
        step.freed += past.freed
        step.came += past.came
        for agent in agents.values {
            if agent.device == .browser, agent.isSignedIn { becameUnreachable(agent.id, &step) }
            switch agents[agent.id]!.state {
            case .wrapUp(let call):
                agents[present: agent.id].since = agent.since.adding(milliseconds: pause)
                startWrapUpTimer(agent.id, call, &step)
            case .onBreak(.paused): step.act(.startTimer(.paused(agent.id), seconds: setup.pauseSeconds))
            case .offline, .ready, .offered, .onCall, .onBreak: break
            }
        }
    }
}

extension Device {
    /// A desk phone is tried when there is a call for it; a page is there or it is not.
    var isAlwaysReachable: Bool {
        switch self {
        case .browser: false
        case .phone: true
        }
    }
}

extension OrderedDictionary {
    /// The value of a key that is there, to be changed in its place: by the key alone the whole value is moved to the end, and
    /// back when it has been changed.
    subscript(present key: Key) -> Value {
        get { values[index(forKey: key)!] }
        _modify {
            let place = index(forKey: key)!
            yield &values[place]
        }
    }
}
