extension Switchboard {
    /// What is true now: the numbers on the hall's screen.
    package struct Board: Sendable, Equatable {
        package var online = 0
        package var ready = 0
        package var onCall = 0
        package var wrapUp = 0
        package var onBreak = 0
        package var lines: [Waiting] = []

        package struct Waiting: Sendable, Equatable {
            package let line: LineID
            package var waiting = 0
            /// When the one who has waited longest was queued.
            package var since: Moment?
        }
    }

    /// Who was promised to be called back, in the order of coming; and each one's place among all who wait where he does.
    package var callbacksInOrder: [(call: Call, place: Int?)] {
        callsInOrder.filter { $0.callback != nil }.map { call in
            guard call.phase == .waiting, let route = call.route else { return (call, nil) }
            return (call, lanes.countBefore(call.waiting!, in: route.queue) + 1)
        }
    }

    /// Who would be left behind if a queue went: whoever waits or talks by way of it, for he waits there again should he lose his
    /// agent; those to be called back; and commands that send callers there.
    package func users(of queue: QueueID) -> (callers: Int, callbacks: Int, takeovers: Int) {
        let here = calls.values.filter { $0.route?.queues.contains(queue) == true }
        return (
            here.count { $0.callback == nil }, here.count { $0.callback != nil },
            takeovers.count { $0.queue == queue && $0.endedAt == nil }
        )
    }

    /// Agents who are on a break of this kind, or will be after their calls.
    package func takers(of kind: BreakID) -> [AgentID] {
        agents.values.filter { agent in
            switch agent.state {
            case .onBreak(.asked(let pause)): pause == kind
            case .onCall: agent.afterCall == .onBreak && agent.afterCallPause == kind
            case .offline, .ready, .offered, .wrapUp, .onBreak: false
            }
        }.map(\.id)
    }

    package var board: Board {
        var board = Board()
        for agent in agents.values where agent.isSignedIn {
            board.online += 1
            switch agent.state {
            case .offline: break
            case .ready, .offered: board.ready += 1
            case .onCall: board.onCall += 1
            case .wrapUp: board.wrapUp += 1
            case .onBreak: board.onBreak += 1
            }
        }
        board.lines = setup.lines.map { Board.Waiting(line: $0.id) }
        let places = Dictionary(setup.lines.enumerated().map { ($1.id, $0) }) { first, _ in first }
        for call in calls.values {
            guard let index = places[call.record.line] else { continue }
            switch call.phase {
            case .waiting, .offered:
                board.lines[index].waiting += 1
                if let queued = call.record.queuedAt {
                    board.lines[index].since = min(board.lines[index].since ?? queued, queued)
                }
            case .greeting, .resting, .leaving, .connecting, .dialling, .talking: break
            }
        }
        return board
    }
}
