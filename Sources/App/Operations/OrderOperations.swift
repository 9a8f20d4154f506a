import Engine
import HTTPTypes
import Storage

/// Work orders, from the first keystroke to the citizen's verdict. Each change names the version it saw.
enum OrderOperations {
    static let all: [Operation] = [
        Operation(
            id: "createOrder", method: .post, path: "/orders", summary: Sentence("新建工单草稿", "Begin a draft"),
            access: .needs(.writeOrders),
            form: .object([
                .init("call", .nullable(.id), required: false), .init("line", .id),
                .init("fields", OrderViews.fieldsSchema), OrderViews.particulars,
            ]),
            answers: [.created(OrderViews.whole)], handle: OrderDrafts.create),
        Operation(
            id: "listOrders", method: .get, path: "/orders", summary: Sentence("工单列表", "Orders this person may see"),
            access: .needs(.readOrders), query: OrderLists.query, answers: [.ok(CallViews.rows(of: OrderViews.row))],
            refusals: [.notFound], handle: OrderLists.list),
        Operation(
            id: "showOrder", method: .get, path: "/orders/{id}",
            summary: Sentence("工单", "One order, its history and clocks"),
            access: .needs(.readOrders), answers: [.ok(OrderViews.whole)], handle: show),
        Operation(
            id: "showPhone", method: .get, path: "/orders/{id}/phone",
            summary: Sentence("查看完整号码（留痕）", "The whole telephone number; looking is noted"),
            access: .needs(.viewPhones), answers: [.ok(.object([.init("phone", .anyText)]))], handle: showPhone),
        change(
            "saveDraft", .put, "draft", Sentence("保存草稿", "Save the draft"), .needs(.writeOrders),
            [.init("fields", OrderViews.fieldsSchema), OrderViews.particulars], OrderDrafts.save),
        change(
            "discardOrder", .post, "discard", Sentence("作废草稿", "Discard the draft"), .needs(.writeOrders),
            [.init("reason", OrderViews.text(.reason, atLeast: 1))]
        ) { .action(.discard(reason: try text($0, "reason"))) },
        change(
            "dispatchOrder", .post, "dispatch", Sentence("派单", "Send it to a body"), .needs(.writeOrders),
            [.init("body", .id), .init("readBack", .agreed), ShownProposals.property]
        ) { .action(.dispatch(to: try body($0), readBack: true)) },
        change(
            "closeOrder", .post, "closure",
            Sentence("办结；从草稿直接办结须附答复", "Close it; straight from the draft with the answer given"),
            .needsEither(.writeOrders, .handleOrders),
            [
                .init("answer", OrderViews.text(.answer, atLeast: 1), required: false),
                .init("readBack", .agreed, required: false), ShownProposals.property,
            ], close),
        change("signForOrder", .post, "signature", Sentence("签收", "Sign for it"), .needs(.handleOrders), []) { _ in
            .action(.sign)
        },
        change(
            "recordContact", .post, "contacts", Sentence("记录联系", "Record a contact with the citizen"),
            .needs(.handleOrders), [.init("note", OrderViews.text(.note, atLeast: 1))]
        ) { .action(.contact(note: try text($0, "note"))) },
        change(
            "answerOrder", .post, "answer", Sentence("答复", "Answer it"), .needs(.handleOrders),
            [.init("text", OrderViews.text(.answer, atLeast: 1))]
        ) { .action(.answer(try text($0, "text"))) },
        change(
            "followUpOrder", .post, "follow-ups", Sentence("回访", "Ask the citizen whether it was solved"),
            .needs(.followUp), FollowUps.form, FollowUps.action),
    ]

    /// One row of the table above: a change of an order by a form that holds the version.
    static func change(
        _ id: String, _ method: HTTPRequest.Method, _ noun: String, _ summary: Sentence, _ access: Operation.Access,
        _ form: [Schema.Property], _ action: @escaping @Sendable (Exchange) async throws -> Change
    ) -> Operation {
        Operation(
            id: id, method: method, path: "/orders/{id}/\(noun)", summary: summary, access: access,
            form: .object([.init("version", .integer(1...2_147_483_647))] + form), answers: [.ok(OrderViews.whole)],
            refusals: [.conflict]
        ) { exchange in
            // First whether it is there for her at all: what is wrong with the form is no business of others.
            _ = try await visible(exchange)
            return try await apply(try await action(exchange), exchange)
        }
    }

    /// What an order needs itself to be asked for, such as what a masked number stands for, is decided with it in hand.
    enum Change: Sendable {
        case action(WorkOrder.Action)
        case decided(@Sendable (WorkOrder) throws -> WorkOrder.Action)

        func action(on order: WorkOrder) throws -> WorkOrder.Action {
            switch self {
            case .action(let action): action
            case .decided(let decide): try decide(order)
            }
        }
    }

    private static func close(_ exchange: Exchange) throws -> Change {
        struct Form: Decodable {
            let answer: String?
            let readBack: Bool?
        }
        let form = try exchange.form(Form.self)
        guard let answer = form.answer else { return .action(.close) }
        return .action(.closeAtOnce(answer: answer, readBack: form.readBack ?? false))
    }

    private static func apply(_ change: Change, _ exchange: Exchange) async throws -> Answer {
        struct Seen: Decodable { let version: Int }
        let seen = try exchange.form(Seen.self).version
        let me = exchange.me
        guard let capacity = me.capacity else { throw Problem.notAllowed }
        let (office, now) = (exchange.office, exchange.now)
        let order = try await exchange.office.store.changeOrder(exchange.id("id"), by: exchange.actor, at: now) {
            order, taken in
            // Another body's order is not there for her: were it forbidden, ids could be probed.
            guard me.maySee(order) else { throw Problem.notFound }
            let action = try change.action(on: order)
            guard me.may(action.name) else { throw Problem.notAllowed }
            let born = office.policies.policy(of: order, in: office.centre, at: now)
            let (next, transition) = try order.applying(
                action, by: me.person.id, as: capacity, version: seen, at: now, policy: born.policy,
                reference: born.reference, calendar: office.policies.calendar,
                asked: office.centre.particulars(of: order.details.category), hours: office.centre.bodyHours)
            return OrderStep(
                next, transition, office.due(next, taken: taken, at: now),
                ruling: ruling(action, on: order, by: me, now),
                deliveries: office.centre.deliveries(after: action, of: order, next),
                proposals: try ShownProposals.kept(exchange, action: action, before: order, after: next))
        }
        await exchange.office.topics.changed(order)
        return .json(try await whole(order, exchange))
    }

    // MARK: Looking

    /// The order, if she may see it; else it is not there.
    static func visible(_ exchange: Exchange) async throws -> WorkOrder {
        guard let order = try await exchange.office.store.order(exchange.id("id")), exchange.me.maySee(order) else {
            throw Problem.notFound
        }
        return order
    }

    private static func show(_ exchange: Exchange) async throws -> Answer {
        .json(try await whole(try await visible(exchange), exchange))
    }

    static func whole(_ order: WorkOrder, _ exchange: Exchange) async throws -> JSON {
        let store = exchange.office.store
        let views = OrderViews(exchange, try await exchange.office.staff.people())
        var story = OrderViews.Story(
            history: try await store.history(of: order.id), calls: try await calls(of: order, store))
        // A draft has been told to nobody and promised nothing.
        if order.dispatchedAt != nil {
            story.deliveries = try await store.deliveries(of: order.id)
            story.alarms = try await store.alarms(of: order.id)
            story.deadlineChanges = try await store.deadlineChanges(of: order.id)
        }
        if order.state != .draft {
            story.proposals = try await store.proposals(of: order.id)
            story.tellers = try await store.tellers(of: order.id)
        }
        return views.whole(order, story)
    }

    /// The call it was taken in, and those placed for it, newest last. More than a page of calls with one citizen about one
    /// matter is not looked through.
    private static func calls(of order: WorkOrder, _ store: any Store) async throws -> [CallID] {
        var calls = order.call.map { [$0] } ?? []
        if !order.fields.phone.isEmpty {
            var placed = CallFilter()
            placed.number = order.fields.phone
            placed.direction = .outbound
            placed.from = order.createdAt
            let found = try await store.calls(placed, page: Page(limit: 100)).rows
            calls += found.reversed().filter { $0.record.purpose?.order == order.id }.map(\.record.id)
        }
        for call in order.followUps.compactMap(\.call) where !calls.contains(call) { calls.append(call) }
        return calls
    }

    private static func showPhone(_ exchange: Exchange) async throws -> Answer {
        let order = try await visible(exchange)
        guard exchange.me.maySeeCitizen(of: order) else { throw Problem.notAllowed }
        // Noted before it is shown. No digest: that of a telephone number is as good as the number.
        try await exchange.office.store.note(
            AuditRow(at: exchange.now, actor: exchange.actor, action: "phone.view", subject: "order:\(order.id)"))
        return .json(["phone": .string(order.fields.phone)])
    }
}
