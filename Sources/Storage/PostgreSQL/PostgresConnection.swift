import CLibpq
import Foundation

/// One connection to the server, used by one thread at a time.
///
/// Statements are sent through libpq's pipeline: those whose result nobody waits for leave together with the next whose
/// result somebody does, so that a transaction costs about one round trip a question.
final class PostgresConnection {
    let options: PostgresOptions
    private let connection: OpaquePointer
    /// Statements on their way whose answers have not been read.
    private var underWay = 0
    /// Ends of rounds that the server has not told us it reached.
    private var openRounds = 0
    private var prepared = PreparedStatements()
    /// Lost, or in a state nobody can vouch for: to be closed.
    private(set) var isBroken = false
    /// Something has been answered since it was last taken from the pool.
    var hasAnswered = false

    /// As many as may be on their way, so that their answers do not pile up at the server.
    private static let mostUnderWay = 256

    init(_ options: PostgresOptions) throws {
        self.options = options
        connection = try Self.connect(options)
        guard PQserverVersion(connection) >= 150_000 else {
            PQfinish(connection)
            throw StorageError.unavailable(database: options.name, reason: "PostgreSQL 15 or newer is wanted")
        }
        guard PQsetnonblocking(connection, 1) == 0, PQenterPipelineMode(connection) == 1 else {
            PQfinish(connection)
            throw StorageError.unavailable(database: options.name, reason: "the connection cannot be set up")
        }
        try send("SET statement_timeout = \(options.statementSeconds * 1000)", [])
        try finish()
    }

    deinit { PQfinish(connection) }

    /// For another thread, to stop what this one waits for.
    var cancel: PostgresCancel? { PQgetCancel(connection).map(PostgresCancel.init) }

    // MARK: Statements

    /// Sent with what follows; its error comes with that.
    func execute(_ text: String, _ values: [SQLValue]) throws {
        try send(text, values)
        if underWay >= Self.mostUnderWay { try finish() }
    }

    func fetch(_ text: String, _ values: [SQLValue]) throws -> PostgresResult {
        try send(text, values)
        guard let result = try finish() else { throw lost("the server gave no answer") }
        return result
    }

    /// Several statements in one text, without values.
    func executeScript(_ text: String) throws {
        try finish()
        guard PQexitPipelineMode(connection) == 1, PQsendQuery(connection, text) == 1 else { throw lost() }
        let deadline = deadline()
        try flush(by: deadline)
        var failure: PostgresError?
        while let result = try next(by: deadline) { failure = failure ?? result.error }
        guard PQenterPipelineMode(connection) == 1 else { throw lost() }
        if let failure { throw failure }
    }

    private func send(_ text: String, _ values: [SQLValue]) throws {
        let (name, isNew, evicted) = prepared.name(of: text)
        if let evicted { try sendPlain("DEALLOCATE \(evicted)") }
        if isNew {
            guard PQsendPrepare(connection, name, text, 0, nil) == 1 else { throw lost() }
            underWay += 1
        }
        let texts = values.map(\.postgresText)
        let sent = withCStrings(texts) { pointers in
            PQsendQueryPrepared(connection, name, Int32(pointers.count), pointers, nil, nil, 0)
        }
        guard sent == 1 else { throw lost() }
        underWay += 1
    }

    private func sendPlain(_ text: String) throws {
        guard PQsendQueryParams(connection, text, 0, nil, nil, nil, nil, 0) == 1 else { throw lost() }
        underWay += 1
    }

    /// Reads the answers of all that is under way, and returns the last; throws the first error among them.
    @discardableResult
    private func finish() throws -> PostgresResult? {
        if underWay > 0 { try endRound() }
        let deadline = deadline()
        var last: PostgresResult?
        var failure: PostgresError?
        while openRounds > 0 {
            // One answer, then nil, for each statement; the sync's comes last and has no nil after it.
            guard let result = try next(by: deadline) else { continue }
            switch result.status {
            case PGRES_PIPELINE_SYNC: openRounds -= 1
            case PGRES_PIPELINE_ABORTED: break
            default:
                failure = failure ?? result.error
                last = result
            }
        }
        hasAnswered = true
        if let failure {
            guard failure.state != "" else { throw lost(failure.message) }
            throw failure
        }
        return last
    }

    /// Sends what is under way, whose answers are read with those of the next round.
    private func endRound() throws {
        guard PQpipelineSync(connection) == 1 else { throw lost() }
        underWay = 0
        openRounds += 1
        try flush(by: deadline())
    }

    // MARK: Transactions

    func transaction<Result>(reading: Bool = false, _ body: (PostgresConnection) throws -> Result) throws -> Result {
        try execute(reading ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" : "BEGIN", [])
        let result: Result
        do {
            result = try body(self)
        } catch {
            rollBack()
            throw error
        }
        if reading {
            // There is nothing in it to wait for.
            try execute("COMMIT", [])
            try endRound()
            return result
        }
        do {
            try execute("COMMIT", [])
            try finish()
        } catch is StorageError {
            throw StorageError.unknownOutcome(database: options.name)
        } catch {
            rollBack()
            throw error
        }
        return result
    }

    private func rollBack() {
        guard !isBroken else { return }
        do {
            // Answers to what was sent before the error tell nothing more.
            do { try finish() } catch is PostgresError {}
            try sendPlain("ROLLBACK")
            // What was prepared in a round that failed may or may not be there.
            try sendPlain("DEALLOCATE ALL")
            try finish()
        } catch {
            isBroken = true
        }
        prepared = PreparedStatements()
    }

    // MARK: Waiting

    private func deadline() -> ContinuousClock.Instant {
        .now + .seconds(options.statementSeconds + 2)
    }

    private func flush(by deadline: ContinuousClock.Instant) throws {
        while true {
            switch PQflush(connection) {
            case 0: return
            case 1:
                // Read meanwhile, or both sides may wait for the other to read.
                let ready = try wait(Int16(POLLIN | POLLOUT), by: deadline)
                if ready & Int16(POLLIN) != 0, PQconsumeInput(connection) != 1 { throw lost() }
            default: throw lost()
            }
        }
    }

    private func next(by deadline: ContinuousClock.Instant) throws -> PostgresResult? {
        while PQisBusy(connection) == 1 {
            _ = try wait(Int16(POLLIN), by: deadline)
            guard PQconsumeInput(connection) == 1 else { throw lost() }
        }
        guard let result = PQgetResult(connection) else {
            guard PQstatus(connection) == CONNECTION_OK else { throw lost() }
            return nil
        }
        return PostgresResult(result)
    }

    private func wait(_ events: Int16, by deadline: ContinuousClock.Instant) throws -> Int16 {
        guard let ready = Self.poll(PQsocket(connection), events, by: deadline) else {
            throw lost("the server has been silent for \(options.statementSeconds) s")
        }
        return ready
    }

    /// Nil when the time has passed.
    private static func poll(_ socket: Int32, _ events: Int16, by deadline: ContinuousClock.Instant) -> Int16? {
        while true {
            let left = deadline - .now
            guard left > .zero else { return nil }
            var descriptor = pollfd(fd: socket, events: events, revents: 0)
            let milliseconds = min(60_000, left / .milliseconds(1) + 1)
            let count = Foundation.poll(&descriptor, 1, Int32(milliseconds))
            if count > 0 { return descriptor.revents }
            if count < 0, errno != EINTR { return nil }
        }
    }

    /// Whether the server has hung up while nobody used the connection.
    func isAlive() -> Bool {
        guard !isBroken, PQstatus(connection) == CONNECTION_OK else { return false }
        var descriptor = pollfd(fd: PQsocket(connection), events: Int16(POLLIN), revents: 0)
        guard Foundation.poll(&descriptor, 1, 0) > 0 else { return true }
        // A notice is no end: only what reads as one is.
        return PQconsumeInput(connection) == 1 && PQstatus(connection) == CONNECTION_OK
    }

    private func lost(_ reason: String? = nil) -> StorageError {
        isBroken = true
        return Self.unavailable(options, reason ?? String(cString: PQerrorMessage(connection)))
    }

    private static func unavailable(_ options: PostgresOptions, _ message: String) -> StorageError {
        let line = message.split(separator: "\n").first.map(String.init) ?? "the connection was lost"
        return .unavailable(database: options.name, reason: line)
    }

    private static func connect(_ options: PostgresOptions) throws -> OpaquePointer {
        let keywords = options.keywords
        let started = withCStrings(keywords.map(\.0) + [nil]) { names in
            withCStrings(keywords.map(\.1) + [nil]) { values in PQconnectStartParams(names, values, 1) }
        }
        guard let connection = started else { throw unavailable(options, "out of memory") }
        let deadline = ContinuousClock.now + .seconds(options.connectSeconds)
        var state = PGRES_POLLING_WRITING
        while true {
            switch state {
            case PGRES_POLLING_OK: return connection
            case PGRES_POLLING_READING, PGRES_POLLING_WRITING:
                let events = Int16(state == PGRES_POLLING_READING ? POLLIN : POLLOUT)
                guard PQstatus(connection) != CONNECTION_BAD, poll(PQsocket(connection), events, by: deadline) != nil
                else { fallthrough }
                state = PQconnectPoll(connection)
            default:
                let message = String(cString: PQerrorMessage(connection))
                PQfinish(connection)
                throw unavailable(
                    options, message.isEmpty ? "no connection within \(options.connectSeconds) s" : message)
            }
        }
    }
}

/// Calls `body` with C strings that live as long as the call; nil stays nil.
private func withCStrings<Result>(
    _ strings: [String?], _ body: ([UnsafePointer<CChar>?]) -> Result
) -> Result {
    let copies = strings.map { $0.map { strdup($0) } ?? nil }
    defer { for copy in copies { free(copy) } }
    return body(copies.map { $0.map { UnsafePointer($0) } })
}
