import Testing

@testable import Engine

/// Every order of everything that can happen in a small hall, and after each event the promises that must never break.
struct SmallWorldTests {
    /// Two agents, three callers; at each step one of the things that could happen next, chosen by a seeded generator.
    @Test(arguments: 0..<400)
    func promisesHoldAfterEveryEvent(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        var hall = try SwitchboardTests.Hall(
            agents: ["1", "2"], device: seed % 2 == 0 ? .browser : .phone(uri: "sip:x@h"))
        var arrived = 0
        var story: [Event] = []
        for _ in 0..<60 {
            let choices = possibleEvents(hall.board, arrived: arrived)
            let event = choices[Int(random.next() % UInt64(choices.count))]
            if case .arrived = event { arrived += 1 }
            story.append(event)
            _ = try? hall.tell(event)
            try check(hall.board, story)
        }
        // Then nothing new comes, everybody is there and answers: every caller is served and every agent is free.
        for agent in ["1", "2"] as [AgentID] {
            try hall.tell(.reachable(agent))
            try hall.tell(.signedIn(agent, site: "hall"))
        }
        for _ in 0..<100 {
            for call in hall.board.callsInOrder {
                switch call.phase {
                case .greeting: try hall.tell(.greeted(call.id))
                case .waiting, .resting, .leaving: break
                case .offered(let offer): try hall.tell(.accepted(offer.id, offer.agent))
                case .connecting, .dialling: try hall.tell(.connected(call.id))
                case .talking(let agent): try hall.tell(.hangUpAsked(agent))
                }
            }
            for agent in hall.board.agents.values where agent.call == nil {
                _ = try? hall.tell(.asked(agent.id, .ready))
            }
        }
        #expect(hall.board.calls.isEmpty, "stuck: \(hall.board.calls) after \(story)")
        #expect(hall.board.agents.values.allSatisfy { $0.state == .ready }, "after \(story)")
        for number in 0..<arrived {
            #expect(hall.record(CallID("c\(number)"))?.endReason != nil, "c\(number) has no end after \(story)")
        }
    }

    private func possibleEvents(_ board: Switchboard, arrived: Int) -> [Event] {
        var events: [Event] = []
        if arrived < 3 { events += [.arrived(CallID("c\(arrived)"), line: "L", number: "1380000000\(arrived)")] }
        for call in board.callsInOrder {
            events.append(.hungUp(call.id, .citizen, .callerHungUp))
            switch call.phase {
            case .greeting: events += [.greeted(call.id)]
            case .waiting, .resting, .leaving: break
            case .offered(let offer):
                events += [
                    .accepted(offer.id, offer.agent), .timerFired(.offer(offer.id)),
                    .offerFailed(offer.id, .unreachable),
                ]
            case .connecting, .dialling: events += [.connected(call.id), .connectFailed(call.id, .mediaFailed)]
            case .talking(let agent):
                events += [
                    .hungUp(call.id, .agent, .agentHungUp), .hungUp(call.id, .agent, .vanished),
                    .holdAsked(agent, on: !call.held), .hangUpAsked(agent),
                ]
            }
        }
        for agent in board.agents.values {
            events += [
                .asked(agent.id, .ready), .asked(agent.id, .onBreak), .unreachable(agent.id), .reachable(agent.id),
                .timerFired(.lost(agent.id)), .signedOut(agent.id), .signedIn(agent.id, site: "home"),
                .placed(
                    CallID("p\(board.nextNumber)-\(agent.id)"), agent.id, line: "L", number: "13900000000",
                    .init(kind: .order, reference: "o")),
            ]
            if case .placed(let id, _, _, _, _) = events.last, board.calls[id] != nil { events.removeLast() }
            if case .wrapUp(let call) = agent.state { events.append(.timerFired(.wrapUp(agent.id, call))) }
            if !agent.reachable { events.append(.timerFired(.gone(agent.id))) }
        }
        return events
    }

    /// Slow and obvious: what must be so whatever happened.
    private func check(_ board: Switchboard, _ story: [Event]) throws {
        for call in board.callsInOrder {
            let waits = board.waiting(in: "Q").filter { $0 == call.id }.count
            #expect(waits == (call.phase == .waiting ? 1 : 0), "\(call.id) after \(story)")
            if let agent = call.agent {
                var holders: [AgentID] = []
                for holder in board.agents.values {
                    if holder.state == .onCall(call.id) { holders.append(holder.id) }
                    if case .offered(_, call.id) = holder.state { holders.append(holder.id) }
                }
                #expect(holders == [agent], "\(call.id) after \(story)")
            }
        }
        for agent in board.agents.values {
            if let call = agent.call { #expect(board.calls[call]?.agent == agent.id, "\(agent.id) after \(story)") }
        }
        let positions = board.waiting(in: "Q").map { board.calls[$0]!.route!.rank }
        #expect(positions == positions.sorted(), "out of order after \(story)")
        let free = board.agents.values.contains { $0.state == .ready && $0.reachable }
        #expect(!(free && !board.waiting(in: "Q").isEmpty), "someone waits while an agent is idle, after \(story)")
    }
}

/// A small generator whose numbers are the same everywhere (Steele, Lea, Flood, "Fast Splittable Pseudorandom Number
/// Generators", 2014).
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
