import Engine

extension SQLStore {
    package func person(login: String) async throws -> StoredPerson? {
        try await people("login_key = \(login.lowercased())").first
    }

    package func people() async throws -> [StoredPerson] {
        try await people("true")
    }

    private func people(_ condition: SQL) async throws -> [StoredPerson] {
        try await database.read { db in
            let query: SQL = "SELECT * FROM people WHERE centre_id = \(centreID) AND \(condition) ORDER BY login_key"
            return try db.rows("people", query, StoredPerson.init)
        }
    }

    package func save(_ person: StoredPerson, by actor: AuditActor, at now: Moment) async throws {
        // The hash of the password is in the digest only, so that a change of password leaves its trace.
        let content = try Content([
            person.login, person.name, person.role.rawValue, person.agent?.text, person.body?.text, person.passwordHash,
            String(person.active),
        ])
        try await write { db in
            try refuseTaken(person, db)
            try upsert(person, db)
            audit(
                AuditRow(
                    at: now, actor: actor, action: "person.save", subject: "person:\(person.id)", digest: content.digest
                ),
                db)
        }
    }

    /// The unique indexes refuse the same; asked first, because an index's error names columns and not the reason.
    private func refuseTaken(_ person: StoredPerson, _ db: any SQLConnection) throws {
        let others: SQL = "SELECT count(*) FROM people WHERE centre_id = \(centreID) AND id <> \(person.id)"
        if try db.number("\(others) AND login_key = \(person.login.lowercased())") > 0 {
            throw StoreConflict.loginTaken
        }
        if person.active, let agent = person.agent, try db.number("\(others) AND active AND agent = \(agent)") > 0 {
            throw StoreConflict.agentTaken
        }
    }

    private func upsert(_ person: StoredPerson, _ db: any SQLConnection) throws {
        try db.execute(
            """
            INSERT INTO people (id, centre_id, login, login_key, name, role, agent, body, password_hash, language,
                theme, text_size, active)
            VALUES (\(person.id), \(centreID), \(person.login), \(person.login.lowercased()), \(person.name),
                \(person.role.rawValue), \(person.agent), \(person.body), \(person.passwordHash),
                \(person.preferences.language.rawValue), \(person.preferences.theme.rawValue),
                \(person.preferences.textSize.rawValue), \(person.active))
            ON CONFLICT (id) DO UPDATE SET login = excluded.login, login_key = excluded.login_key,
                name = excluded.name, role = excluded.role, agent = excluded.agent, body = excluded.body,
                password_hash = excluded.password_hash, language = excluded.language, theme = excluded.theme,
                text_size = excluded.text_size, active = excluded.active
            """)
    }

    package func setPreferences(_ preferences: Preferences, of person: PersonID) async throws {
        try await write { db in
            let changed = try db.change(
                """
                UPDATE people SET language = \(preferences.language.rawValue),
                    theme = \(preferences.theme.rawValue), text_size = \(preferences.textSize.rawValue)
                WHERE centre_id = \(centreID) AND id = \(person)
                """)
            guard changed == 1 else { throw StoreConflict.notFound }
        }
    }
}

extension StoredPerson {
    init(_ columns: Columns) throws {
        self.init(
            id: try columns.get("id"), login: try columns.get("login"), name: try columns.get("name"),
            role: try columns.word("role"), agent: try columns.optional("agent"), body: try columns.optional("body"),
            passwordHash: try columns.get("password_hash"),
            preferences: Preferences(
                language: try columns.word("language"), theme: try columns.word("theme"),
                textSize: try columns.word("text_size")),
            active: try columns.get("active"))
    }
}
