import Engine
import Storage

/// Work orders as JSON, for one reader: what she may not see is not in it.
struct OrderViews: Sendable {
    private let me: Caller
    private let now: Moment
    private let office: Office
    private let people: People

    init(_ exchange: Exchange, _ people: People) {
        me = exchange.me
        now = exchange.now
        office = exchange.office
        self.people = people
    }

    func row(_ order: WorkOrder) -> JSON {
        .object(members(order, clocks: office.clocks(of: order, at: now)))
    }

    /// With who has to be told by hand.
    func row(_ order: WorkOrder, unreached: [BodyID]) -> JSON {
        var row = members(order, clocks: office.clocks(of: order, at: now))
        row["unreached"] = .array(unreached.filter(mayKnowOf).map { JSON($0) })
        return .object(row)
    }

    /// What other bodies are told is no business of an officer.
    private func mayKnowOf(_ body: BodyID?) -> Bool { me.person.role != .officer || body == me.person.body }

    private func members(_ order: WorkOrder, clocks: [OrderClock]) -> [String: JSON] {
        return [
            "id": JSON(order.id), "number": .string(order.number), "state": .string(order.state.rawValue),
            "kind": JSON(order.fields.kind?.rawValue), "urgency": .string(order.fields.urgency.rawValue),
            "title": .string(order.fields.title), "body": JSON(order.body),
            "agent": JSON(order.takenBy.flatMap { people[$0] }?.agent),
            "createdAt": JSON(order.createdAt), "phone": .string(TelephoneNumber.mask(order.fields.phone)),
            "clock": order.isOver ? .null : running(clocks).map(view) ?? .null, "closedAt": JSON(order.closedAt),
            "removedAt": JSON(order.removedAt),
            "satisfaction": JSON(order.verdict?.satisfaction), "solved": JSON(order.verdict?.solved),
            "version": JSON(order.version),
        ]
    }

    private func running(_ clocks: [OrderClock]) -> OrderClock? {
        clocks.filter(\.isRunning).min { $0.due < $1.due }
    }

    /// What has happened to an order, and is in rows of its own.
    struct Story {
        let history: [WorkOrder.Transition]
        /// Those placed for it and the one it was taken in.
        let calls: [CallID]
        var deliveries: [Delivery] = []
        var alarms: [OrderAlarm] = []
        var deadlineChanges: [DeadlineChange] = []
        var proposals: [KeptProposal] = []
        var tellers: Tellers?
    }

    func whole(_ order: WorkOrder, _ story: Story) -> JSON {
        let clocks = office.clocks(of: order, at: now)
        var members = members(order, clocks: clocks)
        members["fields"] = fields(order)
        members["line"] = JSON(order.line)
        members["call"] = JSON(order.call)
        members["source"] = .string(sourceWord(order))
        members["reference"] = JSON(order.details.imported?.reference)
        members["location"] =
            order.details.location.map { ["latitude": .number($0.latitude), "longitude": .number($0.longitude)] }
            ?? .null
        members["email"] = me.maySeeCitizen(of: order) ? JSON(order.details.email) : .null
        members["clocks"] = .array(clocks.map(view))
        members["answer"] = JSON(order.answer)
        members["history"] = .array(story.history.map(view))
        members["allowed"] = .array(allowed(order, story).map { .string($0.rawValue) })
        members["followUps"] = .array(order.followUps.map(view))
        members["calls"] = .array(story.calls.map { JSON($0) })
        members["category"] = JSON(order.details.category)
        members["particulars"] = .array(
            order.details.particulars.sorted { $0.key < $1.key }
                .map { ["id": .string($0.key), "value": .string($0.value)] })
        members["tags"] = .array(order.details.tags.map { .string($0) })
        members["deliveries"] = .array(
            story.deliveries.filter { mayKnowOf($0.body) }.map(view))
        members["supervisedAt"] = JSON(order.details.supervisedAt)
        members["alarms"] = .array(story.alarms.map(view))
        members["deadlineChanges"] = .array(story.deadlineChanges.map(view))
        members["proposals"] = .array(me.person.role == .officer ? [] : story.proposals.map(view))
        members["people"] = JSON(story.tellers?.people ?? 1)
        members["merged"] = JSON(story.tellers?.merged ?? 0)
        members["mergedInto"] = JSON(order.details.mergedInto)
        return .object(members)
    }

    /// What the rules allow her capacity and her permissions besides; telling a body by hand only where one has to be told.
    private func allowed(_ order: WorkOrder, _ story: Story) -> [WorkOrder.Action.Name] {
        guard let capacity = me.capacity else { return [] }
        return order.allowed(to: capacity, policy: office.policies.policy(of: order, in: office.centre, at: now).policy)
            .filter { me.may($0) && ($0 != .tell || story.deliveries.contains { $0.keepsFailing && $0.body != nil }) }
    }

    private func fields(_ order: WorkOrder) -> JSON {
        let fields = order.fields
        return [
            "kind": .string(fields.kind?.rawValue ?? ""), "urgency": .string(fields.urgency.rawValue),
            "title": .string(fields.title), "what": .string(fields.what), "where": .string(fields.place),
            "when": .string(fields.time), "wish": .string(fields.wish), "name": .string(me.citizensName(of: order)),
            "phone": .string(TelephoneNumber.mask(fields.phone)), "confidential": .bool(fields.confidential),
        ]
    }

    /// How it came: by a call or somebody of the centre, in a spreadsheet, by the citizen's page or a program.
    private func sourceWord(_ order: WorkOrder) -> String {
        switch order.source {
        case nil: order.details.imported == nil ? "centre" : "sheet"
        case .page: "page"
        case .client: "client"
        }
    }

    private func view(_ clock: OrderClock) -> JSON {
        [
            "name": .string(clock.name.rawValue), "startedAt": JSON(clock.startedAt), "due": JSON(clock.due),
            "metAt": JSON(clock.metAt), "body": JSON(clock.body), "provisional": .bool(clock.provisional),
            "state": .string(clock.state(at: now).rawValue),
            "explanation": .array(clock.explanation.map { ["zh": .string($0.zh), "en": .string($0.en)] }),
        ]
    }

    private func view(_ change: WorkOrder.Transition) -> JSON {
        [
            "at": JSON(change.at), "by": JSON(change.by.map(people.name)),
            "byRole": JSON(change.by.flatMap { people[$0] }?.role.rawValue), "action": .string(change.action.rawValue),
            "from": JSON(change.from?.rawValue), "to": .string(change.to.rawValue), "note": JSON(change.note),
        ]
    }

    private func view(_ delivery: Delivery) -> JSON {
        [
            "body": JSON(delivery.body), "about": .string(delivery.about),
            "channel": .string(delivery.channel.rawValue),
            "state": .string(delivery.state.rawValue), "attempts": JSON(delivery.attempts),
            "error": JSON(delivery.tries.last?.error), "at": JSON(delivery.createdAt),
            "keepsFailing": .bool(delivery.keepsFailing),
            "tries": .array(delivery.tries.map { ["at": JSON($0.at), "error": JSON($0.error)] }),
        ]
    }

    private func view(_ alarm: OrderAlarm) -> JSON {
        [
            "clock": .string(alarm.key.clock.rawValue), "body": alarm.key.body.isEmpty ? nil : .string(alarm.key.body),
            "does": .string(alarm.does.rawValue), "tells": .array(alarm.tells.map { .string($0.rawValue) }),
            "dueAt": JSON(alarm.dueAt), "at": JSON(alarm.at),
        ]
    }

    private func view(_ change: DeadlineChange) -> JSON {
        [
            "clock": .string(change.clock.rawValue), "body": change.body.isEmpty ? nil : .string(change.body),
            "at": JSON(change.at), "before": JSON(change.before), "after": JSON(change.after),
            "reason": .string(change.reason),
        ]
    }

    private func view(_ proposal: KeptProposal) -> JSON {
        [
            "label": .string(proposal.label.rawValue), "model": JSON(proposal.model),
            "proposed": .string(proposal.proposed), "confidence": JSON(fraction: Double(proposal.confidence) / 1000),
            "chosen": JSON(proposal.chosen), "taken": .bool(proposal.taken),
        ]
    }

    private func view(_ followUp: WorkOrder.FollowUp) -> JSON {
        [
            "at": JSON(followUp.at), "by": JSON(followUp.by.map(people.name)), "reached": .bool(followUp.reached),
            "satisfaction": JSON(followUp.satisfaction), "solved": JSON(followUp.solved),
            "contacted": JSON(followUp.contacted),
            "note": .string(followUp.note), "call": JSON(followUp.call),
        ]
    }
}

extension WorkOrder.Action.Name {
    /// Any one of these.
    var permissions: [Permission] {
        switch self {
        case .create, .save, .discard, .dispatch, .closeAtOnce, .sendBack, .urge, .add, .label, .merge, .link,
            .withdraw, .tell,
            .correct:
            [.writeOrders]
        case .sign, .contact, .answer, .askExtension, .pause, .resume, .share: [.handleOrders]
        case .giveBack, .object, .signShare, .answerShare: [.speakForBody]
        case .close, .guide: [.writeOrders, .handleOrders]
        case .rule, .decideExtension, .supervise, .regrade, .movePolicy, .redo, .explain, .archive, .unmerge:
            [.superviseOrders]
        case .followUp: [.followUp]
        }
    }
}

extension Caller {
    func may(_ action: WorkOrder.Action.Name) -> Bool { action.permissions.contains { may($0) } }
}
