import Engine

/// Looks for what no constraint can see: a damaged file, an order whose history does not lead to it, a journal with a gap.
package struct DatabaseCheck: Sendable {
    /// In words for whoever runs the place; empty when all is well.
    package private(set) var problems: [String] = []
    package private(set) var digests: [TableDigest] = []

    /// Reads everything, as of one moment a database; a hotline may be running meanwhile.
    package static func run(on location: DatabaseLocation) async throws -> DatabaseCheck {
        var check = DatabaseCheck()
        var (applied, last): (Int64, Int64) = (0, 0)
        // The store first: its rows of calls may be behind the journal and never before it.
        let hotline = try await DatabasePart.hotline.open(location)
        check.problems += try await damage(hotline) + disagreements(hotline)
        check.digests += try await DatabasePart.hotline.digests(hotline)
        applied = try await hotline.read { try $0.number("SELECT max(position) FROM projections WHERE name = 'calls'") }
        try await hotline.close()
        let journal = try await DatabasePart.journal.open(location)
        if case .sqlite = location { check.problems += try await damage(journal) }
        check.digests += try await DatabasePart.journal.digests(journal)
        last = try await journal.read { try $0.number("SELECT max(position) FROM journal") }
        let gaps = try await journal.read {
            try $0.number("SELECT max(position) - min(position) + 1 - count(*) FROM journal")
        }
        try await journal.close()
        if gaps != 0 { check.problems.append("the journal lacks \(gaps) rows") }
        if applied > last {
            check.problems.append("the rows of calls are at \(applied) and the journal ends at \(last)")
        }
        return check
    }

    /// What the database itself knows of. PostgreSQL checks its pages by checksums as it reads them, and all are read.
    private static func damage(_ database: any SQLDatabase) async throws -> [String] {
        guard database.dialect == .sqlite else { return [] }
        return try await database.read { db in
            let found = try db.fetch("PRAGMA integrity_check(20)").compactMap { row -> String? in
                if case .text(let text) = row.values.first { text == "ok" ? nil : text } else { nil }
            }
            let orphans = try db.fetch("PRAGMA foreign_key_check").count
            return found.map { "\(database.name): \($0)" }
                + (orphans == 0 ? [] : ["\(database.name): \(orphans) rows refer to rows that are not there"])
        }
    }

    private static func disagreements(_ database: any SQLDatabase) async throws -> [String] {
        try await database.read { db in
            // A large database is read for longer than a page may wait.
            if db.dialect == .postgres { try db.execute("SET LOCAL statement_timeout = 0") }
            return try rules.compactMap { what, query in
                let count = try db.number("SELECT count(*) FROM \(query)")
                return count == 0 ? nil : "\(count) \(what)"
            } + unlawful(db)
        }
    }

    /// Steps that no rule of Engine's table allows from the state they were taken in.
    private static func unlawful(_ db: any SQLConnection) throws -> [String] {
        let query: SQL = "SELECT DISTINCT action, from_state FROM order_transitions WHERE action <> 'create'"
        return try db.rows("order_transitions", query) { columns -> String? in
            let action: WorkOrder.Action.Name = try columns.word("action")
            let state: WorkOrder.State = try columns.word("from_state")
            let rules = WorkOrder.table.filter { $0.actions.contains(action) && $0.states.contains(state) }
            return rules.isEmpty ? "orders were \(state) when \(action) was done, which no rule allows" : nil
        }
        .compactMap(\.self)
    }

    private static let rules: [(what: String, query: SQL)] = [
        (
            "orders have a version or a state that their history does not end with",
            """
            orders WHERE NOT EXISTS (SELECT 1 FROM order_transitions AS last WHERE last.order_id = orders.id
                AND last.version = orders.version AND last.to_state = orders.state)
            """
        ),
        (
            "steps of orders do not begin where the step before them ended",
            """
            order_transitions AS step WHERE version > 1 AND NOT EXISTS (
                SELECT 1 FROM order_transitions AS before WHERE before.order_id = step.order_id
                    AND before.version = step.version - 1 AND before.to_state = step.from_state)
            """
        ),
        (
            "days have fewer or more orders than their counter gave numbers",
            """
            order_numbers LEFT JOIN (
                SELECT centre_id, substr(number, 1, 8) AS day, count(*) AS made FROM orders
                GROUP BY centre_id, substr(number, 1, 8)
            ) AS those ON those.centre_id = order_numbers.centre_id AND those.day = order_numbers.day
            WHERE coalesce(made, 0) <> last
            """
        ),
        (
            "order numbers lie beyond their day's counter",
            """
            orders WHERE CAST(substr(number, 10) AS INTEGER) > (SELECT last FROM order_numbers
                WHERE order_numbers.centre_id = orders.centre_id AND day = substr(number, 1, 8))
            """
        ),
        (
            "missed calls count other attempts than there are",
            """
            missed_calls WHERE attempts <>
                (SELECT count(*) FROM missed_attempts WHERE missed_attempts.missed_call = missed_calls.id)
            """
        ),
    ]
}
