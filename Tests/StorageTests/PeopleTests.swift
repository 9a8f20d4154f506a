import Engine
import TestSupport
import Testing

@testable import Storage

struct PeopleTests {
    @Test(arguments: StoreKind.allCases) func aPersonIsFoundByLoginWhateverItsCase(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            #expect(try await store.person(login: "lI") == Someone.agent)
            #expect(try await store.person(login: "nobody") == nil)
            #expect(try await store.person("p-wu") == Someone.officer)
            #expect(try await store.people().map(\.login) == ["Li", "wu"])
        }
    }

    @Test(arguments: StoreKind.allCases) func aLoginAndAnAgentNumberBelongToOnePerson(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            var other = StoredPerson(id: "p-2", login: "LI", name: "黎", role: .agent, passwordHash: "x")
            await #expect(throws: StoreConflict.loginTaken) { try await store.save(other, by: .program, at: .zero) }
            other.login = "li2"
            other.agent = "5001"
            await #expect(throws: StoreConflict.agentTaken) { try await store.save(other, by: .program, at: .zero) }
            var left = Someone.agent
            left.active = false
            try await store.save(left, by: .agent, at: .zero)
            try await store.save(other, by: .agent, at: .zero)
            #expect(try await store.person("p-2") == other)
            #expect(try await store.person("p-li") == left)
        }
    }

    @Test(arguments: StoreKind.allCases) func preferencesAreKeptByPerson(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            let preferences = Preferences(language: .en, theme: .dark, textSize: .large)
            try await store.setPreferences(preferences, of: "p-li")
            #expect(try await store.person("p-li")?.preferences == preferences)
            #expect(try await store.person("p-wu")?.preferences == Preferences())
            await #expect(throws: StoreConflict.notFound) { try await store.setPreferences(preferences, of: "nobody") }
        }
    }

    @Test(arguments: StoreKind.allCases) func aSessionLastsUntilItRunsOutOrIsClosed(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            func session(_ mark: Character, _ person: PersonID) -> StoredSession {
                StoredSession(
                    digest: String(repeating: mark, count: 64), person: person, csrfToken: "t\(mark)",
                    createdAt: .noon(),
                    expiresAt: .noon(3600))
            }
            func isThere(_ session: StoredSession, at now: Moment = .noon(100)) async throws -> Bool {
                let found = try await store.session(digest: session.digest, at: now)
                #expect(found.map { $0.session == session && $0.person.id == session.person } ?? true)
                return found != nil
            }
            let (first, second, third) = (session("a", "p-li"), session("b", "p-li"), session("c", "p-wu"))
            for session in [first, second, third] { try await store.open(session) }
            #expect(try await isThere(first))
            #expect(try await isThere(first, at: .noon(3599)))
            #expect(try await isThere(first, at: .noon(3600)) == false)
            try await store.closeSession(digest: first.digest)
            #expect(try await isThere(first) == false)
            #expect(try await isThere(second))
            try await store.closeSessions(of: "p-li")
            #expect(try await isThere(second) == false)
            #expect(try await isThere(third))
            try await store.removeSessions(expiredBy: .noon(3600))
            #expect(try await isThere(third) == false)
        }
    }

    @Test(arguments: StoreKind.allCases) func theCentreIsAsLastSaved(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            #expect(try await store.centre() == nil)
            var centre = Centre(
                id: "main", name: "市民热线", englishName: "Citizens' line",
                lines: [
                    .init(
                        id: "12345", number: "12345", name: "热线", englishName: "Line", queue: "q", greeting: "hello",
                        script: [
                            .init(title: "开头", englishTitle: "Opening", text: "{agent} 号", englishText: "Agent {agent}")
                        ])
                ],
                queues: [
                    .init(
                        id: "q", name: "综合", englishName: "General", offerSeconds: 18, wrapUpLimitSeconds: nil,
                        capacity: 9)
                ],
                bodies: [.init(id: "water", name: "水务", englishName: "Water")],
                sites: [.init(id: "hall", name: "大厅", englishName: "Hall")],
                agents: [.init(id: "5001", queues: ["q"], phone: nil)])
            try await store.save(centre, by: .agent, at: .zero)
            #expect(try await store.centre() == centre)
            centre.name = "热线"
            try await store.save(centre, by: .agent, at: .noon())
            #expect(try await store.centre() == centre)
        }
    }

    @Test(arguments: StoreKind.allCases) func theAuditIsReadNewestFirst(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            let before = try await all { try await store.auditRows(page: $0) }
            #expect(before.map(\.action) == ["person.save", "person.save"])
            #expect(before.first?.digest?.count == 64)
            let rows = (0..<8).map { second in
                AuditRow(at: .noon(second), actor: .agent, action: "phone.view", subject: "order:\(second)")
            }
            for row in rows { try await store.note(row) }
            let read = try await all { try await store.auditRows(page: $0) }
            #expect(read == rows.reversed() + before)
        }
    }
}
