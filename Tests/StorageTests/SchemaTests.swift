import Engine
import GRDB
import TestSupport
import Testing

@testable import Storage

/// What the schema refuses even to a mistake of ours, on either database.
struct SchemaTests {
    @Test(arguments: StoreKind.allCases) func aNewerDatabaseIsRefused(kind: StoreKind) async throws {
        try await kind.withLocation { location in
            let store = try await location.openSQLStore()
            try await store.write { try $0.execute("INSERT INTO migrations VALUES (99, 'later')") }
            let name = store.database.name
            let known = Migration.hotline(store.database.dialect).newest
            try await store.close()
            await #expect(throws: StorageError.newerDatabase(file: name, found: 99, known: known)) {
                try await location.openStore()
            }
        }
    }

    @Test func migrationsAreNumberedAndNamedAlikeWithoutGaps() {
        for schema in [Migration.hotline, Migration.journal] {
            let (sqlite, postgres) = (schema(.sqlite).migrations, schema(.postgres).migrations)
            #expect(sqlite.map(\.number) == Array(1...sqlite.count))
            #expect(sqlite.map(\.number) == postgres.map(\.number))
            #expect(sqlite.map(\.name) == postgres.map(\.name))
        }
    }

    private static let refused = [
        "UPDATE orders SET state = 'lost'",
        "UPDATE orders SET state = 'dispatched', kind = 'help'",
        "UPDATE orders SET closed_at = 1",
        "UPDATE orders SET urgency = 'soon'",
        "UPDATE orders SET number = '2026-1'",
        "UPDATE orders SET taken_by = 'nobody'",
        "UPDATE orders SET version = 'new'",
        "UPDATE orders SET centre_id = 'elsewhere'",
        "INSERT INTO follow_ups VALUES ('o', 1, 'main', 1, 'p-li', true, 6, NULL, '', NULL, NULL, NULL)",
        "INSERT INTO follow_ups VALUES ('o', 1, 'main', 1, 'p-li', true, 0, NULL, '', NULL, NULL, NULL)",
        "INSERT INTO follow_ups VALUES ('o', 1, 'main', 1, 'p-li', false, 4, NULL, '', NULL, NULL, NULL)",
        "INSERT INTO follow_ups VALUES ('o', 1, 'main', 1, 'p-li', false, NULL, NULL, '', NULL, NULL, true)",
        "INSERT INTO follow_ups VALUES ('x', 1, 'main', 1, 'p-li', true, 4, NULL, '', NULL, NULL, NULL)",
        "UPDATE order_transitions SET note = 'other'",
        "DELETE FROM order_transitions",
        "UPDATE audit SET person = NULL",
        "DELETE FROM audit",
        "UPDATE people SET role = 'king'",
        "UPDATE people SET login_key = 'li'",
        "UPDATE people SET agent = '5001'",
        "UPDATE people SET active = 2",
        "UPDATE calls SET direction = 'sideways'",
        "UPDATE calls SET end_reason = 'bored'",
        "UPDATE calls SET end_reason = NULL",
        "UPDATE calls SET answered_at = arrived_at - 1",
        "UPDATE calls SET direction = 'outbound'",
        "UPDATE missed_calls SET state = 'done'",
        "UPDATE missed_calls SET attempts = 0",
        "INSERT INTO missed_calls (centre_id, number, call_id, line, at, waited_ms, attempts, state) "
            + "SELECT centre_id, number, 'b', line, at, 0, 1, 'open' FROM missed_calls",
        "UPDATE projections SET position = -1",
        "UPDATE order_numbers SET last = 1000000",
    ]

    @Test(arguments: StoreKind.allCases, refused)
    func theSchemaRefuses(kind: StoreKind, sql: String) async throws {
        try await kind.with { store in
            try await store.create("o")
            try await store.apply([.missed("a", at: 0), .inbound("b", number: "2").queued().ended(after: 9)], upTo: 1)
            _ = try await store.closeMissedCall("b", note: "n", by: .agent, at: .noon())
            let error = await #expect(throws: (any Error).self) {
                try await store.write { try $0.execute(SQL(sql: sql)) }
            }
            #expect(error.map(Self.isOfTheSchema) == true, "\(String(describing: error))")
        }
    }

    /// And not of a mistake in the statement.
    private static func isOfTheSchema(_ error: any Error) -> Bool {
        switch error {
        case let error as DatabaseError: error.resultCode == .SQLITE_CONSTRAINT
        case let error as PostgresError: error.isOfTheSchema
        default: false
        }
    }

    /// SQLite alone: PostgreSQL has no way around a constraint but to drop it.
    @Test func aRowThatDoesNotReadIsAnErrorThatNamesIt() async throws {
        try await StoreKind.sqlite.with { store in
            try await store.create("o")
            try await store.write { db in
                try db.executeScript("PRAGMA ignore_check_constraints = true; UPDATE orders SET state = 'lost'")
            }
            await #expect(
                throws: StorageError.unreadable(table: "orders", column: "state", value: "a text of 4 characters")
            ) { try await store.order("o") }
        }
    }

    @Test(arguments: StoreKind.allCases) func aStoreSeesItsOwnCentreOnly(kind: StoreKind) async throws {
        try await kind.withLocation { location in
            let store = try await location.openSQLStore()
            for person in Someone.all { try await store.save(person, by: .program, at: .zero) }
            try await store.create("o")
            try await store.apply([.missed("a", at: 0)], upTo: 1)
            let other = try await location.openSQLStore(centre: "other")
            #expect(try await other.order("o") == nil)
            #expect(try await other.history(of: "o").isEmpty)
            #expect(try await other.person("p-li") == nil)
            #expect(try await other.call("a") == nil)
            #expect(try await other.count(CallFilter()) == 0)
            #expect(try await other.count(OrderFilter()) == 0)
            #expect(try await other.missedCall("a") == nil)
            #expect(try await other.callsPosition() == 0)
            #expect(try await other.auditRows(page: Page()).rows.isEmpty)
        }
    }
}
