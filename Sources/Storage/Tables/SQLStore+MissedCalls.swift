import Engine

extension SQLStore {
    // MARK: Their life, within `apply`

    /// What a call's row means for those who are owed a call back. The same row may come again and changes nothing
    /// then.
    func settleMissed(_ record: CallRecord, _ db: any SQLConnection) throws {
        if record.missed {
            try countMissed(record, db)
        } else if let answeredAt = record.answeredAt {
            try settle(by: record, at: answeredAt, db)
        }
    }

    private func countMissed(_ record: CallRecord, _ db: any SQLConnection) throws {
        let known: SQL = "SELECT count(*) FROM missed_attempts WHERE call_id = \(record.id)"
        guard try db.number(known) == 0 else { return }
        let row = try openRow(of: record.number, db)
        if let row { try bump(row, record, db) }
        let counting = try row ?? openMissed(record, db)
        try db.execute(
            """
            INSERT INTO missed_attempts (call_id, centre_id, missed_call)
            VALUES (\(record.id), \(centreID), \(counting))
            """)
    }

    private func openRow(of number: String, _ db: any SQLConnection) throws -> Int64? {
        // Those who hide their number are not one person.
        guard !number.isEmpty else { return nil }
        let query: SQL = "SELECT id FROM missed_calls WHERE \(isOpen(number))"
        return try db.first("missed_calls", query) { try $0.get("id") }
    }

    /// Asked for every call that is answered. Without `number <> ''`, which is always so here, the planner does not
    /// find the index over open rows and reads them all.
    func isOpen(_ number: String) -> SQL {
        "centre_id = \(centreID) AND number = \(number) AND number <> '' AND state = 'open'"
    }

    /// Another attempt. Calls end in another order than they arrive; the newest arrival names the row.
    private func bump(_ row: Int64, _ record: CallRecord, _ db: any SQLConnection) throws {
        try db.execute("UPDATE missed_calls SET attempts = attempts + 1 WHERE id = \(row)")
        try db.execute(
            """
            UPDATE missed_calls SET call_id = \(record.id), line = \(record.line), at = \(record.arrivedAt),
                waited_ms = \(record.waitedMs)
            WHERE id = \(row) AND at <= \(record.arrivedAt)
            """)
    }

    /// The first attempt since she was last served. Somebody who called twice at once and was answered on the second
    /// has been served already when the first rings out: her row is there, and done.
    private func openMissed(_ record: CallRecord, _ db: any SQLConnection) throws -> Int64 {
        let served = record.number.isEmpty ? nil : try answeredSince(record, db)
        let state = served == nil ? MissedCall.State.open : .done
        return try db.number(
            """
            INSERT INTO missed_calls (centre_id, number, call_id, line, at, waited_ms, attempts, state, done_at)
            VALUES (\(centreID), \(record.number), \(record.id), \(record.line), \(record.arrivedAt),
                \(record.waitedMs), 1, \(state.rawValue), \(served))
            RETURNING id
            """)
    }

    private func answeredSince(_ record: CallRecord, _ db: any SQLConnection) throws -> Moment? {
        let query: SQL = """
            SELECT answered_at FROM calls
            WHERE centre_id = \(centreID) AND number = \(record.number) AND arrived_at >= \(record.arrivedAt)
                AND id <> \(record.id) AND direction = 'inbound' AND answered_at IS NOT NULL AND NOT missed
            ORDER BY arrived_at LIMIT 1
            """
        return try db.first("calls", query) { try $0.get("answered_at") }
    }

    private func settle(by record: CallRecord, at answeredAt: Moment, _ db: any SQLConnection) throws {
        switch record.direction {
        case .inbound where !record.number.isEmpty:
            try db.execute(
                """
                UPDATE missed_calls SET state = 'done', done_at = \(answeredAt)
                WHERE \(isOpen(record.number)) AND at <= \(record.arrivedAt)
                """)
        case .outbound where record.purpose?.kind == .missed:
            try db.execute(
                """
                UPDATE missed_calls SET state = 'done', done_at = \(answeredAt), callback = \(record.id)
                WHERE id = (SELECT missed_call FROM missed_attempts
                        WHERE centre_id = \(centreID) AND call_id = \(record.purpose?.reference))
                    AND state = 'open' AND at <= \(answeredAt)
                """)
        case .inbound, .outbound: break
        }
    }

    // MARK: Read and closed by people

    package func missedCalls(_ state: MissedCall.State?, page: Page) async throws -> Rows<MissedCall> {
        let query = missedCallsQuery(state, after: try Cursor(page), limit: page.limit + 1)
        let found = try await database.read { db in
            try db.rows("missed_calls", query) { (id: try $0.get("id") as Int64, row: try MissedCall($0)) }
        }
        let rows = Rows(found, page: page) { Cursor(at: $0.row.at, id: String($0.id)) }
        return Rows<MissedCall>(rows: rows.rows.map(\.row), next: rows.next)
    }

    func missedCallsQuery(_ state: MissedCall.State?, after last: Cursor?, limit: Int) -> SQL {
        let wanted: SQL = state.map { "state = \($0.rawValue)" } ?? "true"
        let beyond: SQL = last.map { "(at, id) < (\($0.at), \(Int64($0.id) ?? 0))" } ?? "true"
        return """
            SELECT * FROM missed_calls WHERE centre_id = \(centreID) AND \(wanted) AND \(beyond)
            ORDER BY at DESC, id DESC LIMIT \(limit)
            """
    }

    package func missedCall(_ id: CallID) async throws -> MissedCall? {
        try await database.read { try missedCall(id, $0) }
    }

    /// By any of its attempts: a desk may still show the one before the newest.
    private func missedCall(_ id: CallID, _ db: any SQLConnection) throws -> MissedCall? {
        let query: SQL = """
            SELECT missed_calls.* FROM missed_attempts
            JOIN missed_calls ON missed_calls.id = missed_attempts.missed_call
            WHERE missed_attempts.centre_id = \(centreID) AND missed_attempts.call_id = \(id)
            """
        return try db.first("missed_calls", query, MissedCall.init)
    }

    package func openMissedCalls() async throws -> Int {
        try await database.read { db in
            Int(try db.number("SELECT count(*) FROM missed_calls WHERE centre_id = \(centreID) AND state = 'open'"))
        }
    }

    package func latePromises(after: Moment, until: Moment) async throws -> [MissedCall] {
        let query: SQL = """
            SELECT * FROM missed_calls
            WHERE centre_id = \(centreID) AND state = 'open' AND promised_by > \(after) AND promised_by <= \(until)
            ORDER BY promised_by, id LIMIT 20
            """
        return try await database.read { try $0.rows("missed_calls", query, MissedCall.init) }
    }

    package func closeMissedCall(
        _ id: CallID, note: String, by actor: AuditActor, at now: Moment
    ) async throws -> MissedCall {
        let content = try Content(note)
        return try await write { db in
            guard let row = try missedCall(id, db) else { throw StoreConflict.notFound }
            guard row.state == .open else { throw StoreConflict.alreadyDone }
            try db.execute(
                """
                UPDATE missed_calls SET state = 'done', done_at = \(now), done_by = \(actor.person),
                    note = \(note)
                WHERE call_id = \(row.call)
                """)
            audit(
                AuditRow(
                    at: now, actor: actor, action: "missed.close", subject: "call:\(row.call)", digest: content.digest),
                db)
            guard let closed = try missedCall(id, db) else { throw StoreConflict.notFound }
            return closed
        }
    }

    package func promiseMissedCall(
        _ id: CallID, until promised: Moment?, by actor: AuditActor, at now: Moment
    ) async throws -> MissedCall {
        try await write { db in
            guard let row = try missedCall(id, db) else { throw StoreConflict.notFound }
            guard row.state == .open else { throw StoreConflict.alreadyDone }
            let owner = promised == nil ? nil : actor.person
            try db.execute(
                "UPDATE missed_calls SET owner = \(owner), promised_by = \(promised) WHERE call_id = \(row.call)")
            let action = promised == nil ? "missed.handBack" : "missed.promise"
            audit(AuditRow(at: now, actor: actor, action: action, subject: "call:\(row.call)"), db)
            guard let changed = try missedCall(id, db) else { throw StoreConflict.notFound }
            return changed
        }
    }
}

extension CallRecord {
    /// As the column `waited_ms` has it; a call that hung up during the greeting has not waited.
    fileprivate var waitedMs: Int64 {
        guard let queuedAt, let over = answeredAt ?? endedAt else { return 0 }
        return over.milliseconds(since: queuedAt)
    }
}

extension MissedCall {
    init(_ columns: Columns) throws {
        self.init(
            call: try columns.get("call_id"), line: try columns.get("line"), number: try columns.get("number"),
            at: try columns.get("at"), waitedMs: try columns.get("waited_ms"), attempts: try columns.get("attempts"),
            state: try columns.word("state"), doneAt: try columns.optional("done_at"),
            doneBy: try columns.optional("done_by"),
            note: try columns.optional("note"), callback: try columns.optional("callback"),
            owner: try columns.optional("owner"), promisedBy: try columns.optional("promised_by"))
    }
}
