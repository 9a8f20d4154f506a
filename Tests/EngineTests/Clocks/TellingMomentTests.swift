import Foundation
import Testing

@testable import Engine

struct TellingMomentTests {
    private static func moments(after text: String, _ calendar: WorkingCalendar = .china) -> [String] {
        TellingMoment.all(after: Moment(iso8601: text)!, in: calendar).map {
            "\($0.name.rawValue) \(calendar.clock.text($0.at)) \($0.holiday ?? "-")"
        }
    }

    @Test func theNextOfEach() {
        #expect(
            Self.moments(after: "2026-02-01T09:00:00+08:00") == [
                "afternoon 2026-02-02 14:00:00 -", "friday 2026-02-06 17:20:00 -",
                "beforeHoliday 2026-02-14 16:50:00 春节", "makeUpDay 2026-02-14 10:00:00 春节",
                "lastMinute 2026-02-02 23:59:00 -",
            ])
    }

    /// Late in November nobody has published the next year: the last holiday tells as much.
    @Test func theLastHolidayWhereNoneLiesAhead() {
        let moments = Self.moments(after: "2026-11-26T09:00:00+08:00")
        #expect(moments.contains("beforeHoliday 2026-09-30 16:50:00 国庆节"), "\(moments)")
        #expect(moments.contains("makeUpDay 2026-10-10 10:00:00 国庆节"), "\(moments)")
    }

    @Test func noneIsMadeUp() {
        let moments = Self.moments(after: "2026-02-01T09:00:00+08:00", .weekdays(.china))
        #expect(moments.map { $0.prefix { $0 != " " } } == ["afternoon", "friday", "lastMinute"])
    }

    /// As the example of the policy editor: an order at 16:50 on the last day before the Spring Festival.
    @Test func aDraftCountsLikeAnyPolicy() throws {
        var draft = try #require(ClockPolicy.preset("hangzhou"))
        draft.promises = [.init(.resolve, within: Length(3, .workingDays))]
        let before = try #require(
            TellingMoment.all(after: Moment(iso8601: "2026-02-01T09:00:00+08:00")!, in: .china)
                .first { $0.name == .beforeHoliday })
        let due = draft.deadline(
            .resolve, for: .init(kind: .complaint, urgency: .ordinary), from: before.at, calendar: .china)
        #expect(due.map { WallClock.china.iso8601($0.due) } == "2026-02-26T23:59:59+08:00")
        #expect(
            draft.deadline(.sign, for: .init(kind: .help, urgency: .ordinary), from: before.at, calendar: .china) == nil
        )
    }

    @Test func aPolicyTellsByTheFieldWhatToMend() throws {
        var policy = try #require(ClockPolicy.preset("hangzhou"))
        var idle = ClockPolicy.Promise(.resolve, within: Length(1, .days))
        idle.kinds = []
        var backwards = ClockPolicy.Promise(.sign, within: Length(1, .hours))
        (backwards.from, backwards.until) = (.closed, .signed)
        policy.promises = [.init(.resolve, within: Length(2, .days)), idle, backwards]
        policy.source = " "
        #expect(policy.problems.map(\.field) == ["source", "promises[1].kinds", "promises[1]", "promises[2].from"])
    }

    private static func notice(_ parts: String) throws -> WorkingCalendar.Notice {
        try JSONDecoder().decode(
            WorkingCalendar.Notice.self,
            from: Data(#"{"id": "国办〔2026〕1号", "published": "2026-11-01", "year": 2027, \#(parts)}"#.utf8))
    }

    @Test(arguments: [
        (#""off": [], "work": []"#, ["off"]),
        (#""off": [["元旦", "2027-01-01", "2027-01-03"]], "work": [["2027-01-04", "元旦"]]"#, ["work[0]"]),
        (#""off": [["元旦", "2027-01-01", "2027-01-03"]], "work": [["2027-01-02", "元旦"]]"#, ["work[0]"]),
        (#""off": [["元旦", "2027-01-01", "2027-01-03"], ["春节", "2027-01-03", "2027-01-05"]], "work": []"#, ["off[1]"]),
        (#""off": [["元旦", "2029-01-01", "2029-01-03"]], "work": []"#, ["off[0]"]),
        (#""off": [["", "2027-01-01", "2027-01-03"]], "work": [["2026-12-26", "元旦"]]"#, ["off[0]"]),
    ])
    func aNoticeTellsByTheFieldWhatToMend(parts: String, fields: [String]) throws {
        #expect(try Self.notice(parts).problems.map(\.field) == fields)
    }

    @Test func everyNoticeOfTheBuiltInCalendarIsSound() {
        for notice in WorkingCalendar.china.notices { #expect(notice.problems.isEmpty, "\(notice.problems)") }
    }
}
