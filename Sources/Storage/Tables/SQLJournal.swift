import Engine
import Foundation

/// The switchboard's journal, on connections (on SQLite in a file) of its own, so that nothing else delays a call.
package struct SQLJournal: Journal {
    let database: any SQLDatabase
    private let centreID: String
    /// The rules this program decides by. A parameter only so that a test can be another version.
    private let rules: Int

    /// One to start from and two to look at when it does not read.
    private static let snapshotsKept = 3

    /// Brings the database to the newest schema.
    init(_ database: any SQLDatabase, centre: String, rules: Int = Switchboard.rulesVersion) async throws {
        self.database = database
        centreID = centre
        self.rules = rules
        try await Migration.run(Migration.journal(database.dialect), on: database)
    }

    package func close() async throws {
        try await database.close()
    }

    // MARK: Written

    /// A batch whose commit reached the disk but was reported as failed is given again by the recorder; rows that
    /// stand as given are taken for written. Any others mean that somebody else writes to this journal.
    package func append(_ entries: [Recorder.Entry]) async throws {
        guard !entries.isEmpty else { return }
        let rows = try encode(entries)
        try await database.transaction { db in
            var last = try lastPosition(db)
            for row in rows {
                if row.position <= last {
                    guard try stored(row.position, db) == row else {
                        throw StorageError.journalOutOfStep(last: last, given: row.position)
                    }
                } else {
                    guard row.position == last + 1 else {
                        throw StorageError.journalOutOfStep(last: last, given: row.position)
                    }
                    try insert(row, db)
                    last = row.position
                }
            }
        }
    }

    /// An entry as its row has it; made before the write lock is taken.
    private struct StoredEntry: Equatable {
        let position: Int64
        let at: Moment
        let event: String
        let actions: String
    }

    private func encode(_ entries: [Recorder.Entry]) throws -> [StoredEntry] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try entries.map { entry in
            StoredEntry(
                position: entry.position, at: entry.at,
                event: String(decoding: try encoder.encode(entry.event), as: UTF8.self),
                actions: String(decoding: try encoder.encode(entry.actions), as: UTF8.self))
        }
    }

    private func insert(_ row: StoredEntry, _ db: any SQLConnection) throws {
        try db.execute(
            """
            INSERT INTO journal (position, centre_id, at, rules_version, event, actions)
            VALUES (\(row.position), \(centreID), \(row.at), \(rules), \(row.event), \(row.actions))
            """)
    }

    private func stored(_ position: Int64, _ db: any SQLConnection) throws -> StoredEntry? {
        try db.first("journal", "SELECT * FROM journal WHERE position = \(position)") { columns in
            StoredEntry(
                position: try columns.get("position"), at: try columns.get("at"), event: try columns.get("event"),
                actions: try columns.get("actions"))
        }
    }

    private func lastPosition(_ db: any SQLConnection) throws -> Int64 {
        try db.number("SELECT max(position) FROM journal")
    }

    package func keepSnapshot(_ switchboard: Switchboard, position: Int64, at: Moment) async throws {
        let state = try Content(switchboard).text
        try await database.transaction { db in
            try db.execute(
                """
                INSERT INTO snapshots (position, centre_id, at, rules_version, switchboard)
                VALUES (\(position), \(centreID), \(at), \(rules), \(state))
                ON CONFLICT (position) DO UPDATE SET at = excluded.at, rules_version = excluded.rules_version,
                    switchboard = excluded.switchboard
                """)
            try db.execute(
                """
                DELETE FROM snapshots WHERE position NOT IN
                    (SELECT position FROM snapshots ORDER BY position DESC LIMIT \(Self.snapshotsKept))
                """)
        }
    }

    // MARK: Read

    package func load() async throws -> JournalTail {
        try await database.read { db in
            let snapshot = try db.first("snapshots", "SELECT * FROM snapshots ORDER BY position DESC LIMIT 1") {
                columns in
                let rules: Int = try columns.get("rules_version")
                // What other rules left is taken over only as far as everybody can be told that it is over.
                let switchboard: Switchboard =
                    rules == self.rules
                    ? try columns.json("switchboard")
                    : Switchboard(leftBy: try columns.json("switchboard") as Switchboard.LeftBehind)
                return (
                    switchboard: switchboard,
                    position: try columns.get("position") as Int64,
                    at: try columns.get("at") as Moment
                )
            }
            let after = snapshot?.position ?? 0
            try refuseOtherRules(after: after, snapshot: snapshot?.position, db)
            let rows: SQL = "SELECT * FROM journal WHERE position > \(after) ORDER BY position"
            return JournalTail(snapshot: snapshot, entries: try db.rows("journal", rows, Recorder.Entry.init))
        }
    }

    private func refuseOtherRules(after position: Int64, snapshot: Int64?, _ db: any SQLConnection) throws {
        let query: SQL = """
            SELECT position, rules_version FROM journal WHERE position > \(position) AND rules_version <> \(rules)
            ORDER BY position LIMIT 1
            """
        let other = try db.first("journal", query) { columns in
            (row: try columns.get("position") as Int64, rules: try columns.get("rules_version") as Int)
        }
        guard let other else { return }
        throw StorageError.otherRules(row: other.row, snapshot: snapshot, found: other.rules, known: rules)
    }

    package func entries(after position: Int64, limit: Int) async throws -> [Recorder.Entry] {
        try await database.read { db in
            let rows: SQL = "SELECT * FROM journal WHERE position > \(position) ORDER BY position LIMIT \(limit)"
            return try db.rows("journal", rows, Recorder.Entry.init)
        }
    }
}

extension Recorder.Entry {
    init(_ columns: Columns) throws {
        self.init(
            position: try columns.get("position"), at: try columns.get("at"), event: try columns.json("event"),
            actions: try columns.json("actions"))
    }
}
