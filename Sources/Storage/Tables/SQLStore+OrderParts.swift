import Engine

/// What an order has in rows of its own, written with it in one transaction.
extension SQLStore {
    func writeParts(of step: OrderStep, before: WorkOrder?, _ db: any SQLConnection) throws {
        let order = step.order
        if order.details.shares.map(\.body) != (before?.details.shares.map(\.body) ?? []) {
            try db.execute("DELETE FROM order_shares WHERE order_id = \(order.id)")
            for share in order.details.shares {
                try db.execute(
                    """
                    INSERT INTO order_shares (order_id, body, centre_id) VALUES (\(order.id), \(share.body), \(centreID))
                    ON CONFLICT DO NOTHING
                    """)
            }
        }
        if order.details.tags != (before?.details.tags ?? []) {
            try db.execute("DELETE FROM order_tags WHERE order_id = \(order.id)")
            for tag in Set(order.details.tags).sorted() {
                try db.execute(
                    "INSERT INTO order_tags (order_id, tag, centre_id) VALUES (\(order.id), \(tag), \(centreID))")
            }
        }
        try writeClocks(step.due.clocks, of: order, anew: before?.dispatchedAt != nil, db)
        if let ruling = step.ruling { try add(ruling, version: order.version, db) }
        for proposal in step.proposals { try add(proposal, to: order, at: step.transition.at, db) }
        for delivery in step.deliveries { try add(delivery, to: order, at: step.transition.at, db) }
    }

    /// What a body kept, in time or not, stays when another has the order; a clock that was not kept goes over to it.
    ///
    /// - Parameter anew: there may be rows already.
    func writeClocks(_ clocks: [OrderClock], of order: WorkOrder, anew: Bool, _ db: any SQLConnection) throws {
        let round = order.details.round
        guard let lead = order.body else { return }
        if anew {
            try db.execute(
                """
                DELETE FROM order_clocks WHERE order_id = \(order.id)
                    AND (met_at IS NULL OR (round = \(round) AND body IN \(order.bodies)))
                """)
        }
        for clock in clocks {
            try db.execute(
                """
                INSERT INTO order_clocks (order_id, round, clock, body, centre_id, started_at, due, met_at, paused, provisional)
                VALUES (\(order.id), \(round), \(clock.name.rawValue), \(clock.body ?? lead), \(centreID),
                    \(clock.startedAt), \(clock.due), \(clock.metAt), \(clock.isPaused), \(clock.provisional))
                """)
        }
    }

    // MARK: Rulings

    private func add(_ ruling: Ruling, version: Int, _ db: any SQLConnection) throws {
        try db.execute(
            """
            INSERT INTO rulings (order_id, version, centre_id, category, body, objected, basis, ruling, at, by_person)
            VALUES (\(ruling.order), \(version), \(centreID), \(ruling.category), \(ruling.body), \(ruling.objected),
                \(ruling.basis), \(ruling.ruling), \(ruling.at), \(ruling.by))
            """)
    }

    package func ruling(category: String) async throws -> Ruling? {
        try await database.read { db in
            let query: SQL = """
                SELECT * FROM rulings WHERE centre_id = \(centreID) AND category = \(category) ORDER BY at DESC, version DESC LIMIT 1
                """
            return try db.first("rulings", query) { row in
                Ruling(
                    order: try row.get("order_id"), category: try row.optional("category"), body: try row.get("body"),
                    objected: try row.get("objected"), basis: try row.get("basis"), ruling: try row.get("ruling"),
                    at: try row.get("at"), by: try row.get("by_person"))
            }
        }
    }

    // MARK: Alarms

    package func ordersWithAlarms(dueBy now: Moment, limit: Int) async throws -> [OrderID] {
        try await database.read { db in
            let query: SQL = """
                SELECT id FROM orders WHERE centre_id = \(centreID) AND next_alarm IS NOT NULL AND next_alarm <= \(now)
                ORDER BY next_alarm, id LIMIT \(limit)
                """
            return try db.rows("orders", query) { try $0.get("id") }
        }
    }

    package func takeAlarms(
        of id: OrderID, at now: Moment,
        _ decide:
            @escaping @Sendable (WorkOrder, OrderAlarm.Taken) throws -> (
                order: WorkOrder, alarms: [OrderAlarm], due: OrderDue, deliveries: [NewDelivery]
            )
    ) async throws -> WorkOrder? {
        try await write { db in
            guard let order = try order(id, db, locking: true) else { return nil }
            let taken = OrderAlarm.Taken(try alarms(of: id, db))
            let decided = try decide(order, taken)
            precondition(decided.order.version == order.version, "an alarm of \(id) changed the order")
            for alarm in decided.alarms { try add(alarm, db) }
            for delivery in decided.deliveries { try add(delivery, to: order, at: now, db) }
            try writeDue(decided.due, of: decided.order, db)
            return decided.order
        }
    }

    private func add(_ alarm: OrderAlarm, _ db: any SQLConnection) throws {
        try db.execute(
            """
            INSERT INTO order_alarms (order_id, round, clock, body, rung, centre_id, does, tells, due_at, at)
            VALUES (\(alarm.order), \(alarm.key.round), \(alarm.key.clock.rawValue), \(alarm.key.body),
                \(alarm.key.rung), \(centreID), \(alarm.does.rawValue),
                \(alarm.tells.map(\.rawValue).joined(separator: ",")), \(alarm.dueAt), \(alarm.at))
            """)
        audit(
            AuditRow(
                at: alarm.at, actor: .program, action: "order.alarm.\(alarm.does.rawValue)",
                subject: "order:\(alarm.order)"), db)
    }

    /// Without a new version: what moved is not what anybody wrote.
    func writeDue(_ due: OrderDue, of order: WorkOrder, _ db: any SQLConnection) throws {
        try db.execute(
            """
            UPDATE orders SET next_due = \(due.next), resolve_due = \(due.resolve), next_alarm = \(due.alarm),
                supervised_at = \(order.details.supervisedAt), details = \(try order.details.text),
                urged_at = coalesce(\(order.details.urgedAt), urged_at)
            WHERE centre_id = \(centreID) AND id = \(order.id)
            """)
        try writeClocks(due.clocks, of: order, anew: true, db)
    }

    package func alarms(of order: OrderID) async throws -> [OrderAlarm] {
        try await database.read { try alarms(of: order, $0) }
    }

    func alarms(of order: OrderID, _ db: any SQLConnection) throws -> [OrderAlarm] {
        let query: SQL =
            "SELECT * FROM order_alarms WHERE centre_id = \(centreID) AND order_id = \(order) ORDER BY at, rung"
        return try db.rows("order_alarms", query, OrderAlarm.init)
    }

    package func alarms(page: Page) async throws -> Rows<RaisedAlarm> {
        let last = try Cursor(page)
        // Steps of one order are often taken at one moment.
        let id: SQL = "order_id || ' ' || round || ' ' || clock || ' ' || rung || ' ' || order_alarms.body"
        let beyond: SQL = last.map { "(order_alarms.at, \(id)) < (\($0.at), \($0.id))" } ?? "true"
        return try await database.read { db in
            let query: SQL = """
                SELECT order_alarms.*, number, title, orders.body AS lead, \(id) AS place
                FROM order_alarms JOIN orders ON orders.id = order_id
                WHERE order_alarms.centre_id = \(centreID) AND \(beyond)
                ORDER BY order_alarms.at DESC, place DESC LIMIT \(page.limit + 1)
                """
            let found = try db.rows("order_alarms", query) { row in
                (
                    raised: RaisedAlarm(
                        alarm: try OrderAlarm(row), number: try row.get("number"), title: try row.get("title"),
                        body: try row.optional("lead")), place: try row.get("place") as String
                )
            }
            let rows = Rows(found, page: page) { Cursor(at: $0.raised.alarm.at, id: $0.place) }
            return Rows(rows: rows.rows.map(\.raised), next: rows.next)
        }
    }
}

extension WorkOrder.Details {
    /// As its column holds it.
    var text: String {
        get throws { self == WorkOrder.Details() ? "{}" : try Content(self).text }
    }
}

extension OrderAlarm {
    init(_ columns: Columns) throws {
        let tells: String = try columns.get("tells")
        self.init(
            order: try columns.get("order_id"),
            key: Key(
                round: try columns.get("round"), clock: try columns.word("clock"), body: try columns.get("body"),
                rung: try columns.get("rung")),
            does: try columns.word("does"),
            tells: tells.split(separator: ",").compactMap { ClockPolicy.Rung.Told(rawValue: String($0)) },
            dueAt: try columns.get("due_at"), at: try columns.get("at"))
    }
}
