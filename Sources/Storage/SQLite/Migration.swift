import GRDB

/// A step of the schema: plain SQL, run once, in order, and never changed once a release has it.
struct Migration {
    let number: Int
    let name: String
    let sql: String

    init(_ number: Int, _ name: String, _ bytes: [UInt8]) {
        self.number = number
        self.name = name
        sql = String(decoding: bytes, as: UTF8.self)
    }

    static let hotline = [
        Migration(1, "hotline", PackageResources._001_hotline_sql)
    ]

    static let journal = [
        Migration(1, "journal", PackageResources._001_journal_sql)
    ]

    /// Brings a database to the newest schema in one transaction, the caller's; forward only.
    static func run(_ migrations: [Migration], on db: Database, file: String) throws {
        try db.execute(
            sql: "CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT")
        let done = try Int.fetchOne(db, sql: "SELECT coalesce(max(number), 0) FROM migrations") ?? 0
        let known = migrations.last?.number ?? 0
        guard done <= known else { throw StorageError.newerDatabase(file: file, found: done, known: known) }
        for migration in migrations where migration.number > done {
            try db.execute(sql: migration.sql)
            try db.execute(
                sql: "INSERT INTO migrations (number, name) VALUES (?, ?)",
                arguments: [migration.number, migration.name])
        }
    }
}
