import Foundation
import Testing

@testable import Engine

/// What the ways off the straight road do to an order and its clocks.
struct LoopTests {
    private static let wall = WallClock.china
    private static func moment(_ text: String) -> Moment { Moment(iso8601: text + "+08:00")! }

    /// An order, told one thing after another.
    private struct Story {
        var order = WorkOrderTests.draft()
        var policy = ClockPolicy.hangzhou

        mutating func tell(
            _ action: WorkOrder.Action, as capacity: WorkOrder.Capacity = .supervising("leader"), at time: String
        ) throws {
            order = try order.applying(
                action, by: "p", as: capacity, version: order.version, at: moment(time), policy: policy
            ).order
        }

        func clock(_ name: ClockName, body: BodyID? = nil, at time: String = "2026-11-20T00:00:00") -> OrderClock? {
            policy.clocks(of: order, calendar: .china, at: moment(time)).first { $0.name == name && $0.body == body }
        }

        func due(_ name: ClockName, body: BodyID? = nil, at time: String = "2026-11-20T00:00:00") -> String? {
            clock(name, body: body, at: time).map { wall.text($0.due) }
        }
    }

    @Test func twoBodiesDisputeAndTheCitizensTimeGoesOn() throws {
        var story = Story()
        try story.tell(.dispatch(to: "urban", readBack: true), at: "2026-11-19T09:00:00")
        try story.tell(.object(basis: "条例第 3 条", suggests: "market"), as: .handling("urban"), at: "2026-11-20T09:00:00")
        #expect(story.order.state == .disputed)
        try story.tell(.rule(body: "market", ruling: "由市场监管局主办"), at: "2026-11-20T15:00:00")
        #expect(story.order.state == .dispatched && story.order.body == "market")
        #expect(story.order.dispatchedAt == Self.moment("2026-11-20T15:00:00"))
        #expect(story.due(.resolve) == "2026-11-26 23:59:59", "five working days from the first dispatch")
    }

    @Test func moreTimeIsAskedForBeforeItHasRunOut() throws {
        var story = Story()
        try story.tell(.dispatch(to: "urban", readBack: true), at: "2026-11-19T09:00:00")
        try story.tell(.sign, at: "2026-11-19T10:00:00")
        let ask = WorkOrder.Action.askExtension(reason: "需检测", until: Self.moment("2026-12-03T23:59:59"))
        var late = story
        #expect(throws: WorkOrder.Refusal.extensionTooLate(due: Self.moment("2026-11-26T23:59:59"))) {
            try late.tell(ask, as: .handling("urban"), at: "2026-11-27T00:00:00")
        }
        #expect(throws: WorkOrder.Refusal.extensionNotLater) {
            try late.tell(
                .askExtension(reason: "需检测", until: Self.moment("2026-11-26T23:59:59")), at: "2026-11-20T00:00:00")
        }
        try story.tell(ask, as: .handling("urban"), at: "2026-11-26T23:59:59")
        #expect(story.due(.resolve) == "2026-11-26 23:59:59", "asked is not given")
        #expect(throws: WorkOrder.Refusal.extensionAsked) { try story.tell(ask, at: "2026-11-26T23:59:59") }
        try story.tell(.decideExtension(granted: true, note: "同意"), at: "2026-11-27T09:00:00")
        #expect(story.due(.resolve) == "2026-12-03 23:59:59")
    }

    @Test func anExtensionIsNoLongerThanThePolicyGives() throws {
        var story = Story()
        story.policy = ClockPolicy.preset("12315")!
        story.order = WorkOrder(
            draft: "o1", number: "20260302-000001", fields: .init(kind: .report, title: "假酒", what: "某店售假酒"),
            line: "12315", call: nil, takenBy: "p", at: Self.moment("2026-03-02T08:00:00"))
        try story.tell(.dispatch(to: "market", readBack: true), at: "2026-03-02T09:00:00")
        try story.tell(.sign, at: "2026-03-02T10:00:00")
        #expect(throws: WorkOrder.Refusal.extensionTooLong(limit: Length(15, .workingDays))) {
            try story.tell(
                .askExtension(reason: "案情复杂", until: Self.moment("2026-12-31T23:59:59")), at: "2026-03-03T00:00:00")
        }
    }

    @Test func aPauseStopsTheClocksThatMayStop() throws {
        var story = Story()
        try story.tell(.dispatch(to: "urban", readBack: true), at: "2026-11-19T09:00:00")
        try story.tell(.pause(.expertise, note: "送检"), at: "2026-11-20T09:00:00")
        #expect(story.clock(.resolve)?.isPaused == true)
        #expect(story.clock(.resolve)?.state(at: Self.moment("2027-01-01T00:00:00")) == .paused)
        try story.tell(.resume(note: ""), at: "2026-11-23T09:00:00")
        #expect(story.due(.resolve) == "2026-11-30 23:59:59", "Friday and Monday are not counted")
        var urgent = Story()
        urgent.order.fields.urgency = .extraUrgent
        try urgent.tell(.dispatch(to: "urban", readBack: true), at: "2026-11-19T09:00:00")
        #expect(throws: WorkOrder.Refusal.pauseNotAllowed(.expertise)) {
            try urgent.tell(.pause(.expertise, note: "送检"), at: "2026-11-19T10:00:00")
        }
    }

    @Test func coHandlersHaveClocksAndAnswersOfTheirOwn() throws {
        var story = Story()
        story.policy = ClockPolicy.preset("12315")!
        try story.tell(.dispatch(to: "market", readBack: true), at: "2026-03-02T09:00:00")
        try story.tell(.sign, at: "2026-03-02T10:00:00")
        try story.tell(.share(with: "fire", as: .coHandler, note: "查消防"), at: "2026-03-04T10:00:00")
        #expect(story.due(.sign, body: "fire") == "2026-03-13 23:59:59")
        #expect(throws: WorkOrder.Refusal.sharesOpen(["fire"])) {
            try story.tell(.answer("已办"), at: "2026-03-05T10:00:00")
        }
        #expect(throws: WorkOrder.Refusal.alreadyShared("fire")) {
            try story.tell(.share(with: "fire", as: .coHandler, note: ""), at: "2026-03-05T10:00:00")
        }
        try story.tell(.answerShare("消防合格"), as: .handling("fire"), at: "2026-03-05T11:00:00")
        #expect(story.clock(.sign, body: "fire")?.metAt == Self.moment("2026-03-05T11:00:00"))
        try story.tell(.answer("已办"), at: "2026-03-05T12:00:00")
        #expect(story.order.state == .answered)
    }

    @Test func notSolvedIsReviewedAndDoneAgainWithNewClocks() throws {
        var story = Story()
        try story.tell(.dispatch(to: "urban", readBack: true), at: "2026-11-02T09:00:00")
        for action in [WorkOrder.Action.sign, .answer("已整改"), .close] {
            try story.tell(action, at: "2026-11-03T09:00:00")
        }
        let bad = WorkOrder.FollowUp(
            at: Self.moment("2026-11-04T09:00:00"), by: "p", reached: true, satisfaction: 4, solved: false, note: "",
            call: nil)
        try story.tell(.followUp(bad), at: "2026-11-04T09:00:00")
        #expect(story.order.state == .reviewing && story.order.isOver)
        try story.tell(.redo(body: "market", reason: "仍有油烟"), at: "2026-11-19T09:00:00")
        #expect(story.order.state == .dispatched && story.order.details.round == 2 && story.order.closedAt == nil)
        #expect(story.due(.resolve) == "2026-11-26 23:59:59")
        #expect(story.order.followUps == [bad], "what she said stays")
    }

    @Test func mergingCanBeTakenBack() throws {
        var story = Story()
        try story.tell(.dispatch(to: "urban", readBack: true), at: "2026-11-02T09:00:00")
        try story.tell(.sign, at: "2026-11-02T10:00:00")
        let before = story.order
        try story.tell(.merge(into: "o2", reason: "同一事项"), at: "2026-11-02T11:00:00")
        #expect(story.order.isOver && story.order.details.mergedInto == "o2")
        try story.tell(.unmerge(reason: "并错了"), at: "2026-11-02T12:00:00")
        var after = story.order
        after.version = before.version
        #expect(after == before)
    }

    @Test func aLadderWarnsUrgesSupervisesAndTellsUpwards() throws {
        var story = Story()
        try story.tell(.dispatch(to: "urban", readBack: true), at: "2026-11-19T09:00:00")
        let alarms = story.clock(.resolve)?.alarms ?? []
        #expect(alarms.map(\.does) == [.warn, .urge, .supervise, .notify])
        #expect(
            alarms.map { Self.wall.text($0.at) } == [
                "2026-11-25 11:23:59", "2026-11-26 23:59:59", "2026-11-27 23:59:59", "2026-12-01 23:59:59",
            ])
        #expect(alarms[1].at > story.clock(.resolve)!.due, "in time means not after it is due")
    }

    @Test func detailsAreKeptAsTheyAre() throws {
        var details = WorkOrder.Details()
        #expect(try String(decoding: JSONEncoder().encode(details), as: UTF8.self) == "{}")
        details.policy = .init(name: "dalian", version: 3)
        details.shares = [.init(body: "fire", role: .lower, of: "urban", askedAt: Moment(milliseconds: 7))]
        details.pauses = [.init(reason: .coordination, from: Moment(milliseconds: 1), to: nil, note: "x")]
        details.tags = ["涉疫"]
        details.stateBefore = .signed
        #expect(try JSONDecoder().decode(WorkOrder.Details.self, from: JSONEncoder().encode(details)) == details)
    }
}
