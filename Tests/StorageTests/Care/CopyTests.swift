import Engine
import Simulation
import TestSupport
import Testing

@testable import Storage

struct CopyTests {
    /// There and back again: each table has the same rows, and the copy is a hotline's database that goes on.
    @Test(.enabled(if: StoreKind.allCases.count == 2)) func fromSQLiteToPostgreSQLToSQLite() async throws {
        try await StoreKind.sqlite.withLocation { first in
            try await StoreKind.postgres.withEmptyLocation { second in
                try await StoreKind.sqlite.withLocation { third in
                    try await first.fill()
                    let there = try await DatabaseCopy(from: first, to: second).run { _, _ in }
                    let back = try await DatabaseCopy(from: second, to: third).run { _, _ in }
                    #expect(there == back)
                    #expect(try await first.digests() == third.digests())
                    #expect(there.first { $0.table == "orders" }!.rows > 100)
                    for location in [second, third] {
                        #expect(try await DatabaseCheck.run(on: location).problems == [])
                        let store = try await location.openSQLStore()
                        let before = try await store.orders(OrderFilter(), sort: .newest, page: Page(limit: 1)).rows
                        let taker = try #require(before[0].takenBy)
                        _ = try await store.createOrder({ .sample("new", $0, by: taker) }, by: .program, at: .noon(9))
                        try await store.note(AuditRow(at: .noon(), actor: .program, action: "test", subject: "test:1"))
                        try await store.sealAudit(at: .noon())
                        #expect(try await store.verifyAudit(against: []).isWhole)
                        try await store.close()
                    }
                }
            }
        }
    }

    @Test(arguments: StoreKind.allCases) func whatWasBrokenOffGoesOn(kind: StoreKind) async throws {
        struct Broken: Error {}
        try await StoreKind.sqlite.withLocation { source in
            try await kind.withEmptyLocation { destination in
                try await source.fill()
                let copy = DatabaseCopy(from: source, to: destination, rowsTogether: 50)
                for table in ["people", "orders", "audit", "journal"] {
                    await #expect(throws: Broken.self) {
                        try await copy.run { if $0 == table, $1 > 0 { throw Broken() } }
                    }
                }
                let copied = try await copy.run { _, _ in }
                #expect(try await source.digests() == copied)
            }
        }
    }

    @Test func intoADatabaseWithRowsOrIntoItselfIsRefused() async throws {
        try await StoreKind.sqlite.withLocation { source in
            try await source.fill()
            await #expect(throws: DatabaseCopy.Problem.sameDatabase) {
                try await DatabaseCopy(from: source, to: source).run { _, _ in }
            }
            try await StoreKind.sqlite.with { used in
                try await used.create("o")
                let file = (used.database as? SQLiteDatabase)!.name
                let folder = String(file.dropLast("/hotline.sqlite".count))
                await #expect(throws: DatabaseCopy.Problem.destinationNotEmpty(table: "centres")) {
                    try await DatabaseCopy(from: source, to: .sqlite(directory: folder)).run { _, _ in }
                }
            }
        }
    }

    /// Or a table added tomorrow would be left behind without a word.
    @Test(arguments: StoreKind.allCases) func everyTableIsCopied(kind: StoreKind) async throws {
        try await kind.withLocation { location in
            try await location.openJournal().close()
            let store = try await location.openSQLStore()
            let names = try await store.database.read { db in
                try db.rows(
                    "tables",
                    .either(
                        sqlite: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
                        postgres: "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'")
                ) { try $0.get("name") as String }
            }
            let known = StoredTable.hotline.map(\.name) + (kind == .postgres ? StoredTable.journal.map(\.name) : [])
            let ours = names.filter { !$0.hasSuffix("migrations") }
            #expect(Set(ours) == Set(known))
        }
    }

    @Test func digestsTellRowsApartAndNotTheirOrder() {
        func digest(_ rows: [[SQLValue]]) -> String {
            var digest = TableDigest(table: "t")
            for row in rows { digest.add(StoredTable.Row(columns: ["a", "b"], values: row)) }
            return digest.text
        }
        let rows: [[SQLValue]] = [[.text("1"), .text("23")], [.text("12"), .text("3")], [.integer(1), .null]]
        #expect(digest(rows) == digest(rows.reversed()))
        #expect(digest([rows[0]]) != digest([rows[1]]))
        #expect(digest([[.integer(1), .null]]) != digest([[.null, .integer(1)]]))
        #expect(digest([[.bytes([1]), .flag(true)]]) == digest([[.bytes([1]), .integer(1)]]))
    }
}

extension StoreKind {
    /// Without a table.
    func withEmptyLocation<Result>(_ body: (DatabaseLocation) async throws -> Result) async throws -> Result {
        switch self {
        case .sqlite: try await withLocation(body)
        case .postgres: try await PostgresServer.withDatabase(isEmpty: true) { try await body(.postgres(url: $0)) }
        }
    }
}

extension DatabaseLocation {
    /// The demonstration's two weeks, sealed and indexed, something held, and a journal.
    func fill() async throws {
        let store = try await openSQLStore()
        _ = try await Demo.prepare(store: store, at: .noon()) { _ in "scrypt$none" }
        let orders = try await store.orders(OrderFilter(), sort: .newest, page: Page(limit: 2)).rows
        try await store.hold(.order(orders[0].id), reason: "案件调查", by: .program, at: .noon())
        let policy = RetentionPolicy([RetentionRule(content: .orders, days: 5)])
        _ = try await store.removeExpiredOrders(policy, dryRun: false, by: .program, at: .noon())
        try await store.beginSpan(2)
        _ = try await store.createOrder({ .sample("last", $0, by: orders[0].takenBy!) }, by: .program, at: .noon(5))
        while try await store.indexOrders() {}
        while try await store.sealAudit(at: .noon()) != nil {}
        try await store.close()
        let journal = try await openJournal()
        try await journal.append(Recorder.day(calls: 40))
        try await journal.close()
    }
}
