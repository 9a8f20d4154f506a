import Foundation
import Synchronization

/// Connections to one server, each with a thread of its own, so that waiting for the server holds up none of Swift's.
final class PostgresPool: Sendable {
    private let jobs = JobQueue()
    private let ended: AsyncStream<Void>
    private let workers: Int

    init(_ options: PostgresOptions, connections: Int) {
        workers = connections
        let (ended, end) = AsyncStream.makeStream(of: Void.self)
        self.ended = ended
        for number in 1...connections {
            let jobs = jobs
            let thread = Thread {
                var worker = Worker(options: options)
                while let job = jobs.take() { job(&worker) }
                end.yield()
            }
            thread.name = "postgres-\(number)"
            thread.start()
        }
    }

    /// Runs `body` with a connection that nobody else has meanwhile. When the caller's task is cancelled, the server is told to
    /// give up what it is doing for it, and `CancellationError` is thrown.
    ///
    /// A connection that turns out to be dead before it has answered anything is replaced and `body` run once more, so a
    /// server that was restarted costs nobody an error.
    func run<Result: Sendable>(
        _ body: @escaping @Sendable (PostgresConnection) throws -> Result
    ) async throws -> Result {
        let ticket = Ticket()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isTaken = jobs.add { worker in
                    continuation.resume(with: Swift.Result { try worker.run(ticket, body) })
                }
                if !isTaken { continuation.resume(throwing: StorageError.busy) }
            }
        } onCancel: {
            ticket.cancel()
        }
    }

    /// Whether somebody still wants the answer, and how to stop the server if nobody does.
    private final class Ticket: Sendable {
        private struct State {
            var isCancelled = false
            var running: PostgresCancel?
        }

        private let state = Mutex(State())

        /// Telling the server takes a connection of its own, and time.
        func cancel() {
            let running = state.withLock { state in
                state.isCancelled = true
                return state.running
            }
            if let running { DispatchQueue.global().async { running.send() } }
        }

        func begin(_ connection: PostgresConnection) throws {
            let isCancelled = state.withLock { state in
                state.running = connection.cancel
                return state.isCancelled
            }
            if isCancelled { throw CancellationError() }
        }

        /// True if it was cancelled. After this no more is sent, so that it cannot hit whoever is next on the connection.
        func end() -> Bool {
            state.withLock { state in
                state.running?.forget()
                state.running = nil
                return state.isCancelled
            }
        }
    }

    /// Lets what is under way end, and closes all connections.
    func close() async {
        guard jobs.close() else { return }
        var left = workers
        for await _ in ended {
            left -= 1
            if left == 0 { return }
        }
    }

    /// A thread's connection, made when it is first needed and again when it is lost.
    private struct Worker {
        let options: PostgresOptions
        private var connection: PostgresConnection?
        private var refusedAt: ContinuousClock.Instant?
        private var refusal: (any Error)?

        /// While the server is away, whoever comes within this time of the last try is told at once.
        private static let pause: Duration = .milliseconds(500)

        init(options: PostgresOptions) { self.options = options }

        mutating func run<Result>(_ ticket: Ticket, _ body: (PostgresConnection) throws -> Result) throws -> Result {
            try run { connection in
                try ticket.begin(connection)
                do {
                    let result = try body(connection)
                    _ = ticket.end()
                    return result
                } catch {
                    throw ticket.end() && !((error as? StorageError)?.isPassing ?? false) ? CancellationError() : error
                }
            }
        }

        private mutating func run<Result>(_ body: (PostgresConnection) throws -> Result) throws -> Result {
            if let idle = connection, idle.isAlive() {
                idle.hasAnswered = false
                do {
                    return try use(idle, body)
                } catch let error as StorageError {
                    guard case .unavailable = error, !idle.hasAnswered else { throw error }
                }
            }
            connection = nil
            let fresh = try connect()
            connection = fresh
            return try use(fresh, body)
        }

        private mutating func use<Result>(
            _ used: PostgresConnection, _ body: (PostgresConnection) throws -> Result
        ) throws -> Result {
            defer { if used.isBroken { connection = nil } }
            return try body(used)
        }

        private mutating func connect() throws -> PostgresConnection {
            if let refusedAt, let refusal, .now - refusedAt < Self.pause { throw refusal }
            do {
                let connection = try PostgresConnection(options)
                refusal = nil
                return connection
            } catch {
                (refusedAt, refusal) = (.now, error)
                throw error
            }
        }
    }

    /// What waits for a connection, and the threads that wait for something to do. The one that was busy last is taken first: its
    /// server process has the plans and pages at hand that the others would have to fetch again.
    private final class JobQueue: Sendable {
        typealias Job = @Sendable (inout Worker) -> Void

        private struct State {
            var jobs: [Job] = []
            var idle: [IdleThread] = []
            var isClosed = false
        }

        private let state = Mutex(State())

        /// More than this many waiting means that the server is away or far behind.
        private static let most = 2_000

        func add(_ job: @escaping Job) -> Bool {
            let (isTaken, thread) = state.withLock { state in
                guard !state.isClosed, state.jobs.count < Self.most else { return (false, nil as IdleThread?) }
                if let thread = state.idle.popLast() { return (true, thread) }
                state.jobs.append(job)
                return (true, nil)
            }
            thread?.wake(with: job)
            return isTaken
        }

        /// Waits for one; nil when there are none and will be none.
        func take() -> Job? {
            let (job, thread) = state.withLock { state in
                if !state.jobs.isEmpty { return (state.jobs.removeFirst() as Job?, nil as IdleThread?) }
                guard !state.isClosed else { return (nil, nil) }
                let thread = IdleThread()
                state.idle.append(thread)
                return (nil, thread)
            }
            return thread?.wait() ?? job
        }

        /// False if it was closed before.
        func close() -> Bool {
            let idle = state.withLock { state in
                guard !state.isClosed else { return nil as [IdleThread]? }
                state.isClosed = true
                defer { state.idle = [] }
                return state.idle
            }
            for thread in idle ?? [] { thread.wake(with: nil) }
            return idle != nil
        }

        private final class IdleThread: Sendable {
            private let job = Mutex<Job?>(nil)
            private let isWanted = DispatchSemaphore(value: 0)

            func wake(with job: Job?) {
                self.job.withLock { $0 = job }
                isWanted.signal()
            }

            func wait() -> Job? {
                isWanted.wait()
                return job.withLock { $0 }
            }
        }
    }
}
