import Foundation
import GRDB

/// A database in one SQLite file, so kept that what is committed stays: write-ahead log, every commit flushed, nobody else
/// may read it.
struct SQLiteDatabase: SQLDatabase {
    let pool: DatabasePool
    let name: String
    let dialect = SQL.Dialect.sqlite

    /// How long a statement waits for another process (`hotline user add` beside `hotline serve`) to commit.
    private static let busySeconds = 5.0

    private static let writerCacheKiB = 65_536

    /// Opens or makes the file in a directory.
    init(_ file: String, in directory: String) throws {
        name = try Self.prepare(file, in: directory)
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(Self.busySeconds)
        configuration.label = file
        pool = try DatabasePool(path: name, configuration: configuration)
        try makeDurable()
    }

    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result {
        try await told { try await pool.read { try body(SQLiteConnection(database: $0)) } }
    }

    /// GRDB begins it with BEGIN IMMEDIATE: what is read in it is read under the lock it will be written under.
    func transaction<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result {
        try await told { try await pool.write { try SQLiteConnection(database: $0).running(body) } }
    }

    /// Copies the file in a directory as it is at one moment, however much is written to it meanwhile: SQLite's own backup
    /// would begin anew with each commit of another process.
    static func snapshot(_ file: String, in directory: String, to path: String) async throws {
        var configuration = Configuration()
        configuration.busyMode = .timeout(busySeconds)
        let queue = try DatabaseQueue(path: directory + "/" + file, configuration: configuration)
        try await queue.writeWithoutTransaction { db in
            try db.execute(sql: "VACUUM INTO ?", arguments: [path])
        }
        try queue.close()
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }

    func close() async throws {
        try pool.close()
    }

    /// What is wrong with the disk and not with the statement is `unavailable`.
    private func told<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch let error as DatabaseError {
            switch error.resultCode {
            case .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_NOMEM, .SQLITE_BUSY:
                throw StorageError.unavailable(database: name, reason: error.message ?? "\(error.resultCode)")
            default: throw error
            }
        }
    }

    /// SQLite gives its `-wal` and `-shm` the mode of the database, so the file is made before SQLite makes it.
    private static func prepare(_ name: String, in directory: String) throws -> String {
        let files = FileManager.default
        try files.createDirectory(
            atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try files.setAttributes([.posixPermissions: 0o700], ofItemAtPath: directory)
        let path = URL(fileURLWithPath: directory).appendingPathComponent(name).path
        if !files.fileExists(atPath: path) {
            guard files.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]) else {
                throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: path])
            }
        }
        try files.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        return path
    }

    /// GRDB sets NORMAL when it turns the write-ahead log on, later than any hook of the configuration; only a
    /// statement outside a transaction, after opening, is heard.
    private func makeDurable() throws {
        let synchronous = try pool.writeWithoutTransaction { db in
            // The writer touches a page of every index; SQLite's own 2 MB would read most of them again each time.
            try db.execute(sql: "PRAGMA cache_size = -\(Self.writerCacheKiB)")
            try db.execute(sql: "PRAGMA synchronous = FULL")
            return try Int.fetchOne(db, sql: "PRAGMA synchronous")
        }
        guard synchronous == 2 else { throw StorageError.notDurable(file: name, synchronous: synchronous ?? -1) }
    }
}

struct SQLiteConnection: SQLConnection {
    let database: Database
    let dialect = SQL.Dialect.sqlite
    let memory = TransactionMemory()

    func fetch(_ query: SQL) throws -> [SQLRow] {
        try sendAdded(send)
        let statement = try prepare(query)
        let header = SQLRow.Header(statement.columnNames)
        var rows: [SQLRow] = []
        let cursor = try Row.fetchCursor(statement)
        while let row = try cursor.next() {
            rows.append(SQLRow(header: header, values: row.databaseValues.map(SQLValue.init)))
        }
        return rows
    }

    func execute(_ statement: SQL) throws {
        try sendAdded(send)
        try send(statement)
    }

    func change(_ statement: SQL) throws -> Int {
        try execute(statement)
        return database.changesCount
    }

    func executeScript(_ text: String) throws {
        try sendAdded(send)
        try database.execute(sql: text)
    }

    private func send(_ statement: SQL) throws {
        try prepare(statement).execute()
    }

    private func prepare(_ sql: SQL) throws -> Statement {
        let (text, values) = sql.rendered(for: dialect)
        let statement = try database.cachedStatement(sql: text)
        statement.setUncheckedArguments(StatementArguments(values.map(\.databaseValue)))
        return statement
    }
}

extension SQLValue {
    init(_ value: DatabaseValue) {
        switch value.storage {
        case .null: self = .null
        case .int64(let integer): self = .integer(integer)
        case .string(let text): self = .text(text)
        case .blob(let data): self = .bytes(Array(data))
        case .double: preconditionFailure("no column holds a fraction")
        }
    }

    var databaseValue: DatabaseValue {
        switch self {
        case .null: .null
        case .integer(let integer): integer.databaseValue
        case .text(let text): text.databaseValue
        case .flag(let flag): flag.databaseValue
        case .bytes(let bytes): Data(bytes).databaseValue
        }
    }
}
