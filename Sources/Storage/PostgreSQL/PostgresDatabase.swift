/// A database on a PostgreSQL server, 15 or newer. Made by its administrator, in UTF-8; the tables are ours.
struct PostgresDatabase: SQLDatabase {
    let pool: PostgresPool
    let name: String
    let dialect = SQL.Dialect.postgres

    init(_ url: String, connections: Int) throws {
        let options = try PostgresOptions(url: url)
        name = options.name
        pool = PostgresPool(options, connections: connections)
    }

    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result {
        try await pool.run { connection in
            try connection.transaction(reading: true) { try body(PostgresSQLConnection(connection: $0)) }
        }
    }

    func transaction<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result {
        try await pool.run { connection in
            try connection.transaction { try PostgresSQLConnection(connection: $0).running(body) }
        }
    }

    func close() async throws {
        await pool.close()
    }
}

struct PostgresSQLConnection: SQLConnection {
    let connection: PostgresConnection
    let dialect = SQL.Dialect.postgres
    let memory = TransactionMemory()

    func fetch(_ query: SQL) throws -> [SQLRow] {
        try sendAdded(send)
        let (text, values) = query.rendered(for: dialect)
        return try connection.fetch(text, values).rows()
    }

    func execute(_ statement: SQL) throws {
        try sendAdded(send)
        try send(statement)
    }

    func change(_ statement: SQL) throws -> Int {
        try sendAdded(send)
        let (text, values) = statement.rendered(for: dialect)
        return try connection.fetch(text, values).changed
    }

    func executeScript(_ text: String) throws {
        try sendAdded(send)
        try connection.executeScript(text)
    }

    private func send(_ statement: SQL) throws {
        let (text, values) = statement.rendered(for: dialect)
        try connection.execute(text, values)
    }
}
