import Synchronization

/// Lets many changes share one flush of the disk: those that come while a transaction is being written make up the next.
///
/// Each change stands or falls alone. One that is refused before it has written anything is left out; if one fails after
/// it has written, the whole transaction is undone and its changes are made again one by one. So a change must do nothing
/// but read and write its database.
final class GroupWriter: Sendable {
    private let database: any SQLDatabase
    /// Writes what the changes of a transaction have gathered in its memory.
    private let close: @Sendable (any SQLConnection) throws -> Void
    private let state = Mutex(State())

    private struct State {
        var waiting: [any Change] = []
        var isWriting = false
        var activity = StoreActivity()
    }

    /// More than this many waiting means that the disk or the server is gone; better told than waited for.
    private static let mostWaiting = 10_000
    /// Keeps a transaction to some ten milliseconds, so that nobody waits long behind one, and those who come next are made ready
    /// meanwhile: more together wait longer and are not quicker.
    private static let mostTogether = 32

    init(_ database: any SQLDatabase, closing close: @escaping @Sendable (any SQLConnection) throws -> Void) {
        self.database = database
        self.close = close
    }

    /// Returns when the change is on the disk.
    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            add(TypedChange(body, continuation))
        }
    }

    var activity: StoreActivity {
        state.withLock { state in
            var activity = state.activity
            activity.waiting = state.waiting.count
            return activity
        }
    }

    private func note(written: Int, failed: Int, since began: ContinuousClock.Instant) {
        state.withLock { state in
            state.activity.written += written
            state.activity.failed += failed
            state.activity.commits += 1
            state.activity.commitSeconds += began.duration(to: .now) / .seconds(1)
        }
    }

    private func add(_ change: any Change) {
        let (refused, begins) = state.withLock { state in
            guard state.waiting.count < Self.mostWaiting else { return (true, false) }
            state.waiting.append(change)
            defer { state.isWriting = true }
            return (false, !state.isWriting)
        }
        if refused { change.fail(StorageError.busy) }
        // Ends when nothing waits; what it works on is bounded above.
        if begins { Task { await self.writeAll() } }
    }

    private func writeAll() async {
        while let batch = next() {
            if batch.count > 1, await writeTogether(batch) { continue }
            for change in batch { await writeAlone(change) }
        }
    }

    private func next() -> [any Change]? {
        state.withLock { state in
            let batch = Array(state.waiting.prefix(Self.mostTogether))
            state.waiting.removeFirst(batch.count)
            state.isWriting = !batch.isEmpty
            return batch.isEmpty ? nil : batch
        }
    }

    /// False if they must be tried one by one.
    private func writeTogether(_ batch: [any Change]) async -> Bool {
        let began = ContinuousClock.now
        do {
            try await database.transaction { [close] connection in
                for change in batch {
                    let watched = WatchedConnection(connection)
                    change.run(watched)
                    if let error = watched.failure { throw error }
                    // Undone by the throw: what it wrote must not stand.
                    if change.hasFailed, watched.hasWritten { throw SpoilsTheRest() }
                }
                try close(connection)
            }
        } catch let error as StorageError where error.isPassing {
            // No use in asking a server that is away for each of them.
            note(written: 0, failed: batch.count, since: began)
            for change in batch { change.fail(error) }
            return true
        } catch {
            return false
        }
        let failed = batch.count(where: \.hasFailed)
        note(written: batch.count - failed, failed: failed, since: began)
        for change in batch { change.finish() }
        return true
    }

    private struct SpoilsTheRest: Error {}

    private func writeAlone(_ change: any Change) async {
        let began = ContinuousClock.now
        do {
            try await database.transaction { [close] connection in
                change.run(connection)
                try change.throwIfFailed()
                try close(connection)
            }
            note(written: 1, failed: 0, since: began)
            change.finish()
        } catch {
            note(written: 0, failed: 1, since: began)
            change.fail(error)
        }
    }
}

/// A change and whoever waits for it.
private protocol Change: Sendable {
    /// May be run again, if what it was written together with failed.
    func run(_ connection: any SQLConnection)
    var hasFailed: Bool { get }
    func throwIfFailed() throws
    /// Tells the outcome of the last run; once.
    func finish()
    func fail(_ error: any Error)
}

private final class TypedChange<Value: Sendable>: Change {
    private let body: @Sendable (any SQLConnection) throws -> Value
    private let continuation: CheckedContinuation<Value, any Error>
    private let outcome = Mutex<Result<Value, any Error>?>(nil)

    init(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value,
        _ continuation: CheckedContinuation<Value, any Error>
    ) {
        self.body = body
        self.continuation = continuation
    }

    func run(_ connection: any SQLConnection) {
        let result = Result { try body(connection) }
        outcome.withLock { $0 = result }
    }

    var hasFailed: Bool {
        if case .failure = outcome.withLock({ $0 }) { true } else { false }
    }

    func throwIfFailed() throws {
        _ = try outcome.withLock { $0 }?.get()
    }

    func finish() {
        guard let outcome = outcome.withLock({ $0 }) else { preconditionFailure("a change ends that was never made") }
        continuation.resume(with: outcome)
    }

    func fail(_ error: any Error) {
        continuation.resume(throwing: error)
    }
}

/// Notes whether a change has written, and whether what it threw was the database's: that may belong to a statement of
/// the change before it.
private final class WatchedConnection: SQLConnection {
    private let connection: any SQLConnection
    private let gatheredBefore: Int
    private var hasSentWriting = false
    private(set) var failure: (any Error)?

    init(_ connection: any SQLConnection) {
        self.connection = connection
        gatheredBefore = connection.memory.gathered
    }

    /// What it has gathered would be written with what the others have.
    var hasWritten: Bool { hasSentWriting || memory.gathered > gatheredBefore }

    var dialect: SQL.Dialect { connection.dialect }
    var memory: TransactionMemory { connection.memory }

    func fetch(_ query: SQL) throws -> [SQLRow] {
        // A query may write: INSERT … RETURNING.
        hasSentWriting = hasSentWriting || query.mayWrite
        return try watching { try connection.fetch(query) }
    }

    func execute(_ statement: SQL) throws {
        hasSentWriting = true
        try watching { try connection.execute(statement) }
    }

    func change(_ statement: SQL) throws -> Int {
        hasSentWriting = true
        return try watching { try connection.change(statement) }
    }

    func executeScript(_ text: String) throws {
        hasSentWriting = true
        try watching { try connection.executeScript(text) }
    }

    private func watching<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch {
            failure = error
            throw error
        }
    }
}
