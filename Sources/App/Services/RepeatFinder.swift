import Engine
import Logging
import ServiceLifecycle
import Storage
import Synchronization

/// Knows what recent orders tell, to find those that tell the same as a draft. In memory: it is asked with every
/// pause in an agent's typing, and the search index keeps the newest sixteen thousand orders as text.
package final class RepeatFinder: Service {
    private let index = Mutex(RepeatIndex())
    private let store: any Store
    private let topics: Topics
    private let now: @Sendable () -> Moment
    private let logger: Logger

    private static let together = 100
    /// Between attempts to read what is there, and between looks for what has become too old.
    private static let pause: Duration = .seconds(60)

    init(store: any Store, topics: Topics, now: @escaping @Sendable () -> Moment, logger: Logger) {
        self.store = store
        self.topics = topics
        self.now = now
        self.logger = logger
    }

    package func run() async throws {
        // Before what is there is read, so that nothing falls between.
        await topics.listenToOrders { [self] in take($0) }
        try? await cancelWhenGracefulShutdown { [self] in
            while !(await load()) { try await Task.sleep(for: Self.pause) }
            while true {
                try await Task.sleep(for: Self.pause * 60)
                index.withLock { $0.removeAll(createdBefore: RepeatIndex.oldest(at: now())) }
            }
        }
    }

    /// Takes in the orders of the last weeks, from the newest; false if the database did not give them all.
    private func load() async -> Bool {
        do {
            var recent = OrderFilter()
            recent.createdFrom = RepeatIndex.oldest(at: now())
            var cursor: String?
            var read = 0
            repeat {
                let page = try await store.orders(
                    recent, sort: .newest, page: Page(cursor: cursor, limit: Self.together))
                for order in page.rows { take(order) }
                read += page.rows.count
                cursor = page.next
            } while cursor != nil && read < RepeatIndex.mostOrders && !Task.isCancelled
            return true
        } catch {
            logger.warning("repeats are not looked for among older orders yet", metadata: ["error": "\(error)"])
            return false
        }
    }

    /// An order that is new or has changed.
    func take(_ order: WorkOrder) {
        guard order.isMatter else { return index.withLock { $0.remove(order.id) } }
        let told = RepeatIndex.Told(order.fields)
        index.withLock { $0.put(order.id, told, createdAt: order.createdAt) }
    }

    func like(_ told: RepeatIndex.Told, at now: Moment, limit: Int, except own: OrderID?) -> [RepeatIndex.Likeness] {
        index.withLock { $0.like(told, at: now, limit: limit, except: own) }
    }
}

extension RepeatIndex.Told {
    init(_ fields: WorkOrder.Fields) { self.init(title: fields.title, what: fields.what, place: fields.place) }
}

extension WorkOrder {
    /// Others may be merged into it or linked with it: it has left the draft, stands by itself, and has its words.
    var isMatter: Bool {
        switch state {
        case .draft, .merged, .discarded, .withdrawn: false
        case .dispatched, .signed, .disputed, .returned, .answered, .closed, .reviewing, .followedUp, .archived:
            removedAt == nil
        }
    }
}
