import OrderedCollections

/// Decides which waiting caller is offered to which free agent, and what becomes of every call.
///
/// The same events at the same moments always give the same actions. Nothing here waits, stores, logs or dials: the caller
/// of `handle` journals the event, carries out the actions in order and reports what happened as new events. Facts about
/// calls that are already over are ignored; a request the rules forbid is thrown back and changes nothing.
package struct Switchboard: Sendable, Equatable, Codable {
    package internal(set) var setup = Setup()
    package internal(set) var agents: OrderedDictionary<AgentID, Agent> = [:]
    package internal(set) var calls: OrderedDictionary<CallID, Call> = [:]
    /// Who waits in each queue, longest first.
    package internal(set) var waiting: OrderedDictionary<QueueID, [CallID]> = [:]
    /// Who is ready, longest idle first; the unreachable among them are passed over.
    var idle: [AgentID] = []
    var nextPosition = 1
    /// When the last event happened; what a crash broke off ended then, not when the program was started again.
    var last = Moment(milliseconds: 0)
    /// Rows of calls whose agents are still in wrap-up, to gain its length.
    var finishing: OrderedDictionary<AgentID, CallRecord> = [:]

    /// Raised when the same event would no longer give the same actions; a journal written under other rules is not
    /// replayed.
    package static let rulesVersion = 1

    /// A page that is back within this time has lost nothing; after it the citizen must not listen to silence.
    static let lostAfterSeconds = 10
    /// Longer than any change of network or restart of a computer; after it she has left.
    static let goneAfterSeconds = 300

    package init() {}

    package mutating func handle(_ event: Event, at now: Moment) throws(SwitchboardRefusal) -> [Action] {
        var step = Step(now: now)
        switch event {
        case .configured(let setup): configure(setup, &step)
        case .started: start(&step)
        case .signedIn(let agent, let site): try signIn(agent, site, &step)
        case .signedOut(let agent): try signOut(agent, &step)
        case .asked(let agent, let state): try ask(agent, state, &step)
        case .reachable(let agent): becameReachable(agent, &step)
        case .unreachable(let agent): becameUnreachable(agent, &step)
        case .arrived(let call, let line, let number): arrive(call, line, number, &step)
        case .greeted(let call): enqueue(call, &step)
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
        var touched: OrderedSet<AgentID> = []

        init(now: Moment) {
            self.now = now
        }

        mutating func act(_ action: Action) {
            actions.append(action)
        }
    }

    private mutating func fire(_ timer: TimerID, _ step: inout Step) {
        switch timer {
        case .offer(let offer): expireOffer(offer, &step)
        case .wrapUp(let agent, let call): endWrapUp(agent, of: call, &step)
        case .lost(let agent): lose(agent, &step)
        case .gone(let agent): if agents[agent]?.reachable == false { leave(agent, &step) }
        }
    }

    private mutating func configure(_ setup: Setup, _ step: inout Step) {
        self.setup = setup
        for queue in setup.queues where waiting[queue.id] == nil { waiting[queue.id] = [] }
        for profile in setup.agents {
            if agents[profile.id] == nil {
                agents[profile.id] = Agent(
                    profile: profile, site: nil, state: .offline, since: step.now, idleSince: step.now,
                    reachable: profile.device.isAlwaysReachable, afterCall: nil)
            } else {
                let changed = agents[profile.id]!.profile.device != profile.device
                agents[profile.id]!.profile = profile
                if changed { agents[profile.id]!.reachable = profile.device.isAlwaysReachable }
            }
            step.touched.append(profile.id)
        }
        // An agent who was taken out of the centre goes, unless a call still depends on her.
        let known = Set(setup.agents.map(\.id))
        for agent in agents.keys where !known.contains(agent) {
            if calls.isEmpty { leave(agent, &step) }
            if agents[agent]!.state == .offline { agents[agent] = nil }
        }
    }

    /// Whatever was going on is over, and each thing says so: calls end as interrupted, offers are off, those who talked
    /// finish their forms. All of it ended when the last event before the stop came, and the time in between counts as nothing.
    private mutating func start(_ step: inout Step) {
        let pause = step.now.milliseconds(since: last)
        var past = Step(now: last)
        for call in calls.values {
            for leg in call.legs { past.act(.endLeg(facts: leg.facts)) }
            end(call.id, .interrupted, &past, byWire: false)
        }
        step.actions += past.actions
        step.touched.formUnion(past.touched)
        for agent in agents.values {
            if agent.profile.device == .browser, agent.isSignedIn { becameUnreachable(agent.id, &step) }
            if case .wrapUp(let call) = agent.state {
                agents[agent.id]!.since = agent.since.adding(milliseconds: pause)
                startWrapUpTimer(agent.id, call, &step)
            }
        }
    }

    func queue(of line: LineID) -> Queue? {
        guard let line = setup.lines.first(where: { $0.id == line }) else { return nil }
        return setup.queues.first { $0.id == line.queue }
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
