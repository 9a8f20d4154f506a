import Engine
import Storage

extension WorkOrder {
    static func sample(
        _ id: OrderID, _ number: String, call: CallID? = nil, line: LineID = "12345", by person: PersonID = "p-li",
        source: WorkOrder.Source? = nil, at now: Moment = .noon()
    ) -> WorkOrder {
        WorkOrder(
            draft: id, number: number,
            fields: Fields(kind: .complaint, title: "停水", what: "整栋楼停水两天", place: "文一路 1 号", phone: "13800001234"),
            line: line, call: call, takenBy: person, source: source, at: now)
    }
}

extension Store {
    /// Does one thing to an order as someone who may, by the rules.
    @discardableResult
    func act(_ action: WorkOrder.Action, on id: OrderID, seen: Int? = nil, at now: Moment = .noon(60)) async throws
        -> WorkOrder
    {
        try await changeOrder(id, by: .agent, at: now) { order, _ in
            let (next, transition) = try order.applying(
                action, by: "p-li", as: .supervising("p-li"), version: seen ?? order.version, at: now, policy: .hangzhou
            )
            let due = next.state == .dispatched ? Moment.noon(7200) : nil
            return OrderStep(next, transition, OrderDue(next: due, resolve: due))
        }
    }

    @discardableResult
    func create(_ id: OrderID, line: LineID = "12345", by person: PersonID = "p-li", at now: Moment = .noon())
        async throws
        -> WorkOrder
    {
        try await createOrder({ .sample(id, $0, line: line, by: person, at: now) }, by: .agent, at: now)
    }
}
