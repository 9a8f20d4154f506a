import Engine

extension SQLStore {
    package func createOrder(
        _ make: @escaping @Sendable (_ number: String) -> WorkOrder, by actor: AuditActor, at now: Moment
    ) async throws -> WorkOrder {
        try await write { db in try create(make, by: actor, at: now, db) }
    }

    private func create(
        _ make: (_ number: String) -> WorkOrder, by actor: AuditActor, at now: Moment, _ db: any SQLConnection
    ) throws -> WorkOrder {
        let number = try nextNumber(at: now, db)
        let order = make(number)
        precondition(order.number == number, "order \(order.id) did not take the number it was given")
        precondition(order.state == .draft, "an order begins as a draft")
        try insert(order, OrderDue(next: nil, resolve: nil), db)
        let created = WorkOrder.Transition(
            action: .create, from: nil, to: order.state, at: now, by: actor.person ?? order.takenBy, note: nil)
        try add(created, to: order, by: actor, db)
        return order
    }

    package func createOrders(
        _ orders: [NewOrder], by actor: AuditActor, at now: Moment
    ) async throws -> [CreatedOrder] {
        try await write { db in
            let known = Dictionary(
                uniqueKeysWithValues: try self.orders(orders.map(\.id), db).map { ($0.id, $0) })
            return try orders.map { new in
                if let order = known[new.id] { return CreatedOrder(order: order, isNew: false) }
                var order = try create(new.draft, by: actor, at: now, db)
                precondition(order.id == new.id, "order \(order.id) did not take the id it was given")
                for step in try new.steps(order) {
                    try take(step, of: order, by: actor, db)
                    order = step.order
                }
                return CreatedOrder(order: order, isNew: true)
            }
        }
    }

    package func importOrders(_ orders: [ImportedOrder], by actor: AuditActor) async throws {
        try await write { db in
            try Self.writeNumbers(of: centreID, db)
            for (day, numbers) in Dictionary(grouping: orders.map(\.order.number), by: { $0.prefix(8) }) {
                guard let last = numbers.compactMap({ Int($0.dropFirst(9)) }).max() else { continue }
                try db.execute(
                    """
                    INSERT INTO order_numbers (centre_id, day, last) VALUES (\(centreID), \(String(day)), \(last))
                    ON CONFLICT (centre_id, day) DO UPDATE SET last = excluded.last WHERE order_numbers.last < excluded.last
                    """)
            }
            db.memory.forgetNumbers()
            // One kind of row after the other, so that those of a kind share their statements.
            for imported in orders { try insert(imported.order, imported.due, db) }
            for imported in orders {
                let order = imported.order
                try add(order.followUps[...], to: order, from: 0, db)
                try writeClocks(imported.due.clocks, of: order, anew: false, db)
            }
            for order in orders.map(\.order) {
                let created = WorkOrder.Transition(
                    action: .create, from: nil, to: order.state, at: order.createdAt, by: order.takenBy, note: nil)
                try add(created, to: order, by: actor, db)
            }
        }
    }

    /// Numbers of a day have no gaps: the counter's row is in the transaction that uses the number. Of those made together only
    /// the first asks for it.
    private func nextNumber(at now: Moment, _ db: any SQLConnection) throws -> String {
        let day = wall.day(of: now).compact
        let next: Int64
        if let last = db.memory.lastNumbers[day] {
            next = last + 1
            guard next <= 999_999 else { throw StorageError.dayFull(day: day) }
            db.memory.give(next, of: day)
        } else {
            // None is given where the last has been.
            next = try db.number(
                """
                INSERT INTO order_numbers (centre_id, day, last) VALUES (\(centreID), \(day), 1)
                ON CONFLICT (centre_id, day) DO UPDATE SET last = order_numbers.last + 1 WHERE order_numbers.last < 999999
                RETURNING last
                """)
            guard next > 0 else { throw StorageError.dayFull(day: day) }
            db.memory.know(next, of: day)
        }
        let digits = String(next)
        return "\(day)-\(String(repeating: "0", count: 6 - digits.count))\(digits)"
    }

    static func writeNumbers(of centre: String, _ db: any SQLConnection) throws {
        for day in db.memory.daysToWrite.sorted() {
            try db.execute(
                "UPDATE order_numbers SET last = \(db.memory.lastNumbers[day]) WHERE centre_id = \(centre) AND day = \(day)"
            )
        }
        db.memory.numbersAreWritten()
    }

    package func order(_ id: OrderID) async throws -> WorkOrder? {
        try await database.read { try order(id, $0) }
    }

    package func orders(_ ids: [OrderID]) async throws -> [WorkOrder] {
        try await database.read { try orders(ids, $0) }
    }

    private func orders(_ ids: [OrderID], _ db: any SQLConnection) throws -> [WorkOrder] {
        guard !ids.isEmpty else { return [] }
        let query: SQL = "SELECT * FROM orders WHERE centre_id = \(centreID) AND id IN \(ids)"
        return try withFollowUps(try db.rows("orders", query, WorkOrder.init), db)
    }

    func order(_ id: OrderID, _ db: any SQLConnection, locking: Bool = false) throws -> WorkOrder? {
        let lock: SQL = locking ? .either(sqlite: "", postgres: " FOR UPDATE") : ""
        let query: SQL = "SELECT * FROM orders WHERE centre_id = \(centreID) AND id = \(id)\(lock)"
        return try withFollowUps(try db.rows("orders", query, WorkOrder.init), db).first
    }

    /// The order is read under the lock it will be written under (SQLite's BEGIN IMMEDIATE, PostgreSQL's FOR UPDATE), so of
    /// two who saw the same version the second is shown the first one's change.
    package func changeOrder(
        _ id: OrderID, by actor: AuditActor, at now: Moment,
        _ change:
            @escaping @Sendable (WorkOrder, OrderAlarm.Taken) throws -> OrderStep
    ) async throws -> WorkOrder {
        try await write { db in
            guard let before = try order(id, db, locking: true) else { throw StoreConflict.notFound }
            // Steps of ladders are taken of what has been dispatched only.
            let taken = before.dispatchedAt == nil ? .init() : OrderAlarm.Taken(try alarms(of: id, db))
            let step = try change(before, taken)
            let after = step.order
            if step.transition.action == .merge, let other = after.details.mergedInto {
                guard try self.order(other, db, locking: true)?.takesMerged ?? false else {
                    throw WorkOrder.Refusal.cannotTakeMerged
                }
            }
            if step.transition.action == .withdraw, try others(areMergedInto: id, db) {
                throw WorkOrder.Refusal.othersWait
            }
            try take(step, of: before, by: actor, db)
            return after
        }
    }

    private func take(_ step: OrderStep, of before: WorkOrder, by actor: AuditActor, _ db: any SQLConnection) throws {
        let (id, after) = (before.id, step.order)
        precondition(after.id == id && after.number == before.number, "a change of \(id) made another order")
        try write(after, step.due, expecting: before.version, db)
        if after.fields != before.fields || after.body != before.body
            || after.details.particulars != before.details.particulars
        {
            keepWords(of: after, db)
        }
        try add(after.followUps.dropFirst(before.followUps.count), to: after, from: before.followUps.count, db)
        try writeParts(of: step, before: before, db)
        if step.transition.action == .tell { try endFailing(of: id, at: step.transition.at, db) }
        try add(step.transition, to: after, by: actor, db)
    }

    private func others(areMergedInto id: OrderID, _ db: any SQLConnection) throws -> Bool {
        try db.number(
            "SELECT count(*) FROM orders WHERE centre_id = \(centreID) AND merged_into = \(id)") > 0
    }

    package func history(of order: OrderID) async throws -> [WorkOrder.Transition] {
        try await database.read { db in
            let query: SQL = """
                SELECT * FROM order_transitions WHERE centre_id = \(centreID) AND order_id = \(order) ORDER BY version
                """
            return try db.rows("order_transitions", query, WorkOrder.Transition.init)
        }
    }

    // MARK: Rows

    /// Puts it last in the order of creation.
    private func insert(_ order: WorkOrder, _ due: OrderDue, _ db: any SQLConnection) throws {
        let fields = order.fields
        db.add(
            """
            (\(order.id), \(centreID), \(order.number), \(order.line), \(order.call), \(order.takenBy),
                \(order.source?.text), \(order.createdAt), \(order.state.rawValue), \(order.version), \(fields.kind?.rawValue),
                \(fields.urgency.rawValue), \(fields.title), \(fields.what), \(fields.place), \(fields.time),
                \(fields.wish), \(fields.name), \(fields.phone), \(fields.confidential), \(order.body), \(order.answer),
                \(order.dispatchedAt), \(order.signedAt), \(order.respondedAt), \(order.answeredAt), \(order.closedAt),
                \(due.next), \(due.resolve), \(try order.details.text), \(order.details.category),
                \(order.details.supervisedAt), \(due.alarm), \(order.details.urgedAt),
                \(order.details.mergedInto), \(order.details.imported?.reference))
            """, by: Self.orderInsertion)
        keepWords(of: order, db)
    }

    private static let orderInsertion = Insertion(
        table: "orders", turn: 1,
        head: """
            INSERT INTO orders (id, centre_id, number, line, call_id, taken_by, source, created_at, state, version,
                kind, urgency, title, what, place, time, wish, name, phone, confidential, body, answer,
                dispatched_at, signed_at, responded_at, answered_at, closed_at, next_due, resolve_due, details, category,
                supervised_at, next_alarm, urged_at, merged_into, reference)
            VALUES
            """)

    private func write(_ order: WorkOrder, _ due: OrderDue, expecting version: Int, _ db: any SQLConnection) throws {
        let fields = order.fields
        let written = try db.change(
            """
            UPDATE orders SET state = \(order.state.rawValue), version = \(order.version),
                kind = \(fields.kind?.rawValue), urgency = \(fields.urgency.rawValue), title = \(fields.title),
                what = \(fields.what), place = \(fields.place), time = \(fields.time), wish = \(fields.wish),
                name = \(fields.name), phone = \(fields.phone), confidential = \(fields.confidential),
                body = \(order.body), answer = \(order.answer), dispatched_at = \(order.dispatchedAt),
                signed_at = \(order.signedAt), responded_at = \(order.respondedAt),
                answered_at = \(order.answeredAt), closed_at = \(order.closedAt), next_due = \(due.next),
                resolve_due = \(due.resolve), details = \(try order.details.text),
                category = \(order.details.category), supervised_at = \(order.details.supervisedAt),
                next_alarm = \(due.alarm), urged_at = coalesce(\(order.details.urgedAt), urged_at),
                merged_into = \(order.details.mergedInto)
            WHERE centre_id = \(centreID) AND id = \(order.id) AND version = \(version)
            """)
        guard written == 1 else { throw StoreConflict.notFound }
    }

    private func add(
        _ followUps: ArraySlice<WorkOrder.FollowUp>, to order: WorkOrder, from count: Int, _ db: any SQLConnection
    ) throws {
        for (index, followUp) in followUps.enumerated() {
            try db.execute(
                """
                INSERT INTO follow_ups (order_id, attempt, centre_id, at, by_person, reached, satisfaction,
                    solved, note, call_id, body, contacted)
                VALUES (\(order.id), \(count + index + 1), \(centreID), \(followUp.at), \(followUp.by),
                    \(followUp.reached), \(followUp.satisfaction), \(followUp.solved), \(followUp.note),
                    \(followUp.call), \(order.body), \(followUp.contacted))
                """)
        }
    }

    private func add(
        _ transition: WorkOrder.Transition, to order: WorkOrder, by actor: AuditActor, _ db: any SQLConnection
    )
        throws
    {
        db.add(
            """
            (\(order.id), \(order.version), \(centreID), \(transition.action.rawValue),
                \(transition.from?.rawValue), \(transition.to.rawValue), \(transition.at), \(transition.by),
                \(transition.note), \(order.source?.text), \(transition.fromBody), \(transition.toBody))
            """, by: Self.transitionInsertion)
        audit(
            AuditRow(
                at: transition.at, actor: actor, action: "order.\(transition.action.rawValue)",
                subject: "order:\(order.id)",
                digest: try Content(order).digest),
            db)
    }

    private static let transitionInsertion = Insertion(
        table: "order_transitions", turn: 3,
        head: """
            INSERT INTO order_transitions (order_id, version, centre_id, action, from_state, to_state, at, by_person, note,
                source, from_body, to_body)
            VALUES
            """)

    /// Adds what is kept in rows of its own, for a whole page with one query.
    func withFollowUps(_ orders: [WorkOrder], _ db: any SQLConnection) throws -> [WorkOrder] {
        // One that is open may have been closed before, and done again.
        let closed = orders.filter { $0.closedAt != nil || $0.details.round > 1 || $0.state == .archived }
        guard !closed.isEmpty else { return orders }
        let query: SQL = """
            SELECT * FROM follow_ups WHERE order_id IN \(closed.map(\.id)) ORDER BY order_id, attempt
            """
        let rows = try db.rows("follow_ups", query) { (try $0.get("order_id") as OrderID, try WorkOrder.FollowUp($0)) }
        let followUps = Dictionary(grouping: rows, by: \.0).mapValues { $0.map(\.1) }
        return orders.map { order in
            var order = order
            order.followUps = followUps[order.id] ?? []
            return order
        }
    }
}
