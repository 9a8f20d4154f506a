import Testing

@testable import Engine

struct RecorderTests {
    static func started() throws -> Recorder {
        var recorder = Recorder(switchboard: Switchboard(), position: 0, last: Moment(milliseconds: 0))
        try recorder.receive(
            .configured(
                Setup(
                    lines: [Line(id: "L", number: "12345", queue: "Q")], queues: [Queue(id: "Q")],
                    agents: [AgentProfile(id: "1", queues: ["Q"], device: .phone(uri: "sip:1@h"))])),
            at: Moment(milliseconds: 1000))
        return recorder
    }

    @Test func noActionLeavesBeforeItsEventIsWritten() throws {
        var recorder = try Self.started()
        let first = recorder.batchToWrite()
        try recorder.receive(.arrived("a", line: "L", number: "1"), at: Moment(milliseconds: 2000))
        #expect(recorder.batchToWrite() == nil, "one batch at a time")
        #expect(recorder.written() == first)
        let second = recorder.batchToWrite()
        #expect(second?.map(\.position) == [2])
        #expect(second?[0].actions.contains(.greet("a", "L")) == true)
    }

    @Test func aClockThatStepsBackDoesNotTurnTheOrderOfTheWorld() throws {
        var recorder = try Self.started()
        try recorder.receive(.arrived("a", line: "L", number: "1"), at: Moment(milliseconds: 10))
        let batch = recorder.batchToWrite()
        #expect(batch?.map(\.at.milliseconds) == [1000, 1000])
    }

    @Test func aRefusedRequestIsNotJournaled() throws {
        var recorder = try Self.started()
        #expect(throws: SwitchboardRefusal.notSignedIn) {
            try recorder.receive(.asked("1", .ready), at: Moment(milliseconds: 2000))
        }
        #expect(recorder.position == 1)
    }

    @Test func theJournalGivesTheSameStateAgain() throws {
        var recorder = try Self.started()
        for event in [
            .signedIn("1", site: "hall"), .asked("1", .ready), .arrived("a", line: "L", number: "1"), .greeted("a"),
            .accepted("a-1", "1"), .connected("a"), .hungUp("a", .citizen, .callerHungUp),
        ] as [Event] {
            try recorder.receive(event, at: Moment(milliseconds: recorder.position * 1000))
        }
        var again = Recorder(switchboard: Switchboard(), position: 0, last: Moment(milliseconds: 0))
        for entry in recorder.batchToWrite()! { try again.replay(entry) }
        #expect(again.switchboard == recorder.switchboard)
        let missing = Recorder.Entry(position: 99, at: Moment(milliseconds: 1), event: .started, actions: [])
        #expect(throws: Recorder.Gap(after: 8, found: 99)) { try again.replay(missing) }
        let other = Recorder.Entry(
            position: 9, at: Moment(milliseconds: 9000), event: .started, actions: [.playMusic("z")])
        #expect(throws: Recorder.Divergence(position: 9)) { try again.replay(other) }
    }
}
