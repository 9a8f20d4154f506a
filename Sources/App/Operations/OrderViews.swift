import Engine
import Storage

/// Work orders as JSON, for one reader: what she may not see is not in it.
struct OrderViews: Sendable {
    private let me: Caller
    private let now: Moment
    private let policy: ClockPolicy
    private let calendar: WorkingCalendar
    private let people: People

    init(_ exchange: Exchange, _ people: People) {
        me = exchange.me
        now = exchange.now
        policy = exchange.office.policy
        calendar = exchange.office.calendar
        self.people = people
    }

    func row(_ order: WorkOrder) -> JSON {
        .object(members(order, clocks: policy.clocks(of: order, calendar: calendar)))
    }

    private func members(_ order: WorkOrder, clocks: [OrderClock]) -> [String: JSON] {
        let reached = order.followUps.last { $0.reached }
        return [
            "id": JSON(order.id), "number": .string(order.number), "state": .string(order.state.rawValue),
            "kind": JSON(order.fields.kind?.rawValue), "urgency": .string(order.fields.urgency.rawValue),
            "title": .string(order.fields.title), "body": JSON(order.body), "agent": JSON(people[order.takenBy]?.agent),
            "createdAt": JSON(order.createdAt), "phone": .string(TelephoneNumber.mask(order.fields.phone)),
            "clock": order.isOver ? .null : running(clocks).map(view) ?? .null, "closedAt": JSON(order.closedAt),
            "removedAt": JSON(order.removedAt),
            "satisfaction": JSON(reached?.satisfaction), "solved": JSON(reached?.solved),
            "version": JSON(order.version),
        ]
    }

    private func running(_ clocks: [OrderClock]) -> OrderClock? {
        clocks.filter { $0.metAt == nil }.min { $0.due < $1.due }
    }

    /// - Parameter calls: those placed for it and the one it was taken in.
    func whole(_ order: WorkOrder, history: [WorkOrder.Transition], calls: [CallID]) -> JSON {
        let clocks = policy.clocks(of: order, calendar: calendar)
        var members = members(order, clocks: clocks)
        members["fields"] = fields(order)
        members["line"] = JSON(order.line)
        members["call"] = JSON(order.call)
        members["clocks"] = .array(clocks.map(view))
        members["answer"] = JSON(order.answer)
        members["history"] = .array(history.map(view))
        members["allowed"] = .array(allowed(order).map { .string($0.rawValue) })
        members["followUps"] = .array(order.followUps.map(view))
        members["calls"] = .array(calls.map { JSON($0) })
        return .object(members)
    }

    /// What the rules allow her capacity and her permissions besides.
    private func allowed(_ order: WorkOrder) -> [WorkOrder.Action.Name] {
        guard let capacity = me.capacity else { return [] }
        return order.allowed(to: capacity).filter { me.may($0.permission) }
    }

    private func fields(_ order: WorkOrder) -> JSON {
        let fields = order.fields
        let name = me.maySeeCitizen(of: order) || fields.name.isEmpty ? fields.name : "***"
        return [
            "kind": .string(fields.kind?.rawValue ?? ""), "urgency": .string(fields.urgency.rawValue),
            "title": .string(fields.title), "what": .string(fields.what), "where": .string(fields.place),
            "when": .string(fields.time), "wish": .string(fields.wish), "name": .string(name),
            "phone": .string(TelephoneNumber.mask(fields.phone)), "confidential": .bool(fields.confidential),
        ]
    }

    private func view(_ clock: OrderClock) -> JSON {
        [
            "name": .string(clock.name.rawValue), "startedAt": JSON(clock.startedAt), "due": JSON(clock.due),
            "metAt": JSON(clock.metAt), "provisional": .bool(clock.provisional),
            "state": .string(clock.state(at: now).rawValue),
            "explanation": .array(clock.explanation.map { ["zh": .string($0.zh), "en": .string($0.en)] }),
        ]
    }

    private func view(_ change: WorkOrder.Transition) -> JSON {
        [
            "at": JSON(change.at), "by": .string(people.name(change.by)),
            "byRole": JSON(people[change.by]?.role.rawValue), "action": .string(change.action.rawValue),
            "from": JSON(change.from?.rawValue), "to": .string(change.to.rawValue), "note": JSON(change.note),
        ]
    }

    private func view(_ followUp: WorkOrder.FollowUp) -> JSON {
        [
            "at": JSON(followUp.at), "by": .string(people.name(followUp.by)), "reached": .bool(followUp.reached),
            "satisfaction": JSON(followUp.satisfaction), "solved": JSON(followUp.solved),
            "note": .string(followUp.note), "call": JSON(followUp.call),
        ]
    }
}

extension WorkOrder {
    /// Nothing more is promised of it.
    var isOver: Bool {
        switch state {
        case .closed, .followedUp, .discarded: true
        case .draft, .dispatched, .signed, .answered: false
        }
    }
}

extension WorkOrder.Action.Name {
    var permission: Permission {
        switch self {
        case .create, .save, .discard, .dispatch, .closeAtOnce: .writeOrders
        case .sign, .contact, .answer, .close: .handleOrders
        case .followUp: .followUp
        }
    }
}

// MARK: Shapes

extension OrderViews {
    private static let clock = Schema.named(
        "Clock",
        .object([
            .init("name", .words(ClockName.self)), .init("startedAt", .time), .init("due", .time),
            .init("metAt", .nullable(.time)), .init("provisional", .flag),
            .init("state", .oneOf(["running", "met", "late", "metLate"])),
            .init("explanation", .list(.object([.init("zh", .anyText), .init("en", .anyText)]))),
        ]))

    private static let rowProperties: [Schema.Property] = [
        .init("id", .id), .init("number", .anyText), .init("state", .words(WorkOrder.State.self)),
        .init("kind", .nullable(.words(Kind.self))), .init("urgency", .words(Urgency.self)), .init("title", .anyText),
        .init("body", .nullable(.id)), .init("agent", .nullable(.id)), .init("createdAt", .time),
        .init("phone", .anyText), .init("clock", .nullable(clock)), .init("closedAt", .nullable(.time)),
        .init("removedAt", .nullable(.time)),
        .init("satisfaction", .nullable(.integer(1...5))), .init("solved", .nullable(.flag)), .init("version", .count),
    ]

    static let row = Schema.named("OrderRow", .object(rowProperties))

    static let fieldsSchema = Schema.named(
        "Fields",
        .object([
            .init("kind", .nullable(.oneOf([""] + Kind.allCases.map(\.rawValue)))),
            .init("urgency", .words(Urgency.self)), .init("title", text(.title)), .init("what", text(.what)),
            .init("where", text(.place)), .init("when", text(.time)), .init("wish", text(.wish)),
            .init("name", text(.name)), .init("phone", .form(.telephone)), .init("confidential", .flag),
        ]))

    static func text(_ field: WorkOrder.Field, atLeast least: Int = 0) -> Schema { .text(least...field.limit) }

    static let whole = Schema.named(
        "Order",
        .object(
            rowProperties + [
                .init("fields", fieldsSchema), .init("line", .id), .init("call", .nullable(.id)),
                .init("clocks", .list(clock)), .init("answer", .nullable(.anyText)),
                .init(
                    "history",
                    .list(
                        .named(
                            "Change",
                            .object([
                                .init("at", .time), .init("by", .anyText),
                                .init("byRole", .nullable(.words(Role.self))),
                                .init("action", .words(WorkOrder.Action.Name.self)),
                                .init("from", .nullable(.words(WorkOrder.State.self))),
                                .init("to", .words(WorkOrder.State.self)), .init("note", .nullable(.anyText)),
                            ])))),
                .init("allowed", .list(.words(WorkOrder.Action.Name.self))),
                .init(
                    "followUps",
                    .list(
                        .object([
                            .init("at", .time), .init("by", .anyText), .init("reached", .flag),
                            .init("satisfaction", .nullable(.integer(1...5))), .init("solved", .nullable(.flag)),
                            .init("note", .anyText), .init("call", .nullable(.id)),
                        ]))),
                .init("calls", .list(.id)),
            ]))
}
