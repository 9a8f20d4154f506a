import Logging
import ServiceLifecycle
import Storage

/// Puts new orders into the search index, behind their writers.
struct SearchIndexer: Service {
    let store: any Store
    let logger: Logger

    private static let pause: Duration = .seconds(1)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    while try await store.indexOrders(), !Task.isCancelled {}
                } catch is CancellationError {
                    return
                } catch {
                    // They stay where they are gone through and are indexed when the database is back.
                    logger.warning("orders were not indexed", metadata: ["error": "\(error)"])
                }
                try? await Task.sleep(for: Self.pause)
            }
        }
    }
}
