import Engine

extension SQLStore {
    package func note(_ row: AuditRow) async throws {
        try await write { audit(row, $0) }
    }

    /// Written in the transaction of what it tells of, with the rows of the other changes in it, so that neither stands without
    /// the other.
    func audit(_ row: AuditRow, _ db: any SQLConnection) {
        db.memory.gather(row)
    }

    static func addAudit(of centre: String, _ db: any SQLConnection) {
        for row in db.memory.auditRows {
            db.add(
                """
                (\(centre), \(row.at), \(row.actor.person), \(row.actor.address), \(row.action), \(row.subject), \(row.digest))
                """, by: auditInsertion)
        }
        db.memory.auditIsWritten()
    }

    private static let auditInsertion = Insertion(
        table: "audit", turn: 4,
        head: "INSERT INTO audit (centre_id, at, person, address, action, subject, digest) VALUES")

    package func auditRows(page: Page) async throws -> Rows<AuditRow> {
        let last = try Cursor(page)
        return try await database.read { db in
            let query: SQL = """
                SELECT * FROM audit WHERE centre_id = \(centreID) AND sequence < \(last?.at ?? Int64.max)
                ORDER BY sequence DESC LIMIT \(page.limit + 1)
                """
            let found = try db.rows("audit", query) { columns in
                (sequence: try columns.get("sequence") as Int64, row: try AuditRow(columns))
            }
            let rows = Rows(found, page: page) { Cursor(at: Moment(milliseconds: $0.sequence), id: "") }
            return Rows<AuditRow>(rows: rows.rows.map(\.row), next: rows.next)
        }
    }
}

extension AuditRow {
    init(_ columns: Columns) throws {
        self.init(
            at: try columns.get("at"),
            actor: AuditActor(person: try columns.optional("person"), address: try columns.optional("address")),
            action: try columns.get("action"), subject: try columns.get("subject"),
            digest: try columns.optional("digest"))
    }
}
