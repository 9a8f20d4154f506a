import Engine

/// What people have done to one order, as they know it themselves: the accepted actions, one after the other. Everything the
/// checkers expect of an order is read from here, and nothing from the order.
struct OrderLedger {
    let createdAt: Moment
    let takenBy: PersonID
    private(set) var entries: [Entry] = []

    struct Entry {
        let action: WorkOrder.Action
        let at: Moment
        let capacity: WorkOrder.Capacity
        let state: WorkOrder.State

        var name: WorkOrder.Action.Name { action.name }

        var body: BodyID? {
            if case .handling(let body) = capacity { body } else { nil }
        }

        /// To whom it sends the order.
        var sends: BodyID? {
            switch action {
            case .dispatch(let body, _), .rule(let body, _), .redo(let body, _): body
            default: nil
            }
        }
    }

    init(createdAt: Moment, takenBy: PersonID, fields: WorkOrder.Fields) {
        self.createdAt = createdAt
        self.takenBy = takenBy
        began = (fields.kind, fields.urgency)
        matter = began
    }

    /// The same order when nothing had been done to it yet.
    init(beginning whole: OrderLedger) {
        (createdAt, takenBy, began, matter) = (whole.createdAt, whole.takenBy, whole.began, whole.began)
    }

    private let began: (kind: Kind?, urgency: Urgency)

    /// As the last that changed them left them.
    private(set) var matter: (kind: Kind?, urgency: Urgency)
    private(set) var category: String?
    private(set) var state = WorkOrder.State.draft
    private var stateBefore = WorkOrder.State.draft

    mutating func add(_ action: WorkOrder.Action, at: Moment, as capacity: WorkOrder.Capacity) {
        entries.append(Entry(action: action, at: at, capacity: capacity, state: state))
        switch action {
        case .save(let fields, _): matter = (fields.kind, fields.urgency)
        case .regrade(let kind, let urgency, _): matter = (kind, urgency)
        case .label(let new, _): category = new
        default: break
        }
        move(action)
    }

    private mutating func move(_ action: WorkOrder.Action) {
        switch action {
        case .discard: state = .discarded
        case .dispatch, .rule, .redo: state = .dispatched
        case .closeAtOnce, .close: state = .closed
        case .sign, .sendBack: state = .signed
        case .answer: state = .answered
        case .giveBack: state = .returned
        case .object: state = .disputed
        case .followUp(let said) where said.reached:
            state = said.solved == false || (said.satisfaction ?? 5) <= 2 ? .reviewing : .followedUp
        case .explain: state = .followedUp
        case .archive: state = .archived
        case .merge:
            stateBefore = state
            state = .merged
        case .unmerge: state = stateBefore
        case .withdraw: state = .withdrawn
        default: break
        }
    }

    // MARK: What has happened

    var lead: BodyID? { entries.last { $0.sends != nil }?.sends }
    /// Nobody has what was given back.
    var holder: BodyID? { state == .returned ? nil : lead }
    var rounds: Int { 1 + entries.count { $0.name == .redo } }

    /// Of this round, the redo that began it included.
    var round: ArraySlice<Entry> { entries[(entries.lastIndex { $0.name == .redo } ?? 0)...] }
    /// Since the body that has it was asked, that included.
    private var sending: ArraySlice<Entry> { round[(round.lastIndex { $0.sends != nil } ?? round.endIndex)...] }

    /// - Parameter promise: whose start is asked for.
    func start(of promise: ClockPolicy.Promise) -> Moment? {
        switch promise.startsWith {
        case .created: rounds == 1 ? createdAt : round.first?.at
        case .dispatched: round.first { $0.sends != nil }?.at
        case .sent: sending.first?.at
        case .signed: signedAt
        case .contacted: contacts(sending)
        case .answered: answeredAt
        case .closed: closedAt
        case .followedUp: followedUpAt
        }
    }

    func end(of promise: ClockPolicy.Promise) -> Moment? {
        switch promise.stopsWith {
        case .created, .dispatched, .sent: nil
        case .signed: signedAt ?? sending.last { $0.name == .giveBack || $0.name == .object }?.at
        case .contacted: contacts([.created, .dispatched].contains(promise.startsWith) ? round : sending)
        case .answered: answeredAt
        case .closed: closedAt
        case .followedUp: followedUpAt
        }
    }

    var signedAt: Moment? { sending.last { $0.name == .sign }?.at }
    /// The last word that has not been sent back.
    var answeredAt: Moment? {
        let since = round.lastIndex { $0.name == .sendBack || $0.sends != nil }.map { $0 + 1 } ?? round.startIndex
        return round[since...].last { $0.name == .answer || $0.name == .closeAtOnce }?.at
    }
    var closedAt: Moment? { round.last { $0.name == .close || $0.name == .closeAtOnce }?.at }
    var followedUpAt: Moment? {
        round.last { if case .followUp(let said) = $0.action { said.reached } else { false } }?.at
    }

    private func contacts(_ part: ArraySlice<Entry>) -> Moment? {
        [part.first { $0.name == .contact }?.at, answeredAt].compactMap { $0 }.min()
    }

    struct Pause {
        let reason: ClockPolicy.PauseReason
        let from: Moment
        var to: Moment?
    }

    var pauses: [Pause] {
        var pauses: [Pause] = []
        for entry in round {
            switch entry.action {
            case .pause(let reason, _): pauses.append(Pause(reason: reason, from: entry.at, to: nil))
            case .resume, .answer, .giveBack, .dispatch, .rule, .withdraw:
                if let last = pauses.indices.last, pauses[last].to == nil { pauses[last].to = entry.at }
            default: break
            }
        }
        return pauses
    }

    /// What was granted last.
    var extendedTo: Moment? {
        var (asked, granted): (Moment?, Moment?) = (nil, nil)
        for entry in round {
            if case .askExtension(_, let until) = entry.action { asked = until }
            if case .decideExtension(true, _) = entry.action { granted = asked }
        }
        return granted
    }

    struct Share {
        let body: BodyID
        let askedAt: Moment
        var signedAt: Moment?
        var answeredAt: Moment?
    }

    var shares: [Share] {
        var shares: [Share] = []
        for entry in round {
            if let lead = entry.sends { shares.removeAll { $0.body == lead } }
            switch entry.action {
            case .share(let body, _, _): shares.append(Share(body: body, askedAt: entry.at))
            case .closeAtOnce: shares.removeAll { $0.answeredAt == nil }
            case .signShare, .answerShare:
                guard let place = shares.firstIndex(where: { $0.body == entry.body }) else { continue }
                if entry.name == .signShare || shares[place].signedAt == nil { shares[place].signedAt = entry.at }
                if entry.name == .answerShare { shares[place].answeredAt = entry.at }
            default: break
            }
        }
        return shares
    }
}
