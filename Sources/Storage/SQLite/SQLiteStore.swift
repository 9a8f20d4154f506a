import Crypto
import Engine
import Foundation
import GRDB

/// The store in one SQLite file, `hotline.sqlite`. One writer at a time, readers beside it; needs no set-up.
package struct SQLiteStore: Store {
    let pool: DatabasePool
    /// Every row is of one centre; this store sees only its own.
    let centreID: String
    /// Says which day an order's number belongs to.
    let wall: WallClock

    /// Opens or makes the database in a directory, and brings it to the newest schema.
    package init(directory: String, centre: String = "main", wall: WallClock = .china) throws {
        pool = try SQLiteFile.open("hotline.sqlite", in: directory, migrations: Migration.hotline)
        centreID = centre
        self.wall = wall
        try pool.write { db in
            try db.execute(literal: "INSERT INTO centres (id) VALUES (\(centre)) ON CONFLICT DO NOTHING")
        }
    }

    package func close() async throws {
        try pool.close()
    }

    // MARK: The centre

    package func centre() async throws -> Centre? {
        try await pool.read { db in
            let content: SQL =
                "SELECT content FROM centre_versions WHERE centre_id = \(centreID) ORDER BY version DESC LIMIT 1"
            return try db.first("centre_versions", content) { try $0.json("content") }
        }
    }

    package func save(_ centre: Centre, by actor: AuditActor, at now: Moment) async throws {
        let content = try Content(centre)
        try await pool.write { db in
            try db.execute(
                literal: """
                    INSERT INTO centre_versions (centre_id, version, at, saved_by, content)
                    SELECT \(centreID), coalesce(max(version), 0) + 1, \(now), \(actor.person), \(content.text)
                    FROM centre_versions WHERE centre_id = \(centreID)
                    """)
            try audit(
                AuditRow(
                    at: now, actor: actor, action: "centre.save", subject: "centre:\(centreID)", digest: content.digest),
                db)
        }
    }
}

/// A value as text that is the same whenever the value is, and its SHA-256, which an audit row keeps when the text is
/// gone.
struct Content {
    let text: String
    var digest: String { SHA256.hash(data: Data(text.utf8)).map { String(format: "%02x", $0) }.joined() }

    init(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        text = String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}

extension Columns {
    func json<Value: Decodable>(_ column: String) throws -> Value {
        let text: String = try get(column)
        do {
            return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
        } catch {
            throw StorageError.unreadable(table: table, column: column, value: "JSON of another shape")
        }
    }
}
