import Engine
import Foundation
import TestSupport
import Testing

@testable import Storage

struct BackupTests {
    /// While writers go on: what was acknowledged before it began is in it, and it agrees with itself.
    @Test(arguments: StoreKind.allCases) func aBackupTakenUnderLoadRestores(kind: StoreKind) async throws {
        try await kind.withLocation { location in
            try await withDirectory { directory in
                let data = location.directory ?? directory + "/data"
                try await location.fill()
                try FileManager.default.createDirectory(atPath: data + "/audit", withIntermediateDirectories: true)
                try Data("{}\n".utf8).write(to: URL(fileURLWithPath: data + "/audit/anchors.jsonl"))
                let store = try await location.openSQLStore()
                let taker = try await store.people()[0].id
                let backup = Backup(folder: directory + "/backup")
                try await withThrowingTaskGroup(of: Void.self) { group in
                    _ = try await store.createOrder({ .sample("before", $0, by: taker) }, by: .program, at: .noon())
                    for writer in 0..<8 {
                        group.addTask {
                            var number = 0
                            while !Task.isCancelled {
                                let id = OrderID("w\(writer)-\(number)")
                                _ = try await store.createOrder(
                                    { .sample(id, $0, by: taker) }, by: .program, at: .noon())
                                number += 1
                            }
                        }
                    }
                    group.addTask { while !Task.isCancelled { try await store.sealAudit(at: .noon()) } }
                    _ = try await backup.make(of: location, dataDirectory: data, at: Date(timeIntervalSince1970: 0))
                    group.cancelAll()
                }
                try await store.close()
                try await kind.withEmptyLocation { restored in
                    let folder = restored.directory ?? directory + "/restored"
                    try await backup.restore(to: restored, dataDirectory: folder)
                    #expect(try await DatabaseCheck.run(on: restored).problems == [])
                    #expect(FileManager.default.fileExists(atPath: folder + "/audit/anchors.jsonl"))
                    let again = try await restored.openSQLStore()
                    #expect(try await again.verifyAudit(against: []).isWhole)
                    #expect(try await again.order("before") != nil)
                    _ = try await again.createOrder({ .sample("after", $0, by: taker) }, by: .program, at: .noon())
                    try await again.close()
                    // Once more into the same place.
                    await #expect(throws: (any Error).self) {
                        try await backup.restore(to: restored, dataDirectory: folder)
                    }
                }
                await #expect(throws: Backup.Problem.exists(backup.folder)) {
                    try await backup.make(of: location, dataDirectory: data, at: Date())
                }
            }
        }
    }

    @Test func whatIsDamagedIsNotRestored() async throws {
        try await StoreKind.sqlite.withLocation { location in
            try await withDirectory { directory in
                try await location.fill()
                let backup = Backup(folder: directory + "/backup")
                let manifest = try await backup.make(
                    of: location, dataDirectory: location.directory!, at: Date(timeIntervalSince1970: 0))
                #expect(try backup.verified() == manifest)
                #expect(manifest.files.map(\.path) == ["hotline.sqlite", "journal.sqlite"])
                let path = backup.folder + "/hotline.sqlite"
                var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
                bytes[bytes.count / 2] ^= 1
                try bytes.write(to: URL(fileURLWithPath: path))
                await #expect(throws: Backup.Problem.damaged(path: "hotline.sqlite")) {
                    try await backup.restore(
                        to: .sqlite(directory: directory + "/restored"), dataDirectory: directory + "/restored")
                }
                #expect(!FileManager.default.fileExists(atPath: directory + "/restored"))
                await #expect(throws: Backup.Problem.notABackup(directory)) {
                    try await Backup(folder: directory).restore(
                        to: .sqlite(directory: directory + "/restored"), dataDirectory: directory + "/restored")
                }
            }
        }
    }

    @Test func theCheckFindsWhatDoesNotAgree() async throws {
        try await StoreKind.sqlite.withLocation { location in
            try await location.fill()
            let store = try await location.openSQLStore()
            try await store.write { db in
                try db.execute("UPDATE orders SET version = version + 1 WHERE id = 'last'")
                try db.execute("UPDATE projections SET position = 100000 WHERE name = 'calls'")
                try db.execute("UPDATE order_numbers SET last = last + 1")
                // A step out of nowhere, which no rule allows either.
                try db.execute(
                    """
                    INSERT INTO order_transitions (order_id, version, centre_id, action, from_state, to_state, at, by_person)
                    SELECT order_id, 1000, centre_id, 'archive', 'draft', 'archived', at, by_person
                    FROM order_transitions WHERE version = 1 LIMIT 1
                    """)
            }
            try await store.close()
            let journal = try location.open("journal.sqlite", connections: 1)
            try await journal.transaction {
                try $0.executeScript("DROP TRIGGER journal_remains; DELETE FROM journal WHERE position = 3")
            }
            try await journal.close()
            let problems = try await DatabaseCheck.run(on: location).problems
            #expect(problems.count == 6, "\(problems)")
            #expect(problems.contains { $0.hasPrefix("1 orders have a version or a state") })
            #expect(problems.contains("the journal lacks 1 rows"))
            #expect(problems.contains { $0.hasPrefix("1 steps of orders do not begin") })
            #expect(problems.contains { $0.contains("days have fewer or more orders") })
            #expect(problems.contains("orders were draft when archive was done, which no rule allows"))
        }
    }
}

extension DatabaseLocation {
    /// Where its files are, if it has any.
    var directory: String? {
        if case .sqlite(let directory) = self { directory } else { nil }
    }
}
