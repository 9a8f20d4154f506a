import Engine

extension WorkOrder {
    /// Without its follow-ups, which have rows of their own.
    init(_ columns: Columns) throws {
        let fields = Fields(
            kind: try columns.optionalWord("kind"), urgency: try columns.word("urgency"),
            title: try columns.get("title"),
            what: try columns.get("what"), place: try columns.get("place"), time: try columns.get("time"),
            wish: try columns.get("wish"), name: try columns.get("name"), phone: try columns.get("phone"),
            confidential: try columns.get("confidential"))
        self.init(
            draft: try columns.get("id"), number: try columns.get("number"), fields: fields,
            line: try columns.get("line"),
            call: try columns.optional("call_id"), takenBy: try columns.optional("taken_by"),
            source: (try columns.optional("source")).flatMap(Source.init(text:)), at: try columns.get("created_at"))
        state = try columns.word("state")
        body = try columns.optional("body")
        answer = try columns.optional("answer")
        dispatchedAt = try columns.optional("dispatched_at")
        signedAt = try columns.optional("signed_at")
        respondedAt = try columns.optional("responded_at")
        answeredAt = try columns.optional("answered_at")
        closedAt = try columns.optional("closed_at")
        removedAt = try columns.optional("removed_at")
        let details: String = try columns.get("details")
        // Most have none, and a list has a hundred.
        if details != "{}" { self.details = try columns.json("details") }
        version = try columns.get("version")
    }
}

extension WorkOrder.FollowUp {
    init(_ columns: Columns) throws {
        self.init(
            at: try columns.get("at"), by: try columns.optional("by_person"), reached: try columns.get("reached"),
            satisfaction: try columns.optional("satisfaction"), solved: try columns.optional("solved"),
            contacted: try columns.optional("contacted"), note: try columns.get("note"),
            call: try columns.optional("call_id"))
    }
}

extension WorkOrder.Transition {
    init(_ columns: Columns) throws {
        self.init(
            action: try columns.word("action"), from: try columns.optionalWord("from_state"),
            to: try columns.word("to_state"), at: try columns.get("at"), by: try columns.optional("by_person"),
            note: try columns.optional("note"), fromBody: try columns.optional("from_body"),
            toBody: try columns.optional("to_body"))
    }
}
