import Engine

/// Deadlines that move because a calendar did.
extension SQLStore {
    /// So many orders in one transaction that nobody waits long behind it.
    private static let movedTogether = 200

    package func moveDeadlines(
        reason: String, by actor: AuditActor, at now: Moment,
        _ due: @escaping @Sendable (WorkOrder, OrderAlarm.Taken) throws -> OrderDue
    ) async throws -> Int {
        var (moved, last) = (0, "")
        while true {
            let open = openOrders("id", after: last)
            let ids = try await database.read { db in try db.rows("orders", open) { try $0.get("id") as OrderID } }
            guard let end = ids.last else { return moved }
            moved += try await write { db in
                try ids.reduce(0) { $0 + (try moveDeadlines(of: $1, reason, by: actor, at: now, due, db) ? 1 : 0) }
            }
            last = end.text
        }
    }

    package func deadlineMoves(
        _ due: @escaping @Sendable (WorkOrder) throws -> OrderDue
    ) async throws -> DeadlineMoves {
        var (moves, last) = (DeadlineMoves(), "")
        while true {
            let open = openOrders("*", after: last)
            let batch = try await database.read { db in
                let orders = try withFollowUps(try db.rows("orders", open, WorkOrder.init), db)
                let query: SQL = "SELECT * FROM order_clocks WHERE order_id IN \(orders.map(\.id)) AND met_at IS NULL"
                let clocks = try db.rows("order_clocks", query, StoredClock.init)
                return (orders, Dictionary(grouping: clocks, by: \.order))
            }
            guard let end = batch.0.last else { return moves }
            for order in batch.0 {
                moves.open += 1
                let changes = Self.changes(
                    of: order, from: batch.1[order.id] ?? [], to: try due(order), "", at: order.createdAt)
                guard let change = changes.first else { continue }
                moves.moved += 1
                if moves.first.count < DeadlineMoves.shown {
                    moves.first.append((order.id, order.number, order.fields.title, change))
                }
            }
            last = end.id.text
        }
    }

    private func openOrders(_ columns: String, after last: String) -> SQL {
        """
        SELECT \(SQL(sql: columns)) FROM orders WHERE centre_id = \(centreID) AND id > \(last)
            AND state IN ('dispatched', 'signed', 'disputed', 'returned', 'answered', 'closed')
        ORDER BY id LIMIT \(Self.movedTogether)
        """
    }

    private func moveDeadlines(
        of id: OrderID, _ reason: String, by actor: AuditActor, at now: Moment,
        _ due: (WorkOrder, OrderAlarm.Taken) throws -> OrderDue, _ db: any SQLConnection
    ) throws -> Bool {
        guard let order = try order(id, db, locking: true) else { return false }
        let next = try due(order, OrderAlarm.Taken(try alarms(of: id, db)))
        let query: SQL = "SELECT * FROM order_clocks WHERE order_id = \(id) AND met_at IS NULL"
        let clocks = try db.rows("order_clocks", query, StoredClock.init)
        let changes = Self.changes(of: order, from: clocks, to: next, reason, at: now)
        for change in changes {
            try db.execute(
                """
                INSERT INTO deadline_changes (centre_id, order_id, clock, body, at, due_before, due_after, reason)
                VALUES (\(centreID), \(id), \(change.clock.rawValue), \(change.body), \(now), \(change.before),
                    \(change.after), \(reason))
                """)
        }
        // A step after the end may have moved where the end has not.
        try writeDue(next, of: order, db)
        guard !changes.isEmpty else { return false }
        audit(AuditRow(at: now, actor: actor, action: "order.deadline", subject: "order:\(id)"), db)
        return true
    }

    /// A clock as its row has it.
    private struct StoredClock {
        let order: OrderID
        let round: Int
        let clock: ClockName
        let body: String
        let due: Moment

        init(_ columns: Columns) throws {
            order = try columns.get("order_id")
            round = try columns.get("round")
            clock = try columns.word("clock")
            body = try columns.get("body")
            due = try columns.get("due")
        }
    }

    /// Of the clocks of this round that have not been met.
    private static func changes(
        of order: WorkOrder, from clocks: [StoredClock], to next: OrderDue, _ reason: String, at now: Moment
    ) -> [DeadlineChange] {
        next.clocks.filter { $0.metAt == nil }.compactMap { clock in
            let body = clock.body?.text ?? ""
            let before = clocks.first {
                $0.round == order.details.round && $0.clock == clock.name && $0.body == (clock.body ?? order.body)?.text
            }
            guard let before, before.due != clock.due else { return nil }
            return DeadlineChange(
                clock: clock.name, body: body, at: now, before: before.due, after: clock.due, reason: reason)
        }
    }

    package func deadlineChanges(of order: OrderID) async throws -> [DeadlineChange] {
        try await database.read { db in
            let query: SQL = """
                SELECT * FROM deadline_changes WHERE centre_id = \(centreID) AND order_id = \(order) ORDER BY id
                """
            return try db.rows("deadline_changes", query) { row in
                DeadlineChange(
                    clock: try row.word("clock"), body: try row.get("body"), at: try row.get("at"),
                    before: try row.get("due_before"), after: try row.get("due_after"), reason: try row.get("reason"))
            }
        }
    }
}
