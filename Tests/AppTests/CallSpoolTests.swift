import Engine
import Foundation
import Logging
import Storage
import Testing

@testable import App

/// Who called while nothing could be written is owed a call back, once.
@Suite struct CallSpoolTests {
    private static func spool(_ hotline: TestHotline) throws -> CallSpool {
        try CallSpool(
            dataDirectory: hotline.folder.path, store: hotline.store, switchboard: hotline.switchboard,
            now: { TestHotline.start }, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// Serves until the file is empty, as the next start does.
    private static func handOver(_ spool: CallSpool, of hotline: TestHotline) async throws {
        let running = Task { try await spool.run() }
        let path = hotline.folder.appendingPathComponent("calls.spool")
        while try Data(contentsOf: path).contains(where: { $0 != 0 }) { try await Task.sleep(for: .milliseconds(20)) }
        running.cancel()
        try await running.value
        try await hotline.settle()
    }

    @Test(.timeLimit(.minutes(5))) func aCallIsMissedOnceWhateverHappensToUs() async throws {
        try await TestHotline.with { hotline, client in
            let path = hotline.folder.appendingPathComponent("calls.spool")
            let first = try Self.spool(hotline)
            await first.note("c1", "gov", "13800001234")
            await first.note("c2", "gov", "13800001234")
            await first.note("c3", "gov", "")
            let noted = try Data(contentsOf: path)
            hotline.clock.advance(seconds: 3600)
            // Killed before it could tell; the next start tells.
            try await Self.handOver(try Self.spool(hotline), of: hotline)
            // Killed again, after the journal had them and before the file was empty.
            try noted.write(to: path)
            try await Self.handOver(try Self.spool(hotline), of: hotline)

            let lei = try await Browser.signedIn(client, "lei")
            let missed = try await lei.get("/missed-calls").json["rows"]?.elements ?? []
            let numbers = missed.map { "\($0["number"]?.text(or: nil) ?? "-") \($0["attempts"]?.number ?? 0)" }
            #expect(numbers.sorted() == [" 1", "138****1234 2"])
            #expect(missed.allSatisfy { $0["at"] == JSON(TestHotline.start) && $0["state"] == "open" })
            let calls = try await lei.get("/calls").json["rows"]?.elements ?? []
            #expect(calls.count == 3 && calls.allSatisfy { $0["endReason"] == "emergency" })
            let promised = hotline.clock.now.adding(seconds: 600)
            let promise = try await lei.put("/missed-calls/c2/promise", ["promisedBy": JSON(promised)])
            #expect(promise.json["owner"] == "Lei" && promise.json["promisedBy"] == JSON(promised))
            #expect(try await hotline.store.callsPosition() > 0)
        }
    }
}
