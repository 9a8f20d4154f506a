/// A database of either kind, as the tables are written and read through it.
protocol SQLDatabase: Sendable {
    var dialect: SQL.Dialect { get }
    /// For people: which database an error is about.
    var name: String { get }

    /// Reads as of one moment. Never waits for writers, and writers never wait for it.
    func read<Result: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> Result) async throws -> Result

    /// One transaction, on the disk (fdatasync) when this returns; what `body` throws undoes it whole.
    func transaction<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result

    func close() async throws
}

/// The connection of one transaction; used by one thread and not kept.
protocol SQLConnection {
    var dialect: SQL.Dialect { get }
    /// Of this transaction; goes with it, whatever its end.
    var memory: TransactionMemory { get }
    func fetch(_ query: SQL) throws -> [SQLRow]
    /// May be sent together with what follows; its error then comes with that, at the latest with the transaction's end.
    func execute(_ statement: SQL) throws
    /// How many rows the statement changed.
    func change(_ statement: SQL) throws -> Int
    /// Several statements without values, as a migration has them.
    func executeScript(_ text: String) throws
}

extension SQLConnection {
    /// The rows of a query, each read by `read`.
    func rows<Value>(_ table: String, _ query: SQL, _ read: (Columns) throws -> Value) throws -> [Value] {
        try fetch(query).map { try read(Columns(row: $0, table: table)) }
    }

    func first<Value>(_ table: String, _ query: SQL, _ read: (Columns) throws -> Value) throws -> Value? {
        try fetch(query).first.map { try read(Columns(row: $0, table: table)) }
    }

    /// The one number of a query's one row; zero if there is none.
    func number(_ query: SQL) throws -> Int64 {
        guard let value = try fetch(query).first?.values.first, value != .null else { return 0 }
        guard let number = Int64(sqlValue: value) else { preconditionFailure("not a number") }
        return number
    }
}
