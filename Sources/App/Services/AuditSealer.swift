import Engine
import Logging
import ServiceLifecycle
import Storage

/// Seals the audit's new rows each second, and signs where the chain stands once a day.
struct AuditSealer: Service {
    let store: any Store
    let anchors: AuditAnchors
    let wall: WallClock
    let now: @Sendable () -> Moment
    let logger: Logger

    /// One seal each: more rows than it holds wait for the next. Whoever has a backlog of millions needs the processors
    /// meanwhile, and must stop when told to.
    private static let pause: Duration = .seconds(1)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var day: String?
            while !Task.isCancelled {
                await seal()
                let today = "\(wall.day(of: now()))"
                if day != today, await anchor(today) { day = today }
                try? await Task.sleep(for: Self.pause)
            }
        }
        // What was written while we stopped; by a task of its own, for this one may be cancelled.
        await Task { await seal() }.value
    }

    private func seal() async {
        do {
            try await store.sealAudit(at: now())
        } catch is CancellationError {
            // The rows are sealed as the last thing we do.
        } catch {
            // The rows stand and are sealed when the database is back.
            logger.warning("the audit was not sealed", metadata: ["error": "\(error)"])
        }
    }

    private func anchor(_ today: String) async -> Bool {
        do {
            guard let seal = try await store.newestAuditSeal() else { return false }
            try anchors.add(seal, day: today)
            return true
        } catch is CancellationError {
            // We are stopping; the day is anchored by the next start.
            return false
        } catch {
            logger.error("the audit was not anchored", metadata: ["error": "\(error)"])
            return false
        }
    }
}
