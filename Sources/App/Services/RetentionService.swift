import Engine
import Logging
import ServiceLifecycle
import Storage

/// Removes once a day what the centre's rules keep no longer.
struct RetentionService: Service {
    let store: any Store
    let keeper: RecordingKeeper
    let wall: WallClock
    let now: @Sendable () -> Moment
    let logger: Logger

    private static let pause: Duration = .seconds(60)
    /// When few people work.
    private static let hour: Int64 = 3

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var day: LocalDay?
            while !Task.isCancelled {
                let today = wall.day(of: now().adding(seconds: -Self.hour * 3600))
                if day != today, await remove() { day = today }
                try? await Task.sleep(for: Self.pause)
            }
        }
    }

    private func remove() async -> Bool {
        do {
            let policy = RetentionPolicy(try await store.centre()?.retention ?? [])
            let orders = try await store.removeExpiredOrders(policy, dryRun: false, by: .program, at: now())
            let recordings = try await store.removeExpiredRecordings(policy, dryRun: false, by: .program, at: now())
            let files = try await keeper.sweep()
            if orders + recordings + files > 0 {
                logger.notice(
                    "what was kept long enough is removed",
                    metadata: ["orders": "\(orders)", "recordings": "\(recordings)", "files": "\(files)"])
            }
            return true
        } catch is CancellationError {
            return false
        } catch {
            // What is removed is removed; the rest a minute later.
            logger.warning("not all that was kept long enough is removed", metadata: ["error": "\(error)"])
            return false
        }
    }
}
