import Engine
import Foundation
import TestSupport
import Testing

@testable import Storage

/// What only the SQLite store promises: its files.
struct SQLiteFileTests {
    @Test func theFilesAreTheOwnersAlone() async throws {
        try await withDirectory { directory in
            let store = try await DatabaseLocation.sqlite(directory: directory).openSQLStore()
            let journal = try await DatabaseLocation.sqlite(directory: directory).openJournal()
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
            let store = try await DatabaseLocation.sqlite(directory: directory).openSQLStore()
            let synchronous = try await store.write { try $0.fetch("PRAGMA synchronous").first?.values }
            #expect(synchronous == [.integer(2)])
            let mode = try await store.database.read { try $0.fetch("PRAGMA journal_mode").first?.values }
            #expect(mode == [.text("wal")])
        }
    }

    @Test func whatWasCommittedIsThereAfterACrash() async throws {
        try await withDirectory { directory in
            let store = try await DatabaseLocation.sqlite(directory: directory).openSQLStore()
            for person in Someone.all { try await store.save(person, by: .program, at: .zero) }
            let order = try await store.create("o")
            try await store.apply([.missed("a", at: 0)], upTo: 9)
            // As the disk would be found: the store is not closed, its write-ahead log not folded in.
            try await withDirectory { copy in
                try FileManager.default.copyItem(atPath: directory, toPath: copy)
                let found = try await DatabaseLocation.sqlite(directory: copy).openSQLStore()
                #expect(try await found.order("o") == order)
                #expect(try await found.callsPosition() == 9)
                #expect(try await found.openMissedCalls() == 1)
                #expect(try await found.create("p").number == "20261122-000002")
                let check = try await found.database.read { try $0.fetch("PRAGMA integrity_check").first?.values }
                #expect(check == [.text("ok")])
            }
            let again = try await DatabaseLocation.sqlite(directory: directory).openSQLStore()
            #expect(try await again.order("o") == order)
        }
    }
}
