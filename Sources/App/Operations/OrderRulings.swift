import Engine
import Storage

/// Who has to handle a matter, where that is disputed or divided.
enum OrderRulings {
    /// A ruling binds: a body that was told that matters of this kind are its own does not object to the next one.
    static func object(_ exchange: Exchange) async throws -> OrderOperations.Change {
        let suggested = try OrderOperations.text(exchange, "suggests")
        let suggests = suggested.isEmpty ? nil : try OrderOperations.body(exchange, "suggests")
        let order = try await OrderOperations.visible(exchange)
        if let category = order.details.category,
            let ruling = try await exchange.office.store.ruling(category: category), ruling.body == order.body
        {
            throw WorkOrder.Refusal.objectsToRuling
        }
        return .action(.object(basis: try OrderOperations.text(exchange, "basis"), suggests: suggests))
    }

    /// A co-handler is any body; a lower one stands below who passes it down.
    static func share(_ exchange: Exchange) async throws -> OrderOperations.Change {
        struct Form: Decodable {
            let role: WorkOrder.Share.Role
            let note: String
        }
        let form = try exchange.form(Form.self)
        let body = try OrderOperations.body(exchange)
        if form.role == .lower, let own = exchange.me.person.body {
            guard exchange.office.centre.isBelow(body, own) else {
                throw Problem.invalid([
                    FieldProblem(
                        field: "body",
                        message: Sentence("只能下派给本单位的下级单位。", "You can pass it down only to bodies below yours."))
                ])
            }
        }
        return .action(.share(with: body, as: form.role, note: form.note))
    }

    static func label(_ exchange: Exchange) async throws -> OrderOperations.Change {
        struct Form: Decodable {
            let category: String?
            let tags: [String]
        }
        let form = try exchange.form(Form.self)
        if let category = form.category,
            !(exchange.office.centre.categories ?? []).contains(where: { $0.id == category })
        {
            throw Problem.invalid([
                FieldProblem(
                    field: "category", message: Sentence("没有这个类别，请另选。", "There is no such category; choose another."))
            ])
        }
        return .action(.label(category: form.category, tags: form.tags))
    }
}

extension OrderOperations {
    /// What is kept of a ruling for the orders that come after.
    static func ruling(_ action: WorkOrder.Action, on order: WorkOrder, by me: Caller, _ now: Moment) -> Ruling? {
        guard case .rule(let body, let ruling) = action, let objection = order.details.objection else { return nil }
        return Ruling(
            order: order.id, category: order.details.category, body: body, objected: objection.by,
            basis: objection.basis, ruling: ruling, at: now, by: me.person.id)
    }
}

extension Centre {
    /// Whether a body stands below another, however far.
    func isBelow(_ body: BodyID, _ upper: BodyID) -> Bool {
        var above = bodies.first { $0.id == body.text }?.parent
        for _ in bodies where above != nil {
            if above == upper.text { return true }
            above = bodies.first { $0.id == above }?.parent
        }
        return false
    }
}
