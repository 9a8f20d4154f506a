import Engine
import Logging
import Storage
import TestSupport
import Testing

@testable import App

/// How the live switchboard ends.
@Suite struct SwitchboardServiceTests {
    /// (The limit is for what hangs; beside all other tests on two cores a minute is not long.)
    /// It once tried for ever, without a pause: in a cancelled task neither a journal nor a sleep does anything but throw.
    @Test(.timeLimit(.minutes(10))) func cancelledWhileABatchIsWrittenItGivesUp() async throws {
        try await StoreKind.chosen.withLocation { location in
            let journal = SlowJournal(journal: try await location.openJournal())
            let service = try await SwitchboardService(
                journal: journal, now: { TestHotline.start },
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let running = Task { try await service.run() }
            let asking = Task { try await service.ask(.configured(Setup())) }
            _ = await journal.began.first { _ in true }
            running.cancel()
            try await running.value
            await #expect(throws: CancellationError.self) { try await asking.value }
            #expect(try await journal.load().entries.isEmpty)
            try await journal.close()
        }
    }
}

/// A journal whose disk takes an hour.
private struct SlowJournal: Journal {
    let journal: any Journal
    let began: AsyncStream<Void>
    private let begin: AsyncStream<Void>.Continuation

    init(journal: any Journal) {
        self.journal = journal
        (began, begin) = AsyncStream.makeStream()
    }

    func append(_ entries: [Recorder.Entry]) async throws {
        begin.yield()
        try await Task.sleep(for: .seconds(3600))
        try await journal.append(entries)
    }

    func load() async throws -> JournalTail { try await journal.load() }

    func keepSnapshot(_ switchboard: Switchboard, position: Int64, at: Moment) async throws {
        try await journal.keepSnapshot(switchboard, position: position, at: at)
    }

    func entries(after position: Int64, limit: Int) async throws -> [Recorder.Entry] {
        try await journal.entries(after: position, limit: limit)
    }

    func close() async throws { try await journal.close() }
}
