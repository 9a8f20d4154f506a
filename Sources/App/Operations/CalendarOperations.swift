import Engine
import Storage

/// The working days behind all deadlines, and what a late notice would mean for them.
enum CalendarOperations {
    static let all: [Operation] = [
        Operation(
            id: "showCalendar", method: .get, path: "/calendar",
            summary: Sentence("工作日历", "Holidays and make-up days, by notice"), access: .needs(.readOrders),
            answers: [.ok(.object([.init("notices", .list(notice))]))]
        ) { exchange in
            .json(["notices": .array(try exchange.office.policies.calendar.notices.map { try RuleForms.json($0) })])
        },
        Operation(
            id: "tryNotice", method: .post, path: "/calendar/notices/trial",
            summary: Sentence("试算放假通知", "How many open deadlines a notice would move; changes nothing"),
            access: .needs(.routing), form: form,
            answers: [
                .ok(
                    .object([
                        .init("open", .count), .init("moved", .count),
                        .init(
                            "rows",
                            .list(
                                .object([
                                    .init("order", .id), .init("number", .anyText), .init("title", .anyText),
                                    .init("clock", .words(ClockName.self)), .init("before", .time),
                                    .init("after", .time),
                                ]))),
                    ]))
            ], refusals: [.conflict], handle: trial),
        Operation(
            id: "importNotice", method: .post, path: "/calendar/notices",
            summary: Sentence("导入放假通知", "Take up a new notice of holidays"), access: .needs(.routing), form: form,
            answers: [.ok(.object([.init("moved", .count)]))], refusals: [.conflict], handle: save),
    ]

    private static let form = Schema.object([.init("notice", .text(2...20_000))])
    private static let notice = Schema.named("Notice", .anything)

    /// One that is not known yet.
    private static func newNotice(_ exchange: Exchange) throws -> WorkingCalendar.Notice {
        struct Form: Decodable { let notice: String }
        let notice = try RuleForms.notice(try exchange.form(Form.self).notice)
        guard !exchange.office.policies.calendar.notices.contains(where: { $0.id == notice.id }) else {
            throw StoreConflict.alreadyDone
        }
        return notice
    }

    private static func trial(_ exchange: Exchange) async throws -> Answer {
        let (office, now) = (exchange.office, exchange.now)
        let calendar = office.policies.calendar.adding(try newNotice(exchange))
        let moves = try await office.store.deadlineMoves { order in
            OrderDue(order, clocks: office.clocks(of: order, at: now, by: calendar))
        }
        return .json([
            "open": JSON(moves.open), "moved": JSON(moves.moved),
            "rows": .array(
                moves.first.map {
                    [
                        "order": JSON($0.order), "number": .string($0.number), "title": .string($0.title),
                        "clock": .string($0.change.clock.rawValue), "before": JSON($0.change.before),
                        "after": JSON($0.change.after),
                    ]
                }),
        ])
    }

    /// Open deadlines are counted again, and each that moved keeps its old value with the notice as the reason.
    private static func save(_ exchange: Exchange) async throws -> Answer {
        let (office, now) = (exchange.office, exchange.now)
        let notice = try newNotice(exchange)
        try await office.store.save(notice, by: exchange.actor, at: now)
        office.policies.keep(notice)
        let moved = try await office.store.moveDeadlines(reason: notice.id, by: exchange.actor, at: now) {
            office.due($0, taken: $1, at: now)
        }
        return .json(["moved": JSON(moved)])
    }
}
