import Testing

@testable import Engine

/// What the simulation of whole days found out about clocks and their alarms, each as a short story.
struct LoopClockTests {
    private static func moment(_ text: String) -> Moment { Moment(iso8601: text + "+08:00")! }

    private static let policy: ClockPolicy = {
        var policy = ClockPolicy.hangzhou
        policy.promises = [
            .init(.sign, within: Length(1, .hours)), .init(.contact, within: Length(1, .days)),
            .init(.respond, within: Length(2, .days)), .init(.resolve, within: Length(5, .workingDays)),
            .init(.followUp, within: Length(2, .days)),
        ]
        policy.promises[2].from = .created
        return policy
    }()

    private struct Story {
        var order = WorkOrderTests.draft()
        var taken = OrderAlarm.Taken()

        mutating func tell(
            _ action: WorkOrder.Action, as capacity: WorkOrder.Capacity = .supervising("leader"), at time: String
        ) throws {
            order = try order.applying(
                action, by: "p", as: capacity, version: order.version, at: moment(time), policy: policy
            ).order
        }

        func clock(_ name: ClockName, body: BodyID? = nil) -> OrderClock? {
            policy.clocks(of: order, calendar: .china, at: moment("2026-12-20T00:00:00"))
                .first { $0.name == name && $0.body == body }
        }

        /// Which steps of a clock's ladder are due; they are taken.
        mutating func alarms(_ name: ClockName, at time: String) -> [Int] {
            let clocks = policy.clocks(of: order, calendar: .china, at: moment(time))
            let due = OrderAlarm.due(of: order, clocks: clocks, taken: taken, at: moment(time))
            for alarm in due { taken.add(alarm) }
            return due.filter { $0.key.clock == name }.map(\.key.rung)
        }
    }

    private static func dispatched() throws -> Story {
        var story = Story()
        try story.tell(.dispatch(to: "urban", readBack: true), at: "2026-11-19T09:00:00")
        return story
    }

    @Test func whoeverHasItNextIsWarnedAndUrgedToo() throws {
        var story = try Self.dispatched()
        #expect(story.alarms(.sign, at: "2026-11-19T10:30:00") == [0, 1])
        #expect(story.alarms(.sign, at: "2026-11-19T10:31:00") == [], "each step once")
        try story.tell(.giveBack(reason: "不属本单位"), as: .handling("urban"), at: "2026-11-19T11:00:00")
        #expect(story.alarms(.sign, at: "2026-11-20T23:59:59.999") == [], "it has said what it had to say")
        try story.tell(.dispatch(to: "water", readBack: true), at: "2026-11-21T09:00:00")
        #expect(story.alarms(.sign, at: "2026-11-21T09:30:00") == [])
        #expect(story.alarms(.sign, at: "2026-11-21T10:30:00") == [0, 1])
    }

    @Test func aStepComesAgainWhenThereIsMoreTime() throws {
        var story = try Self.dispatched()
        try story.tell(.sign, at: "2026-11-19T09:30:00")
        #expect(story.alarms(.resolve, at: "2026-11-26T09:00:00") == [0])
        try story.tell(
            .askExtension(reason: "需检测", until: Self.moment("2026-12-10T23:59:59")), at: "2026-11-26T10:00:00")
        try story.tell(.decideExtension(granted: true, note: "同意"), at: "2026-11-26T11:00:00")
        #expect(story.alarms(.resolve, at: "2026-12-01T09:00:00") == [])
        #expect(story.alarms(.resolve, at: "2026-12-10T09:00:00") == [0], "four fifths of the new time")
    }

    @Test func anObjectionInTimeKeepsTheClockOfSigning() throws {
        var story = try Self.dispatched()
        try story.tell(.object(basis: "条例第 3 条", suggests: nil), as: .handling("urban"), at: "2026-11-19T09:40:00")
        #expect(story.clock(.sign)?.metAt == Self.moment("2026-11-19T09:40:00"))
        try story.tell(.rule(body: "urban", ruling: "由其办理"), at: "2026-11-20T09:00:00")
        #expect(story.clock(.sign)?.metAt == nil, "now it has to sign")
    }

    @Test func aContactIsOfTheBodyThatMadeIt() throws {
        var story = try Self.dispatched()
        try story.tell(.sign, at: "2026-11-19T09:30:00")
        try story.tell(.contact(note: "已联系"), at: "2026-11-19T10:00:00")
        try story.tell(.giveBack(reason: "不属本单位"), as: .handling("urban"), at: "2026-11-19T11:00:00")
        try story.tell(.dispatch(to: "water", readBack: true), at: "2026-11-19T12:00:00")
        #expect(story.clock(.contact)?.metAt == nil, "the next body has not spoken with her")
        #expect(story.clock(.respond)?.metAt == Self.moment("2026-11-19T10:00:00"), "promised from the beginning")
        try story.tell(.sign, at: "2026-11-19T12:30:00")
        try story.tell(.contact(note: "已联系"), at: "2026-11-19T13:00:00")
        #expect(story.clock(.contact)?.metAt == Self.moment("2026-11-19T13:00:00"))
    }

    @Test func anotherRoundBeginsAnew() throws {
        var story = try Self.dispatched()
        try story.tell(.sign, at: "2026-11-19T09:30:00")
        try story.tell(.answer("已整改"), at: "2026-11-19T10:00:00")
        try story.tell(.close, at: "2026-11-19T11:00:00")
        let bad = WorkOrder.FollowUp(
            at: Self.moment("2026-11-20T09:00:00"), by: "p", reached: true, satisfaction: 1, solved: false, note: "",
            call: nil)
        try story.tell(.followUp(bad), at: "2026-11-20T09:00:00")
        try story.tell(.redo(body: "urban", reason: "未解决"), at: "2026-12-01T09:00:00")
        #expect(story.clock(.respond)?.startedAt == Self.moment("2026-12-01T09:00:00"))
        try story.tell(.sign, at: "2026-12-01T09:30:00")
        try story.tell(.answer("再次整改"), at: "2026-12-01T10:00:00")
        try story.tell(.close, at: "2026-12-01T11:00:00")
        #expect(story.clock(.followUp)?.metAt == nil, "she has to be asked again")
    }

    @Test func aPauseAfterAClockWasKeptChangesNothing() throws {
        var story = try Self.dispatched()
        try story.tell(.share(with: "police", as: .coHandler, note: ""), at: "2026-11-19T09:10:00")
        try story.tell(.signShare, as: .handling("police"), at: "2026-11-19T09:20:00")
        let due = story.clock(.sign, body: "police")?.due
        try story.tell(.pause(.expertise, note: "送检"), at: "2026-11-19T09:25:00")
        #expect(story.clock(.sign, body: "police")?.due == due)
        #expect(throws: WorkOrder.Refusal.wrongState(.dispatched, .signShare)) {
            try story.tell(.signShare, as: .handling("police"), at: "2026-11-25T09:20:00")
        }
    }

    @Test func whatTheLeaderClosesNobodyWaitsFor() throws {
        var story = try Self.dispatched()
        try story.tell(.share(with: "police", as: .coHandler, note: ""), at: "2026-11-19T09:10:00")
        try story.tell(.giveBack(reason: "不属本单位"), as: .handling("urban"), at: "2026-11-19T09:20:00")
        try story.tell(.closeAtOnce(answer: "已答复", readBack: true), at: "2026-11-19T09:30:00")
        #expect(story.clock(.sign, body: "police") == nil)
        #expect(story.alarms(.sign, at: "2026-12-19T09:30:00") == [])
    }

    @Test func takingItBackMakesNothingLateInTime() throws {
        var story = try Self.dispatched()
        try story.tell(.withdraw(reason: "已自行解决"), as: .citizen, at: "2027-01-19T09:00:00")
        for clock in [ClockName.sign, .resolve] {
            let told = try #require(story.clock(clock))
            #expect(told.metAt == nil && told.due < Self.moment("2027-01-19T09:00:00"))
            #expect(story.alarms(clock, at: "2027-02-19T09:30:00").isEmpty)
        }
    }

    @Test func whatIsTakenBackNobodyWaitsFor() throws {
        var story = try Self.dispatched()
        try story.tell(.share(with: "police", as: .coHandler, note: ""), at: "2026-11-19T09:10:00")
        try story.tell(.sign, at: "2026-11-19T09:20:00")
        try story.tell(
            .askExtension(reason: "需检测", until: Self.moment("2026-12-10T23:59:59")), at: "2026-11-19T09:25:00")
        try story.tell(.pause(.expertise, note: "送检"), at: "2026-11-19T09:30:00")
        try story.tell(.withdraw(reason: "已自行解决"), as: .citizen, at: "2026-11-19T09:40:00")
        #expect(story.order.state == .withdrawn && story.order.isOver && story.order.closedAt == nil)
        #expect(story.order.details.extensionAsked == nil)
        #expect(story.order.details.pauses.last?.to == Self.moment("2026-11-19T09:40:00"))
        #expect(story.clock(.sign)?.metAt == Self.moment("2026-11-19T09:20:00"), "what was kept is still told")
        #expect(story.clock(.resolve) == nil && story.clock(.sign, body: "police") == nil)
        #expect(ClockName.allCases.allSatisfy { story.alarms($0, at: "2026-12-19T09:30:00").isEmpty })
    }

    @Test(arguments: WorkOrder.State.allCases) func whatIsMergedNeedsOneThatStands(state: WorkOrder.State) {
        var order = WorkOrderTests.draft()
        order.state = state
        #expect(order.takesMerged == ![.draft, .merged, .discarded, .withdrawn].contains(state))
    }
}
