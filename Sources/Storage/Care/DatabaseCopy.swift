import Foundation

/// Copies a hotline's database into an empty one, of the same kind or the other. Nobody may write to either meanwhile.
///
/// It goes table by table, a batch a transaction, and notes in the destination how far it has come: after a break the same
/// call goes on there. At the end both are read whole and compared; only then is it done.
package struct DatabaseCopy: Sendable {
    private let source: DatabaseLocation
    private let destination: DatabaseLocation

    private let rowsTogether: Int

    /// - Parameter rowsTogether: in one transaction.
    package init(from source: DatabaseLocation, to destination: DatabaseLocation, rowsTogether: Int = 2_000) {
        self.source = source
        self.destination = destination
        self.rowsTogether = rowsTogether
    }

    package enum Problem: Error, Equatable, CustomStringConvertible {
        case sameDatabase
        case destinationNotEmpty(table: String)
        case differs(table: String, rows: Int64, copied: Int64)

        package var description: String {
            switch self {
            case .sameDatabase: "both are the same database"
            case .destinationNotEmpty(let table):
                "the database to copy into is not empty (\(table) has rows); name one that is, or make a new one"
            case .differs(let table, let rows, let copied):
                "\(table) has \(rows) rows and \(copied) in the copy, or other ones: somebody wrote meanwhile. Stop "
                    + "`hotline serve`, and copy again into an empty database"
            }
        }
    }

    /// - Parameter progress: told the table and how many of its rows are there; what it throws stops the copy.
    /// - Returns: what both hold now.
    package func run(progress: @Sendable (_ table: String, _ rows: Int64) throws -> Void) async throws -> [TableDigest]
    {
        guard source != destination else { throw Problem.sameDatabase }
        var digests: [TableDigest] = []
        for part in DatabasePart.all {
            let (from, to) = (try await part.open(source), try await part.open(destination))
            do {
                digests += try await copy(part, from, to, progress)
                try await from.close()
                try await to.close()
            } catch {
                try? await from.close()
                try? await to.close()
                throw error
            }
        }
        return digests
    }

    private func copy(
        _ part: DatabasePart, _ from: any SQLDatabase, _ to: any SQLDatabase,
        _ progress: @Sendable (_ table: String, _ rows: Int64) throws -> Void
    ) async throws -> [TableDigest] {
        // A part that an earlier run has finished.
        if try await !begin(part, from, to) { return try await part.digests(to) }
        for table in part.tables { try await copy(table, from, to, progress) }
        let digests = try await part.digests(from)
        for (whole, copied) in zip(digests, try await part.digests(to)) where whole != copied {
            throw Problem.differs(table: whole.table, rows: whole.rows, copied: copied.rows)
        }
        try await to.transaction { db in
            for table in part.tables { try table.continueNumbers(db) }
            try db.execute("DROP TABLE \(part.progressTable)")
        }
        return digests
    }

    /// A destination with our notes is one that an earlier run has begun; any other must be empty, or hold the same already:
    /// then there is nothing to do, and this is false.
    private func begin(_ part: DatabasePart, _ from: any SQLDatabase, _ to: any SQLDatabase) async throws -> Bool {
        do {
            try await prepare(part, to)
            return true
        } catch let problem as Problem {
            guard try await part.digests(from) == part.digests(to) else { throw problem }
            return false
        }
    }

    private func prepare(_ part: DatabasePart, _ to: any SQLDatabase) async throws {
        try await to.transaction { db in
            let found = try db.number(
                .either(
                    sqlite: "SELECT count(*) FROM sqlite_master WHERE name = '\(part.progressName)'",
                    postgres: "SELECT count(*) FROM pg_tables WHERE tablename = '\(part.progressName)'"))
            guard found == 0 else { return }
            for table in part.tables {
                guard try table.page(after: nil, limit: 1, db).isEmpty else {
                    throw Problem.destinationNotEmpty(table: table.name)
                }
            }
            try db.executeScript(
                "CREATE TABLE \(part.progressName) (name TEXT NOT NULL PRIMARY KEY, last TEXT NOT NULL, rows BIGINT NOT NULL)"
            )
        }
    }

    private func copy(
        _ table: StoredTable, _ from: any SQLDatabase, _ to: any SQLDatabase,
        _ progress: @Sendable (_ table: String, _ rows: Int64) throws -> Void
    ) async throws {
        let notes = DatabasePart.of(table).progressTable
        var (last, count) = try await to.read { db -> ([SQLValue]?, Int64) in
            let query: SQL = "SELECT last, rows FROM \(notes) WHERE name = \(table.name)"
            let note = try db.first(DatabasePart.of(table).progressName, query) {
                (try $0.json("last") as [CopiedKey], try $0.get("rows") as Int64)
            }
            return (note?.0.map(\.value), note?.1 ?? 0)
        }
        while true {
            let after = last
            let rows = try await from.read { try table.page(after: after, limit: rowsTogether, $0) }
            guard let end = rows.last else { return try progress(table.name, count) }
            let key = table.key(of: end)
            let done = count + Int64(rows.count)
            let text = try Content(key.map(CopiedKey.init)).text
            try await to.transaction { db in
                for row in rows { try table.insert(row, db) }
                try db.execute(
                    """
                    INSERT INTO \(notes) (name, last, rows) VALUES (\(table.name), \(text), \(done))
                    ON CONFLICT (name) DO UPDATE SET last = excluded.last, rows = excluded.rows
                    """)
            }
            (last, count) = (key, done)
            try progress(table.name, count)
        }
    }
}

/// A value of a key as the notes keep it.
private struct CopiedKey: Codable {
    var integer: Int64?
    var text: String?

    init(_ value: SQLValue) {
        switch value {
        case .integer(let integer): self.integer = integer
        case .text(let text): self.text = text
        case .null, .flag, .bytes: preconditionFailure("a key is a number or a text")
        }
    }

    var value: SQLValue { integer.map { .integer($0) } ?? .text(text ?? "") }
}

/// The store's tables or the journal's: on SQLite files of their own, on PostgreSQL side by side.
struct DatabasePart: Sendable {
    let file: String
    let tables: [StoredTable]
    let progressName: String

    var progressTable: SQL { SQL(sql: progressName) }

    static let hotline = DatabasePart(
        file: "hotline.sqlite", tables: StoredTable.hotline, progressName: "copy_progress")
    static let journal = DatabasePart(
        file: "journal.sqlite", tables: StoredTable.journal, progressName: "journal_copy_progress")
    static let all = [hotline, journal]

    static func of(_ table: StoredTable) -> DatabasePart {
        all.first { $0.tables.contains { $0.name == table.name } }!
    }

    private func schema(_ dialect: SQL.Dialect) -> Migration.Schema {
        file == Self.hotline.file ? Migration.hotline(dialect) : Migration.journal(dialect)
    }

    /// Brought to the newest schema, and otherwise as it is.
    func open(_ location: DatabaseLocation) async throws -> any SQLDatabase {
        let database = try location.open(file, connections: 2)
        try await migrate(database)
        return database
    }

    @discardableResult
    func migrate(_ database: any SQLDatabase) async throws -> [String] {
        try await Migration.run(schema(database.dialect), on: database)
    }

    /// As of one moment.
    func digests(_ database: any SQLDatabase) async throws -> [TableDigest] {
        try await database.read { db in
            try tables.map { table in
                var digest = TableDigest(table: table.name)
                var last: [SQLValue]?
                while true {
                    let rows = try table.page(after: last, limit: 2_000, db)
                    guard let end = rows.last else { return digest }
                    for row in rows { digest.add(row) }
                    last = table.key(of: end)
                }
            }
        }
    }
}

extension DatabaseLocation {
    /// Brings the schema to the newest version; returns what was done.
    package func migrate() async throws -> [String] {
        var done: [String] = []
        for part in DatabasePart.all {
            let database = try open(part.file, connections: 1)
            do {
                done += try await part.migrate(database)
                try await database.close()
            } catch {
                try? await database.close()
                throw error
            }
        }
        return done
    }

    /// What each table holds.
    package func digests() async throws -> [TableDigest] {
        var digests: [TableDigest] = []
        for part in DatabasePart.all {
            let database = try await part.open(self)
            digests += try await part.digests(database)
            try await database.close()
        }
        return digests
    }
}
