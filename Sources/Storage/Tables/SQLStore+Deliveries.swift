import Engine

extension SQLStore {
    func add(_ delivery: NewDelivery, to order: WorkOrder, at now: Moment, _ db: any SQLConnection) throws {
        // The body's page shows what is committed.
        let isThere = delivery.channel == .page
        try db.execute(
            """
            INSERT INTO deliveries (centre_id, order_id, version, body, about, channel, address, created_at, state, attempts,
                next_at, delivered_at)
            VALUES (\(centreID), \(order.id), \(order.version), \(delivery.body?.text ?? ""), \(delivery.about),
                \(delivery.channel.rawValue), \(delivery.address), \(now), \(isThere ? "delivered" : "waiting"), 0,
                \(isThere ? nil : now), \(isThere ? now : nil))
            ON CONFLICT DO NOTHING
            """)
    }

    package func deliveries(dueBy now: Moment, limit: Int) async throws -> [Delivery] {
        try await database.read { db in
            let query: SQL = """
                SELECT * FROM deliveries WHERE centre_id = \(centreID) AND next_at IS NOT NULL AND next_at <= \(now)
                ORDER BY next_at, id LIMIT \(limit)
                """
            return try db.rows("deliveries", query, Delivery.init)
        }
    }

    package func deliveries(of order: OrderID) async throws -> [Delivery] {
        try await database.read { db in
            let query: SQL = """
                SELECT * FROM deliveries WHERE centre_id = \(centreID) AND order_id = \(order) ORDER BY id
                """
            let tried: SQL = """
                SELECT delivery_id, delivery_attempts.at AS at, error FROM deliveries
                    JOIN delivery_attempts ON delivery_id = deliveries.id
                WHERE deliveries.centre_id = \(centreID) AND order_id = \(order)
                    AND attempt > attempts - \(Delivery.shownTries)
                ORDER BY delivery_id, attempt
                """
            let tries = try db.rows("delivery_attempts", tried) { row in
                let error: String = try row.get("error")
                return (
                    delivery: try row.get("delivery_id") as Int64,
                    try: Delivery.Try(at: try row.get("at"), error: error.isEmpty ? nil : error)
                )
            }
            let byDelivery = Dictionary(grouping: tries, by: \.delivery)
            return try db.rows("deliveries", query, Delivery.init).map { delivery in
                var delivery = delivery
                delivery.tries = (byDelivery[delivery.id] ?? []).map(\.try)
                return delivery
            }
        }
    }

    package func unreached(among orders: [OrderID]) async throws -> [OrderID: [BodyID]] {
        guard !orders.isEmpty else { return [:] }
        let query: SQL = """
            SELECT DISTINCT order_id, body FROM deliveries
            WHERE centre_id = \(centreID) AND order_id IN \(orders) AND body <> '' AND \(OrderFilter.isFailing)
            ORDER BY order_id, body
            """
        let found = try await database.read { db in
            try db.rows("deliveries", query) { (try $0.get("order_id") as OrderID, try $0.get("body") as BodyID) }
        }
        return Dictionary(grouping: found, by: \.0).mapValues { $0.map(\.1) }
    }

    /// Somebody has told the bodies by other means: what keeps failing need not be tried any more.
    func endFailing(of order: OrderID, at now: Moment, _ db: any SQLConnection) throws {
        try db.execute(
            """
            UPDATE deliveries SET state = 'delivered', next_at = NULL, delivered_at = \(now)
            WHERE centre_id = \(centreID) AND order_id = \(order) AND body <> '' AND \(OrderFilter.isFailing)
            """)
    }

    package func settle(_ delivery: Delivery, at now: Moment, error: String?) async throws -> Delivery.State {
        let next = error == nil ? nil : delivery.nextAttempt(after: now)
        let state: Delivery.State = error == nil ? .delivered : next == nil ? .failed : .waiting
        try await write { db in
            try db.execute(
                """
                INSERT INTO delivery_attempts (delivery_id, attempt, centre_id, at, error)
                VALUES (\(delivery.id), \(delivery.attempts + 1), \(centreID), \(now), \(error ?? "")) ON CONFLICT DO NOTHING
                """)
            try db.execute(
                """
                UPDATE deliveries SET state = \(state.rawValue), attempts = \(delivery.attempts + 1), next_at = \(next),
                    delivered_at = \(error == nil ? now : nil)
                WHERE id = \(delivery.id) AND state = 'waiting'
                """)
        }
        return state
    }
}

extension Delivery {
    init(_ columns: Columns) throws {
        let body: String = try columns.get("body")
        self.init(
            id: try columns.get("id"), order: try columns.get("order_id"), version: try columns.get("version"),
            body: body.isEmpty ? nil : BodyID(body), about: try columns.get("about"),
            channel: try columns.word("channel"),
            address: try columns.get("address"), createdAt: try columns.get("created_at"),
            state: try columns.word("state"), attempts: try columns.get("attempts"))
    }
}
