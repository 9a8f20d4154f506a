import Engine

extension SQLStore {
    // MARK: Policies

    package func policyVersions() async throws -> [PolicyVersion] {
        try await database.read { db in
            let query: SQL = """
                SELECT * FROM policy_versions WHERE centre_id = \(centreID) ORDER BY name, version
                """
            return try db.rows("policy_versions", query, PolicyVersion.init)
        }
    }

    package func save(
        _ policy: ClockPolicy, basedOn seen: Int, inForceFrom: Moment, reason: String, by actor: AuditActor,
        at now: Moment
    ) async throws -> PolicyVersion {
        let content = try Content(policy)
        return try await write { db in
            let newest = Int(
                try db.number(
                    """
                    SELECT coalesce(max(version), 0) FROM policy_versions
                    WHERE centre_id = \(centreID) AND name = \(policy.name)
                    """))
            guard newest == seen else { throw StoreConflict.stale }
            try db.execute(
                """
                INSERT INTO policy_versions (centre_id, name, version, at, saved_by, in_force_from, reason, content)
                VALUES (\(centreID), \(policy.name), \(newest + 1), \(now), \(actor.person), \(inForceFrom), \(reason),
                    \(content.text))
                """)
            audit(
                AuditRow(
                    at: now, actor: actor, action: "policy.save", subject: "policy:\(policy.name)",
                    digest: content.digest), db)
            return PolicyVersion(
                policy: policy, version: newest + 1, at: now, savedBy: actor.person, inForceFrom: inForceFrom,
                reason: reason)
        }
    }

    // MARK: Notices

    package func notices() async throws -> [WorkingCalendar.Notice] {
        try await database.read { db in
            let query: SQL = "SELECT content FROM calendar_notices WHERE centre_id = \(centreID) ORDER BY at, id"
            return try db.rows("calendar_notices", query) { try $0.json("content") }
        }
    }

    package func save(_ notice: WorkingCalendar.Notice, by actor: AuditActor, at now: Moment) async throws {
        let content = try Content(notice)
        try await write { db in
            let known = try db.number(
                "SELECT count(*) FROM calendar_notices WHERE centre_id = \(centreID) AND id = \(notice.id)")
            guard known == 0 else { throw StoreConflict.alreadyDone }
            try db.execute(
                """
                INSERT INTO calendar_notices (centre_id, id, at, saved_by, content)
                VALUES (\(centreID), \(notice.id), \(now), \(actor.person), \(content.text))
                """)
            audit(
                AuditRow(
                    at: now, actor: actor, action: "calendar.save", subject: "notice:\(notice.id)",
                    digest: content.digest), db)
        }
    }
}

extension PolicyVersion {
    init(_ columns: Columns) throws {
        self.init(
            policy: try columns.json("content"), version: Int(try columns.get("version") as Int64),
            at: try columns.get("at"), savedBy: try columns.optional("saved_by"),
            inForceFrom: try columns.get("in_force_from"), reason: try columns.get("reason"))
    }
}
