extension WorkOrder {
    /// Who may do something, seen from the order.
    package enum Side: CaseIterable, Sendable {
        /// The agent who took the order; any for what a citizen wrote herself.
        case taker
        /// Any agent.
        case anyAgent
        /// Who leads the shift.
        case leader
        /// The lead body.
        case body
        /// A body that has a share of it.
        case shareholder
        case citizen
    }

    /// The whole loop at a glance: from which states, and by whom, an action may be done. Whatever is not here is refused.
    ///
    ///     draft ─dispatch─▶ dispatched ─sign─▶ signed ─answer─▶ answered ─close─▶ closed ─followUp─▶ followedUp ─▶ archived
    ///       │                 │  ▲   ▲           │  ▲              │                 │ ▲                ▲
    ///       │                 │  │   └──rule── disputed ◀─object───┤                 │ └─ closeAtOnce   │ explain
    ///       │                 │  └─dispatch─ returned ◀─giveBack───┘ sendBack        └─▶ reviewing ─────┘
    ///       └─▶ discarded     └─▶ merged                                                     └─redo─▶ dispatched
    ///
    /// Until it is closed the citizen may take it back: from any state before that ─withdraw─▶ withdrawn, its end.
    package static let table: [Rule] = [
        Rule([.save, .discard, .dispatch, .closeAtOnce], [.draft], [.taker, .leader]),
        Rule([.dispatch], [.returned], [.anyAgent, .leader]),
        Rule([.closeAtOnce], [.returned], [.leader]),
        Rule([.sign], [.dispatched], [.body, .leader]),
        Rule([.contact, .answer, .askExtension], [.signed], [.body, .leader]),
        Rule([.close], [.answered], [.body, .anyAgent, .leader]),
        Rule([.sendBack], [.answered], [.anyAgent, .leader]),
        Rule([.giveBack, .object], [.dispatched, .signed], [.body]),
        Rule([.rule], [.disputed], [.leader]),
        Rule([.decideExtension], [.signed], [.leader]),
        Rule([.pause, .resume], [.dispatched, .signed], [.body, .leader]),
        Rule([.pause, .resume], [.disputed], [.leader]),
        Rule([.urge, .add], [.dispatched, .signed, .disputed, .returned, .answered], [.anyAgent, .leader, .citizen]),
        Rule([.supervise], [.dispatched, .signed, .disputed, .returned, .answered, .reviewing], [.leader]),
        Rule(
            [.guide], [.dispatched, .signed, .disputed, .returned, .answered],
            [.anyAgent, .leader, .body, .shareholder]),
        Rule([.share], [.dispatched, .signed], [.leader, .body, .shareholder]),
        Rule([.signShare, .answerShare], [.dispatched, .signed], [.shareholder]),
        Rule([.correct], [.dispatched, .signed, .disputed, .returned, .answered], [.taker, .leader]),
        Rule([.regrade, .movePolicy], [.dispatched, .signed, .disputed, .returned, .answered], [.leader]),
        Rule(
            [.label, .link],
            [.draft, .dispatched, .signed, .disputed, .returned, .answered, .closed, .reviewing, .followedUp],
            [.anyAgent, .leader]),
        Rule([.followUp], [.closed], [.anyAgent, .leader, .citizen]),
        Rule([.redo], [.closed, .reviewing], [.leader]),
        Rule([.explain], [.reviewing], [.leader]),
        Rule([.archive], [.closed, .followedUp], [.leader]),
        Rule([.merge], [.draft], [.taker, .leader]),
        Rule([.merge], [.dispatched, .signed, .returned], [.leader]),
        Rule([.unmerge], [.merged], [.leader]),
        // A draft is hers to take back; those who write it discard it.
        Rule([.withdraw], [.draft], [.citizen]),
        Rule([.withdraw], [.dispatched, .signed, .disputed, .returned, .answered], [.anyAgent, .leader, .citizen]),
        Rule([.tell], [.dispatched, .signed, .disputed, .returned, .answered, .withdrawn], [.anyAgent, .leader]),
    ]

    package struct Rule: Sendable {
        package let actions: Set<Action.Name>
        package let states: Set<State>
        package let sides: Set<Side>

        init(_ actions: Set<Action.Name>, _ states: Set<State>, _ sides: Set<Side>) {
            self.actions = actions
            self.states = states
            self.sides = sides
        }
    }

    /// What someone in a capacity is to this order.
    package func sides(of capacity: Capacity) -> Set<Side> {
        switch capacity {
        case .intake(let person): takenBy ?? person == person ? [.taker, .anyAgent] : [.anyAgent]
        case .supervising: [.leader]
        case .handling(let handler):
            Set(
                (handler == body ? [Side.body] : []) + (share(of: handler) != nil ? [Side.shareholder] : []))
        case .citizen: [.citizen]
        }
    }

    /// Nil if the table has it. Who may do it in another state is told of the state, who may never is told so.
    func refusal(of name: Action.Name, to capacity: Capacity) -> Refusal? {
        let mine = sides(of: capacity)
        let rules = Self.table.filter { $0.actions.contains(name) }
        let here = rules.filter { $0.states.contains(state) }
        if removedAt == nil, here.contains(where: { !$0.sides.isDisjoint(with: mine) }) { return nil }
        let isHers = rules.contains { !$0.sides.isDisjoint(with: mine) }
        if isHers, here.isEmpty || removedAt != nil { return .wrongState(state, name) }
        let isABodys = rules.contains { !$0.sides.isDisjoint(with: [.body, .shareholder]) }
        if case .handling = capacity, isABodys { return .anotherBodys }
        return .notYours
    }

    /// The actions that are open to someone acting in a capacity, for the page's buttons. The same rules `applying` keeps.
    package func allowed(to capacity: Capacity, policy: ClockPolicy = .hangzhou) -> [Action.Name] {
        guard removedAt == nil else { return [] }
        let mine = sides(of: capacity)
        let here = Self.table.filter { $0.states.contains(state) && !$0.sides.isDisjoint(with: mine) }
        let hers = here.reduce(into: Set()) { $0.formUnion($1.actions) }
        return Action.Name.allCases.filter { $0 != .create && hers.contains($0) && isOpen($0, to: capacity, policy) }
    }

    /// What beside state and side decides whether an action can be done now.
    private func isOpen(_ name: Action.Name, to capacity: Capacity, _ policy: ClockPolicy) -> Bool {
        switch name {
        case .close: refusalToClose(capacity, policy) == nil
        case .decideExtension: details.extensionAsked != nil
        case .askExtension: details.extensionAsked == nil
        case .pause: details.pauses.last.map { $0.to != nil } ?? true
        case .resume: details.pauses.last.map { $0.to == nil } ?? false
        case .signShare: openShare(capacity)?.signedAt == nil && openShare(capacity) != nil
        case .answerShare: openShare(capacity) != nil
        default: true
        }
    }

    private func openShare(_ capacity: Capacity) -> Share? {
        guard case .handling(let body) = capacity, let share = share(of: body), share.answeredAt == nil else {
            return nil
        }
        return share
    }

    /// Where the centre looks at answers a body does not close; where it does not, only the body and the leader do.
    func refusalToClose(_ capacity: Capacity, _ policy: ClockPolicy) -> Refusal? {
        switch (capacity, policy.reviews ?? false) {
        case (.handling, true): .reviewedByCentre
        case (.intake, false): .notYours
        default: nil
        }
    }

    /// Another order about the same matter can be merged into it.
    package var takesMerged: Bool {
        removedAt == nil && ![.draft, .merged, .discarded, .withdrawn].contains(state)
    }

    /// Nothing more is promised of it.
    package var isOver: Bool {
        switch state {
        case .followedUp, .archived, .discarded, .withdrawn, .merged, .reviewing: true
        case .closed, .draft, .dispatched, .signed, .disputed, .returned, .answered: false
        }
    }
}
