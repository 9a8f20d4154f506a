import Engine

extension SQLStore {
    package func newestDispatchModel() async throws -> TaughtModel? {
        try await database.read { db in
            let query: SQL = """
                SELECT * FROM dispatch_models WHERE centre_id = \(centreID) ORDER BY version DESC LIMIT 1
                """
            return try db.first("dispatch_models", query) { row in
                TaughtModel(
                    version: try row.get("version"), at: try row.get("at"), digest: try row.get("digest"),
                    orders: try row.get("orders"), bytes: try row.get("bytes"))
            }
        }
    }

    package func save(_ model: TaughtModel) async throws -> TaughtModel {
        try await write { db in
            var kept = model
            // Of two who teach at once the second is refused by the key, and teaches again another night.
            kept.version = Int(
                try db.number(
                    """
                    INSERT INTO dispatch_models (centre_id, version, at, digest, orders, bytes)
                    SELECT \(centreID), coalesce(max(version), 0) + 1, \(model.at), \(model.digest), \(model.orders),
                        \(model.bytes)
                    FROM dispatch_models WHERE centre_id = \(centreID)
                    RETURNING version
                    """))
            return kept
        }
    }

    func add(_ proposal: KeptProposal, to order: WorkOrder, at now: Moment, _ db: any SQLConnection) throws {
        try db.execute(
            """
            INSERT INTO order_proposals (order_id, label, centre_id, model, proposed, confidence, chosen, taken, at)
            VALUES (\(order.id), \(proposal.label.rawValue), \(centreID), \(proposal.model), \(proposal.proposed),
                \(proposal.confidence), \(proposal.chosen), \(proposal.taken), \(now))
            """)
    }

    package func proposals(of order: OrderID) async throws -> [KeptProposal] {
        try await database.read { db in
            let query: SQL = """
                SELECT * FROM order_proposals WHERE order_id = \(order) AND centre_id = \(centreID)
                """
            let found = try db.rows("order_proposals", query) { row in
                KeptProposal(
                    label: try row.word("label"), model: try row.get("model"), proposed: try row.get("proposed"),
                    confidence: try row.get("confidence"), chosen: try row.optional("chosen"))
            }
            return DispatchCatalogue.Label.allCases.compactMap { label in found.first { $0.label == label } }
        }
    }

    package func tellers(of order: OrderID) async throws -> Tellers {
        try await database.read { db in
            let counts = try db.first("orders", tellersQuery(order)) { row in
                Tellers(people: try row.get("people"), merged: try row.get("merged"))
            }
            return counts ?? Tellers(people: 0, merged: 0)
        }
    }

    /// UNION, not UNION ALL: it ends even where two were merged into one another.
    func tellersQuery(_ order: OrderID) -> SQL {
        """
        WITH RECURSIVE told (id) AS (
            SELECT id FROM orders WHERE centre_id = \(centreID) AND id = \(order)
            UNION
            SELECT orders.id FROM told JOIN orders ON merged_into = told.id
            WHERE orders.centre_id = \(centreID) AND merged_into IS NOT NULL
        )
        SELECT count(DISTINCT CASE WHEN phone = '' THEN orders.id ELSE phone END) AS people,
            count(*) - 1 AS merged
        FROM told JOIN orders ON orders.id = told.id
        HAVING count(*) > 0
        """
    }
}
