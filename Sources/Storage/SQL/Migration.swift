/// A step of the schema: plain SQL, run once, in order, and never changed once a release has it. Numbered and named alike
/// on both databases.
struct Migration {
    let number: Int
    let name: String
    let sql: String

    init(_ number: Int, _ name: String, _ bytes: [UInt8]) {
        self.number = number
        self.name = name
        sql = String(decoding: bytes, as: UTF8.self)
    }

    /// Which database a migration is of. On PostgreSQL the journal's tables stand beside the others, and each kind is
    /// counted apart.
    struct Schema {
        let table: SQL
        let migrations: [Migration]

        var newest: Int { migrations.last?.number ?? 0 }
    }

    static func hotline(_ dialect: SQL.Dialect) -> Schema {
        switch dialect {
        case .sqlite:
            Schema(
                table: "migrations",
                migrations: [
                    Migration(1, "hotline", PackageResources._001_hotline_sqlite_sql),
                    Migration(2, "retention", PackageResources._002_retention_sqlite_sql),
                    Migration(3, "spans", PackageResources._003_spans_sqlite_sql),
                    Migration(4, "routing", PackageResources._004_routing_sqlite_sql),
                    Migration(5, "promises", PackageResources._005_promises_sqlite_sql),
                    Migration(6, "loop", PackageResources._006_loop_sqlite_sql),
                    Migration(7, "citizens", PackageResources._007_citizens_sqlite_sql),
                    Migration(8, "proposals", PackageResources._008_proposals_sqlite_sql),
                    Migration(9, "watch", PackageResources._009_watch_sqlite_sql),
                    Migration(10, "figures", PackageResources._010_figures_sqlite_sql),
                    Migration(11, "corrections", PackageResources._011_corrections_sqlite_sql),
                    Migration(12, "checks", PackageResources._012_checks_sqlite_sql),
                ])
        case .postgres:
            Schema(
                table: "migrations",
                migrations: [
                    Migration(1, "hotline", PackageResources._001_hotline_postgres_sql),
                    Migration(2, "retention", PackageResources._002_retention_postgres_sql),
                    Migration(3, "spans", PackageResources._003_spans_postgres_sql),
                    Migration(4, "routing", PackageResources._004_routing_postgres_sql),
                    Migration(5, "promises", PackageResources._005_promises_postgres_sql),
                    Migration(6, "loop", PackageResources._006_loop_postgres_sql),
                    Migration(7, "citizens", PackageResources._007_citizens_postgres_sql),
                    Migration(8, "proposals", PackageResources._008_proposals_postgres_sql),
                    Migration(9, "watch", PackageResources._009_watch_postgres_sql),
                    Migration(10, "figures", PackageResources._010_figures_postgres_sql),
                    Migration(11, "corrections", PackageResources._011_corrections_postgres_sql),
                    Migration(12, "checks", PackageResources._012_checks_postgres_sql),
                ])
        }
    }

    static func journal(_ dialect: SQL.Dialect) -> Schema {
        switch dialect {
        case .sqlite:
            Schema(
                table: "migrations", migrations: [Migration(1, "journal", PackageResources._001_journal_sqlite_sql)])
        case .postgres:
            Schema(
                table: "journal_migrations",
                migrations: [Migration(1, "journal", PackageResources._001_journal_postgres_sql)])
        }
    }

    /// Brings a database to the newest schema in one transaction; forward only. Two programs that start at once do it one
    /// after the other. Returns what was done.
    @discardableResult
    static func run(_ schema: Schema, on database: any SQLDatabase) async throws -> [String] {
        // The tables' names are ours, and a `Schema` cannot cross to another thread.
        let (table, migrations, newest) = (schema.table, schema.migrations, schema.newest)
        let name = database.name
        return try await database.transaction { db in
            if db.dialect == .postgres { _ = try db.fetch("SELECT pg_advisory_xact_lock(124515)") }
            try db.execute(
                """
                CREATE TABLE IF NOT EXISTS \(table)
                    (number INTEGER PRIMARY KEY, name TEXT NOT NULL)\(SQL.either(sqlite: " STRICT", postgres: ""))
                """)
            let done = Int(try db.number("SELECT coalesce(max(number), 0) FROM \(table)"))
            guard done <= newest else { throw StorageError.newerDatabase(file: name, found: done, known: newest) }
            let due = migrations.filter { $0.number > done }
            for migration in due {
                try db.executeScript(migration.sql)
                try db.execute("INSERT INTO \(table) (number, name) VALUES (\(migration.number), \(migration.name))")
            }
            return due.map { "\($0.number) \($0.name)" }
        }
    }
}
