import Engine

extension SQLStore {
    // MARK: Written from the journal

    package func apply(_ records: [CallRecord], upTo position: Int64) async throws {
        try await write { db in
            let applied = try callsPosition(db)
            // A projection that was restarted may come with rows older than what stands.
            guard position >= applied else { return }
            for record in records {
                try upsert(record, db)
                try settleMissed(record, db)
            }
            try db.execute(
                """
                INSERT INTO projections (centre_id, name, position) VALUES (\(centreID), 'calls', \(position))
                ON CONFLICT (centre_id, name) DO UPDATE SET position = excluded.position
                """)
        }
    }

    package func callsPosition() async throws -> Int64 {
        try await database.read { try callsPosition($0) }
    }

    private func callsPosition(_ db: any SQLConnection) throws -> Int64 {
        try db.number("SELECT position FROM projections WHERE centre_id = \(centreID) AND name = 'calls'")
    }

    /// What only the database knows of a call, its recording, is left as it is.
    private func upsert(_ record: CallRecord, _ db: any SQLConnection) throws {
        try db.execute(
            """
            INSERT INTO calls (id, centre_id, direction, line, number, arrived_at, queued_at, answered_at,
                ended_at, agent, talk_ms, hold_ms, wrap_up_ms, offers, end_reason, outcome, purpose,
                purpose_reference, missed, queue, rules_version, takeover, attempt, callback_at)
            VALUES (\(record.id), \(centreID), \(record.direction.rawValue), \(record.line), \(record.number),
                \(record.arrivedAt), \(record.queuedAt), \(record.answeredAt), \(record.endedAt), \(record.agent),
                \(record.talkMs), \(record.holdMs), \(record.wrapUpMs), \(record.offers),
                \(record.endReason?.rawValue), \(record.outcome?.rawValue), \(record.purpose?.kind.rawValue),
                \(record.purpose?.reference), \(record.missed), \(record.queue), \(record.rules), \(record.takeover),
                \(record.attempt), \(record.callbackAt))
            ON CONFLICT (id) DO UPDATE SET queued_at = excluded.queued_at, answered_at = excluded.answered_at,
                ended_at = excluded.ended_at, agent = excluded.agent, talk_ms = excluded.talk_ms,
                hold_ms = excluded.hold_ms, wrap_up_ms = excluded.wrap_up_ms, offers = excluded.offers,
                end_reason = excluded.end_reason, outcome = excluded.outcome, missed = excluded.missed,
                queue = excluded.queue, takeover = excluded.takeover, callback_at = excluded.callback_at
            """)
    }

    package func setRecording(_ path: String, of call: CallID) async throws {
        try await write { db in
            let changed = try db.change(
                "UPDATE calls SET recording = \(path) WHERE centre_id = \(centreID) AND id = \(call)")
            guard changed == 1 else { throw StoreConflict.notFound }
        }
    }

    // MARK: Read

    package func call(_ id: CallID) async throws -> StoredCall? {
        try await database.read { db in
            try db.first(
                "calls", "SELECT \(Self.callColumns) FROM calls WHERE centre_id = \(centreID) AND id = \(id)",
                StoredCall.init)
        }
    }

    package func calls(_ filter: CallFilter, page: Page) async throws -> Rows<StoredCall> {
        let query = callsQuery(filter, after: try Cursor(page), limit: page.limit + 1)
        let found = try await database.read { try $0.rows("calls", query, StoredCall.init) }
        return Rows(found, page: page) { Cursor(at: $0.record.arrivedAt, id: $0.record.id.text) }
    }

    func callsQuery(_ filter: CallFilter, after last: Cursor?, limit: Int) -> SQL {
        let beyond: SQL = last.map { "(arrived_at, id) < (\($0.at), \($0.id))" } ?? "true"
        return """
            SELECT \(Self.callColumns) FROM calls WHERE centre_id = \(centreID) AND \(filter.sql) AND \(beyond)
            ORDER BY arrived_at DESC, id DESC LIMIT \(limit)
            """
    }

    /// A call's order is looked up, not kept: the order already says which call it came from.
    private static let callColumns: SQL = """
        calls.*,
        (SELECT orders.id FROM orders WHERE orders.call_id = calls.id
            ORDER BY orders.created_at, orders.id LIMIT 1) AS order_id
        """

    package func count(_ filter: CallFilter) async throws -> Int {
        try await database.read { db in
            Int(try db.number("SELECT count(*) FROM calls WHERE centre_id = \(centreID) AND \(filter.sql)"))
        }
    }

    package func sum(_ measure: CallMeasure, _ filter: CallFilter) async throws -> Int64 {
        try await database.read { db in
            try db.number("SELECT sum(\(measure.sql)) FROM calls WHERE centre_id = \(centreID) AND \(filter.sql)")
        }
    }

    package func tally(_ tallies: [CallTally], from: Moment, until: Moment) async throws -> [LineID: [Int64]] {
        let query = tallyQuery(tallies, from: from, until: until)
        let rows = try await database.read { db in
            try db.rows("calls", query) { columns in
                let line: LineID = try columns.get("line")
                return (line, try tallies.indices.map { try columns.get("tally\($0)") as Int64 })
            }
        }
        return Dictionary(uniqueKeysWithValues: rows)
    }

    func tallyQuery(_ tallies: [CallTally], from: Moment, until: Moment) -> SQL {
        let columns: [SQL] = tallies.enumerated().map { index, tally in "\(tally.sql) AS \(SQL(sql: "tally\(index)"))" }
        // Or the planner walks the index by line, all years of it, to save sorting one day.
        return """
            SELECT line, \(columns.joined(separator: ", ")) FROM calls
            WHERE centre_id = \(centreID) AND arrived_at >= \(from) AND arrived_at < \(until)
            GROUP BY \(SQL.unindexed("line"))
            """
    }
}

extension StoredCall {
    init(_ columns: Columns) throws {
        self.init(
            record: try CallRecord(columns), recording: try columns.optional("recording"),
            order: try columns.optional("order_id"))
    }
}

extension CallRecord {
    init(_ columns: Columns) throws {
        let reference: String? = try columns.optional("purpose_reference")
        self.init(
            id: try columns.get("id"), direction: try columns.word("direction"), line: try columns.get("line"),
            number: try columns.get("number"), arrivedAt: try columns.get("arrived_at"),
            purpose: try reference.map { Purpose(kind: try columns.word("purpose"), reference: $0) })
        queuedAt = try columns.optional("queued_at")
        answeredAt = try columns.optional("answered_at")
        endedAt = try columns.optional("ended_at")
        agent = try columns.optional("agent")
        talkMs = try columns.get("talk_ms")
        holdMs = try columns.get("hold_ms")
        wrapUpMs = try columns.get("wrap_up_ms")
        offers = try columns.get("offers")
        endReason = try columns.optionalWord("end_reason")
        missed = try columns.get("missed")
        queue = try columns.optional("queue")
        rules = try columns.optional("rules_version")
        takeover = try columns.optional("takeover")
        attempt = try columns.optional("attempt")
        callbackAt = try columns.optional("callback_at")
    }
}
