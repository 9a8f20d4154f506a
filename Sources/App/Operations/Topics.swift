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
    /// Whose page shows an order.
    var viewers: [OrderID: Set<ReaderID>] = [:]
    private var nextReader = 1
    /// The journal's position as far as it has been shown.
    var position: Int64 = 0
    /// Where in the journal each desk last changed.
    private var desks: [AgentID: Int64] = [:]
    var voices: [AgentID: VoiceOffer] = [:]
    /// Whose page has answered an offer and not left since.
    var answered: Set<AgentID> = []
    var leaving: [AgentID: Task<Void, Never>] = [:]
    /// Told of each order that is new or has changed, at once.
    var orderListener: (@Sendable (WorkOrder) -> Void)?
    /// The newest changes, and how many there were before the first of them.
    var changedOrders: [OrderChange] = []
    var changesBefore = 0
    var tellingOrders: Task<Void, Never>?
    var hasMoreOrders = false
    var missed: (open: Int, position: Int64)?
    var alerts: [AlertNote] = []
    /// As far as it was looked whether promises were kept.
    var promisesSeen: Moment?
    /// Rows that the database does not have yet: as of this position the missed calls, and each agent's day, want counting
    /// again.
    var missedDue: Int64?
    var todayDue: [AgentID: Int64] = [:]
    /// Whose day can be counted now; so many at a time, for each is a search.
    var countedDays: [AgentID] = []
    var countedAPart = 0
    var isStopping = false

    /// Four windows are more than anyone reads; a fifth closes the oldest.
    private static let mostAPerson = 4
    /// What was measured to run well on two cores; more seats want a second node.
    static let mostReaders = 5000
    package struct Timing: Sendable {
        /// How long an agent may be without a stream before she counts as gone: a reload takes less.
        package var unreachableAfter: Duration = .seconds(5)
        package var tick: Duration = .seconds(1)
        /// Pages are told of changed orders no more often than this.
        package var orders: Duration = .milliseconds(500)
        /// In ticks.
        package var hello = 10
        package var sessionCheck = 60
        package var promises = 5

        package init() {}
    }

    typealias ReaderID = Int

    enum Topic: String, Sendable, CaseIterable {
        case desk, voice, board, orders, missed, alerts, viewing, hello
    }

    struct VoiceOffer: Sendable {
        let leg: String
        let sdp: String
        let position: Int64
    }

    struct OrderChange: Sendable {
        let id: OrderID
        let version: Int
        let bodies: [BodyID]
        let position: Int64
    }

    struct Reader {
        let id: ReaderID
        let caller: Caller
        let wake: AsyncStream<Void>.Continuation
        /// What she may hear of.
        let topics: Set<Topic>
        var pending: Set<Topic> = []
        /// Her day has new figures.
        var countsToday = true
        /// How many changes of orders have been made as far as she has heard.
        var ordersTold = 0
        /// The order its page shows.
        var viewing: Viewing?

        init(id: ReaderID, caller: Caller, wake: AsyncStream<Void>.Continuation) {
            self.id = id
            self.caller = caller
            self.wake = wake
            topics = Set(Topic.allCases.filter { Self.may(caller, $0) })
        }

        func wants(_ topic: Topic) -> Bool { topics.contains(topic) }

        private static func may(_ caller: Caller, _ topic: Topic) -> Bool {
            switch topic {
            case .desk, .voice: caller.person.agent != nil && caller.may(.desk)
            case .board: caller.may(.board)
            case .orders, .viewing: caller.may(.readOrders)
            case .missed: caller.may(.handleMissed)
            case .alerts: caller.may(.routing)
            case .hello: true
            }
        }

        func maySee(_ change: OrderChange) -> Bool {
            guard wants(.orders) else { return false }
            guard caller.person.role == .officer else { return true }
            return caller.person.body.map(change.bodies.contains) ?? false
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
        reader.ordersTold = ordersTold(upTo: last)
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
        case .alerts: alerts.last.map { $0.position >= last ?? 0 } ?? false
        case .orders, .viewing: false
        }
    }

    /// What has not changed since the program started is as new as its start, for nobody has heard of it from this run.
    private func deskPosition(_ agent: AgentID?) -> Int64 {
        agent.flatMap { desks[$0] } ?? position
    }

    func close(_ id: ReaderID) {
        guard let reader = readers.removeValue(forKey: id) else { return }
        reader.wake.finish()
        endViewing(reader)
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
    func heard(_ entry: Recorder.Entry) {
        position = entry.position
        for action in entry.actions {
            switch action {
            case .show(let agent):
                desks[agent] = entry.position
                mark(.desk, of: agent)
            case .record(let record):
                missedDue = entry.position
                if let agent = record.agent { todayDue[agent] = entry.position }
            case .alert(let alert):
                note(alert, entry)
            default:
                break
            }
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
        var alerts: [AlertNote]
        var position: Int64
        /// Of the order its page shows, who else has it open.
        var viewing: (order: OrderID, others: [Viewer])?
        var countsToday = false
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
        readers[id]?.ordersTold = changesBefore + changedOrders.count
        let orders = orders(for: reader)
        let agent = reader.caller.person.agent
        var news = News(
            topics: reader.pending, orders: orders, voice: agent.flatMap { voices[$0] }, missed: missed,
            alerts: alerts, position: position)
        if let shown = reader.viewing, reader.pending.contains(.viewing) {
            news.viewing = (shown.order, othersViewing(with: reader))
        }
        if let agent, reader.pending.contains(.desk) {
            readers[id]?.countsToday = false
            news.countsToday = reader.countsToday
            // Looked at after its place in the journal, so that it is never older than it says.
            let position = deskPosition(agent)
            news.desk = await switchboard.read { Desks.State(of: agent, in: $0) }.map { ($0, position) }
        }
        return news
    }
}
