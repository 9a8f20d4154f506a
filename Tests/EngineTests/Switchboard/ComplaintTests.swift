import Foundation
import Testing

@testable import Engine

/// What users of other systems suffer, each by its number in our list of complaints, and that it cannot happen here.
struct ComplaintTests {
    typealias Hall = SwitchboardTests.Hall

    // MARK: 1 and 2: calls and agents left behind

    @Test func complaint1ACallThatIsOverIsNowhere() throws {
        var hall = try Hall(agents: ["5001"])
        try hall.talk("a", with: "5001")
        try hall.tell(.hungUp("a", .citizen, .callerHungUp))
        #expect(hall.board.calls.isEmpty)
        #expect(hall.record("a")?.endedAt != nil)
        // What still comes of it changes nothing.
        for event in [
            Event.connected("a"), .hungUp("a", .agent, .agentHungUp), .connectFailed("a", .mediaFailed), .greeted("a"),
            .callbackAsked("a", number: "1"),
        ] { _ = try? hall.tell(event) }
        #expect(hall.board.calls.isEmpty)
        #expect(hall.state("5001") == .wrapUp("a"))
    }

    /// Whatever an agent was doing when she vanished: her caller is served by another, and she is ready when she is back.
    @Test(arguments: ["ready", "offered", "accepted", "talking", "wrapUp"]) func complaint2NoAgentIsStuck(doing: String)
        throws
    {
        var hall = try Hall(agents: ["5001", "5002"], device: .browser)
        try hall.tell(.asked("5002", .onBreak))
        if doing != "ready" { try hall.call("a") }
        if ["accepted", "talking", "wrapUp"].contains(doing) { try hall.tell(.accepted("a-1", "5001")) }
        if ["talking", "wrapUp"].contains(doing) { try hall.tell(.connected("a")) }
        if doing == "wrapUp" { try hall.tell(.hungUp("a", .citizen, .callerHungUp)) }
        try hall.tell(.unreachable("5001"))
        try hall.tell(.timerFired(.lost("5001")), after: 10)
        try hall.tell(.asked("5002", .ready))
        if ["offered", "accepted", "talking"].contains(doing) {
            #expect(hall.state("5002") == .offered(hall.offer(to: "5002"), "a"))
        }
        try hall.tell(.timerFired(.gone("5001")), after: 290)
        #expect(hall.state("5001") == .offline)
        try hall.tell(.reachable("5001"))
        try hall.tell(.signedIn("5001", site: "home"))
        try hall.tell(.asked("5001", .ready))
        #expect(hall.state("5001") == .ready)
    }

    // MARK: 3: order

    @Test func complaint3TheFirstIsServedFirstHoweverManyWaitAndWhoeverIsAway() throws {
        var hall = try Hall(agents: ["5001", "5002"])
        for agent in ["5001", "5002"] as [AgentID] { try hall.tell(.asked(agent, .onBreak)) }
        let calls = (1...8).map { CallID("c\($0)") }
        for call in calls { try hall.call(call) }
        // The first agent of the list stays away: that halts nobody.
        for call in calls {
            try hall.tell(.asked("5002", .ready))
            #expect(hall.state("5002") == .offered(hall.offer(to: "5002"), call))
            try hall.tell(.accepted(hall.offer(to: "5002"), "5002"))
            try hall.tell(.connected(call))
            try hall.tell(.hungUp(call, .citizen, .callerHungUp))
        }
    }

    /// Who does not answer is left alone for a while, so that the same call does not ring at her desk again and again.
    @Test func complaint3NoFastReofferLoop() throws {
        var hall = try Hall(agents: ["5001"])
        var setup = hall.board.setup
        setup.missesAllowed = 3
        try hall.tell(.configured(setup))
        try hall.call("a")
        let actions = try hall.tell(.offerFailed("a-1", .declined))
        #expect(hall.state("5001") == .onBreak(.paused))
        #expect(actions.contains(.startTimer(.paused("5001"), seconds: 10)))
        try hall.tell(.timerFired(.paused("5001")), after: 10)
        #expect(hall.state("5001") == .offered("a-2", "a"))
        try hall.tell(.timerFired(.offer("a-2")), after: 18)
        try hall.tell(.timerFired(.paused("5001")), after: 10)
        let last = try hall.tell(.timerFired(.offer("a-3")), after: 18)
        #expect(hall.state("5001") == .onBreak(.notAnswering))
        #expect(last.contains(.alert(.notAnswering("5001"))))
    }

    // MARK: 4 and 5: nothing stops all queues, and many are no trouble

    @Test func complaint4ADeadQueueAndACrashStopNoOther() throws {
        var hall = try World.hall(agents: [.init(id: "5001", queues: ["tax"], device: .phone(uri: "sip:a@h"))])
        try hall.call("nobody", on: "housing")
        try hall.call("somebody", on: "tax")
        #expect(hall.state("5001") == .offered("somebody-1", "somebody"))
        // The program dies and comes up from what it wrote: queues go on.
        let stored = try Self.stored(hall.board)
        #expect(stored == hall.board)
        hall.board = stored
        try hall.tell(.started)
        try hall.call("next", on: "tax")
        #expect(hall.state("5001") == .offered("next-1", "next"))
    }

    @Test func complaint5ThousandsWaitInOrder() throws {
        var hall = try Hall(agents: ["5001"])
        var setup = hall.board.setup
        setup.queues = [Queue(id: "Q", wrapUpLimitSeconds: 0, capacity: 10_000)]
        try hall.tell(.configured(setup))
        try hall.tell(.asked("5001", .onBreak))
        for number in 0..<3000 { try hall.call(CallID("c\(number)")) }
        #expect(hall.board.waiting(in: "Q").count == 3000)
        try hall.tell(.asked("5001", .ready))
        for number in 0..<3000 {
            #expect(hall.state("5001") == .offered(OfferID("c\(number)-1"), CallID("c\(number)")))
            try hall.tell(.hungUp(CallID("c\(number)"), .citizen, .callerHungUp))
        }
    }

    // MARK: 7, 8 and 9: two things at once, rules, wrap-up

    /// Answer and hang-up at the same moment, in either order: nobody is lost and nothing hangs.
    @Test(arguments: [true, false]) func complaint7AnswerAndHangUpCross(answerFirst: Bool) throws {
        var hall = try Hall(agents: ["5001"])
        try hall.call("a")
        let events: [Event] = [.accepted("a-1", "5001"), .hungUp("a", .citizen, .callerHungUp)]
        for event in answerFirst ? events : events.reversed() { _ = try? hall.tell(event, after: 0) }
        #expect(hall.board.calls.isEmpty)
        #expect(hall.record("a")?.missed == true)
        #expect(hall.state("5001") == (answerFirst ? .wrapUp("a") : .ready))
    }

    @Test func complaint8PreferencesPrioritiesAndWaitingAreKept() throws {
        let phone = Device.phone(uri: "sip:a@h")
        var hall = try World.hall(agents: [
            .init(id: "second", memberships: [.init("housing", preference: 1), .init("tax")], device: phone),
            .init(id: "first", memberships: [.init("housing")], device: phone),
        ])
        // Of two free agents the one who is there for this queue, though the other has been idle longer.
        try hall.call("a", on: "housing")
        #expect(hall.state("first") == .offered("a-1", "a"))
        // An agent with two queues takes the one she prefers, until the other has waited half a minute longer.
        try hall.tell(.asked("second", .onBreak))
        try hall.call("b", on: "housing")
        try hall.call("c", on: "tax")
        try hall.tell(.asked("second", .ready))
        #expect(hall.state("second") == .offered("c-1", "c"))
        try hall.tell(.asked("second", .onBreak))
        try hall.call("d", on: "tax", after: 40)
        try hall.tell(.hungUp("c", .citizen, .callerHungUp))
        try hall.tell(.asked("second", .ready))
        #expect(hall.state("second") == .offered("b-1", "b"))
    }

    @Test func complaint8ACallAnsweredAndDroppedByAnAgentIsServedAgain() throws {
        var hall = try Hall(agents: ["5001", "5002"])
        try hall.call("a")
        try hall.call("b")
        try hall.tell(.accepted("a-1", "5001"))
        try hall.tell(.hungUp("a", .agent, .vanished))
        #expect(hall.board.waiting(in: "Q").first == "a")
        try hall.tell(.hungUp("b", .citizen, .callerHungUp))
        #expect(hall.state("5002") == .offered("a-2", "a"))
    }

    @Test func complaint9WrapUpIsNotCutShortByAnotherQueue() throws {
        let phone = Device.phone(uri: "sip:a@h")
        var hall = try World.hall(
            agents: [.init(id: "5001", queues: ["housing", "tax"], device: phone)], wrapUp: ["housing": 60, "tax": 5])
        try hall.call("a", on: "housing")
        try hall.tell(.accepted("a-1", "5001"))
        try hall.tell(.connected("a"))
        let actions = try hall.tell(.hungUp("a", .citizen, .callerHungUp))
        #expect(actions.contains(.startTimer(.wrapUp("5001", "a"), seconds: 60)))
        try hall.call("b", on: "tax")
        #expect(hall.state("5001") == .wrapUp("a"), "a call of the other queue does not end it")
        let more = try hall.tell(.wrapUpExtended("5001"), after: 50)
        #expect(more.contains(.startTimer(.wrapUp("5001", "a"), seconds: 60)))
        try hall.tell(.timerFired(.wrapUp("5001", "a")), after: 60)
        #expect(hall.state("5001") == .offered("b-1", "b"))
    }

    // MARK: 12: call back

    @Test func complaint12ACallBackKeepsItsPlaceAndJumpsNobody() throws {
        var hall = try Hall(agents: ["5001"])
        try hall.tell(.asked("5001", .onBreak))
        for call in ["a", "b", "c"] as [CallID] { try hall.call(call) }
        let promise = try hall.tell(.callbackAsked("b", number: "13800002222"))
        #expect(promise.contains(.tell("b", .callbackPromised)))
        try hall.tell(.hungUp("b", .citizen, .callerHungUp))
        #expect(hall.board.waiting(in: "Q") == ["a", "b", "c"])
        // Not even a restart forgets it; the callers on the line are cut off by it.
        try hall.tell(.started)
        #expect(hall.board.waiting(in: "Q") == ["b"])
        try hall.call("d")
        try hall.tell(.asked("5001", .ready))
        #expect(hall.state("5001") == .offered("b-1", "b"))
        let dial = try hall.tell(.accepted("b-1", "5001"))
        let phone = Device.phone(uri: "sip:a@127.0.0.1")
        #expect(dial.contains(.dial("b", "5001", "L", number: "13800002222", device: phone)))
        // Nobody answers: tried again, and after the last try a missed call like any other.
        for attempt in 2...4 {
            try hall.tell(.hungUp("b", .citizen, .noAnswer), after: 30)
            guard attempt < 4 else { break }
            #expect(hall.state("5001") == .offered(hall.offer(to: "5001"), "d"), "others are served meanwhile")
            try hall.tell(.asked("5001", .onBreak))
            try hall.tell(.timerFired(.callback("b")), after: 300)
            try hall.tell(.asked("5001", .ready))
            #expect(hall.state("5001") == .offered(OfferID("b-\(attempt)"), "b"), "before all who came after")
            try hall.tell(.accepted(OfferID("b-\(attempt)"), "5001"))
        }
        #expect(hall.record("b")?.endReason == .callbackFailed)
        #expect(hall.record("b")?.missed == true)
    }

    @Test func complaint12WhoeverCallsAgainHasHisPlaceInTheNewCall() throws {
        var hall = try Hall(agents: ["5001"])
        try hall.tell(.asked("5001", .onBreak))
        for call in ["a", "b"] as [CallID] { try hall.call(call) }
        try hall.tell(.callbackAsked("a", number: "1380000a2"))
        try hall.tell(.arrived("a2", line: "L", number: "1380000a2"))
        try hall.tell(.greeted("a2"))
        #expect(hall.board.waiting(in: "Q") == ["a2", "b"])
        #expect(hall.record("a")?.endReason == .calledAgain)
        #expect(hall.record("a")?.missed == false)
    }

    // MARK: 20, 27, 30, 31, 32

    @Test func complaint20IdleTimeIsSharedEvenly() throws {
        var hall = try Hall(agents: ["5001", "5002", "5003"], wrapUpLimit: 0)
        var taken: [AgentID: Int] = [:]
        for number in 0..<30 {
            let call = CallID("c\(number)")
            try hall.call(call)
            guard case .offered(let offer)? = hall.board.calls[call]?.phase else { return #expect(Bool(false)) }
            taken[offer.agent, default: 0] += 1
            try hall.tell(.accepted(offer.id, offer.agent))
            try hall.tell(.connected(call))
            try hall.tell(.hungUp(call, .citizen, .callerHungUp))
        }
        #expect(taken == ["5001": 10, "5002": 10, "5003": 10])
    }

    @Test func complaint27WhoTakesACallKnowsWhomHeGets() throws {
        var hall = try Hall(agents: ["5001"])
        try hall.tell(.arrived("a", line: "L", number: "13800001111"))
        try hall.tell(.hungUp("a", .citizen, .callerHungUp))
        try hall.tell(.arrived("b", line: "L", number: "13800001111"))
        try hall.tell(.callerKnown("b", CallerFacts(orderAgent: "5001", region: "south")))
        let actions = try hall.tell(.greeted("b"))
        guard case .ring(let offer)? = actions.first(where: { if case .ring = $0 { true } else { false } }) else {
            return #expect(Bool(false), "nothing rings")
        }
        let call = try #require(hall.board.calls[offer.call])
        #expect((offer.line, call.record.number, call.record.attempt) == ("L", "13800001111", 2))
        #expect(call.facts.orderAgent == "5001")
        #expect(call.record.queue == "Q")
    }

    @Test func complaint30OneSetupIsInForceAndItIsTheOneJournaled() throws {
        var hall = try Hall(agents: ["5001"])
        var setup = hall.board.setup
        setup.version = 7
        setup.queues[0].strategy = .fewestCalls
        try hall.tell(.configured(setup))
        #expect(hall.board.setup == setup)
        #expect(try Self.stored(hall.board).setup == setup)
        try hall.call("a")
        #expect(hall.board.calls["a"]?.record.rules == 7)
        #expect(throws: (any Error).self) {
            try JSONDecoder().decode(Queue.Strategy.self, from: Data("\"rrmemoryy\"".utf8))
        }
    }

    @Test func complaint31NobodyWaitsWhileAnAgentIsFree() throws {
        var hall = try Hall(agents: ["5001", "5002"], device: .browser)
        try hall.tell(.unreachable("5001"))
        try hall.tell(.unreachable("5002"))
        try hall.call("a")
        #expect(hall.board.waiting(in: "Q") == ["a"])
        try hall.tell(.reachable("5002"))
        #expect(hall.state("5002") == .offered("a-1", "a"), "as soon as somebody is there")
    }

    @Test func complaint32TheWaitIsKnownThoughNobodyWasServedForLong() throws {
        var hall = try Hall(agents: ["5001"])
        var setup = hall.board.setup
        setup.queues[0].announceSeconds = 30
        try hall.tell(.configured(setup))
        try hall.tell(.asked("5001", .onBreak))
        try hall.call("a")
        try hall.call("b", after: 600)
        let actions = try hall.tell(.timerFired(.announce("b")), after: 30)
        // The head of the line has waited 630 s, and b is the second of two.
        #expect(
            actions.contains(.announce("b", before: 1, waitSeconds: 630)))
        #expect(actions.contains(.startTimer(.announce("b"), seconds: 30)))
    }

    private static func stored(_ board: Switchboard) throws -> Switchboard {
        try JSONDecoder().decode(Switchboard.self, from: JSONEncoder().encode(board))
    }
}
