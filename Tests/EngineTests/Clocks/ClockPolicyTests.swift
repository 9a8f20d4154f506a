import Foundation
import Testing

@testable import Engine

struct ClockPolicyTests {
    private static func moment(_ text: String) -> Moment { Moment(iso8601: text)! }

    @Test func everyPresetCanBeUsedAndNamesItsSource() {
        #expect(
            ClockPolicy.presets.map(\.name) == [
                "hangzhou", "beijing", "tianjin", "guangdong", "guangzhou", "dalian", "12315", "china-post", "311",
            ])
        for preset in ClockPolicy.presets {
            #expect(preset.problems.isEmpty, "\(preset.name): \(preset.problems)")
            #expect(!preset.source.isEmpty && !preset.ladder.isEmpty)
            let data = try? JSONEncoder().encode(preset)
            #expect(data.flatMap { try? ClockPolicy(file: $0) } == preset)
        }
    }

    /// Lunch: a promise of two working hours at 11:30 is kept until 15:00.
    @Test(arguments: [
        ("2026-11-20T11:30:00+08:00", "2026-11-20T15:00:00+08:00"),
        ("2026-11-20T12:30:00+08:00", "2026-11-20T15:30:00+08:00"),
        ("2026-11-20T17:00:00+08:00", "2026-11-23T10:30:00+08:00"),
        ("2026-11-20T03:00:00+08:00", "2026-11-20T11:00:00+08:00"),
        // To the very end of the day, not into the next.
        ("2026-11-20T15:30:00+08:00", "2026-11-20T17:30:00+08:00"),
        ("2026-02-14T16:30:00+08:00", "2026-02-24T10:00:00+08:00"),
    ])
    func workingHoursLeaveOutLunchAndNights(from: String, due: String) {
        let deadline = WorkingCalendar.china.deadline(Length(2, .workingHours), from: Self.moment(from))
        #expect(WallClock.china.iso8601(deadline.due) == due)
    }

    @Test func aBodyMayHaveHoursOfItsOwn() throws {
        let calendar = WorkingCalendar.china.with(clock: .china, hours: try WorkingHours(["08:00-20:00"]))
        let deadline = calendar.deadline(Length(2, .workingHours), from: Self.moment("2026-11-20T19:00:00+08:00"))
        #expect(WallClock.china.iso8601(deadline.due) == "2026-11-23T09:00:00+08:00")
        for bad in [["9:00-12:00"], ["12:00-09:00"], ["09:00-12:00", "11:00-13:00"], [], ["09:00-25:00"], ["x"]] {
            #expect(throws: WorkingHours.Malformed.self) { try WorkingHours(bad) }
        }
    }

    /// New York puts its clocks forward on 2026-03-08 at 02:00 and back on 2026-11-01 at 02:00.
    @Test func summerTime() {
        let wall = WallClock(zone: "America/New_York")!
        let calendar = WorkingCalendar.weekdays(wall)
        func due(_ length: Length, _ from: String) -> String {
            wall.iso8601(calendar.deadline(length, from: Self.moment(from)).due)
        }
        #expect(due(Length(24, .hours), "2026-03-07T12:00:00-05:00") == "2026-03-08T13:00:00-04:00")
        #expect(due(Length(1, .days), "2026-03-07T12:00:00-05:00") == "2026-03-08T23:59:59-04:00")
        #expect(due(Length(24, .hours), "2026-10-31T12:00:00-04:00") == "2026-11-01T11:00:00-05:00")
        #expect(due(Length(1, .workingDays), "2026-10-30T12:00:00-04:00") == "2026-11-02T23:59:59-05:00")
        #expect(
            wall.iso8601(wall.moment(on: LocalDay("2026-03-08")!, second: 2 * 3600 + 1800))
                == "2026-03-08T03:00:00-04:00")
        #expect(wall.iso8601(wall.moment(on: LocalDay("2026-11-01")!, second: 3600)) == "2026-11-01T01:00:00-04:00")
        for text in ["2026-03-08T01:59:59-05:00", "2026-03-08T03:00:00-04:00", "2026-11-01T01:30:00-05:00"] {
            #expect(wall.iso8601(Self.moment(text)) == text)
        }
    }

    @Test func aLateNoticeMovesWhatWasPromised() {
        let from = Self.moment("2019-04-29T10:00:00+08:00")
        func due(_ calendar: WorkingCalendar) -> String {
            WallClock.china.iso8601(calendar.deadline(Length(5, .workingDays), from: from).due)
        }
        #expect(due(WorkingCalendar.china.knownOn(LocalDay("2019-03-21")!)) == "2019-05-07T23:59:59+08:00")
        #expect(due(.china) == "2019-05-08T23:59:59+08:00")
    }

    @Test func momentsAreReadAsWritten() {
        for (text, milliseconds) in [
            ("1970-01-01T00:00:00Z", 0), ("1970-01-01T08:00:00+08:00", 0), ("1970-01-01T08:00+0800", 0),
            ("1969-12-31T19:00:00.250-05:00", 250),
        ] as [(String, Int64)] {
            #expect(Moment(iso8601: text)?.milliseconds == milliseconds, "\(text)")
        }
        for text in [
            "", "2020-01-22", "2020-01-22T16:30:00", "2020-13-01T00:00:00Z", "2020-01-01T24:00:00Z",
            "2020-01-01T00:00:00Zx",
        ] {
            #expect(Moment(iso8601: text) == nil, "\(text)")
        }
    }

    @Test func whatCannotBeUsedSaysWhy() throws {
        var policy = ClockPolicy.hangzhou
        policy.promises = []
        #expect(policy.problems.count == 1)
        policy = .hangzhou
        policy.zone = "Mars/Olympus"
        policy.calendar = "lunar"
        #expect(policy.problems.count == 2)
        policy = .hangzhou
        policy.promises.insert(.init(.resolve, within: Length(1, .days)), at: 0)
        #expect(policy.problems.map(\.field) == ["promises[2]", "promises[3]"], "these would never hold")
        var backwards = ClockPolicy.Promise(.sign, within: Length(1, .hours))
        backwards.from = .closed
        policy = .hangzhou
        policy.promises.append(backwards)
        #expect(policy.problems.count == 1)
        for text in ["0 hours", "5000000 hours", "5", "five days", "5 weeks", ""] { #expect(Length(text) == nil) }
    }
}
