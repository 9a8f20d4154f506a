import Engine
import Logging
import ServiceLifecycle
import Storage

/// Keeps the rows of calls beside the journal: applies what the switchboard records, in order, and notes how far it has come,
/// so that after a crash the rest is applied once.
package actor CallProjector: Service {
    private let store: any Store
    private let logger: Logger
    private let incoming: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation
    private var pending: [CallRecord] = []
    private var position: Int64 = 0

    private static let retryDelay: Duration = .milliseconds(200)
    /// Rows are the journal's shadow: a moment's worth of them is one transaction and one flush, and of a call that moved on
    /// meanwhile only the newest is written. No page looks sooner.
    private static let gathering: Duration = .milliseconds(100)

    package init(store: any Store, logger: Logger) {
        self.store = store
        self.logger = logger
        // One wake-up is as good as ten: what is pending is taken whole.
        (incoming, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Applies what the journal holds beyond the rows. Done before anything else runs.
    package func catchUp(with journal: any Journal) async throws {
        position = try await store.callsPosition()
        while true {
            let entries = try await journal.entries(after: position, limit: 1000)
            guard let last = entries.last else { return }
            try await store.apply(entries.flatMap(\.actions).compactMap(\.record), upTo: last.position)
            position = last.position
        }
    }

    /// Takes note of an entry of the journal. While the database is away the newest row of each call waits here, so what
    /// waits is bounded by the calls there are.
    package func take(_ entry: Recorder.Entry) {
        let records = entry.actions.compactMap(\.record)
        position = entry.position
        guard !records.isEmpty else { return }
        pending += records
        wake.yield()
    }

    package func run() async throws {
        await withGracefulShutdownHandler {
            for await _ in incoming {
                try? await Task.sleep(for: Self.gathering)
                await applyPending()
            }
        } onGracefulShutdown: {
            self.wake.finish()
        }
        await applyPending()
    }

    private func applyPending() async {
        while !pending.isEmpty {
            let batch = newest(pending)
            let upTo = position
            pending = []
            do {
                try await store.apply(batch, upTo: upTo)
            } catch {
                logger.error("rows of calls cannot be written; trying again", metadata: ["error": "\(error)"])
                pending = newest(batch + pending)
                try? await Task.sleep(for: Self.retryDelay)
                if Task.isCancelled { return }
            }
        }
    }

    /// The last row of each call, in the order in which the calls last changed.
    private func newest(_ records: [CallRecord]) -> [CallRecord] {
        var seen: Set<CallID> = []
        return records.reversed().filter { seen.insert($0.id).inserted }.reversed()
    }
}

extension Action {
    /// The row this action asks to write.
    package var record: CallRecord? {
        if case .record(let record) = self { record } else { nil }
    }
}
