import Testing

@testable import Engine

/// A body that keeps other hours than the centre's policy says.
struct BodyHoursTests {
    private static func moment(_ text: String) -> Moment { Moment(iso8601: "\(text):00+08:00")! }

    private static let early: [BodyID: BodyHours] = [
        "water": BodyHours(
            try! WorkingHours(["07:30-11:30", "12:00-16:00"]), name: "供水集团", englishName: "Water Group")
    ]

    private static let policy: ClockPolicy = {
        var policy = ClockPolicy.hangzhou
        policy.promises = [ClockName.contact, .resolve, .followUp].map { .init($0, within: Length(4, .workingHours)) }
        policy.promises[1].extension = Length(8, .workingHours)
        policy.ladder = [.init(.after(Length(1, .workingHours)), .urge, [.body])]
        return policy
    }()

    private var order = WorkOrderTests.draft()

    private mutating func act(
        _ action: WorkOrder.Action, as capacity: WorkOrder.Capacity = .supervising("leader"), _ time: String,
        hours: [BodyID: BodyHours] = early
    ) throws {
        order = try order.applying(
            action, by: "p", as: capacity, version: order.version, at: Self.moment(time), policy: Self.policy,
            hours: hours
        ).order
    }

    private func clock(_ name: ClockName, of body: BodyID? = nil) throws -> OrderClock {
        try #require(
            Self.policy.clocks(of: order, calendar: .china).first { $0.name == name && $0.body == body })
    }

    @Test mutating func itsClocksGoByThemAndSayWhose() throws {
        try act(.dispatch(to: "water", readBack: true), "2026-11-19T10:00")
        let contact = try clock(.contact)
        #expect(
            contact.due == Self.moment("2026-11-19T14:30"), "an hour and a half, and two and a half after its lunch")
        #expect(contact.alarms.map(\.at) == [Self.moment("2026-11-19T15:30")], "so do the steps of its ladder")
        #expect(
            contact.explanation.contains(
                .init(
                    zh: "4 个工作小时，只计工作日 07:30-11:30、12:00-16:00（供水集团的工作时间）",
                    en: "4 working hours, of working days only 07:30-11:30, 12:00-16:00 (the hours of Water Group)")),
            "\(contact.explanation)")
    }

    @Test mutating func eachBodyByItsOwn() throws {
        try act(.dispatch(to: "urban", readBack: true), "2026-11-19T10:00")
        try act(.share(with: "water", as: .coHandler, note: ""), "2026-11-19T10:00")
        let office = Self.moment("2026-11-19T15:30")
        #expect(
            try clock(.resolve).due == office && clock(.resolve, of: "water").due == Self.moment("2026-11-19T14:30"))
        #expect(try clock(.resolve).explanation.allSatisfy { !$0.en.contains("the hours of") })
        try act(.giveBack(reason: "不属本单位"), as: .handling("urban"), "2026-11-19T11:00")
        try act(.dispatch(to: "water", readBack: true), "2026-11-19T11:00")
        #expect(try clock(.contact).due == Self.moment("2026-11-19T15:30"))
        try act(.sign, "2026-11-19T11:10")
        #expect(throws: WorkOrder.Refusal.extensionTooLong(limit: Length(8, .workingHours))) {
            try act(.askExtension(reason: "送检", until: Self.moment("2026-11-20T14:31")), "2026-11-19T12:00")
        }
        try act(.askExtension(reason: "送检", until: Self.moment("2026-11-20T14:30")), "2026-11-19T12:00")
        try act(.answer("已修复"), "2026-11-19T13:00")
        try act(.close, "2026-11-19T14:00")
        #expect(
            try clock(.followUp).due == Self.moment("2026-11-20T09:30"), "what the centre has to do, by the policy's")
    }

    /// Whatever the body keeps later, what it was sent with is what it was told.
    @Test mutating func anOrderKeepsThoseItWasSentWith() throws {
        try act(.dispatch(to: "water", readBack: true), "2026-11-19T10:00")
        try act(.sign, "2026-11-19T10:10", hours: [:])
        #expect(try clock(.contact).due == Self.moment("2026-11-19T14:30"))
        try act(.contact(note: "已联系"), "2026-11-19T10:20", hours: [:])
        try act(.answer("已修复"), "2026-11-19T10:30", hours: [:])
        try act(.close, "2026-11-19T10:40", hours: [:])
        try act(.redo(body: "water", reason: "未解决"), "2026-11-19T10:50", hours: [:])
        #expect(order.details.hours == nil)
    }
}
