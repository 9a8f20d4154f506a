import Testing

@testable import Engine

/// The switchboard's rules as a supervisor would tell them.
struct SwitchboardTests {
    /// One line, one queue, and agents with phones who are ready in the order of their numbers.
    struct Hall {
        var board = Switchboard()
        var now: Int64 = 0
        var log: [Action] = []

        init(agents: [AgentID], device: Device = .phone(uri: "sip:a@127.0.0.1"), wrapUpLimit: Int? = nil) throws {
            try tell(
                .configured(
                    Setup(
                        lines: [Line(id: "L", number: "12345", queue: "Q")],
                        queues: [Queue(id: "Q", wrapUpLimitSeconds: wrapUpLimit, capacity: 10)],
                        agents: agents.map { AgentProfile(id: $0, queues: ["Q"], device: device) })))
            for agent in agents {
                try tell(.signedIn(agent, site: "hall"))
                if device == .browser { try tell(.reachable(agent)) }
                try tell(.asked(agent, .ready))
            }
        }

        @discardableResult
        mutating func tell(_ event: Event, after seconds: Int64 = 1) throws(SwitchboardRefusal) -> [Action] {
            now += seconds * 1000
            let actions = try board.handle(event, at: Moment(milliseconds: now))
            log += actions
            return actions
        }

        mutating func call(_ id: CallID) throws {
            try tell(.arrived(id, line: "L", number: "1380000\(id)"))
            try tell(.greeted(id))
        }

        /// Call, offer, answer, bridge.
        mutating func talk(_ id: CallID, with agent: AgentID) throws {
            try call(id)
            try tell(.accepted(offer(to: agent), agent))
            try tell(.connected(id))
        }

        func offer(to agent: AgentID) -> OfferID {
            guard case .offered(let offer, _) = board.agents[agent]!.state else { return "none" }
            return offer
        }

        func record(_ id: CallID) -> CallRecord? {
            log.reversed().lazy.compactMap { action -> CallRecord? in
                if case .record(let record) = action, record.id == id { record } else { nil }
            }.first
        }

        func state(_ agent: AgentID) -> Agent.State { board.agents[agent]!.state }
    }

    @Test func oneCallFromArrivalToReady() throws {
        var hall = try Hall(agents: ["5001"])
        #expect(try hall.tell(.arrived("a", line: "L", number: "13800001234")).contains(.greet("a", "L")))
        let ring = try hall.tell(.greeted("a"))
        #expect(ring.contains(.playMusic("a")))
        #expect(hall.state("5001") == .offered("a-1", "a"))
        #expect(try hall.tell(.accepted("a-1", "5001"), after: 4).contains(.connect("a", "5001")))
        try hall.tell(.connected("a"))
        try hall.tell(.holdAsked("5001", on: true), after: 10)
        try hall.tell(.holdAsked("5001", on: false), after: 5)
        try hall.tell(.hungUp("a", .citizen, .callerHungUp), after: 15)
        #expect(hall.state("5001") == .wrapUp("a"))
        try hall.tell(.asked("5001", .ready), after: 20)
        let record = try #require(hall.record("a"))
        #expect(record.answeredAt!.milliseconds(since: record.queuedAt!) == 5000)
        #expect(record.talkMs == 30_000)
        #expect(record.holdMs == 5000)
        #expect(record.wrapUpMs == 20_000)
        #expect(record.outcome == .answered)
        #expect(!record.missed)
        #expect(hall.board.calls.isEmpty)
    }

    @Test func callersAreServedInOrderByTheAgentLongestIdle() throws {
        var hall = try Hall(agents: ["5001", "5002"])
        for call in ["a", "b", "c", "d"] as [CallID] { try hall.call(call) }
        #expect(hall.state("5001") == .offered("a-1", "a"))
        #expect(hall.state("5002") == .offered("b-1", "b"))
        try hall.tell(.accepted("b-1", "5002"))
        try hall.tell(.connected("b"))
        try hall.tell(.hangUpAsked("5002"))
        try hall.tell(.asked("5002", .ready))
        #expect(hall.state("5002") == .offered("c-1", "c"), "c came before d")
    }

    @Test func anOfferNotTakenGoesToTheNextAgentAndTheCallerKeepsHerPlace() throws {
        var hall = try Hall(agents: ["5001"])
        try hall.call("a")
        try hall.call("b")
        let actions = try hall.tell(.timerFired(.offer("a-1")), after: 18)
        #expect(actions.contains { if case .withdraw = $0 { true } else { false } })
        #expect(hall.state("5001") == .onBreak(.notAnswering))
        #expect(hall.board.waiting(in: "Q") == ["a", "b"])
        try hall.tell(.asked("5001", .ready))
        #expect(hall.state("5001") == .offered("a-2", "a"))
        #expect(throws: SwitchboardRefusal.offerGone) { try hall.tell(.accepted("a-1", "5001")) }
    }

    @Test func aCallerWhoLeavesWhileItRingsCostsTheAgentNothing() throws {
        var hall = try Hall(agents: ["5001", "5002"])
        try hall.call("a")
        try hall.tell(.hungUp("a", .citizen, .callerHungUp))
        #expect(hall.state("5001") == .ready)
        #expect(hall.record("a")?.missed == true)
        #expect(hall.record("a")?.outcome == .abandoned)
        try hall.call("b")
        #expect(hall.state("5001") == .offered("b-1", "b"), "she has still been idle longest")
    }

    @Test func anAgentWhoLosesHerConnectionLosesTheOfferAtOnceAndTheCallAfterAWhile() throws {
        var hall = try Hall(agents: ["5001", "5002"], device: .browser)
        try hall.call("a")
        try hall.tell(.unreachable("5001"))
        #expect(hall.state("5002") == .offered("a-2", "a"))
        try hall.tell(.accepted("a-2", "5002"))
        try hall.tell(.connected("a"))
        try hall.call("b")
        try hall.tell(.unreachable("5002"))
        #expect(hall.state("5002") == .onCall("a"), "a short break loses nothing")
        let actions = try hall.tell(.timerFired(.lost("5002")), after: 10)
        #expect(actions.contains(.release("a", "5002")))
        #expect(hall.board.waiting(in: "Q") == ["a", "b"], "she who was cut off goes first")
        #expect(hall.state("5002") == .wrapUp("a"), "the form stays hers")
        try hall.tell(.reachable("5001"))
        #expect(hall.state("5001") == .offered("a-3", "a"))
        try hall.tell(.timerFired(.gone("5002")), after: 290)
        #expect(hall.state("5002") == .offline)
    }

    @Test func afterARestartEveryCallIsClosedAndEveryAgentFree() throws {
        var hall = try Hall(agents: ["5001", "5002", "5003"])
        try hall.talk("a", with: "5001")
        try hall.tell(.legUp("a", .citizen, facts: "A"))
        try hall.tell(.legUp("a", .agent, facts: "B"))
        try hall.call("b")
        try hall.tell(.arrived("c", line: "L", number: "1"))
        let actions = try hall.tell(.started)
        #expect(actions.contains(.endLeg(facts: "A")) && actions.contains(.endLeg(facts: "B")))
        for call in ["a", "b", "c"] as [CallID] {
            #expect(hall.record(call)?.outcome == .interrupted)
            #expect(hall.record(call)?.missed == true)
        }
        #expect(hall.state("5001") == .wrapUp("a"))
        #expect(hall.state("5002") == .ready)
        #expect(hall.board.calls.isEmpty)
        try hall.call("d")
        #expect(hall.state("5002") == .offered("d-1", "d"), "what was offered to 5002 in vain does not cost her turn")
    }

    @Test func theTimeTheProgramWasOffIsNobodysTalkOrWrapUp() throws {
        var hall = try Hall(agents: ["5001", "5002"])
        try hall.talk("a", with: "5001")
        try hall.talk("b", with: "5002")
        try hall.tell(.hangUpAsked("5002"), after: 10)
        try hall.tell(.legUp("a", .citizen, facts: "A"), after: 20)
        try hall.tell(.started, after: 200_000)
        #expect(hall.record("a")?.talkMs == 34_000, "until the last thing that is known of it")
        try hall.tell(.asked("5002", .ready), after: 5)
        #expect(hall.record("b")?.wrapUpMs == 25_000)
        try hall.tell(.asked("5001", .ready), after: 5)
        #expect(hall.record("a")?.wrapUpMs == 10_000)
    }

    @Test func aCentreChangedWhileTheProgramWasOffLeavesNobodyBehind() throws {
        var hall = try Hall(agents: ["5001", "5002"])
        try hall.tell(.asked("5001", .onBreak))
        try hall.tell(.asked("5002", .onBreak))
        try hall.call("a")
        try hall.tell(.started)
        try hall.tell(
            .configured(
                Setup(
                    lines: [Line(id: "M", number: "12315", queue: "R")], queues: [Queue(id: "Q"), Queue(id: "R")],
                    agents: [AgentProfile(id: "5001", queues: ["Q", "R"], device: .phone(uri: "sip:a@127.0.0.1"))])))
        #expect(hall.board.agents.keys == ["5001"], "5002 is no longer of the centre")
        try hall.tell(.asked("5001", .ready))
        try hall.tell(.arrived("b", line: "M", number: "1"))
        try hall.tell(.greeted("b"))
        #expect(hall.state("5001") == .offered("b-1", "b"))
    }

    @Test func aPhonePutDownBeforeTheBridgeCostsTheCallerNothing() throws {
        var hall = try Hall(agents: ["5001", "5002"])
        try hall.call("a")
        try hall.tell(.accepted("a-1", "5001"))
        try hall.tell(.hungUp("a", .agent, .agentHungUp))
        #expect(hall.state("5001") == .onBreak(.unreachable))
        #expect(hall.state("5002") == .offered("a-2", "a"))
    }

    @Test func anAgentWhoIsBackIsNotSignedOutByATimerThatWasUnderWay() throws {
        var hall = try Hall(agents: ["5001"], device: .browser)
        try hall.tell(.unreachable("5001"))
        try hall.tell(.reachable("5001"))
        try hall.tell(.timerFired(.gone("5001")))
        #expect(hall.state("5001") == .ready)
    }

    @Test func withoutSoundTheCallEndsAndTheAgentStaysReady() throws {
        var hall = try Hall(agents: ["5001", "5002"])
        try hall.call("a")
        try hall.tell(.offerFailed("a-1", .mediaFailed))
        #expect(hall.record("a")?.endReason == .mediaFailed)
        #expect(hall.record("a")?.missed == true)
        #expect(hall.state("5001") == .ready && hall.state("5002") == .ready)
    }

    @Test func callingACitizen() throws {
        var hall = try Hall(agents: ["5001"])
        let purpose = CallRecord.Purpose(kind: .followUp, reference: "o1")
        let actions = try hall.tell(.placed("x", "5001", line: "L", number: "13800001234", purpose))
        #expect(
            actions.contains(.dial("x", "5001", "L", number: "13800001234", device: .phone(uri: "sip:a@127.0.0.1"))))
        try hall.call("a")
        #expect(hall.state("5001") == .onCall("x"), "who calls is not offered a call")
        try hall.tell(.connected("x"))
        try hall.tell(.hungUp("x", .citizen, .callerHungUp), after: 60)
        #expect(hall.record("x")?.talkMs == 60_000)
        #expect(hall.record("x")?.purpose == purpose)
        #expect(throws: SwitchboardRefusal.noCall) { try hall.tell(.hangUpAsked("5001")) }
        try hall.tell(.asked("5001", .ready))
        #expect(throws: SwitchboardRefusal.agentBusy) {
            try hall.tell(.placed("y", "5001", line: "L", number: "1", purpose))
        }
    }

    @Test func aFullQueueTurnsCallersAwayAndSaysSo() throws {
        var hall = try Hall(agents: [])
        for number in 1...10 { try hall.call(CallID("c\(number)")) }
        let actions = try hall.tell(.arrived("one more", line: "L", number: "1"))
        #expect(actions.contains(.refuse("one more", .queueFull)))
        #expect(hall.record("one more")?.outcome == .refused)
        #expect(hall.board.calls.count == 10)
    }

    @Test func aWrapUpWithALimitEndsByItself() throws {
        var hall = try Hall(agents: ["5001"], wrapUpLimit: 30)
        try hall.talk("a", with: "5001")
        #expect(try hall.tell(.hangUpAsked("5001")).contains(.startTimer(.wrapUp("5001", "a"), seconds: 30)))
        try hall.tell(.timerFired(.wrapUp("5001", "a")), after: 30)
        #expect(hall.state("5001") == .ready)
        #expect(hall.record("a")?.wrapUpMs == 30_000)
    }

    @Test func theBoardCountsWhoIsThere() throws {
        var hall = try Hall(agents: ["5001", "5002", "5003", "5004"])
        try hall.talk("a", with: "5001")
        try hall.talk("b", with: "5002")
        try hall.tell(.hangUpAsked("5002"))
        try hall.tell(.asked("5003", .onBreak))
        try hall.call("c")
        try hall.call("d")
        let board = hall.board.board
        #expect((board.online, board.onCall, board.wrapUp, board.ready, board.onBreak) == (4, 1, 1, 1, 1))
        #expect(board.lines[0].waiting == 2, "who rings still waits")
    }
}
