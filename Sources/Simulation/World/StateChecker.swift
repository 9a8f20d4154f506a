import Engine

/// That calls, agents and queues agree with each other, and that no agent is idle while somebody waits whom she may serve.
enum StateChecker {
    static func wrong(in board: Switchboard) -> String? {
        var holders: [CallID: [AgentID]] = [:]
        for agent in board.agents.values {
            switch agent.state {
            case .offered(_, let call), .onCall(let call): holders[call, default: []].append(agent.id)
            case .offline, .ready, .wrapUp, .onBreak: break
            }
        }
        for (call, agents) in holders where board.calls[call]?.agent != agents.first || agents.count > 1 {
            return "\(agents) hold \(call), which is with \(board.calls[call]?.agent.map(\.text) ?? "nobody")"
        }
        for call in board.calls.values {
            if let agent = call.agent, holders[call.id] != [agent] {
                return "\(call.id) is with \(agent), who does not know"
            }
        }
        return wrongQueues(board) ?? idleThoughWanted(board)
    }

    private static func wrongQueues(_ board: Switchboard) -> String? {
        var waiting: [CallID] = []
        for queue in board.setup.queues {
            let calls = board.waiting(in: queue.id)
            waiting += calls
            let counted = board.calls.values.count { call in
                guard call.callback == nil, call.record.direction == .inbound else { return false }
                let home = call.route?.queue ?? board.setup.lines.first { $0.id == call.record.line }?.queue
                return home == queue.id && [.greeting, .waiting].contains(call.phase)
            }
            if counted > queue.capacity + 50 { return "queue \(queue.id) holds \(counted), more than it may" }
        }
        let should = board.calls.values.filter { $0.phase == .waiting }.map(\.id).sorted()
        return waiting.sorted() == should ? nil : "the queues hold \(waiting) and \(should) wait"
    }

    private static func idleThoughWanted(_ board: Switchboard) -> String? {
        let free = board.agents.values.filter { $0.state == .ready && $0.reachable }
        guard !free.isEmpty else { return nil }
        for call in board.calls.values where call.phase == .waiting {
            guard let route = call.route else { return "\(call.id) waits nowhere" }
            for agent in free where mayServe(agent, route) { return "\(agent.id) is idle and \(call.id) waits" }
        }
        return nil
    }

    private static func mayServe(_ agent: Agent, _ route: Route) -> Bool {
        if let reserved = route.reserved { return reserved == agent.id }
        for need in route.requires
        where !agent.profile.skills.contains(where: { $0.id == need.id && $0.level >= need.level }) {
            return false
        }
        return agent.profile.queues.contains { route.queues.contains($0.queue) }
    }
}
