import Engine
import Logging
import ServiceLifecycle
import Storage

/// Looks up who is calling while he hears the greeting: whether he has an open order, and which agent took it. Only where a rule asks
/// for it; a caller who is not found in time is served as one who is not known.
actor CallerFinder: Service {
    private let store: any Store
    private let logger: Logger
    private let tell: @Sendable (Event) -> Void
    private let callers: AsyncStream<Caller>
    private let end: AsyncStream<Caller>.Continuation
    private var isAsked = false

    private struct Caller: Sendable {
        let call: CallID
        let number: String
    }

    /// Of more who come at once the newest are looked up: the others' greetings are over.
    private static let mostWaiting = 500
    /// An open order is among his newest, or it is not what he calls about.
    private static let mostOrders = 20

    init(store: any Store, logger: Logger, tell: @escaping @Sendable (Event) -> Void) {
        self.store = store
        self.logger = logger
        self.tell = tell
        (callers, end) = AsyncStream.makeStream(of: Caller.self, bufferingPolicy: .bufferingNewest(Self.mostWaiting))
    }

    /// Takes note of an entry of the journal.
    func take(_ entry: Recorder.Entry) {
        switch entry.event {
        case .configured(let setup): isAsked = setup.rules.contains { $0.when.hasOpenOrder != nil }
        case .arrived(let call, _, let number) where isAsked && !number.isEmpty:
            end.yield(Caller(call: call, number: number))
        default: break
        }
    }

    func run() async throws {
        await withGracefulShutdownHandler {
            for await caller in callers { await find(caller) }
        } onGracefulShutdown: {
            self.end.finish()
        }
    }

    private func find(_ caller: Caller) async {
        do {
            let orders = try await store.orders(ofCitizen: caller.number, limit: Self.mostOrders)
            guard let open = orders.first(where: \.isOpen) else { return }
            guard let agent = try await store.people().first(where: { $0.id == open.takenBy })?.agent else { return }
            tell(.callerKnown(caller.call, CallerFacts(orderAgent: agent)))
        } catch {
            logger.warning("a caller was not looked up", metadata: ["call": "\(caller.call)", "error": "\(error)"])
        }
    }
}

extension WorkOrder {
    /// The citizen still waits for what was promised.
    var isOpen: Bool {
        switch state {
        case .dispatched, .signed, .disputed, .returned, .answered: true
        case .draft, .closed, .reviewing, .followedUp, .archived, .merged, .discarded, .withdrawn: false
        }
    }
}
