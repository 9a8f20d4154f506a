import Engine
import TestSupport
import Testing

@testable import Storage

/// Changes that share a transaction stand or fall alone.
struct GroupWriterTests {
    @Test(arguments: StoreKind.allCases) func manyAtOnceAllStand(kind: StoreKind) async throws {
        try await kind.with { store in
            let numbers = try await withThrowingTaskGroup(of: String.self) { group in
                for index in 0..<200 { group.addTask { try await store.create(OrderID("o\(index)")).number } }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(numbers.count == 200)
            #expect(numbers.max() == "20261122-000200")
            #expect(try await store.count(OrderFilter()) == 200)
        }
    }

    @Test(arguments: StoreKind.allCases) func oneThatFailsAfterWritingTakesNobodyWithIt(kind: StoreKind) async throws {
        struct Changed: Error {}
        try await kind.with { store in
            let failed = await withTaskGroup(of: Bool.self) { group in
                for index in 0..<100 {
                    group.addTask {
                        do {
                            try await store.write { db in
                                try db.execute(
                                    "INSERT INTO projections VALUES ('main', \("p\(index)"), \(index))")
                                switch index % 10 {
                                // Its own mind, the schema's, and a statement that is none.
                                case 3: throw Changed()
                                case 5: try db.execute("UPDATE projections SET position = -1 WHERE position = \(index)")
                                case 7: try db.execute("UPDATE nowhere SET position = 1")
                                default: break
                                }
                            }
                            return false
                        } catch {
                            return true
                        }
                    }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(failed == 30)
            let standing = try await store.database.read { db in
                try db.rows("projections", "SELECT position FROM projections WHERE name LIKE 'p%' ORDER BY position") {
                    try $0.get("position") as Int
                }
            }
            #expect(standing == (0..<100).filter { ![3, 5, 7].contains($0 % 10) })
        }
    }

    /// What is written once for all of a transaction holds nothing of those who were refused.
    @Test(arguments: StoreKind.allCases) func oneThatIsRefusedLeavesNoGapAndNoAudit(kind: StoreKind) async throws {
        try await kind.with { store in
            let numbers = await withTaskGroup(of: String?.self) { group in
                for index in 0..<90 {
                    group.addTask {
                        let new = NewOrder(OrderID("o\(index)")) {
                            .sample(OrderID("o\(index)"), $0)
                        } steps: { _ in
                            if index % 3 == 0 { throw WorkOrder.Refusal.unknownBody }
                            return []
                        }
                        return try? await store.createOrders([new], by: .agent, at: .noon()).first?.order.number
                    }
                }
                return await group.reduce(into: [String]()) { if let number = $1 { $0.append(number) } }
            }
            #expect(numbers.sorted() == (1...60).map { "20261122-0000\($0 < 10 ? "0" : "")\($0)" })
            let audit = try await store.auditRows(page: Page(limit: 100)).rows.filter { $0.action == "order.create" }
            #expect(audit.count == 60)
            #expect(Set(audit.map(\.subject)).count == 60)
            #expect(try await store.create("next").number == "20261122-000061")
        }
    }

    @Test(arguments: StoreKind.allCases) func aRefusalIsTheChangesOwn(kind: StoreKind) async throws {
        try await kind.with { store in
            try await store.create("o")
            async let wrong: Void = {
                await #expect(throws: StoreConflict.notFound) {
                    try await store.setRecording("a.wav", of: "nobody")
                }
            }()
            async let right = store.create("p")
            await wrong
            #expect(try await right.number == "20261122-000002")
        }
    }
}
