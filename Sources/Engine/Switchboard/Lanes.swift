/// Who waits for whom. A lane holds the callers whom the same agents may serve, and those of them who are idle.
///
/// Never has a lane both: whenever a caller comes to wait or an agent becomes idle the two are brought together at once. So an
/// agent who becomes idle looks at the first caller of each of her lanes, a caller who comes at the first agent of his, and no
/// step goes through all who wait or all who are idle. Derived from setup, agents and calls, and made anew from them.
struct Lanes: Sendable {
    private var lanes: [Lane] = []
    private var known: [Key: Int] = [:]
    /// All who came to a queue, whatever their lanes.
    private var came: [QueueID: RankedList<Waiting>] = [:]
    /// The lanes each agent serves, by her place in the setup; and since when she is idle, if she is.
    private var served: [[Served]]
    private var idle: [IdleAgent?]
    private let agents: [AgentProfile]
    private let queues: [QueueID: Queue]
    private let preferenceStepMs: Int64

    /// Callers that differ in none of these may be served by the same agents.
    enum Key: Hashable, Sendable {
        /// The queue he came to, then those he has flowed over to; and what he needs.
        case queues([QueueID], requires: [Skill])
        /// He waits for her alone, for a time.
        case agent(AgentID)
    }

    /// A caller who waits, before those who are served after him.
    struct Waiting: Comparable, Sendable {
        let rank: Rank
        let call: CallID

        static func == (left: Self, right: Self) -> Bool { left.rank == right.rank }
        static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
    }

    private struct IdleAgent: Sendable {
        let since: Moment
        let callsTaken: Int
    }

    private struct Idle: Comparable, Sendable {
        /// How little she prefers the queue, then what the queue's strategy looks at, then her place in the setup.
        let preference: Int
        let strategy: Int64
        let agent: Int

        static func < (left: Self, right: Self) -> Bool {
            (left.preference, left.strategy, left.agent) < (right.preference, right.strategy, right.agent)
        }
    }

    private struct Served: Sendable {
        let lane: Int
        let preference: Int
        /// The less, the better she is at what is needed.
        let skill: Int64
    }

    private struct Lane: Sendable {
        let key: Key
        let strategy: Queue.Strategy
        var waiting = RankedList<Waiting>()
        var idle = RankedList<Idle>()
        /// Who serves it, reachable or not.
        var servers: [Int] = []
    }

    init(_ setup: Setup, agents: [AgentProfile]) {
        self.agents = agents
        queues = Dictionary(setup.queues.map { ($0.id, $0) }) { first, _ in first }
        preferenceStepMs = Int64(setup.preferenceStepSeconds) * 1000
        served = Array(repeating: [], count: agents.count)
        idle = Array(repeating: nil, count: agents.count)
    }

    // MARK: Callers

    mutating func wait(_ caller: Waiting, in key: Key, of queue: QueueID) {
        lanes[lane(key)].waiting.insert(caller)
        came[queue, default: RankedList()].insert(caller)
    }

    mutating func leave(_ caller: Waiting, in key: Key, of queue: QueueID) {
        lanes[lane(key)].waiting.remove(caller)
        came[queue]!.remove(caller)
    }

    /// Who is to be served next by an agent: of her lanes' first callers the one before all others, those whom she prefers less
    /// put back by that. Whoever waits for her alone comes first.
    func nextCall(for agent: Int) -> CallID? {
        var next: (call: CallID, rank: Rank)?
        for served in served[agent] {
            guard let first = lanes[served.lane].waiting.first else { continue }
            if case .agent = lanes[served.lane].key { return first.call }
            let rank = first.rank.later(milliseconds: Int64(served.preference) * preferenceStepMs)
            if next.map({ rank < $0.rank }) ?? true { next = (first.call, rank) }
        }
        return next?.call
    }

    /// Those who came to a queue, next first.
    func waiting(in queue: QueueID) -> [CallID] { came[queue]?.values.map(\.call) ?? [] }
    func waitingCount(in queue: QueueID) -> Int { came[queue]?.count ?? 0 }
    func head(of queue: QueueID) -> CallID? { came[queue]?.first?.call }
    func countBefore(_ caller: Waiting, in queue: QueueID) -> Int { came[queue]?.countBefore(caller) ?? 0 }

    // MARK: Agents

    mutating func setIdle(_ agent: Int, since: Moment, callsTaken: Int) {
        guard idle[agent] == nil else { return }
        let state = IdleAgent(since: since, callsTaken: callsTaken)
        idle[agent] = state
        for served in served[agent] { lanes[served.lane].idle.insert(entry(agent, served, state)) }
    }

    mutating func setBusy(_ agent: Int) {
        guard let state = idle[agent] else { return }
        idle[agent] = nil
        for served in served[agent] { lanes[served.lane].idle.remove(entry(agent, served, state)) }
    }

    /// The agent who goes first of those idle who may serve a caller.
    mutating func nextAgent(for key: Key) -> Int? { lanes[lane(key)].idle.first?.agent }

    /// Who may serve such callers at all, idle or not.
    mutating func servers(of key: Key) -> [Int] { lanes[lane(key)].servers }

    private func entry(_ agent: Int, _ served: Served, _ state: IdleAgent) -> Idle {
        let strategy: Int64 =
            switch lanes[served.lane].strategy {
            case .longestIdle: state.since.milliseconds
            case .fewestCalls: Int64(state.callsTaken)
            case .mostSkilled: served.skill
            case .fixedOrder: 0
            }
        return Idle(preference: served.preference, strategy: strategy, agent: agent)
    }

    // MARK: Lanes

    /// Made when a first caller of its kind comes; there are as many as rules, lines and overflows can combine.
    private mutating func lane(_ key: Key) -> Int {
        if let lane = known[key] { return lane }
        let number = lanes.count
        lanes.append(Lane(key: key, strategy: strategy(of: key)))
        known[key] = number
        for (agent, profile) in agents.enumerated() {
            guard let preference = profile.preference(for: key) else { continue }
            let part = Served(lane: number, preference: preference, skill: -profile.skill(for: key))
            lanes[number].servers.append(agent)
            served[agent].append(part)
            if let state = idle[agent] { lanes[number].idle.insert(entry(agent, part, state)) }
        }
        return number
    }

    private func strategy(of key: Key) -> Queue.Strategy {
        guard case .queues(let queues, _) = key, let queue = self.queues[queues[0]] else { return .longestIdle }
        return queue.strategy
    }
}

/// A caller's place among all: the time since which he counts as waiting, then the order of coming.
struct Rank: Comparable, Hashable, Sendable, Codable {
    /// When he came to wait, earlier by what his priority is worth.
    let since: Int64
    let number: Int

    func later(milliseconds: Int64) -> Rank { Rank(since: since + milliseconds, number: number) }

    static func < (left: Self, right: Self) -> Bool {
        left.since == right.since ? left.number < right.number : left.since < right.since
    }
}

extension AgentProfile {
    /// How little she prefers callers of a lane, 0 most; nil if she may not serve them.
    func preference(for key: Lanes.Key) -> Int? {
        switch key {
        case .agent(let agent): return agent == id ? 0 : nil
        case .queues(let queues, let requires):
            guard skills.cover(requires) else { return nil }
            return self.queues.lazy.filter { queues.contains($0.queue) }.map(\.preference).min()
        }
    }

    /// The sum of her levels in what a lane's callers need.
    func skill(for key: Lanes.Key) -> Int64 {
        guard case .queues(_, let requires) = key else { return 0 }
        return requires.reduce(0) { sum, need in sum + Int64(skills.first { $0.id == need.id }?.level ?? 0) }
    }
}
