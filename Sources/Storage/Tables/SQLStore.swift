import Crypto
import Engine
import Foundation

/// The store in a SQL database of either kind.
package struct SQLStore: Store {
    let database: any SQLDatabase
    private let writer: GroupWriter
    /// Every row is of one centre; this store sees only its own.
    let centreID: String
    /// Says which day an order's number belongs to.
    let wall: WallClock

    /// Brings the database to the newest schema.
    init(_ database: any SQLDatabase, centre: String, wall: WallClock = .china) async throws {
        self.database = database
        writer = GroupWriter(database) { db in try Self.writeGathered(of: centre, db) }
        centreID = centre
        self.wall = wall
        try await Migration.run(Migration.hotline(database.dialect), on: database)
        try await write { db in
            try db.execute("INSERT INTO centres (id) VALUES (\(centre)) ON CONFLICT DO NOTHING")
        }
    }

    /// Every change goes this way, to share its flush with others, and what is written once for all of them.
    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result {
        try await writer.write(body)
    }

    private static func writeGathered(of centre: String, _ db: any SQLConnection) throws {
        try writeNumbers(of: centre, db)
        addAudit(of: centre, db)
    }

    package func probe() async throws {
        try await write { db in
            try db.execute(
                """
                INSERT INTO projections (centre_id, name, position) VALUES (\(centreID), 'probe', 1)
                ON CONFLICT (centre_id, name) DO UPDATE SET position = projections.position + 1
                """)
        }
    }

    package var activity: StoreActivity { writer.activity }

    package func bytes() async throws -> Int64 {
        try await database.read { db in
            switch db.dialect {
            case .sqlite: try db.number("PRAGMA page_count") * db.number("PRAGMA page_size")
            case .postgres: try db.number("SELECT pg_database_size(current_database())")
            }
        }
    }

    package func close() async throws {
        try await database.close()
    }
}

/// A value as text that is the same whenever the value is, and its SHA-256, which an audit row keeps when the text is
/// gone.
struct Content {
    let text: String
    var digest: String { SHA256.hash(data: Data(text.utf8)).hexadecimal }

    init(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        text = String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
