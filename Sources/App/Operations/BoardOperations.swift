import Engine
import Foundation
import Reports
import Storage

/// How it stands now, and how a day went. What the figures mean is said in Reports.
enum BoardOperations {
    static let all: [Operation] = [
        Operation(
            id: "showBoard", method: .get, path: "/board",
            summary: Sentence("大屏", "What is true now, and today so far"),
            access: .needs(.board), answers: [.ok(Boards.schema)],
            handle: { .json(try await $0.office.boards.current(for: $0.me).json) }),
        Operation(
            id: "showDayReport", method: .get, path: "/reports/day", summary: Sentence("日报", "How a day went"),
            access: .needs(.reports), query: [.init("day", .form(.day))], answers: [.ok(report)], handle: showReport),
        Operation(
            id: "listFigureRows", method: .get, path: "/reports/day/rows",
            summary: Sentence("数字背后的记录", "The rows behind a figure"), access: .needs(.reports),
            query: [
                .init("day", .form(.day)), .init("figure", .text(1...64)), .init("line", .id, required: false),
                .init("part", .words(Figure.Part.self), required: false),
            ] + Exchange.paging,
            answers: [.ok(rows)], refusals: [.notFound], handle: showRows),
    ]

    static let figure = Schema.object([
        .init("key", .anyText), .init("zh", .anyText), .init("en", .anyText), .init("definitionZh", .anyText),
        .init("definitionEn", .anyText), .init("unit", .words(Figure.Unit.self)),
    ])

    static let value = Schema.object([
        .init("value", .nullable(.number)), .init("numerator", .count), .init("denominator", .nullable(.count)),
    ])

    private static let report = Schema.object([
        .init("day", .form(.day)),
        .init("figures", .list(figure)),
        .init("columns", .list(.object([.init("line", .id)]))),
        .init("values", .table(.list(value))),
        .init(
            "orders",
            .object([
                .init("byKind", .list(.object([.init("kind", .words(Kind.self)), .init("counts", .list(.count))]))),
                .init(
                    "byState",
                    .list(.object([.init("state", .words(WorkOrder.State.self)), .init("counts", .list(.count))]))),
            ])),
    ])

    private static let rows = Schema.object([
        .init("of", .oneOf(["calls", "orders"])),
        .init("rows", .list(.either(CallViews.schema, OrderViews.row))),
        .init("next", .nullable(.anyText)),
    ])

    private static func day(_ exchange: Exchange) throws -> LocalDay {
        // Required by the table, so that its absence never comes this far.
        guard let day = exchange.day("day") else { throw Problem.notFound }
        return day
    }

    private static func showReport(_ exchange: Exchange) async throws -> Answer {
        let office = exchange.office
        let report = try await DayReport.make(
            day: try day(exchange), centre: office.centre, store: office.store, wall: office.wallClock)
        return .json([
            "day": .string(report.day.description),
            "figures": .array(Figure.all.map { view($0.key, $0.name, $0.definition, $0.unit) }),
            "columns": .array(report.columns.map { ["line": .string($0.word)] }),
            "values": .object(report.values.mapValues { .array($0.map(view)) }),
            "orders": [
                "byKind": .array(
                    report.byKind.map {
                        ["kind": .string($0.kind.rawValue), "counts": .array($0.counts.map { JSON($0) })]
                    }),
                "byState": .array(
                    report.byState.map {
                        ["state": .string($0.state.rawValue), "counts": .array($0.counts.map { JSON($0) })]
                    }),
            ],
        ])
    }

    static func view(_ key: String, _ name: Figure.Words, _ definition: Figure.Words, _ unit: Figure.Unit) -> JSON {
        [
            "key": .string(key), "zh": .string(name.zh), "en": .string(name.en), "definitionZh": .string(definition.zh),
            "definitionEn": .string(definition.en), "unit": .string(unit.rawValue),
        ]
    }

    static func view(_ value: DayReport.Value) -> JSON {
        [
            "value": JSON(fraction: value.value), "numerator": JSON(value.numerator),
            "denominator": JSON(value.denominator),
        ]
    }

    private static func showRows(_ exchange: Exchange) async throws -> Answer {
        let office = exchange.office
        let line = exchange.text("line").flatMap { $0 == "all" ? nil : LineID($0) }
        let span = Span(day: try day(exchange), line: line, wall: office.wallClock)
        let found = FigureRows(
            key: exchange.text("figure") ?? "", part: exchange.word("part") ?? .numerator, span: span)
        switch found {
        case nil:
            throw Problem.notFound
        case .calls(let filter):
            let page = try await office.store.calls(filter, page: exchange.page)
            return answer("calls", page) { CallViews.view($0, at: exchange.now) }
        case .orders(let filter):
            let views = OrderViews(exchange, try await office.staff.people())
            let page = try await office.store.orders(filter, sort: .newest, page: exchange.page)
            return answer("orders", page, views.row)
        }
    }

    private static func answer<Row>(_ of: String, _ page: Rows<Row>, _ view: (Row) -> JSON) -> Answer {
        .json(["of": .string(of), "rows": .array(page.rows.map(view)), "next": JSON(page.next)])
    }
}

extension DayReport.Column {
    fileprivate var word: String {
        switch self {
        case .line(let line): line.text
        case .all: "all"
        }
    }
}
