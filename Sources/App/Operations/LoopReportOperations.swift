import Engine
import Reports
import Storage

/// How orders went through the bodies' hands in a period. What the figures mean is said in Reports.
enum LoopReportOperations {
    private static let days: [Schema.Property] = [.init("from", .form(.day)), .init("until", .form(.day))]

    static let all: [Operation] = [
        Operation(
            id: "showLoopReport", method: .get, path: "/reports/loop",
            summary: Sentence("承办单位报表", "How orders went in a period of at most 366 days, by body"),
            access: .needs(.reports), query: days, answers: [.ok(report)], handle: showReport),
        Operation(
            id: "listLoopFigureRows", method: .get, path: "/reports/loop/rows",
            summary: Sentence("承办单位报表数字背后的工单", "The orders behind a figure of the bodies"), access: .needs(.reports),
            query: days + [
                .init("figure", .text(1...64)), .init("body", .id, required: false),
                .init("part", .words(Figure.Part.self), required: false),
            ] + Exchange.paging,
            answers: [.ok(CallViews.rows(of: OrderViews.row))], refusals: [.notFound], handle: showRows),
    ]

    private static let report = Schema.object([
        .init("from", .form(.day)), .init("until", .form(.day)), .init("figures", .list(BoardOperations.figure)),
        .init(
            "rows",
            .list(.object([.init("body", .nullable(.id)), .init("values", .list(BoardOperations.value))]))),
    ])

    private static func period(_ exchange: Exchange) throws -> LoopPeriod {
        // Required by the table, so that their absence never comes this far.
        guard let from = exchange.day("from"), let until = exchange.day("until") else { throw Problem.notFound }
        guard from <= until,
            let period = LoopPeriod(from...until, wall: exchange.office.wallClock, asOf: exchange.now)
        else {
            throw Problem.invalid([
                FieldProblem(
                    field: "until",
                    message: Sentence(
                        "止日不能早于起日，最多 \(LoopPeriod.mostDays) 天。",
                        "The last day is not before the first, and at most \(LoopPeriod.mostDays) days are counted."))
            ])
        }
        return period
    }

    private static func showReport(_ exchange: Exchange) async throws -> Answer {
        let period = try period(exchange)
        let report = try await LoopReport.make(period, centre: exchange.office.centre, store: exchange.office.store)
        return .json([
            "from": .string(period.days.lowerBound.description), "until": .string(period.days.upperBound.description),
            "figures": .array(
                LoopFigure.all.map { BoardOperations.view($0.key, $0.name, $0.definition, $0.unit) }),
            "rows": .array(
                report.rows.map { row in
                    ["body": JSON(row.body), "values": .array(row.values.map(BoardOperations.view))]
                }),
        ])
    }

    private static func showRows(_ exchange: Exchange) async throws -> Answer {
        let rows = try period(exchange).rows(
            exchange.text("figure") ?? "", exchange.word("part") ?? .numerator,
            of: exchange.text("body").map { BodyID($0) })
        guard let rows else { throw Problem.notFound }
        let views = OrderViews(exchange, try await exchange.office.staff.people())
        let page = try await exchange.office.store.orders(rows, sort: .newest, page: exchange.page)
        return .json(CallViews.page(page, views.row))
    }
}
