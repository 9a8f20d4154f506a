/// Where a hotline's database is.
package enum DatabaseLocation: Sendable, Equatable {
    /// Files in a directory: `hotline.sqlite` and `journal.sqlite`. Needs no set-up.
    case sqlite(directory: String)
    /// A PostgreSQL database, as a URL: `postgres://user:password@host:5432/hotline`.
    case postgres(url: String)

    /// Opens or makes the store, and brings it to the newest schema.
    package func openStore(centre: String = "main") async throws -> any Store {
        try await SQLStore(open("hotline.sqlite", connections: 8), centre: centre)
    }

    /// Apart from the store, on connections of its own, so that nothing there ever delays a call.
    package func openJournal(centre: String = "main") async throws -> any Journal {
        try await SQLJournal(open("journal.sqlite", connections: 2), centre: centre)
    }

    func open(_ file: String, connections: Int) throws -> any SQLDatabase {
        switch self {
        case .sqlite(let directory): try SQLiteDatabase(file, in: directory)
        case .postgres(let url): try PostgresDatabase(url, connections: connections)
        }
    }
}
