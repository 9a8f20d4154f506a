import Foundation
import Testing

@testable import Engine

/// Halls with several queues.
enum World {
    /// Queues housing, tax and help (of another centre), each with a line of its name; agents ready in the order given.
    static func hall(
        agents: [AgentProfile], wrapUp: [QueueID: Int] = [:], change: (inout Setup) -> Void = { _ in }
    ) throws -> SwitchboardTests.Hall {
        var hall = try SwitchboardTests.Hall(agents: [])
        var setup = Setup(
            lines: ["housing", "tax", "help"].map { Line(id: LineID($0), number: $0, queue: QueueID($0)) },
            queues: ["housing", "tax", "help"].map {
                Queue(id: QueueID($0), centre: $0 == "help" ? "other" : "main", wrapUpLimitSeconds: wrapUp[QueueID($0)])
            },
            agents: agents)
        change(&setup)
        try hall.tell(.configured(setup))
        for agent in agents {
            try hall.tell(.signedIn(agent.id, site: "hall"))
            try hall.tell(.asked(agent.id, .ready))
        }
        return hall
    }
}

extension SwitchboardTests.Hall {
    mutating func call(_ id: CallID, on line: LineID = "L", number: String? = nil, after seconds: Int64 = 1) throws {
        try tell(.arrived(id, line: line, number: number ?? "1380000\(id)"), after: seconds)
        try tell(.greeted(id), after: 0)
    }
}

struct RoutingTests {
    private let phone = Device.phone(uri: "sip:a@h")

    @Test func aNeedIsMetByLevel() throws {
        var hall = try World.hall(agents: [
            .init(id: "some", memberships: [.init("tax")], skills: [Skill("cantonese", level: 2)], device: phone),
            .init(id: "well", memberships: [.init("tax")], skills: [Skill("cantonese", level: 5)], device: phone),
        ]) { $0.lines[1].requires = [Skill("cantonese", level: 4)] }
        try hall.call("a", on: "tax")
        #expect(hall.state("well") == .offered("a-1", "a"))
        try hall.call("b", on: "tax")
        #expect(hall.board.waiting(in: "tax") == ["b"], "who cannot answer is not asked")
        #expect(hall.state("some") == .ready)
    }

    /// A file was imported without the queue while somebody was to be called back from it: he was never called.
    @Test func whoWaitsInAQueueThatGoesKeepsHisPlaceInHisLines() throws {
        var hall = try World.hall(agents: [.init(id: "5001", memberships: [.init("housing")], device: phone)])
        try hall.tell(.asked("5001", .onBreak))
        try hall.call("back", on: "tax")
        try hall.tell(.callbackAsked("back", number: "13800000001"))
        try hall.call("later", on: "housing")
        #expect(hall.board.users(of: "tax") == (0, 1, 0))
        var setup = hall.board.setup
        setup.queues.removeAll { $0.id == "tax" }
        setup.lines[1] = Line(id: "tax", number: "tax", queue: "housing")
        try hall.tell(.configured(setup))
        #expect(hall.board.waiting(in: "housing") == ["back", "later"])
        #expect(hall.board.setup.queues.map(\.id) == ["housing", "help"])
        try hall.tell(.asked("5001", .ready))
        #expect(hall.state("5001") == .offered("back-1", "back"))
    }

    @Test func aLanguageIsASkillAndRulesAddUp() throws {
        var hall = try World.hall(agents: [
            .init(id: "plain", memberships: [.init("tax")], device: phone),
            .init(id: "english", memberships: [.init("housing")], skills: [Skill("english")], device: phone),
        ]) {
            $0.rules = [
                RoutingRule(id: "abroad", when: .init(language: "english"), then: .init(queue: "housing")),
                RoutingRule(id: "again", when: .init(attempts: 2), then: .init(priority: 2)),
            ]
        }
        try hall.tell(.asked("english", .onBreak))
        try hall.call("first", on: "housing")
        try hall.tell(.arrived("a", line: "tax", number: "+4420"))
        try hall.tell(.callerKnown("a", CallerFacts(language: "english")))
        try hall.tell(.greeted("a"))
        #expect(hall.board.waiting(in: "housing") == ["first", "a"])
        #expect(hall.board.calls["a"]?.route?.requires == [Skill("english")])
        // He hangs up and calls again: two steps of priority are two minutes.
        try hall.tell(.hungUp("a", .citizen, .callerHungUp))
        try hall.tell(.arrived("a2", line: "tax", number: "+4420"))
        try hall.tell(.callerKnown("a2", CallerFacts(language: "english")))
        try hall.tell(.greeted("a2"))
        #expect(hall.board.waiting(in: "housing") == ["a2", "first"])
    }

    @Test func priorityIsAHeadStartAndNobodyStarves() throws {
        var hall = try World.hall(agents: [.init(id: "5001", queues: ["tax"], device: phone)]) {
            $0.rules = [RoutingRule(id: "vip", when: .init(numbers: ["139"]), then: .init(priority: 1))]
        }
        try hall.tell(.asked("5001", .onBreak))
        try hall.call("waits", on: "tax")
        try hall.call("vip", on: "tax", number: "13900000000", after: 50)
        #expect(hall.board.waiting(in: "tax") == ["vip", "waits"])
        try hall.call("late", on: "tax", number: "13900000001", after: 20)
        #expect(hall.board.waiting(in: "tax") == ["vip", "waits", "late"], "who has waited a minute longer goes first")
    }

    @Test(arguments: Queue.Strategy.allCases) func theStrategySaysWhichFreeAgent(strategy: Queue.Strategy) throws {
        var hall = try World.hall(agents: [
            .init(id: "fixed", memberships: [.init("tax")], skills: [Skill("law", level: 1)], device: phone),
            .init(id: "skilled", memberships: [.init("tax")], skills: [Skill("law", level: 9)], device: phone),
            .init(id: "fresh", memberships: [.init("tax")], skills: [Skill("law", level: 2)], device: phone),
            .init(id: "idle", memberships: [.init("tax")], skills: [Skill("law", level: 3)], device: phone),
        ]) {
            $0.queues[1].strategy = strategy
            $0.lines[1].requires = [Skill("law")]
        }
        // All but "fresh" have taken calls; "idle" was the first to be free again.
        for agent in ["idle", "fixed", "skilled"] as [AgentID] {
            for other in ["fixed", "skilled", "fresh", "idle"] as [AgentID] where other != agent {
                try hall.tell(.asked(other, .onBreak))
            }
            try hall.tell(.asked(agent, .ready))
            try hall.call(CallID("of-\(agent)"), on: "tax")
            try hall.tell(.accepted(hall.offer(to: agent), agent))
            try hall.tell(.connected(CallID("of-\(agent)")))
            try hall.tell(.hungUp(CallID("of-\(agent)"), .citizen, .callerHungUp))
        }
        for agent in ["idle", "fresh", "skilled", "fixed"] as [AgentID] {
            try hall.tell(.asked(agent, .onBreak))
            try hall.tell(.asked(agent, .ready))
        }
        try hall.call("a", on: "tax")
        let expected: AgentID =
            switch strategy {
            case .longestIdle: "idle"
            case .fewestCalls: "fresh"
            case .mostSkilled: "skilled"
            case .fixedOrder: "fixed"
            }
        #expect(hall.state(expected) == .offered("a-1", "a"))
    }

    @Test func theAgentWhoKnowsTheMatterIsWaitedForAWhile() throws {
        var hall = try World.hall(agents: [
            .init(id: "own", queues: ["tax"], device: phone), .init(id: "other", queues: ["tax"], device: phone),
        ]) { $0.rules = [RoutingRule(id: "own", when: .init(hasOpenOrder: true), then: .init(ownAgentSeconds: 20))] }
        try hall.call("busy", on: "tax")
        #expect(hall.state("own") == .offered("busy-1", "busy"))
        try hall.tell(.accepted("busy-1", "own"))
        try hall.tell(.arrived("a", line: "tax", number: "1"))
        try hall.tell(.callerKnown("a", CallerFacts(orderAgent: "own")))
        let actions = try hall.tell(.greeted("a"))
        #expect(actions.contains(.startTimer(.reserved("a"), seconds: 20)))
        #expect(hall.state("other") == .ready, "she is not asked yet")
        try hall.tell(.timerFired(.reserved("a")), after: 20)
        #expect(hall.state("other") == .offered("a-1", "a"))
        // If she is not at work nobody waits for her.
        try hall.tell(.hungUp("busy", .citizen, .callerHungUp))
        try hall.tell(.asked("own", .onBreak))
        try hall.tell(.hungUp("a", .citizen, .callerHungUp))
        try hall.tell(.arrived("b", line: "tax", number: "1"))
        try hall.tell(.callerKnown("b", CallerFacts(orderAgent: "own")))
        try hall.tell(.greeted("b"))
        #expect(hall.state("other") == .offered("b-1", "b"))
    }

    @Test func whoHasWaitedLongIsServedByAnotherQueueTooAndKeepsHisPlace() throws {
        var hall = try World.hall(agents: [.init(id: "5001", queues: ["help"], device: phone)]) {
            $0.queues[1].overflow = [Overflow(.waited(seconds: 60), to: .queue("help"))]
        }
        try hall.tell(.asked("5001", .onBreak))
        try hall.call("a", on: "tax")
        try hall.call("b", on: "help")
        try hall.tell(.asked("5001", .ready))
        #expect(hall.state("5001") == .offered("b-1", "b"), "a is not hers yet")
        try hall.tell(.asked("5001", .onBreak))
        try hall.tell(.timerFired(.overflow("a", 0)), after: 60)
        try hall.tell(.asked("5001", .ready))
        #expect(hall.state("5001") == .offered("a-1", "a"))
        #expect(hall.board.calls["a"]?.record.queue == "tax")
    }

    @Test func aClosedLineAndAnEmergencyTellWhyAndEnd() throws {
        var hall = try World.hall(agents: [.init(id: "5001", queues: ["tax"], device: phone)]) {
            $0.hours = [OpeningHours(id: "day", week: [[510..<720, 810..<1080]])]
            $0.lines[1].hours = "day"
            $0.wall = WallClock(utcOffsetSeconds: 0)
        }
        #expect(try hall.tell(.arrived("night", line: "tax", number: "1")).contains(.tell("night", .closed)))
        try hall.tell(.told("night", .closed))
        #expect(hall.record("night")?.endReason == .closed)
        #expect(hall.record("night")?.outcome == .refused)
        // 09:00, lunch, and a holiday.
        try hall.tell(.asked("5001", .onBreak), after: 9 * 3600)
        #expect(try hall.tell(.arrived("day", line: "tax", number: "1")).contains(.greet("day", "tax")))
        try hall.tell(.emergencyDeclared("tax", on: true, by: "leader"))
        #expect(try hall.tell(.arrived("late", line: "tax", number: "1")).contains(.tell("late", .emergency)))
        try hall.tell(.emergencyDeclared("tax", on: false, by: "leader"))
        #expect(
            try hall.tell(.arrived("lunch", line: "tax", number: "1"), after: 3 * 3600 + 900).contains(
                .tell("lunch", .closed)))
    }

    @Test(arguments: [1, 33, 50, 100]) func aTakeoverSendsExactlyItsShare(percent: Int) throws {
        var hall = try World.hall(agents: [.init(id: "5001", queues: ["tax"], device: phone)])
        let takeover = Takeover(
            id: "t", line: "tax", queue: "help", percent: percent, askedBy: "leader", askedAt: Moment(milliseconds: 0))
        #expect(throws: SwitchboardRefusal.takeoverImpossible) {
            try hall.tell(
                .takeoverAsked(
                    Takeover(
                        id: "x", line: "tax", queue: "housing", percent: 10, askedBy: "leader",
                        askedAt: Moment(milliseconds: 0))))
        }
        try hall.tell(.takeoverAsked(takeover))
        #expect(throws: SwitchboardRefusal.approvalByAnother) { try hall.tell(.takeoverApproved("t", by: "leader")) }
        try hall.call("before", on: "tax")
        #expect(hall.record("before")?.queue == "tax", "nobody has approved it")
        try hall.tell(.takeoverApproved("t", by: "director"))
        var gone = 0
        for number in 0..<200 {
            try hall.call(CallID("c\(number)"), on: "tax")
            let record = try #require(hall.record(CallID("c\(number)")))
            #expect(record.line == "tax", "the origin stays")
            gone += record.takeover == "t" && record.queue == "help" ? 1 : 0
        }
        #expect(gone == 2 * percent)
        try hall.tell(.takeoverEnded("t", by: "leader"))
        try hall.call("after", on: "tax")
        #expect(hall.record("after")?.queue == "tax")
    }

    @Test func aLeaderSetsAnybodysState() throws {
        var hall = try SwitchboardTests.Hall(agents: ["5001"])
        try hall.talk("a", with: "5001")
        try hall.tell(.asked("5001", .onBreak, pause: "meal", by: "leader"))
        #expect(hall.state("5001") == .onCall("a"), "after the call")
        try hall.tell(.hungUp("a", .citizen, .callerHungUp))
        try hall.tell(.timerFired(.wrapUp("5001", "a")), after: 60)
        #expect(hall.state("5001") == .onBreak(.asked("meal")))
        try hall.tell(.asked("5001", .ready, by: "leader"))
        try hall.tell(.signedOut("5001", by: "leader"))
        #expect(hall.state("5001") == .offline)
    }

    @Test func whoLeavesASeatIsNotReachableInHerBrowser() throws {
        var hall = try SwitchboardTests.Hall(agents: ["5001", "5002"], device: .browser)
        let seat = Device.phone(uri: "sip:seat-9@192.0.2.9")
        for agent in ["5001", "5002"] as [AgentID] { try hall.tell(.signedOut(agent)) }
        try hall.tell(.signedIn("5001", site: "hall", device: seat))
        #expect(throws: SwitchboardRefusal.seatTaken) { try hall.tell(.signedIn("5002", site: "hall", device: seat)) }
        try hall.tell(.signedOut("5001"))
        try hall.tell(.signedIn("5002", site: "hall", device: seat))
        try hall.tell(.signedIn("5001", site: "hall"))
        try hall.tell(.asked("5001", .ready))
        #expect(hall.board.agents["5001"]?.isFree == false, "her page has no voice yet")
        try hall.tell(.reachable("5001"))
        #expect(hall.board.agents["5001"]?.isFree == true)
    }

    @Test func aSeatHasItsOwnDevice() throws {
        var hall = try SwitchboardTests.Hall(agents: ["5001"])
        let seat = Device.phone(uri: "sip:seat-9@192.0.2.9")
        try hall.tell(.signedIn("5001", site: "hall", device: seat))
        try hall.call("a")
        guard case .offered(let offer)? = hall.board.calls["a"]?.phase else { return #expect(Bool(false)) }
        #expect(offer.device == seat)
        try hall.tell(.signedIn("5001", site: "home", device: .browser))
        #expect(hall.state("5001") == .ready, "the phone she left does not ring on")
        #expect(hall.board.waiting(in: "Q") == ["a"])
        try hall.tell(.reachable("5001"))
        #expect(hall.state("5001") == .offered("a-2", "a"))
    }
}

struct RankedListTests {
    /// Against an array that is sorted each time.
    @Test(arguments: 0..<8) func itIsASortedArray(seed: UInt64) {
        var random = SplitMix(seed: seed)
        var list = RankedList<Int>()
        var plain: [Int] = []
        for _ in 0..<4000 {
            if plain.isEmpty || Int.random(in: 0..<5, using: &random) < 3 {
                let value = Int.random(in: 0..<1_000_000, using: &random)
                guard !plain.contains(value) else { continue }
                list.insert(value)
                plain.append(value)
            } else {
                let value = plain.remove(at: Int.random(in: 0..<plain.count, using: &random))
                list.remove(value)
            }
            #expect(list.count == plain.count)
            #expect(list.first == plain.min())
        }
        plain.sort()
        #expect(list.values == plain)
        for (place, value) in plain.enumerated().filter({ $0.offset.isMultiple(of: 97) }) {
            #expect(list.countBefore(value) == place)
        }
    }
}
