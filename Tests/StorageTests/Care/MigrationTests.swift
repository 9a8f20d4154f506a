import Engine
import TestSupport
import Testing

@testable import Storage

/// From empty to the newest is what every other test does. Here from each version that there has been, with rows.
struct MigrationTests {
    @Test(arguments: StoreKind.allCases) func whatAnOlderVersionWroteStands(kind: StoreKind) async throws {
        let newest = Migration.hotline(.sqlite).newest
        for version in 1..<newest {
            try await kind.withEmptyLocation { location in
                let database = try location.open("hotline.sqlite", connections: 1)
                let schema = Migration.hotline(database.dialect)
                let old = Migration.Schema(table: schema.table, migrations: Array(schema.migrations[..<version]))
                try await Migration.run(old, on: database)
                try await database.transaction { try $0.executeScript(Self.rowsOfVersion1) }
                try await database.close()

                let done = try await location.migrate()
                #expect(done.first == "\(version + 1) \(schema.migrations[version].name)")
                #expect(try await location.migrate().isEmpty)
                let store = try await location.openSQLStore()
                let order = try #require(try await store.order("o-1"))
                #expect(order.fields.title == "路灯不亮")
                #expect(order.removedAt == nil)
                #expect(try await store.history(of: "o-1").map(\.note) == [nil])
                #expect(try await store.call("c-1")?.recording == "2026-11-22/c-1.wav")
                #expect(try await store.orders(ofCitizen: "13800001234", limit: 9).map(\.id) == ["o-1"])
                try await store.close()
                #expect(try await DatabaseCheck.run(on: location).problems == [])
            }
        }
    }

    private static let rowsOfVersion1 = """
        INSERT INTO centres (id) VALUES ('main');
        INSERT INTO people (id, centre_id, login, login_key, name, role, agent, body, password_hash, language, theme,
            text_size, active)
        VALUES ('p-1', 'main', '5001', '5001', '林', 'agent', '5001', NULL, 'scrypt$', 'zh', 'light', 'normal', '1');
        INSERT INTO order_numbers (centre_id, day, last) VALUES ('main', '20261122', 1);
        INSERT INTO orders (id, centre_id, number, state, version, line, taken_by, kind, urgency, title, what, place,
            time, wish, name, phone, confidential, created_at)
        VALUES ('o-1', 'main', '20261122-000001', 'draft', 1, '12345', 'p-1', 'help', 'ordinary', '路灯不亮', '路灯不亮', '',
            '', '', '', '13800001234', '0', 1000);
        INSERT INTO order_transitions (order_id, version, centre_id, action, from_state, to_state, at, by_person, note)
        VALUES ('o-1', 1, 'main', 'create', NULL, 'draft', 1000, 'p-1', NULL);
        INSERT INTO calls (id, centre_id, direction, line, number, arrived_at, talk_ms, hold_ms, wrap_up_ms, offers,
            missed, recording)
        VALUES ('c-1', 'main', 'inbound', '12345', '13800001234', 900, 0, 0, 0, 0, '0', '2026-11-22/c-1.wav');
        """
}
