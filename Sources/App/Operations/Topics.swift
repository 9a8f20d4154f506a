import Engine
import Logging
import Storage

/// Who listens to the event stream, and what each has not been told yet.
///
/// A reader has one slot a topic, holding no value but the mark that there is a newer one; the value is made when the reader
/// is ready to take it. So a slow page skips, and never makes a queue. For orders the slot holds which, and those are
/// bounded too.
package actor Topics {
    let switchboard: SwitchboardService
    let store: any Store
    let now: @Sendable () -> Moment
    let logger: Logger
    let timing: Timing

    var readers: [ReaderID: Reader] = [:]
    /// Who reads at an agent's desk: the switchboard names one with every step, and must not wait for a search.
    var atDesk: [AgentID: Set<ReaderID>] = [:]
    private var nextReader = 1
    /// The journal's position as far as it has been shown.
    var position: Int64 = 0
    private var desks: [AgentID: (state: Desks.State, position: Int64)] = [:]
    var voices: [AgentID: VoiceOffer] = [:]
    /// Whose page has answered an offer and not left since.
    var answered: Set<AgentID> = []
    var leaving: [AgentID: Task<Void, Never>] = [:]
    private var changedOrders: [OrderChange] = []
    var missed: (open: Int, position: Int64)?
    /// Rows that the database does not have yet: as of this position the missed calls, and each agent's day, want counting
    /// again.
    var missedDue: Int64?
    var todayDue: [AgentID: Int64] = [:]
    var isStopping = false

    /// Four windows are more than anyone reads; a fifth closes the oldest.
    private static let mostAPerson = 4
    /// What was measured to run well on two cores; more seats want a second node.
    static let mostReaders = 5000
    /// Orders that changed while a page was away. One that was away longer fetches its lists again.
    private static let mostChangedOrders = 256

    package struct Timing: Sendable {
        /// How long an agent may be without a stream before she counts as gone: a reload takes less.
        package var unreachableAfter: Duration = .seconds(5)
        package var tick: Duration = .seconds(1)
        /// In ticks.
        package var hello = 10
        package var sessionCheck = 60

        package init() {}
    }

    typealias ReaderID = Int

    enum Topic: String, Sendable, CaseIterable {
        case desk, voice, board, orders, missed, hello
    }

    struct VoiceOffer: Sendable {
        let leg: String
        let sdp: String
        let position: Int64
    }

    struct OrderChange: Sendable {
        let id: OrderID
        let version: Int
        let body: BodyID?
        let position: Int64
    }

    struct Reader {
        let id: ReaderID
        let caller: Caller
        let wake: AsyncStream<Void>.Continuation
        var pending: Set<Topic> = []
        var orders: [OrderChange] = []

        func wants(_ topic: Topic) -> Bool {
            switch topic {
            case .desk, .voice: caller.person.agent != nil && caller.may(.desk)
            case .board: caller.may(.board)
            case .orders: caller.may(.readOrders)
            case .missed: caller.may(.handleMissed)
            case .hello: true
            }
        }

        func maySee(_ change: OrderChange) -> Bool {
            guard wants(.orders) else { return false }
            guard caller.person.role == .officer else { return true }
            return change.body != nil && change.body == caller.person.body
        }
    }

    package init(
        switchboard: SwitchboardService, store: any Store, now: @escaping @Sendable () -> Moment, logger: Logger,
        timing: Timing = Timing()
    ) {
        self.switchboard = switchboard
        self.store = store
        self.now = now
        self.logger = logger
        self.timing = timing
    }

    // MARK: Streams

    var isFull: Bool { readers.count >= Self.mostReaders || isStopping }

    /// Adds a reader. Everything is news to one who has heard nothing; after a reconnect only what came later is. A value of
    /// the last position heard is sent again, since several topics share a position.
    func open(for caller: Caller, after last: Int64?) -> (id: ReaderID, wakes: AsyncStream<Void>) {
        let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let own = readers.values.filter { $0.caller.person.id == caller.person.id }.sorted { $0.id < $1.id }
        for oldest in own.dropLast(Self.mostAPerson - 1) { close(oldest.id) }
        var reader = Reader(id: nextReader, caller: caller, wake: wake)
        nextReader += 1
        reader.pending = Set(Topic.allCases.filter { reader.wants($0) && isNews($0, to: caller, after: last) })
        if let last {
            reader.orders = changedOrders.filter { $0.position >= last && reader.maySee($0) }
        }
        readers[reader.id] = reader
        if let agent = caller.person.agent { atDesk[agent, default: []].insert(reader.id) }
        if isStopping { wake.finish() } else { wake.yield() }
        if let agent = caller.person.agent { arrived(agent) }
        return (reader.id, wakes)
    }

    private func isNews(_ topic: Topic, to caller: Caller, after last: Int64?) -> Bool {
        switch topic {
        case .hello, .board: true
        case .desk: last.map { deskPosition(caller.person.agent) >= $0 } ?? true
        case .voice: caller.person.agent.flatMap { voices[$0] } != nil
        case .missed: last.map { (missed?.position ?? position) >= $0 } ?? true
        case .orders: false
        }
    }

    /// What has not changed since the program started is as new as its start, for nobody has heard of it from this run.
    private func deskPosition(_ agent: AgentID?) -> Int64 {
        agent.flatMap { desks[$0]?.position } ?? position
    }

    func close(_ id: ReaderID) {
        guard let reader = readers.removeValue(forKey: id) else { return }
        reader.wake.finish()
        guard let agent = reader.caller.person.agent else { return }
        atDesk[agent]?.remove(id)
        if atDesk[agent]?.isEmpty ?? true {
            atDesk[agent] = nil
            left(agent)
        }
    }

    func closeStreams(ofSession digest: String) {
        for reader in readers.values where reader.caller.session.digest == digest { close(reader.id) }
    }

    // MARK: News

    /// Told by the switchboard of every event, in order. It keeps what is needed and returns.
    func heard(_ entry: Recorder.Entry, _ switchboard: Switchboard) {
        position = entry.position
        for action in entry.actions {
            switch action {
            case .show(let agent):
                desks[agent] = Desks.State(of: agent, in: switchboard).map { ($0, entry.position) }
                mark(.desk, of: agent)
            case .record(let record):
                missedDue = entry.position
                if let agent = record.agent { todayDue[agent] = entry.position }
            default:
                break
            }
        }
    }

    func changed(_ order: WorkOrder) {
        let change = OrderChange(id: order.id, version: order.version, body: order.body, position: position)
        changedOrders.removeAll { $0.id == order.id }
        changedOrders.append(change)
        if changedOrders.count > Self.mostChangedOrders { changedOrders.removeFirst() }
        for (id, reader) in readers where reader.maySee(change) {
            readers[id]?.orders.removeAll { $0.id == order.id }
            readers[id]?.orders.append(change)
            if reader.orders.count >= Self.mostChangedOrders { readers[id]?.orders.removeFirst() }
            reader.wake.yield()
        }
    }

    func missedChanged() async throws {
        missed = (try await store.openMissedCalls(), position)
        mark(.missed)
    }

    func mark(_ topic: Topic) {
        for (id, reader) in readers where reader.wants(topic) { mark(topic, for: id) }
    }

    func mark(_ topic: Topic, of agent: AgentID) {
        for id in atDesk[agent] ?? [] where readers[id]?.wants(topic) == true { mark(topic, for: id) }
    }

    func mark(_ topic: Topic, for id: ReaderID) {
        readers[id]?.pending.insert(topic)
        readers[id]?.wake.yield()
    }

    // MARK: Taking

    struct News: Sendable {
        var topics: Set<Topic>
        var orders: [OrderChange]
        var desk: (state: Desks.State, position: Int64)?
        var voice: VoiceOffer?
        var missed: (open: Int, position: Int64)?
        var position: Int64
    }

    /// What a reader has not been told; nil if it is closed.
    func take(_ id: ReaderID) async throws -> News? {
        if missed == nil, readers[id]?.pending.contains(.missed) == true {
            do {
                missed = (try await store.openMissedCalls(), position)
            } catch let error as StorageError where error.isPassing {
                missedDue = position
            }
        }
        guard let reader = readers[id] else { return nil }
        readers[id]?.pending = []
        readers[id]?.orders = []
        let agent = reader.caller.person.agent
        var desk = agent.flatMap { desks[$0] }
        if desk == nil, let agent, reader.pending.contains(.desk) {
            desk = Desks.State(of: agent, in: await switchboard.switchboard).map { ($0, position) }
        }
        return News(
            topics: reader.pending, orders: reader.orders, desk: desk, voice: agent.flatMap { voices[$0] },
            missed: missed, position: position)
    }
}
