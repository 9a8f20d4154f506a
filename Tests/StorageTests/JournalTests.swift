import Engine
import TestSupport
import Testing

@testable import Storage

struct JournalTests {
    @Test(arguments: StoreKind.allCases) func whatWasAppendedComesBackInOrder(kind: StoreKind) async throws {
        try await kind.withJournal { journal in
            #expect(try await journal.load().entries.isEmpty)
            #expect(try await journal.load().snapshot == nil)
            let entries = Recorder.day(calls: 5)
            for batch in [entries[..<1], entries[1..<4], entries[4..<4], entries[4...]] {
                try await journal.append(Array(batch))
            }
            let tail = try await journal.load()
            #expect(tail.entries == entries)
            var recorder = Recorder(switchboard: Switchboard(), position: 0, last: .zero)
            for entry in tail.entries { try recorder.replay(entry) }
            #expect(recorder.position == entries.last?.position)
            #expect(try await journal.entries(after: 3, limit: 4) == Array(entries[3..<7]))
            #expect(try await journal.entries(after: recorder.position, limit: 4).isEmpty)
        }
    }

    @Test(arguments: StoreKind.allCases) func aSnapshotAndTheRowsAfterItAreTheWholeState(kind: StoreKind) async throws {
        try await kind.withJournal { journal in
            let entries = Recorder.day(calls: 5)
            try await journal.append(entries)
            var recorder = Recorder(switchboard: Switchboard(), position: 0, last: .zero)
            for entry in entries {
                try recorder.replay(entry)
                guard entry.position % 7 == 0 else { continue }
                try await journal.keepSnapshot(recorder.switchboard, position: entry.position, at: entry.at)
            }
            let tail = try await journal.load()
            let snapshot = try #require(tail.snapshot)
            #expect(snapshot.position == Int64(entries.count / 7 * 7))
            #expect(tail.entries == entries.filter { $0.position > snapshot.position })
            var again = Recorder(switchboard: snapshot.switchboard, position: snapshot.position, last: snapshot.at)
            for entry in tail.entries { try again.replay(entry) }
            #expect(again.switchboard == recorder.switchboard)
        }
    }

    @Test(arguments: StoreKind.allCases) func aBatchGivenAgainIsTakenForWritten(kind: StoreKind) async throws {
        try await kind.withJournal { journal in
            let entries = Recorder.day(calls: 2)
            try await journal.append(Array(entries[..<4]))
            try await journal.append(Array(entries[..<6]))
            #expect(try await journal.load().entries == Array(entries[..<6]))
        }
    }

    @Test(arguments: StoreKind.allCases) func aSecondWriterIsFoundOutAndChangesNothing(kind: StoreKind) async throws {
        try await kind.withJournal { journal in
            let entries = Recorder.day(calls: 2)
            try await journal.append(Array(entries[..<4]))
            let other = Recorder.Entry(position: 4, at: .noon(9999), event: .started, actions: [])
            await #expect(throws: StorageError.journalOutOfStep(last: 4, given: 4)) {
                try await journal.append([other])
            }
            await #expect(throws: StorageError.journalOutOfStep(last: 4, given: 6)) {
                try await journal.append([entries[5]])
            }
            await #expect(throws: StorageError.journalOutOfStep(last: 5, given: 7)) {
                try await journal.append([entries[4], entries[6]])
            }
            #expect(try await journal.load().entries == Array(entries[..<4]))
        }
    }

    @Test(arguments: StoreKind.allCases) func rowsOfOtherRulesAreNotReplayed(kind: StoreKind) async throws {
        try await kind.withLocation { location in
            let entries = Recorder.day(calls: 1)
            let old = try await SQLJournal(location.open("journal.sqlite", connections: 1), centre: "main", rules: 1)
            try await old.append(entries)
            let new = try await SQLJournal(location.open("journal.sqlite", connections: 1), centre: "main", rules: 2)
            let error = await #expect(throws: StorageError.self) { try await new.load() }
            #expect(error == .otherRules(row: 1, snapshot: nil, found: 1, known: 2))
            #expect(error?.description.contains("start the version that wrote it and stop it properly") == true)
            var recorder = Recorder(switchboard: Switchboard(), position: 0, last: .zero)
            for entry in entries { try recorder.replay(entry) }
            try await old.keepSnapshot(recorder.switchboard, position: recorder.position, at: entries.last!.at)
            let tail = try await new.load()
            #expect(tail.snapshot?.position == recorder.position)
            #expect(tail.snapshot?.switchboard.calls.keys == recorder.switchboard.calls.keys)
            #expect(tail.entries.isEmpty)
            try await old.close()
            try await new.close()
        }
    }

    /// As version 1 wrote it when it was stopped in the middle of a call.
    @Test(arguments: StoreKind.allCases) func whatOtherRulesLeftIsEnded(kind: StoreKind) async throws {
        try await kind.withEmptyLocation { location in
            let journal = try await SQLJournal(location.open("journal.sqlite", connections: 1), centre: "main")
            let state = """
                {"agents":["5001",{"state":{"onCall":{"_0":"a"}}}],"calls":["a",{"held":false,"legs":[{"facts":"F","party":"citizen"}],
                "muted":false,"offers":1,"phase":{"talking":{"_0":"5001"}},"position":1,"record":{"arrivedAt":1000,"direction":"inbound",
                "holdMs":0,"id":"a","line":"12345","missed":false,"number":"13800001234","offers":1,"talkMs":0,"wrapUpMs":0}}],
                "nextPosition":2,"setup":{"agents":[],"lines":[],"queues":[]}}
                """
            try await journal.database.transaction { db in
                try db.execute(
                    """
                    INSERT INTO snapshots (position, centre_id, at, rules_version, switchboard)
                    VALUES (7, 'main', 2000, 1, \(state))
                    """)
            }
            let tail = try await journal.load()
            var board = try #require(tail.snapshot?.switchboard)
            let actions = try board.handle(.started, at: Moment(milliseconds: 9000))
            #expect(actions.contains(.endLeg(facts: "F")))
            #expect(
                actions.contains {
                    if case .record(let record) = $0 { record.endReason == .interrupted } else { false }
                })
            #expect(board.calls.isEmpty)
            try await journal.close()
        }
    }
}

extension StoreKind {
    func withJournal(_ body: (any Journal) async throws -> Void) async throws {
        try await withLocation { location in
            let journal = try await location.openJournal()
            try await body(journal)
            try await journal.close()
        }
    }
}

extension Recorder {
    /// What a recorder writes while one agent takes some calls.
    static func day(calls: Int) -> [Entry] {
        var recorder = Recorder(switchboard: Switchboard(), position: 0, last: .noon())
        let setup = Setup(
            lines: [Line(id: "12345", number: "12345", queue: "q")], queues: [Queue(id: "q", wrapUpLimitSeconds: 0)],
            agents: [AgentProfile(id: "5001", queues: ["q"], device: .phone(uri: "sip:5001@192.0.2.7"))])
        var events: [Event] = [.configured(setup), .signedIn("5001", site: "hall"), .asked("5001", .ready)]
        for call in (0..<calls).map({ CallID("c\($0)") }) {
            events += [
                .arrived(call, line: "12345", number: "13800001234"), .greeted(call),
                .accepted(OfferID("\(call)-1"), "5001"),
                .connected(call), .hungUp(call, .citizen, .callerHungUp),
            ]
        }
        for (index, event) in events.enumerated() {
            do {
                try recorder.receive(event, at: .noon(Int64(index)))
            } catch {
                preconditionFailure("the sample day breaks a rule at \(event): \(error)")
            }
        }
        return recorder.batchToWrite() ?? []
    }
}
