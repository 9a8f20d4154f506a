import Engine

extension SQLStore {
    package func open(_ session: StoredSession) async throws {
        try await write { db in
            try db.execute(
                """
                INSERT INTO sessions (digest, centre_id, person, csrf_token, created_at, expires_at, used_at)
                VALUES (\(session.digest), \(centreID), \(session.person), \(session.csrfToken),
                    \(session.createdAt), \(session.expiresAt), \(session.createdAt))
                """)
        }
    }

    package func session(
        digest: String, at now: Moment
    ) async throws -> (session: StoredSession, person: StoredPerson)? {
        let found = try await database.read { db -> (session: StoredSession, usedAt: Moment, person: StoredPerson)? in
            let query: SQL = """
                SELECT * FROM sessions JOIN people ON people.id = sessions.person
                WHERE digest = \(digest) AND sessions.centre_id = \(centreID) AND expires_at > \(now)
                """
            return try db.first("sessions", query) {
                (try StoredSession($0), try $0.get("used_at") as Moment, try StoredPerson($0))
            }
        }
        guard let found else { return nil }
        // Every request asks; a write for each would queue behind one another's flushes.
        if now.milliseconds(since: found.usedAt) >= 60_000 {
            do {
                try await write { db in
                    try db.execute("UPDATE sessions SET used_at = \(now) WHERE digest = \(digest) AND used_at < \(now)")
                }
            } catch let error as StorageError where error.isPassing {
                // Whoever only reads must be able to while the disk is full; it is noted with a later request.
            }
        }
        return (found.session, found.person)
    }

    package func closeSession(digest: String) async throws {
        try await removeSessions("digest = \(digest)")
    }

    package func closeSessions(of person: PersonID) async throws {
        try await removeSessions("person = \(person)")
    }

    package func removeSessions(expiredBy now: Moment) async throws {
        try await removeSessions("expires_at <= \(now)")
    }

    private func removeSessions(_ condition: SQL) async throws {
        try await write { db in
            try db.execute("DELETE FROM sessions WHERE centre_id = \(centreID) AND \(condition)")
        }
    }
}

extension StoredSession {
    init(_ columns: Columns) throws {
        self.init(
            digest: try columns.get("digest"), person: try columns.get("person"),
            csrfToken: try columns.get("csrf_token"), createdAt: try columns.get("created_at"),
            expiresAt: try columns.get("expires_at"))
    }
}
