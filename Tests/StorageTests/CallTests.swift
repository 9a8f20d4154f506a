import Engine
import Storage
import TestSupport
import Testing

struct CallTests {
    @Test(arguments: StoreKind.allCases) func aCallsRowIsAsLastWrittenAndKeepsItsRecording(kind: StoreKind) async throws
    {
        try await kind.with { store async throws in
            let rung = CallRecord.inbound("a")
            let over = rung.queued().answered().ended(after: 70)
            try await store.apply([rung], upTo: 1)
            await #expect(throws: StoreConflict.notFound) { try await store.setRecording("x.wav", of: "b") }
            try await store.setRecording("2026/a.wav", of: "a")
            let order = try await store.createOrder(
                { .sample("o", $0, call: "a") }, by: .agent, at: .noon())
            var wrapped = over
            wrapped.wrapUpMs = 4000
            for (position, record) in [over, wrapped, wrapped].enumerated() {
                try await store.apply([record], upTo: Int64(position + 2))
            }
            #expect(try await store.call("a") == StoredCall(record: wrapped, recording: "2026/a.wav", order: order.id))
            #expect(try await store.call("b") == nil)
        }
    }

    @Test(arguments: StoreKind.allCases) func everyPropertyOfARecordComesBack(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            let records =
                EndReason.allCases.enumerated().map { index, reason in
                    CallRecord.inbound(CallID("in\(index)"), at: Int64(index)).queued().ended(after: 20, reason)
                } + [.callback("out", to: "in1", at: 90).answered().ended(after: 30, .agentHungUp)]
            try await store.apply(records, upTo: 7)
            for record in records { #expect(try await store.call(record.id)?.record == record) }
        }
    }

    @Test(arguments: StoreKind.allCases) func rowsOfAnEarlierPositionDoNotReplaceLaterOnes(kind: StoreKind) async throws
    {
        try await kind.with { store async throws in
            #expect(try await store.callsPosition() == 0)
            let over = CallRecord.inbound("a").queued().ended(after: 30)
            try await store.apply([over], upTo: 20)
            try await store.apply([.inbound("a")], upTo: 10)
            try await store.apply([], upTo: 25)
            #expect(try await store.call("a")?.record == over)
            #expect(try await store.callsPosition() == 25)
        }
    }

    @Test(arguments: StoreKind.allCases) func aBatchThatCannotBeWrittenLeavesNothing(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            var impossible = CallRecord.inbound("b")
            impossible.talkMs = -1
            await #expect(throws: (any Error).self) { try await store.apply([.inbound("a"), impossible], upTo: 3) }
            #expect(try await store.call("a") == nil)
            #expect(try await store.callsPosition() == 0)
        }
    }

    @Test(arguments: StoreKind.allCases) func aFilterListsCountsAndTalliesTheSameCalls(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            let records: [CallRecord] = [
                .inbound("a").queued().answered(after: 9).ended(after: 69),
                .inbound("b", at: 1, number: "").queued().ended(after: 9),
                .inbound("c", at: 1, line: "96345", number: "2").queued().ended(after: 40),
                .inbound("d", at: 2, line: "96345", number: "2").ended(after: 3),
                .inbound("e", at: 3).queued(),
                .callback("f", to: "b", at: 60).answered().ended(after: 20),
            ]
            try await store.apply(records, upTo: 1)
            let cases: [(String, (inout CallFilter) -> Void)] = [
                ("fedcba", { _ in }),
                ("edcba", { $0.direction = .inbound }),
                ("dc", { $0.line = "96345" }),
                ("dc", { $0.number = "2" }),
                ("fa", { $0.agent = "5001" }),
                ("fa", { $0.answered = true }),
                ("e", { $0.ended = false }),
                ("fd", { $0.queued = false }),
                ("dcb", { $0.outcome = .abandoned }),
                ("dcb", { $0.missed = true }),
                ("fea", { $0.missed = false }),
                ("ba", { $0.waitedAtMostMs = 4000 }),
                ("c", { $0.waitedMoreThanMs = 4000 }),
                ("ed", { ($0.from, $0.until) = (.noon(2), .noon(4)) }),
            ]
            for (ids, set) in cases {
                var filter = CallFilter()
                set(&filter)
                let rows = try await all(limit: 2) { try await store.calls(filter, page: $0) }
                #expect(rows.map(\.record.id.text).joined() == ids)
                #expect(try await store.count(filter) == ids.count)
                let tally = try await store.tally(
                    [.count(filter), .sum(.wait, filter), .longest(.talk, filter)], from: .noon(), until: .noon(3600))
                #expect(tally.values.reduce(0) { $0 + $1[0] } == Int64(ids.count))
                let waited = try await store.sum(.wait, filter)
                #expect(tally.values.reduce(0) { $0 + $1[1] } == waited)
                #expect(tally.values.map { $0[2] }.max() == rows.map(\.record.talkMs).max())
            }
            #expect(try await store.sum(.talk, CallFilter()) == 70_000)
        }
    }

    @Test(arguments: StoreKind.allCases) func pagesNeitherSkipNorRepeatWhileCallsCome(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            // Four at each second, so that a page ends among equals.
            let first = (0..<40).map { CallRecord.inbound(CallID("a\($0)"), at: Int64($0 / 4)) }
            try await store.apply(first, upTo: 1)
            var later = 0
            let read = try await all(limit: 7) { page in
                later += 1
                try await store.apply([.inbound(CallID("z\(later)"), at: 100)], upTo: 1)
                return try await store.calls(CallFilter(), page: page)
            }
            let ids = read.map(\.record.id).filter { $0.text.hasPrefix("a") }
            #expect(ids.count == 40)
            #expect(Set(ids).count == 40)
            #expect(read.map(\.record.arrivedAt) == read.map(\.record.arrivedAt).sorted(by: >))
        }
    }

    @Test(arguments: StoreKind.allCases) func aCursorThatDoesNotReadIsRefused(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            for cursor in ["", "!", "bm90IGEgY3Vyc29y", "eC4xLmE"] {
                await #expect(throws: StoreConflict.notFound) {
                    try await store.calls(CallFilter(), page: Page(cursor: cursor))
                }
            }
        }
    }
}
