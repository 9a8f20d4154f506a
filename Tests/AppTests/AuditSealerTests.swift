import Engine
import Foundation
import Logging
import Storage
import Testing

@testable import App

@Suite struct AuditSealerTests {
    /// Those who write and whoever stops us do not wait for all of what has not been sealed: what a load left, or an outage.
    @Test func aBacklogIsSealedOneSealAtATime() async throws {
        try await TestHotline.with { hotline, _ in
            let store = hotline.store
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<30_000 {
                    group.addTask {
                        try await store.note(
                            AuditRow(
                                at: .init(milliseconds: 0), actor: .program, action: "test", subject: "row:\(number)"))
                    }
                    if number >= 500 { try await group.next() }
                }
            }
            let sealer = AuditSealer(
                store: store, anchors: AuditAnchors(dataDirectory: hotline.folder.path), wall: .china,
                now: { TestHotline.start }, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let running = Task { try await sealer.run() }
            while try await store.newestAuditSeal() == nil { try await Task.sleep(for: .milliseconds(5)) }
            running.cancel()
            try await running.value
            let report = try await store.verifyAudit(against: [])
            #expect(report.findings.isEmpty)
            #expect(report.seals >= 2 && report.unsealed > 0, "\(report)")
        }
    }
}
