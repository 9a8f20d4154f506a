import Engine

extension SQLStore {
    package func centre() async throws -> Centre? {
        try await centreVersion()?.centre
    }

    package func centreVersion() async throws -> CentreVersion? {
        try await database.read { db in
            let query: SQL = """
                SELECT version, at, saved_by, content FROM centre_versions
                WHERE centre_id = \(centreID) ORDER BY version DESC LIMIT 1
                """
            return try db.first("centre_versions", query, CentreVersion.init)
        }
    }

    package func centreVersions(page: Page) async throws -> Rows<CentreVersion> {
        let last = try Cursor(page)
        return try await database.read { db in
            let query: SQL = """
                SELECT version, at, saved_by, content FROM centre_versions
                WHERE centre_id = \(centreID) AND version < \(last?.at ?? Int64.max)
                ORDER BY version DESC LIMIT \(page.limit + 1)
                """
            let found = try db.rows("centre_versions", query, CentreVersion.init)
            return Rows(found, page: page) { Cursor(.newest, at: Int64($0.version)) }
        }
    }

    package func save(_ centre: Centre, by actor: AuditActor, at now: Moment) async throws {
        let content = try Content(centre)
        try await write { db in
            try keep(content, as: try newestVersion(db) + 1, by: actor, at: now, db)
        }
    }

    package func save(
        _ centre: Centre, basedOn version: Int, by actor: AuditActor, at now: Moment
    ) async throws -> CentreVersion {
        let content = try Content(centre)
        try await write { db in
            guard try newestVersion(db) == version else { throw StoreConflict.stale }
            try keep(content, as: version + 1, by: actor, at: now, db)
        }
        return CentreVersion(centre: centre, version: version + 1, at: now, savedBy: actor.person)
    }

    private func newestVersion(_ db: any SQLConnection) throws -> Int {
        Int(try db.number("SELECT coalesce(max(version), 0) FROM centre_versions WHERE centre_id = \(centreID)"))
    }

    private func keep(
        _ content: Content, as version: Int, by actor: AuditActor, at now: Moment, _ db: any SQLConnection
    ) throws {
        try db.execute(
            """
            INSERT INTO centre_versions (centre_id, version, at, saved_by, content)
            VALUES (\(centreID), \(version), \(now), \(actor.person), \(content.text))
            """)
        audit(
            AuditRow(
                at: now, actor: actor, action: "centre.save", subject: "centre:\(centreID)", digest: content.digest),
            db)
    }
}

extension CentreVersion {
    init(_ columns: Columns) throws {
        self.init(
            centre: try columns.json("content"), version: Int(try columns.get("version") as Int64),
            at: try columns.get("at"), savedBy: try columns.optional("saved_by"))
    }
}
