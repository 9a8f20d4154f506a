import Engine

/// What citizens and their programs bring: files, keys, and the changes they ask for.
extension SQLStore {
    package func order(number: String) async throws -> WorkOrder? {
        try await database.read { db in
            let query: SQL = "SELECT * FROM orders WHERE centre_id = \(centreID) AND number = \(number)"
            return try withFollowUps(try db.rows("orders", query, WorkOrder.init), db).first
        }
    }

    // MARK: Attachments

    /// The order is locked meanwhile, so that two files never take one place.
    package func attach(_ attachment: Attachment, by actor: AuditActor) async throws {
        try await write { db in
            guard let order = try order(attachment.order, db, locking: true), order.removedAt == nil else {
                throw StoreConflict.notFound
            }
            let there = try db.number(
                "SELECT coalesce(max(place), 0) FROM attachments WHERE order_id = \(order.id)")
            guard there < Int64(Attachment.most) else { throw StoreConflict.tooMany }
            try db.execute(
                """
                INSERT INTO attachments (order_id, place, centre_id, digest, name, media_type, bytes, at, by_person)
                VALUES (\(order.id), \(there + 1), \(centreID), \(attachment.digest), \(attachment.name),
                    \(attachment.mediaType), \(attachment.bytes), \(attachment.at), \(attachment.by))
                """)
            audit(
                AuditRow(
                    at: attachment.at, actor: actor, action: "attachment.add", subject: "order:\(order.id)",
                    digest: attachment.digest), db)
        }
    }

    package func attachments(of order: OrderID) async throws -> [Attachment] {
        try await database.read { db in
            let query: SQL =
                "SELECT * FROM attachments WHERE centre_id = \(centreID) AND order_id = \(order) ORDER BY place"
            return try db.rows("attachments", query) { row in
                Attachment(
                    order: try row.get("order_id"), place: try row.get("place"), digest: try row.get("digest"),
                    name: try row.get("name"), mediaType: try row.get("media_type"), bytes: try row.get("bytes"),
                    at: try row.get("at"), by: try row.optional("by_person"))
            }
        }
    }

    // MARK: Clients

    package func clients() async throws -> [StoredClient] {
        try await database.read { db in
            let query: SQL = "SELECT * FROM clients WHERE centre_id = \(centreID) ORDER BY name, id"
            return try db.rows("clients", query) { row in
                StoredClient(
                    id: try row.get("id"), name: try row.get("name"), digest: try row.get("digest"),
                    createdAt: try row.get("created_at"), revokedAt: try row.optional("revoked_at"))
            }
        }
    }

    package func save(_ client: StoredClient, by actor: AuditActor, at now: Moment) async throws {
        try await write { db in
            try db.execute(
                """
                INSERT INTO clients (id, centre_id, name, digest, created_at, revoked_at)
                VALUES (\(client.id), \(centreID), \(client.name), \(client.digest), \(client.createdAt),
                    \(client.revokedAt))
                ON CONFLICT (id) DO UPDATE SET name = excluded.name, revoked_at = excluded.revoked_at
                """)
            let action = client.revokedAt == nil ? "client.save" : "client.revoke"
            audit(AuditRow(at: now, actor: actor, action: action, subject: "client:\(client.id)"), db)
        }
    }

    // MARK: Changes

    package func changes(
        of source: WorkOrder.Source?, from: Moment, until: Moment, limit: Int
    ) async throws -> [FiledChange] {
        let query = changesQuery(of: source, from: from, until: until, limit: limit)
        return try await database.read { db in
            try db.rows("order_transitions", query) { row in
                FiledChange(
                    number: try row.get("number"), version: try row.get("version"),
                    confidential: try row.get("confidential"), transition: try WorkOrder.Transition(row))
            }
        }
    }

    func changesQuery(of source: WorkOrder.Source?, from: Moment, until: Moment, limit: Int) -> SQL {
        let whose: SQL =
            source.map { "order_transitions.source = \($0.text)" } ?? "order_transitions.source IS NOT NULL"
        return """
            SELECT order_transitions.*, orders.number, orders.confidential
            FROM order_transitions JOIN orders ON orders.id = order_transitions.order_id
            WHERE order_transitions.centre_id = \(centreID) AND \(whose) AND order_transitions.at >= \(from)
                AND order_transitions.at < \(until)
            ORDER BY order_transitions.at, order_transitions.order_id, order_transitions.version LIMIT \(limit)
            """
    }
}
