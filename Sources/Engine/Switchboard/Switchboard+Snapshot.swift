import OrderedCollections

/// A snapshot holds what the switchboard knows, in an order of its own; what is made from that is made again.
extension Switchboard: Codable, Equatable {
    private struct Kept: Codable, Equatable {
        var setup: Setup
        var agents: [Agent]
        var calls: [Call]
        var takeovers: [Takeover]
        var emergencies: [LineID]
        var nextNumber: Int
        var last: Moment
        var finishing: [Finishing]
        var recent: RecentCallers
        var lastWaits: [LastWait]

        struct Finishing: Codable, Equatable {
            let agent: AgentID
            let record: CallRecord
        }

        struct LastWait: Codable, Equatable {
            let queue: QueueID
            let ms: Int64
        }
    }

    private var kept: Kept {
        Kept(
            setup: setup, agents: Array(agents.values), calls: callsInOrder, takeovers: takeovers,
            emergencies: emergencies,
            nextNumber: nextNumber, last: last,
            finishing: finishing.sorted { $0.key < $1.key }.map { .init(agent: $0.key, record: $0.value) },
            recent: recent, lastWaits: lastWaitMs.sorted { $0.key < $1.key }.map { .init(queue: $0.key, ms: $0.value) })
    }

    package func encode(to encoder: any Encoder) throws {
        try kept.encode(to: encoder)
    }

    package init(from decoder: any Decoder) throws {
        let kept = try Kept(from: decoder)
        setup = kept.setup
        agents = OrderedDictionary(uniqueKeysWithValues: kept.agents.map { ($0.id, $0) })
        calls = Dictionary(uniqueKeysWithValues: kept.calls.map { ($0.id, $0) })
        takeovers = kept.takeovers
        emergencies = kept.emergencies
        nextNumber = kept.nextNumber
        last = kept.last
        finishing = Dictionary(uniqueKeysWithValues: kept.finishing.map { ($0.agent, $0.record) })
        recent = kept.recent
        lastWaitMs = Dictionary(uniqueKeysWithValues: kept.lastWaits.map { ($0.queue, $0.ms) })
        makeLanes()
        for (place, agent) in agents.values.enumerated() where agent.isFree {
            lanes.setIdle(place, since: agent.idleSince, callsTaken: agent.callsTaken)
        }
    }

    /// What a program of other rules left in its snapshot when it was stopped. Rows of calls keep their form; the rest need not, so
    /// agents sign in again and every call that was under way is ended.
    package struct LeftBehind: Decodable {
        let calls: [LeftCall]

        struct LeftCall: Decodable {
            let record: CallRecord
            let legs: [Call.Leg]
        }

        private enum Key: String, CodingKey { case calls }

        package init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            // Rules 1 wrote names and calls in turn.
            calls =
                try (try? container.decode([LeftCall].self, forKey: .calls))
                ?? container.decode(OrderedDictionary<CallID, LeftCall>.self, forKey: .calls).values.map(\.self)
        }
    }

    package init(leftBy left: LeftBehind) {
        self.init()
        for call in left.calls {
            nextNumber += 1
            calls[call.record.id] = Call(record: call.record, number: nextNumber, phase: .leaving(.full))
            calls[call.record.id]!.legs = call.legs
        }
    }

    package static func == (left: Switchboard, right: Switchboard) -> Bool { left.kept == right.kept }
}
