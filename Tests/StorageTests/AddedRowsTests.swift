import TestSupport
import Testing

@testable import Storage

/// Rows that wait for others of their table go where and when they would have gone alone.
struct AddedRowsTests {
    private static let parents = Insertion(table: "parents", turn: 1, head: "INSERT INTO parents (id) VALUES")
    private static let children = Insertion(
        table: "children", turn: 2, head: "INSERT INTO children (id, parent_id) SELECT column1, column2 FROM (VALUES",
        tail: ") AS rows WHERE column1 <> 'nobody'")

    private func withTables(_ kind: StoreKind, _ body: (any SQLDatabase) async throws -> Void) async throws {
        try await kind.with { store in
            try await store.database.transaction { db in
                try db.executeScript(
                    """
                    CREATE TABLE parents (id TEXT PRIMARY KEY);
                    CREATE TABLE children (id TEXT PRIMARY KEY, parent_id TEXT NOT NULL REFERENCES parents (id));
                    """)
            }
            try await body(store.database)
        }
    }

    /// The numbers of rows are those that make one statement, several, and several of each length.
    @Test(arguments: StoreKind.allCases, [1, 2, 3, 64, 201])
    func thoseOthersReferToGoFirst(kind: StoreKind, count: Int) async throws {
        try await withTables(kind) { database in
            let seen = try await database.transaction { db in
                for index in 0..<count {
                    db.add("(\("c\(index)"), \("p\(index)"))", by: Self.children)
                    db.add("(\("p\(index)"))", by: Self.parents)
                }
                db.add("(\("nobody"), \("p0"))", by: Self.children)
                return try db.number("SELECT count(*) FROM children JOIN parents ON parents.id = parent_id")
            }
            #expect(seen == Int64(count))
        }
    }

    @Test(arguments: StoreKind.allCases) func theyAreWrittenWithTheTransactionOrNotAtAll(kind: StoreKind) async throws {
        try await kind.with { store in
            await #expect(throws: (any Error).self) {
                try await store.write { db in
                    db.add("(\("o"), 1, 'main', 'create', NULL, 'draft', 0)", by: Self.transitions)
                }
            }
            #expect(try await store.history(of: "o").isEmpty)
            try await store.create("o")
            try await store.write { db in
                db.add("(\("o"), 2, 'main', 'save', 'draft', 'draft', 0)", by: Self.transitions)
            }
            #expect(try await store.history(of: "o").map(\.action) == [.create, .save])
        }
    }

    private static let transitions = Insertion(
        table: "order_transitions", turn: 1,
        head: "INSERT INTO order_transitions (order_id, version, centre_id, action, from_state, to_state, at) VALUES")
}
