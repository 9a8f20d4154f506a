import Foundation
import GRDB

/// Opens database files so that what is committed stays: write-ahead log, every commit flushed, nobody else may read
/// them.
enum SQLiteFile {
    /// How long a statement waits for another process (`hotline user add` beside `hotline serve`) to commit.
    private static let busySeconds = 5.0

    static func open(_ name: String, in directory: String, migrations: [Migration]) throws -> DatabasePool {
        let path = try prepare(name, in: directory)
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(busySeconds)
        configuration.label = name
        let pool = try DatabasePool(path: path, configuration: configuration)
        try makeDurable(pool, file: path)
        try pool.write { try Migration.run(migrations, on: $0, file: path) }
        return pool
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
    private static func makeDurable(_ pool: DatabasePool, file: String) throws {
        let synchronous = try pool.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = FULL")
            return try Int.fetchOne(db, sql: "PRAGMA synchronous")
        }
        guard synchronous == 2 else { throw StorageError.notDurable(file: file, synchronous: synchronous ?? -1) }
    }
}
