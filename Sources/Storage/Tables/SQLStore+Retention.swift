import Engine

/// Takes away what has been kept long enough. A row tells of each thing, in the transaction that removes it; the audit's rows
/// and the history of orders stay.
extension SQLStore {
    /// Changed in one transaction: few enough that nobody waits long behind it.
    private static let removedTogether = 200

    /// Goes through what is old enough for some rule, oldest first, a batch a transaction.
    ///
    /// - Parameter remove: looks at it again under the lock, for it may have been held or changed meanwhile.
    private func removeAged<Row: Sendable>(
        dryRun: Bool, _ aged: (Cursor?) -> SQL, read: @escaping @Sendable (Columns) throws -> Row,
        cursor: (Row) -> Cursor, isDue: (Row) -> Bool,
        remove: @escaping @Sendable (Row, any SQLConnection) throws -> Bool
    ) async throws -> Int {
        var (removed, last): (Int, Cursor?) = (0, nil)
        while true {
            let query = aged(last)
            let page = try await database.read { try $0.rows("aged", query, read) }
            guard let end = page.last else { return removed }
            let due = page.filter(isDue)
            if dryRun {
                removed += due.count
            } else {
                removed += try await write { db in try due.reduce(0) { $0 + (try remove($1, db) ? 1 : 0) } }
            }
            last = cursor(end)
        }
    }

    // MARK: Orders

    package func removeExpiredOrders(
        _ policy: RetentionPolicy, dryRun: Bool, by actor: AuditActor, at now: Moment
    ) async throws -> Int {
        guard let latest = policy.latestExpiry(.orders, at: now) else { return 0 }
        return try await removeAged(
            dryRun: dryRun, { agedOrders(before: latest, after: $0) }, read: WorkOrder.init,
            cursor: { Cursor(at: $0.createdAt, id: $0.id.text) },
            isDue: { days(of: $0, policy, at: now) != nil },
            remove: { try remove($0.id, policy, by: actor, at: now, $1) })
    }

    func agedOrders(before latest: Moment, after last: Cursor?) -> SQL {
        let beyond: SQL = last.map { "(created_at, id) > (\($0.at), \($0.id))" } ?? "true"
        return """
            SELECT * FROM orders
            WHERE centre_id = \(centreID) AND created_at <= \(latest) AND \(beyond) AND removed_at IS NULL
                AND \(SQL.unindexed("state")) IN ('closed', 'followedUp', 'archived', 'discarded', 'withdrawn') AND \(isNotHeld)
            ORDER BY created_at, id LIMIT \(Self.removedTogether)
            """
    }

    private var isNotHeld: SQL {
        """
        NOT EXISTS (SELECT 1 FROM holds WHERE holds.centre_id = orders.centre_id AND released_at IS NULL
            AND subject = 'order:' || orders.id)
        """
    }

    /// How long it was kept, if that is over.
    private func days(of order: WorkOrder, _ policy: RetentionPolicy, at now: Moment) -> Int? {
        guard let days = policy.days(.orders, line: order.line, kind: order.fields.kind),
            policy.hasExpired(
                since: order.closedAt ?? order.details.withdrawnAt ?? order.createdAt, days: days, at: now)
        else { return nil }
        return days
    }

    private func remove(
        _ id: OrderID, _ policy: RetentionPolicy, by actor: AuditActor, at now: Moment, _ db: any SQLConnection
    ) throws -> Bool {
        let lock: SQL = .either(sqlite: "", postgres: " FOR UPDATE OF orders")
        let query: SQL = """
            SELECT * FROM orders WHERE centre_id = \(centreID) AND id = \(id) AND removed_at IS NULL AND \(isNotHeld)\(lock)
            """
        let found = try db.first("orders", query) {
            (order: try WorkOrder($0), sequence: try $0.get("sequence") as Int64)
        }
        guard let found, let order = try withFollowUps([found.order], db).first,
            let days = days(of: order, policy, at: now)
        else { return false }
        try db.execute(
            """
            UPDATE orders SET title = '', what = '', place = '', time = '', wish = '', name = '', phone = '',
                answer = CASE WHEN answer IS NULL THEN NULL ELSE '' END, details = '{}', reference = NULL,
                removed_at = \(now)
            WHERE id = \(id)
            """)
        // The note of a dispatch is the body's name.
        try db.execute(
            "UPDATE order_transitions SET note = NULL WHERE order_id = \(id) AND note IS NOT NULL AND action <> 'dispatch'"
        )
        try db.execute("UPDATE follow_ups SET note = '' WHERE order_id = \(id)")
        // Their files go with the next sweep.
        try db.execute("DELETE FROM attachments WHERE order_id = \(id)")
        var bare = order
        bare.fields = WorkOrder.Fields(kind: order.fields.kind, urgency: order.fields.urgency)
        bare.details.particulars = [:]
        keepWords(of: bare, db)
        try db.execute("INSERT INTO search_removals (sequence) VALUES (\(found.sequence)) ON CONFLICT DO NOTHING")
        let removal = Removal(
            subject: "order:\(id)", content: .orders, at: now, keptDays: days, digest: try Content(order).digest)
        try add(removal, by: actor, db)
        return true
    }

    // MARK: Recordings

    package func removeExpiredRecordings(
        _ policy: RetentionPolicy, dryRun: Bool, by actor: AuditActor, at now: Moment
    ) async throws -> Int {
        guard let latest = policy.latestExpiry(.recordings, at: now) else { return 0 }
        return try await removeAged(
            dryRun: dryRun, { agedRecordings(before: latest, after: $0) }, read: Recorded.init,
            cursor: { Cursor(at: $0.arrivedAt, id: $0.id.text) },
            isDue: { days(of: $0, policy, at: now) != nil },
            remove: { try remove($0, policy, by: actor, at: now, $1) })
    }

    private struct Recorded: Sendable {
        let id: CallID
        let line: LineID
        let arrivedAt: Moment
        let recording: String

        init(_ columns: Columns) throws {
            id = try columns.get("id")
            line = try columns.get("line")
            arrivedAt = try columns.get("arrived_at")
            recording = try columns.get("recording")
        }
    }

    func agedRecordings(before latest: Moment, after last: Cursor?) -> SQL {
        let beyond: SQL = last.map { "(arrived_at, id) > (\($0.at), \($0.id))" } ?? "true"
        return """
            SELECT id, line, arrived_at, recording FROM calls
            WHERE centre_id = \(centreID) AND arrived_at <= \(latest) AND \(beyond) AND recording IS NOT NULL
                AND \(isNotHeldCall)
            ORDER BY arrived_at, id LIMIT \(Self.removedTogether)
            """
    }

    /// Neither the call is held, nor an order that was taken in it or for which it was placed.
    private var isNotHeldCall: SQL {
        """
        NOT EXISTS (SELECT 1 FROM holds WHERE holds.centre_id = calls.centre_id AND released_at IS NULL
            AND (subject = 'call:' || calls.id OR subject = 'order:' || calls.purpose_reference
                OR subject IN (SELECT 'order:' || orders.id FROM orders WHERE orders.call_id = calls.id)))
        """
    }

    private func days(of call: Recorded, _ policy: RetentionPolicy, at now: Moment) -> Int? {
        guard let days = policy.days(.recordings, line: call.line, kind: nil),
            policy.hasExpired(since: call.arrivedAt, days: days, at: now)
        else { return nil }
        return days
    }

    private func remove(
        _ call: Recorded, _ policy: RetentionPolicy, by actor: AuditActor, at now: Moment, _ db: any SQLConnection
    ) throws -> Bool {
        guard let days = days(of: call, policy, at: now) else { return false }
        let changed = try db.change(
            """
            UPDATE calls SET recording = NULL
            WHERE centre_id = \(centreID) AND id = \(call.id) AND recording = \(call.recording) AND \(isNotHeldCall)
            """)
        guard changed == 1 else { return false }
        let removal = Removal(
            subject: "call:\(call.id)", content: .recordings, at: now, keptDays: days, digest: call.recording)
        try add(removal, by: actor, db)
        return true
    }

    private func add(_ removal: Removal, by actor: AuditActor, _ db: any SQLConnection) throws {
        try db.execute(
            """
            INSERT INTO removals (centre_id, subject, content, at, kept_days, digest)
            VALUES (\(centreID), \(removal.subject), \(removal.content.rawValue), \(removal.at), \(removal.keptDays),
                \(removal.digest))
            """)
        audit(
            AuditRow(
                at: removal.at, actor: actor, action: "retention.\(removal.content.rawValue)", subject: removal.subject,
                digest: removal.digest), db)
    }

    package func removals(page: Page) async throws -> Rows<Removal> {
        let last = try Cursor(page)
        let beyond: SQL = last.map { "(at, subject) < (\($0.at), \($0.id))" } ?? "true"
        let query: SQL = """
            SELECT * FROM removals WHERE centre_id = \(centreID) AND \(beyond) ORDER BY at DESC, subject DESC LIMIT \(page.limit + 1)
            """
        let found = try await database.read { db in
            try db.rows("removals", query) {
                Removal(
                    subject: try $0.get("subject"), content: try $0.word("content"), at: try $0.get("at"),
                    keptDays: try $0.get("kept_days"), digest: try $0.get("digest"))
            }
        }
        return Rows(found, page: page) { Cursor(at: $0.at, id: $0.subject) }
    }

    package func filesInUse(among digests: [String]) async throws -> Set<String> {
        let query: SQL = """
            SELECT recording AS digest FROM calls WHERE recording IN \(digests) AND recording IS NOT NULL
            UNION SELECT digest FROM attachments WHERE digest IN \(digests)
            """
        return Set(try await database.read { try $0.rows("files", query) { try $0.get("digest") } })
    }
}
