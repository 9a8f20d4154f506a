import Engine
import Foundation
import GRDB
import Testing

@testable import Storage

/// What only the SQLite store promises: its files, and what its schema refuses even to a mistake of ours.
struct SQLiteFileTests {
    @Test func theFilesAreTheOwnersAlone() async throws {
        try await withDirectory { directory in
            let store = try SQLiteStore(directory: directory)
            let journal = try SQLiteJournal(directory: directory)
            try await store.apply([.inbound("a")], upTo: 1)
            func mode(_ path: String) throws -> Int? {
                try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            }
            #expect(try mode(directory) == 0o700)
            for name in try FileManager.default.contentsOfDirectory(atPath: directory) {
                #expect(try mode("\(directory)/\(name)") == 0o600, "\(name)")
            }
            try await store.close()
            try await journal.close()
        }
    }

    @Test func aCommitIsFlushed() async throws {
        try await withDirectory { directory in
            let store = try SQLiteStore(directory: directory)
            let synchronous = try await store.pool.write { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
            #expect(synchronous == 2)
            let mode = try await store.pool.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") }
            #expect(mode == "wal")
        }
    }

    @Test func whatWasCommittedIsThereAfterACrash() async throws {
        try await withDirectory { directory in
            let store = try SQLiteStore(directory: directory)
            for person in Someone.all { try await store.save(person, by: .program, at: .zero) }
            let order = try await store.create("o")
            try await store.apply([.missed("a", at: 0)], upTo: 9)
            // As the disk would be found: the store is not closed, its write-ahead log not folded in.
            try await withDirectory { copy in
                try FileManager.default.copyItem(atPath: directory, toPath: copy)
                let found = try SQLiteStore(directory: copy)
                #expect(try await found.order("o") == order)
                #expect(try await found.callsPosition() == 9)
                #expect(try await found.openMissedCalls() == 1)
                #expect(try await found.create("p").number == "20261122-000002")
                let check = try await found.pool.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") }
                #expect(check == "ok")
            }
            let again = try SQLiteStore(directory: directory)
            #expect(try await again.order("o") == order)
        }
    }

    @Test func aNewerDatabaseIsRefused() async throws {
        try await withDirectory { directory in
            let store = try SQLiteStore(directory: directory)
            try await store.pool.write { try $0.execute(sql: "INSERT INTO migrations VALUES (99, 'later')") }
            try await store.close()
            let known = Migration.hotline.last!.number
            #expect(
                throws: StorageError.newerDatabase(file: "\(directory)/hotline.sqlite", found: 99, known: known)
            ) { try SQLiteStore(directory: directory) }
        }
    }

    @Test func migrationsAreNumberedWithoutGaps() {
        for migrations in [Migration.hotline, Migration.journal] {
            #expect(migrations.map(\.number) == Array(1...migrations.count))
        }
    }

    @Test(arguments: [
        "UPDATE orders SET state = 'lost'",
        "UPDATE orders SET state = 'dispatched', kind = 'help'",
        "UPDATE orders SET closed_at = 1",
        "UPDATE orders SET urgency = 'soon'",
        "UPDATE orders SET number = '2026-1'",
        "UPDATE orders SET taken_by = 'nobody'",
        "UPDATE orders SET version = 'new'",
        "UPDATE orders SET centre_id = 'elsewhere'",
        "INSERT INTO follow_ups VALUES ('o', 1, 'main', 1, 'p-li', 1, 6, NULL, '', NULL)",
        "INSERT INTO follow_ups VALUES ('o', 1, 'main', 1, 'p-li', 1, 0, NULL, '', NULL)",
        "INSERT INTO follow_ups VALUES ('o', 1, 'main', 1, 'p-li', 0, 4, NULL, '', NULL)",
        "INSERT INTO follow_ups VALUES ('x', 1, 'main', 1, 'p-li', 1, 4, NULL, '', NULL)",
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
        "INSERT INTO missed_calls SELECT 7, centre_id, number, 'b', line, at, 0, 1, 'open', NULL, NULL, NULL, NULL "
            + "FROM missed_calls",
        "UPDATE projections SET position = -1",
        "UPDATE order_numbers SET last = 1000000",
    ])
    func theSchemaRefuses(sql: String) async throws {
        try await withDirectory { directory in
            let store = try SQLiteStore(directory: directory)
            for person in Someone.all { try await store.save(person, by: .program, at: .zero) }
            try await store.create("o")
            try await store.apply([.missed("a", at: 0), .inbound("b", number: "2").queued().ended(after: 9)], upTo: 1)
            _ = try await store.closeMissedCall("b", note: "n", by: .agent, at: .noon())
            let error = await #expect(throws: DatabaseError.self) {
                try await store.pool.write { try $0.execute(sql: sql) }
            }
            #expect(error?.resultCode == .SQLITE_CONSTRAINT)
        }
    }

    @Test func aRowThatDoesNotReadIsAnErrorThatNamesIt() async throws {
        try await withDirectory { directory in
            let store = try SQLiteStore(directory: directory)
            for person in Someone.all { try await store.save(person, by: .program, at: .zero) }
            try await store.create("o")
            try await store.pool.write { db in
                try db.execute(sql: "PRAGMA ignore_check_constraints = true")
                try db.execute(sql: "UPDATE orders SET state = 'lost'")
            }
            await #expect(
                throws: StorageError.unreadable(table: "orders", column: "state", value: "a text of 4 characters")
            ) { try await store.order("o") }
        }
    }

    @Test func aStoreSeesItsOwnCentreOnly() async throws {
        try await withDirectory { directory in
            let store = try SQLiteStore(directory: directory)
            for person in Someone.all { try await store.save(person, by: .program, at: .zero) }
            try await store.create("o")
            try await store.apply([.missed("a", at: 0)], upTo: 1)
            let other = try SQLiteStore(directory: directory, centre: "other")
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
