import Engine

extension SQLStore {
    package func hold(_ subject: HoldSubject, reason: String, by actor: AuditActor, at now: Moment) async throws {
        try await write { db in
            let known =
                switch subject {
                case .order(let id):
                    try db.number("SELECT count(*) FROM orders WHERE centre_id = \(centreID) AND id = \(id)")
                case .call(let id):
                    try db.number("SELECT count(*) FROM calls WHERE centre_id = \(centreID) AND id = \(id)")
                }
            guard known == 1 else { throw StoreConflict.notFound }
            let added = try db.change(
                """
                INSERT INTO holds (centre_id, subject, reason, placed_at, placed_by)
                VALUES (\(centreID), \("\(subject)"), \(reason), \(now), \(actor.person))
                ON CONFLICT (centre_id, subject) WHERE released_at IS NULL DO NOTHING
                """)
            guard added == 1 else { throw StoreConflict.alreadyDone }
            audit(
                AuditRow(
                    at: now, actor: actor, action: "hold.place", subject: "\(subject)",
                    digest: try Content(reason).digest),
                db)
        }
    }

    package func release(_ subject: HoldSubject, by actor: AuditActor, at now: Moment) async throws {
        try await write { db in
            let released = try db.change(
                """
                UPDATE holds SET released_at = \(now), released_by = \(actor.person)
                WHERE centre_id = \(centreID) AND subject = \("\(subject)") AND released_at IS NULL
                """)
            guard released == 1 else { throw StoreConflict.notFound }
            audit(AuditRow(at: now, actor: actor, action: "hold.release", subject: "\(subject)"), db)
        }
    }

    package func holds(page: Page) async throws -> Rows<Hold> {
        let last = try Cursor(page)
        let beyond: SQL = last.map { "id < \($0.at)" } ?? "true"
        let query: SQL = """
            SELECT * FROM holds WHERE centre_id = \(centreID) AND \(beyond) ORDER BY id DESC LIMIT \(page.limit + 1)
            """
        let found = try await database.read { db in
            try db.rows("holds", query) {
                Hold(
                    id: try $0.get("id"), subject: try $0.get("subject"), reason: try $0.get("reason"),
                    placedAt: try $0.get("placed_at"), placedBy: try $0.optional("placed_by"),
                    releasedAt: try $0.optional("released_at"))
            }
        }
        return Rows(found, page: page) { Cursor(.found, at: $0.id) }
    }
}
