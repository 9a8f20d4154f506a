import Engine
import TestSupport
import Testing

@testable import Storage

/// From empty to the newest is what every other test does. Here from each version that there has been, with rows.
struct MigrationTests {
    @Test(arguments: StoreKind.allCases) func whatAnOlderVersionWroteStands(kind: StoreKind) async throws {
        let migrations = Migration.hotline(.sqlite).migrations
        for (next, version) in migrations.map(\.number).dropLast().enumerated().map({ ($0 + 1, $1) }) {
            try await kind.withEmptyLocation { location in
                let database = try location.open("hotline.sqlite", connections: 1)
                let schema = Migration.hotline(database.dialect)
                let old = Migration.Schema(table: schema.table, migrations: Array(schema.migrations[..<next]))
                try await Migration.run(old, on: database)
                try await database.transaction { db in
                    try db.executeScript(Self.rowsOfVersion1)
                    if version >= 2 { try db.executeScript(Self.rowsOfVersion2) }
                    if version == 2 { try db.executeScript("INSERT INTO search_rebuilds (block) VALUES (0)") }
                    if version >= 3 { try db.executeScript(Self.rowsOfVersion3) }
                }
                try await database.close()

                let done = try await location.migrate()
                #expect(done.first == "\(schema.migrations[next].number) \(schema.migrations[next].name)")
                #expect(try await location.migrate().isEmpty)
                let store = try await location.openSQLStore()
                let order = try #require(try await store.order("o-1"))
                #expect(order.fields.title == "路灯不亮")
                #expect(order.removedAt == nil)
                #expect(try await store.history(of: "o-1").map(\.note) == [nil])
                #expect(try await store.call("c-1")?.recording == "2026-11-22/c-1.wav")
                #expect(try await store.missedCalls(.open, page: Page()).rows.map(\.call) == ["c-2"])
                #expect(try await store.orders(ofCitizen: "13800001234", limit: 9).map(\.id) == ["o-1"])
                let removed = try await store.database.read { db in
                    try db.number("SELECT max(sequence) FROM search_removals")
                }
                #expect(removed == (version >= 2 ? 2 : 0))
                while try await store.indexOrders() {}
                var filter = OrderFilter()
                filter.text = "20261122-000002"
                let found = try await store.orders(filter, sort: .newest, page: Page()).rows
                #expect(found.map(\.id.text) == (version == 1 ? [] : ["o-2"]))
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
        INSERT INTO calls (id, centre_id, direction, line, number, arrived_at, ended_at, talk_ms, hold_ms, wrap_up_ms, offers,
            missed, end_reason, outcome)
        VALUES ('c-2', 'main', 'inbound', '12345', '13800001235', 901, 902, 0, 0, 0, 0, '1', 'callerHungUp', 'abandoned');
        INSERT INTO missed_calls (centre_id, number, call_id, line, at, waited_ms, attempts, state)
        VALUES ('main', '13800001235', 'c-2', '12345', 901, 1, 1, 'open');
        INSERT INTO missed_attempts (call_id, centre_id, missed_call) SELECT call_id, centre_id, id FROM missed_calls;
        """

    /// An order whose words were removed, in a block of the index that is still to be made anew.
    private static let rowsOfVersion2 = """
        UPDATE order_numbers SET last = 2;
        INSERT INTO orders (id, centre_id, number, state, version, line, taken_by, kind, urgency, title, what, place,
            time, wish, name, phone, confidential, created_at, removed_at)
        VALUES ('o-2', 'main', '20261122-000002', 'discarded', 1, '12345', 'p-1', 'help', 'ordinary', '', '', '', '', '', '',
            '', '0', 1001, 2000);
        INSERT INTO order_transitions (order_id, version, centre_id, action, from_state, to_state, at, by_person, note)
        VALUES ('o-2', 1, 'main', 'discard', 'draft', 'discarded', 1001, 'p-1', NULL);
        """

    private static let rowsOfVersion3 = """
        INSERT INTO search_removals (sequence) VALUES (2);
        INSERT INTO unindexed_orders (sequence, version, words, codes) VALUES (2, 1, '', ' 20261122-000002  ');
        """
}
