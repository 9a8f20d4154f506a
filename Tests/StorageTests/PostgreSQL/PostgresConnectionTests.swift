import Engine
import Foundation
import TestSupport
import Testing

@testable import Storage

/// What the driver does when things go wrong that the suite of both databases never sees.
@Suite(.enabled(if: PostgresServer.isInstalled))
struct PostgresConnectionTests {
    private func with(_ body: (PostgresDatabase, _ url: String) async throws -> Void) async throws {
        try await PostgresServer.withDatabase(isEmpty: true) { url in
            let database = try PostgresDatabase(url, connections: 1)
            try await body(database, url)
            try await database.close()
        }
    }

    @Test func whoGivesUpStopsTheServer() async throws {
        try await with { database, _ async throws in
            let began = ContinuousClock.now
            let asking = Task { try await database.read { try $0.number("SELECT 1 FROM pg_sleep(60)") } }
            try await Task.sleep(for: .milliseconds(300))
            // The next in line for the one connection gives up before it has it.
            let waiting = Task { try await database.read { try $0.number("SELECT 1 FROM pg_sleep(60)") } }
            try await Task.sleep(for: .milliseconds(100))
            waiting.cancel()
            asking.cancel()
            await #expect(throws: CancellationError.self) { try await asking.value }
            await #expect(throws: CancellationError.self) { try await waiting.value }
            #expect(began.duration(to: .now) < .seconds(55))
            #expect(try await database.read { try $0.number("SELECT 7") } == 7)
        }
    }

    @Test func aStatementThatTakesTooLongIsEndedAndTheConnectionGoesOn() async throws {
        try await with { database, _ async throws in
            await #expect(throws: (any Error).self) {
                try await database.transaction { db in
                    try db.execute("SET LOCAL statement_timeout = 200")
                    _ = try db.fetch("SELECT pg_sleep(60)")
                }
            }
            #expect(try await database.read { try $0.number("SELECT 7") } == 7)
        }
    }

    @Test func aConnectionThatWasEndedIsMadeAnew() async throws {
        try await with { database, url async throws in
            let first = try await database.read { try $0.number("SELECT pg_backend_pid()") }
            try PostgresConnection(PostgresOptions(url: url)).executeScript("SELECT pg_terminate_backend(\(first))")
            try await Task.sleep(for: .milliseconds(200))
            let second = try await database.read { try $0.number("SELECT pg_backend_pid()") }
            #expect(second != first)
        }
    }

    @Test func aServerThatIsNotThereIsToldAtOnce() async throws {
        let database = try PostgresDatabase("postgres://hotline:secret@127.0.0.1:9/hotline", connections: 1)
        let error = await #expect(throws: StorageError.self) { try await database.read { try $0.number("SELECT 1") } }
        #expect(error?.isPassing == true)
        #expect(error.map { "\($0)".contains("secret") } == false)
        try await database.close()
    }

    @Test func overTLSWithTheServersCertificateOnly() async throws {
        try await PostgresServer.withDatabase(isEmpty: true) { url in
            let root = try PostgresServer.shared().certificate
            let database = try PostgresDatabase("\(url)?sslmode=verify-full&sslrootcert=\(root)", connections: 1)
            let encrypted = try await database.read { db in
                try db.rows("pg_stat_ssl", "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()") {
                    try $0.get("ssl") as Bool
                }
            }
            #expect(encrypted == [true])
            try await database.close()
            // Signed by nobody we know.
            let other = try PostgresDatabase(
                "\(url)?sslmode=verify-full&sslrootcert=/etc/ssl/certs/none.pem", connections: 1)
            await #expect(throws: StorageError.self) { try await other.read { try $0.number("SELECT 1") } }
            try await other.close()
        }
    }
}
