import Engine
import Foundation
import Logging
import ServiceLifecycle
import Storage

/// Takes up a new dispatch model when one was taught, and has one taught each night. The teaching itself is a process
/// of its own: it takes a core and much memory for minutes, and liblinear draws from a generator that a process has
/// once (docs/decisions/0011).
struct DispatchTeaching: Service {
    let store: any Store
    let catalogue: CurrentCatalogue
    let wall: WallClock
    let now: @Sendable () -> Moment
    /// Teaches, and returns when the model is kept.
    let teach: @Sendable () async throws -> Void
    let logger: Logger

    private static let pause: Duration = .seconds(30)
    /// When few people work.
    private static let hours: Range<Int64> = 2..<5
    /// After an attempt, whatever came of it.
    private static let restMs: Int64 = 6 * 3_600_000
    /// As many orders as are needed to learn from, and one page of them.
    private static let leastOrders = 100

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var last: Moment?
            while !Task.isCancelled {
                do {
                    try await catalogue.load(from: store)
                    if try await isDue(last) {
                        last = now()
                        try await teach()
                        try await catalogue.load(from: store)
                        logger.notice(
                            "a new dispatch model proposes", metadata: ["version": "\(catalogue.newestVersion)"])
                    }
                } catch is CancellationError {
                    return
                } catch {
                    logger.warning("the dispatch model is not the newest", metadata: ["error": "\(error)"])
                }
                try? await Task.sleep(for: Self.pause)
            }
        }
    }

    /// At night, or at once where there is none yet.
    func isDue(_ last: Moment?) async throws -> Bool {
        let now = now()
        if let last, now.milliseconds(since: last) < Self.restMs { return false }
        if let held = catalogue.held {
            let hour = now.milliseconds(since: wall.start(of: wall.day(of: now))) / 3_600_000
            guard Self.hours.contains(hour), now.milliseconds(since: held.taught.at) >= Self.restMs else {
                return false
            }
        }
        var decided = OrderFilter()
        decided.dispatched = true
        let newest = try await store.orders(decided, sort: .newest, page: Page(limit: Self.leastOrders))
        return newest.rows.count == Self.leastOrders
    }
}

/// `hotline dispatch train` beside the server, with the lowest claim to the processor.
package struct TeachingProcess: Sendable {
    private let executable: String
    private let arguments: [String]
    private let environment: [String: String]

    /// A model of the most orders takes a tenth of it.
    private static let longestRun: Duration = .seconds(3600)
    private static let mostSaid = 2_000

    package init(executable: String, dataDirectory: String, database: DatabaseLocation) {
        self.executable = executable
        arguments = ["-n", "19", executable, "dispatch", "train", "--data", dataDirectory]
        var environment = ProcessInfo.processInfo.environment
        // By the environment: others on the machine see a process's arguments.
        if case .postgres(let url) = database {
            environment["HOTLINE_DATABASE"] = url
        } else {
            environment["HOTLINE_DATABASE"] = nil
        }
        self.environment = environment
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    func run() async throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/nice")
        process.arguments = arguments
        process.environment = environment
        // A line or two: a pipe holds it until the process has ended.
        let said = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = said
        let (ended, end) = AsyncStream.makeStream(of: Void.self)
        process.terminationHandler = { _ in end.finish() }
        try process.run()
        let id = process.processIdentifier
        let limit = Task {
            try await Task.sleep(for: Self.longestRun)
            kill(id, SIGTERM)
        }
        await withTaskCancellationHandler {
            for await _ in ended {}
        } onCancel: {
            kill(id, SIGTERM)
        }
        limit.cancel()
        // Where this task was cancelled the stream ends first; the process is told to end, and its end is waited for.
        process.waitUntilExit()
        try Task.checkCancellation()
        guard process.terminationStatus != 0 else { return }
        let text = String(decoding: said.fileHandleForReading.availableData.prefix(Self.mostSaid), as: UTF8.self)
        throw Failure(description: "teaching ended with \(process.terminationStatus): \(text)")
    }
}
