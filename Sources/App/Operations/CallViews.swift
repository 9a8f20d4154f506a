import Engine
import Storage

/// Calls and missed calls as JSON. Numbers leave masked, always.
enum CallViews {
    static let schema = Schema.named(
        "Call",
        .object([
            .init("id", .id), .init("direction", .oneOf(["inbound", "outbound"])), .init("line", .id),
            .init("number", .anyText), .init("agent", .nullable(.id)), .init("arrivedAt", .time),
            .init("queuedAt", .nullable(.time)), .init("answeredAt", .nullable(.time)),
            .init("endedAt", .nullable(.time)), .init("waitMs", .count), .init("talkMs", .count),
            .init("holdMs", .count), .init("wrapUpMs", .count),
            .init("outcome", .nullable(.words(CallRecord.Outcome.self))),
            .init("endReason", .nullable(.words(EndReason.self))), .init("recording", .flag),
            .init("purpose", .nullable(.words(CallRecord.Purpose.Kind.self))), .init("order", .nullable(.id)),
        ]))

    /// - Parameter now: for the wait of one who still waits.
    static func view(_ call: StoredCall, at now: Moment) -> JSON {
        let record = call.record
        return [
            "id": JSON(record.id), "direction": .string(record.direction.rawValue), "line": JSON(record.line),
            "number": .string(TelephoneNumber.mask(record.number)), "agent": JSON(record.agent),
            "arrivedAt": JSON(record.arrivedAt), "queuedAt": JSON(record.queuedAt),
            "answeredAt": JSON(record.answeredAt), "endedAt": JSON(record.endedAt),
            "waitMs": JSON(record.waited(at: now)), "talkMs": JSON(record.talkMs), "holdMs": JSON(record.holdMs),
            "wrapUpMs": JSON(record.wrapUpMs), "outcome": JSON(record.outcome?.rawValue),
            "endReason": JSON(record.endReason?.rawValue), "recording": .bool(call.recording != nil),
            "purpose": JSON(record.purpose?.kind.rawValue), "order": JSON(call.order ?? record.purpose?.order),
        ]
    }

    static let missed = Schema.named(
        "MissedCall",
        .object([
            .init("call", .id), .init("line", .id), .init("number", .anyText), .init("at", .time),
            .init("waitedMs", .count), .init("attempts", .count), .init("state", .words(MissedCall.State.self)),
            .init("doneAt", .nullable(.time)), .init("doneBy", .nullable(.anyText)),
            .init("note", .nullable(.anyText)), .init("callback", .nullable(.id)),
            .init("owner", .nullable(.anyText)), .init("promisedBy", .nullable(.time)),
        ]))

    static func view(_ missed: MissedCall, _ people: People) -> JSON {
        [
            "call": JSON(missed.call), "line": JSON(missed.line),
            "number": .string(TelephoneNumber.mask(missed.number)), "at": JSON(missed.at),
            "waitedMs": JSON(missed.waitedMs), "attempts": JSON(missed.attempts),
            "state": .string(missed.state.rawValue), "doneAt": JSON(missed.doneAt),
            "doneBy": JSON(missed.doneBy.map(people.name)), "note": JSON(missed.note),
            "callback": JSON(missed.callback), "owner": JSON(missed.owner.map(people.name)),
            "promisedBy": JSON(missed.promisedBy),
        ]
    }

    /// Rows and where the next begin.
    static func rows(of row: Schema) -> Schema {
        .object([.init("rows", .list(row)), .init("next", .nullable(.anyText))])
    }

    static func page<Row>(_ page: Rows<Row>, _ view: (Row) -> JSON) -> JSON {
        ["rows": .array(page.rows.map(view)), "next": JSON(page.next)]
    }
}

extension CallRecord {
    /// From queueing to the bridge, or the end, or now.
    func waited(at now: Moment) -> Int64 {
        guard let queuedAt else { return 0 }
        return max(0, (answeredAt ?? endedAt ?? now).milliseconds(since: queuedAt))
    }
}
