import Engine
import Storage

/// What orders look like in answers.
extension OrderViews {
    private static let clock = Schema.named(
        "Clock",
        .object([
            .init("name", .words(ClockName.self)), .init("startedAt", .time), .init("due", .time),
            .init("metAt", .nullable(.time)), .init("provisional", .flag),
            .init("state", .words(OrderClock.State.self)), .init("body", .nullable(.id)),
            .init("explanation", .list(.object([.init("zh", .anyText), .init("en", .anyText)]))),
        ]))

    static let rowProperties: [Schema.Property] = [
        .init("id", .id), .init("number", .anyText), .init("state", .words(WorkOrder.State.self)),
        .init("kind", .nullable(.words(Kind.self))), .init("urgency", .words(Urgency.self)), .init("title", .anyText),
        .init("body", .nullable(.id)), .init("agent", .nullable(.id)), .init("createdAt", .time),
        .init("phone", .anyText), .init("clock", .nullable(clock)), .init("closedAt", .nullable(.time)),
        .init("removedAt", .nullable(.time)),
        .init("satisfaction", .nullable(.integer(1...5))), .init("solved", .nullable(.flag)), .init("version", .count),
        .init("unreached", .list(.id), required: false),
    ]

    static let row = Schema.named("OrderRow", .object(rowProperties))

    static let fieldsSchema = Schema.named(
        "Fields",
        .object([
            .init("kind", .nullable(.oneOf([""] + Kind.allCases.map(\.rawValue)))),
            .init("urgency", .words(Urgency.self)), .init("title", text(.title)), .init("what", text(.what)),
            .init("where", text(.place)), .init("when", text(.time)), .init("wish", text(.wish)),
            .init("name", text(.name)), .init("phone", .form(.telephone)), .init("confidential", .flag),
        ]))

    /// Those that are filled in; a form without it leaves them as they are.
    static let particulars = Schema.Property("particulars", particularsSaid.schema, required: false)

    static let particularsSaid = Schema.Property(
        "particulars", .list(.object([.init("id", .text(1...64)), .init("value", text(.particulars))])))

    static func text(_ field: WorkOrder.Field, atLeast least: Int = 0) -> Schema { .text(least...field.limit) }

    static let whole = Schema.named(
        "Order",
        .object(
            rowProperties + [
                .init("fields", fieldsSchema), .init("line", .id), .init("call", .nullable(.id)),
                .init("source", .oneOf(["centre", "sheet", "page", "client"])), .init("reference", .nullable(.anyText)),
                .init(
                    "location", .nullable(.object([.init("latitude", .number), .init("longitude", .number)]))),
                .init("email", .nullable(.anyText)),
                .init("clocks", .list(clock)), .init("answer", .nullable(.anyText)),
                .init(
                    "history",
                    .list(
                        .named(
                            "Change",
                            .object([
                                .init("at", .time), .init("by", .nullable(.anyText)),
                                .init("byRole", .nullable(.words(Role.self))),
                                .init("action", .words(WorkOrder.Action.Name.self)),
                                .init("from", .nullable(.words(WorkOrder.State.self))),
                                .init("to", .words(WorkOrder.State.self)), .init("note", .nullable(.anyText)),
                            ])))),
                .init("allowed", .list(.words(WorkOrder.Action.Name.self))),
                .init(
                    "followUps",
                    .list(
                        .object([
                            .init("at", .time), .init("by", .nullable(.anyText)), .init("reached", .flag),
                            .init("satisfaction", .nullable(.integer(1...5))), .init("solved", .nullable(.flag)),
                            .init("contacted", .nullable(.flag)), .init("note", .anyText),
                            .init("call", .nullable(.id)),
                        ]))),
                .init(
                    "proposals",
                    .list(
                        .object([
                            .init("label", .words(DispatchCatalogue.Label.self)), .init("model", .count),
                            .init("proposed", .id), .init("confidence", .number), .init("chosen", .nullable(.id)),
                            .init("taken", .flag),
                        ]))),
                .init("people", .count), .init("merged", .count), .init("mergedInto", .nullable(.id)),
                .init("calls", .list(.id)), .init("category", .nullable(.id)), .init("tags", .list(.anyText)),
                .init("particulars", .list(.object([.init("id", .id), .init("value", .anyText)]))),
                .init(
                    "deliveries",
                    .list(
                        .object([
                            .init("body", .nullable(.id)), .init("about", .anyText),
                            .init("channel", .words(NewDelivery.Channel.self)),
                            .init("state", .words(Delivery.State.self)), .init("attempts", .count),
                            .init("error", .nullable(.anyText)), .init("at", .time), .init("keepsFailing", .flag),
                            .init(
                                "tries", .list(.object([.init("at", .time), .init("error", .nullable(.anyText))]))),
                        ]))),
                .init("supervisedAt", .nullable(.time)),
                .init(
                    "alarms",
                    .list(
                        .object([
                            .init("clock", .words(ClockName.self)), .init("body", .nullable(.id)),
                            .init("does", .words(ClockPolicy.Rung.Deed.self)),
                            .init("tells", .list(.words(ClockPolicy.Rung.Told.self))), .init("dueAt", .time),
                            .init("at", .time),
                        ]))),
                .init(
                    "deadlineChanges",
                    .list(
                        .object([
                            .init("clock", .words(ClockName.self)), .init("body", .nullable(.id)), .init("at", .time),
                            .init("before", .time), .init("after", .time), .init("reason", .anyText),
                        ]))),
            ]))
}
