import Engine
import GRDB

extension SQLiteStore {
    package func note(_ row: AuditRow) async throws {
        try await pool.write { try audit(row, $0) }
    }

    /// Written in the transaction of what it tells of, so that neither stands without the other.
    func audit(_ row: AuditRow, _ db: Database) throws {
        try db.execute(
            literal: """
                INSERT INTO audit (centre_id, at, person, address, action, subject, digest)
                VALUES (\(centreID), \(row.at), \(row.actor.person), \(row.actor.address), \(row.action),
                    \(row.subject), \(row.digest))
                """)
    }

    package func auditRows(page: Page) async throws -> Rows<AuditRow> {
        let last = try Cursor(page)
        return try await pool.read { db in
            let query: SQL = """
                SELECT * FROM audit WHERE centre_id = \(centreID) AND sequence < \(last?.at ?? Int64.max)
                ORDER BY sequence DESC LIMIT \(page.limit + 1)
                """
            let found = try db.rows("audit", query) { columns in
                (sequence: try columns.get("sequence") as Int64, row: try auditRow(columns))
            }
            let rows = Rows(found, page: page) { Cursor(at: Moment(milliseconds: $0.sequence), id: "") }
            return Rows<AuditRow>(rows: rows.rows.map(\.row), next: rows.next)
        }
    }

    private func auditRow(_ columns: Columns) throws -> AuditRow {
        AuditRow(
            at: try columns.get("at"),
            actor: AuditActor(person: try columns.optional("person"), address: try columns.optional("address")),
            action: try columns.get("action"), subject: try columns.get("subject"),
            digest: try columns.optional("digest"))
    }
}
