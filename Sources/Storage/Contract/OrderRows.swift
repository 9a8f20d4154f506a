import Engine

/// The clocks of an order as lists, figures and alarms need them; computed by Engine at each change.
package struct OrderDue: Sendable, Equatable {
    /// When the earliest clock that still runs is due; nil when none runs.
    package let next: Moment?
    /// When it must be closed; nil without a promise.
    package let resolve: Moment?
    /// When the next step of a ladder is to be taken; nil when none is.
    package let alarm: Moment?
    package let clocks: [OrderClock]

    package init(next: Moment?, resolve: Moment?, alarm: Moment? = nil, clocks: [OrderClock] = []) {
        self.next = next
        self.resolve = resolve
        self.alarm = alarm
        self.clocks = clocks
    }

    /// None runs for an order that is over, even one that was never kept; a paused one is due at no time.
    package init(_ order: WorkOrder, clocks: [OrderClock], taken: OrderAlarm.Taken = .init()) {
        let running = order.isOver ? [] : clocks.filter(\.isRunning)
        self.init(
            next: running.map(\.due).min(), resolve: clocks.first { $0.name == .resolve && $0.body == nil }?.due,
            alarm: OrderAlarm.next(of: order, clocks: clocks, taken: taken), clocks: clocks)
    }
}

/// What one change of an order writes.
package struct OrderStep: Sendable {
    package let order: WorkOrder
    package let transition: WorkOrder.Transition
    package let due: OrderDue
    /// What the coordination has ruled, if that is the change.
    package var ruling: Ruling?
    /// Whom it is to be told to.
    package var deliveries: [NewDelivery]
    /// What the dispatch model proposed, as the order leaves the draft.
    package var proposals: [KeptProposal]

    package init(
        _ order: WorkOrder, _ transition: WorkOrder.Transition, _ due: OrderDue, ruling: Ruling? = nil,
        deliveries: [NewDelivery] = [], proposals: [KeptProposal] = []
    ) {
        self.order = order
        self.transition = transition
        self.due = due
        self.ruling = ruling
        self.deliveries = deliveries
        self.proposals = proposals
    }
}

/// An order that is to be made under an id its maker chose, so that making it twice makes it once.
package struct NewOrder: Sendable {
    package let id: OrderID
    let draft: @Sendable (_ number: String) -> WorkOrder
    let steps: @Sendable (WorkOrder) throws -> [OrderStep]

    /// - Parameters:
    ///   - draft: makes the draft with the number it is given.
    ///   - steps: what is done with the draft at once, each step on what the last made. What it throws undoes all.
    package init(
        _ id: OrderID, draft: @escaping @Sendable (_ number: String) -> WorkOrder,
        steps: @escaping @Sendable (WorkOrder) throws -> [OrderStep]
    ) {
        self.id = id
        self.draft = draft
        self.steps = steps
    }
}

package struct CreatedOrder: Sendable {
    package let order: WorkOrder
    /// False for one that was there already.
    package let isNew: Bool

    package init(order: WorkOrder, isNew: Bool) {
        self.order = order
        self.isNew = isNew
    }
}

/// A step that has been taken, and what a list says of its order.
package struct RaisedAlarm: Sendable, Equatable {
    package let alarm: OrderAlarm
    package let number: String
    package let title: String
    package let body: BodyID?
}

/// Who has to handle what two bodies disputed; binds later orders of the category.
package struct Ruling: Sendable, Equatable {
    package let order: OrderID
    package let category: String?
    package let body: BodyID
    /// Who said that it was not for them.
    package let objected: BodyID
    package let basis: String
    package let ruling: String
    package let at: Moment
    package let by: PersonID

    package init(
        order: OrderID, category: String?, body: BodyID, objected: BodyID, basis: String, ruling: String, at: Moment,
        by: PersonID
    ) {
        self.order = order
        self.category = category
        self.body = body
        self.objected = objected
        self.basis = basis
        self.ruling = ruling
        self.at = at
        self.by = by
    }
}

/// A policy as it was saved once.
package struct PolicyVersion: Sendable, Equatable {
    package let policy: ClockPolicy
    package let version: Int
    package let at: Moment
    package let savedBy: PersonID?
    package let inForceFrom: Moment
    package let reason: String

    package init(
        policy: ClockPolicy, version: Int, at: Moment, savedBy: PersonID?, inForceFrom: Moment, reason: String
    ) {
        self.policy = policy
        self.version = version
        self.at = at
        self.savedBy = savedBy
        self.inForceFrom = inForceFrom
        self.reason = reason
    }
}

/// A deadline that moved because a calendar or a policy did.
package struct DeadlineChange: Sendable, Equatable {
    package let clock: ClockName
    package let body: String
    package let at: Moment
    package let before: Moment
    package let after: Moment
    package let reason: String

    package init(clock: ClockName, body: String, at: Moment, before: Moment, after: Moment, reason: String) {
        self.clock = clock
        self.body = body
        self.at = at
        self.before = before
        self.after = after
        self.reason = reason
    }
}

/// What another calendar would do to the deadlines of open orders.
package struct DeadlineMoves: Sendable {
    /// How many orders are open, and of how many a deadline would move.
    package var open = 0
    package var moved = 0
    /// Some of those that would move, at most `DeadlineMoves.shown`.
    package var first: [(order: OrderID, number: String, title: String, change: DeadlineChange)] = []

    /// Enough to see what it comes to.
    package static let shown = 20
}

/// Something a body, or the citizen, is to be told.
package struct NewDelivery: Sendable, Equatable {
    /// Nil is the citizen.
    package let body: BodyID?
    /// `dispatch`, `urge`, `supervise` and so on: the words of the action, or of a ladder's step.
    package let about: String
    package let channel: Channel
    package let address: String

    package enum Channel: String, Sendable, CaseIterable {
        case page, webhook, email
        /// A short message to the citizen's telephone.
        case message
    }

    package init(body: BodyID?, about: String, channel: Channel, address: String) {
        self.body = body
        self.about = about
        self.channel = channel
        self.address = address
    }
}

/// What a body, or the citizen, is told, until it has it.
package struct Delivery: Sendable, Equatable {
    package let id: Int64
    package let order: OrderID
    package let version: Int
    /// Nil is the citizen.
    package let body: BodyID?
    package let about: String
    package let channel: NewDelivery.Channel
    package let address: String
    package let createdAt: Moment
    package let state: State
    package let attempts: Int
    /// The newest attempts, oldest first, at most `shownTries`; only where deliveries are shown.
    package var tries: [Try] = []

    package static let shownTries: Int64 = 20
    /// A receiver may be away for a moment; after so many attempts, half a minute, somebody has to know.
    package static let failingAfter = 3

    package struct Try: Sendable, Equatable {
        package let at: Moment
        /// Nil when it was taken.
        package let error: String?
    }

    /// The body does not know what it should, and somebody has to tell it by other means.
    package var keepsFailing: Bool { state != .delivered && attempts >= Self.failingAfter }

    package enum State: String, Sendable, CaseIterable {
        case waiting, delivered, failed
    }

    package init(
        id: Int64, order: OrderID, version: Int, body: BodyID?, about: String, channel: NewDelivery.Channel,
        address: String, createdAt: Moment, state: State, attempts: Int
    ) {
        self.id = id
        self.order = order
        self.version = version
        self.body = body
        self.about = about
        self.channel = channel
        self.address = address
        self.createdAt = createdAt
        self.state = state
        self.attempts = attempts
    }

    /// After 5, 10, 20 … seconds, at last each hour; nil after a week, when a person has to see to it.
    package func nextAttempt(after now: Moment) -> Moment? {
        guard now.milliseconds(since: createdAt) < 7 * 86_400_000 else { return nil }
        return now.adding(seconds: min(3600, 5 << Int64(min(attempts, 12))))
    }
}
