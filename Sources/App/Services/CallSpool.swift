import Engine
import Foundation
import Logging
import ServiceLifecycle
import Storage

/// Calls that came while the journal could not be written, in a file until it can: then each is a missed call like any other, with
/// whoever takes it on and what she promises.
///
/// A call is told to the switchboard again if we were killed before the file was emptied. Its row is told by its id, so it is
/// missed once.
package actor CallSpool: Service {
    private struct Entry: Codable {
        let call: CallID
        let line: LineID
        let number: String
        let at: Moment
    }

    private var file: SpoolFile
    private var waiting: [Entry]
    private let store: any Store
    private let switchboard: SwitchboardService
    private let now: @Sendable () -> Moment
    private let logger: Logger

    private var wasAvailable = false

    /// An outage of hours at a busy hotline. Whoever calls after that hears the message and is not noted.
    private static let most = 4000
    private static let capacity = most * 256
    private static let pause: Duration = .seconds(1)

    package init(
        dataDirectory: String, store: any Store, switchboard: SwitchboardService,
        now: @escaping @Sendable () -> Moment, logger: Logger
    ) throws {
        file = try SpoolFile(dataDirectory + "/calls.spool", capacity: Self.capacity)
        // What does not read was not written whole; nothing after it was.
        waiting = try file.lines().compactMap { try? JSONDecoder().decode(Entry.self, from: $0) }
        self.store = store
        self.switchboard = switchboard
        self.now = now
        self.logger = logger
    }

    package func note(_ call: CallID, _ line: LineID, _ number: String) {
        guard waiting.count < Self.most else {
            return logger.error("too many calls were turned away to note one more", metadata: ["call": "\(call)"])
        }
        let entry = Entry(call: call, line: line, number: number, at: now())
        waiting.append(entry)
        do {
            try file.append(try JSONEncoder().encode(entry))
        } catch {
            logger.error(
                "a call that was turned away is not on the disk", metadata: ["call": "\(call)", "error": "\(error)"])
        }
    }

    package func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try await Task.sleep(for: Self.pause)
                await self.handOver()
            }
        }
    }

    private func handOver() async {
        let isAvailable = await switchboard.isJournalAvailable
        defer { wasAvailable = isAvailable }
        // What the journal was behind with has rows by the next time; a call among it says more of itself than we can.
        guard !waiting.isEmpty, isAvailable, wasAvailable else { return }
        let batch = waiting
        do {
            for entry in batch where try await store.call(entry.call) == nil {
                try await switchboard.ask(
                    .turnedAway(entry.call, line: entry.line, number: entry.number, at: entry.at))
            }
            waiting.removeFirst(batch.count)
            if waiting.isEmpty { try file.clear() }
            logger.notice("calls that were turned away are missed calls now", metadata: ["count": "\(batch.count)"])
        } catch {
            logger.warning("calls that were turned away wait in their file", metadata: ["error": "\(error)"])
        }
    }
}
