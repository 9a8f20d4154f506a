import Engine
import Storage
import TestSupport
import Testing

struct MissedCallTests {
    @Test(arguments: StoreKind.allCases) func threeAttemptsAreOneRowNamedByTheNewest(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            // The second to arrive is the last to end.
            try await store.apply([.missed("a", at: 0)], upTo: 1)
            try await store.apply([.missed("c", at: 60)], upTo: 2)
            try await store.apply([.missed("b", at: 30), .missed("c", at: 60)], upTo: 3)
            try await store.apply([.missed("b", at: 30)], upTo: 4)
            let row = try await one(store)
            #expect(row.call == "c")
            #expect(row.at == .noon(60))
            #expect(row.attempts == 3)
            #expect(row.waitedMs == 15_000)
            #expect(try await store.openMissedCalls() == 1)
            #expect(try await store.missedCall("a") == row, "any attempt finds the row")
            #expect(try await store.missedCall("x") == nil)
        }
    }

    @Test(arguments: StoreKind.allCases) func aPromiseIsLateInTheSpanItEndsIn(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            try await store.save(
                StoredPerson(
                    id: "p", login: "p", name: "P", role: .leader, agent: nil, body: nil, passwordHash: ""),
                by: .program, at: .noon(0))
            try await store.apply([.missed("a", at: 0), .missed("b", at: 0, number: "2")], upTo: 1)
            let actor = AuditActor(person: "p", address: nil)
            _ = try await store.promiseMissedCall("a", until: .noon(60), by: actor, at: .noon(1))
            _ = try await store.promiseMissedCall("b", until: .noon(60), by: actor, at: .noon(1))
            _ = try await store.closeMissedCall("b", note: "n", by: actor, at: .noon(2))
            #expect(try await store.latePromises(after: .noon(0), until: .noon(59)).isEmpty)
            #expect(try await store.latePromises(after: .noon(59), until: .noon(60)).map(\.call) == ["a"])
            #expect(try await store.latePromises(after: .noon(60), until: .noon(99)).isEmpty)
        }
    }

    @Test(arguments: StoreKind.allCases) func callersWhoHideTheirNumberAreNotOnePerson(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            try await store.apply([.missed("a", at: 0, number: ""), .missed("b", at: 9, number: "")], upTo: 1)
            try await store.apply([CallRecord.inbound("c", at: 20, number: "").queued().answered()], upTo: 2)
            #expect(try await store.openMissedCalls() == 2)
        }
    }

    @Test(arguments: StoreKind.allCases) func aLaterCallThatWasAnsweredSettlesIt(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            try await store.apply([.missed("a", at: 0), .missed("other", at: 0, number: "2")], upTo: 1)
            try await store.apply([CallRecord.inbound("b", at: 60).queued()], upTo: 2)
            #expect(try await store.missedCall("a")?.state == .open, "ringing is no answer")
            try await store.apply([CallRecord.inbound("b", at: 60).queued().answered()], upTo: 3)
            let row = try #require(try await store.missedCall("a"))
            #expect(row.state == .done)
            #expect(row.doneAt == .noon(70))
            #expect(row.doneBy == nil)
            #expect(row.callback == nil)
            // A new attempt is a new debt, which the end of the old call does not pay.
            try await store.apply([.missed("c", at: 200)], upTo: 4)
            try await store.apply([CallRecord.inbound("b", at: 60).queued().answered().ended(after: 500)], upTo: 5)
            #expect(try await store.missedCall("c")?.state == .open)
            #expect(try await store.missedCall("a") == row)
            #expect(try await store.openMissedCalls() == 2)
        }
    }

    @Test(arguments: StoreKind.allCases) func whoWasAnsweredOnASecondCallIsOwedNothing(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            try await store.apply([CallRecord.inbound("b", at: 10).queued().answered(after: 8)], upTo: 1)
            try await store.apply([.missed("a", at: 0)], upTo: 2)
            let row = try #require(try await store.missedCall("a"))
            #expect(row.state == .done)
            #expect(row.doneAt == .noon(18))
        }
    }

    @Test(arguments: StoreKind.allCases) func aCallBackSettlesItOnlyWhenAnswered(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            try await store.apply([.missed("a", at: 0), .missed("b", at: 30)], upTo: 1)
            try await store.apply([.callback("x", to: "a", at: 100).ended(after: 20, .noAnswer)], upTo: 2)
            #expect(try await store.missedCall("a")?.state == .open)
            let answered = CallRecord.callback("y", to: "a", at: 200).answered()
            try await store.apply([answered], upTo: 3)
            let row = try #require(try await store.missedCall("b"))
            #expect(row.state == .done)
            #expect(row.callback == "y")
            #expect(row.doneAt == .noon(210))
            try await store.apply([.missed("c", at: 400)], upTo: 4)
            try await store.apply([answered.ended(after: 500)], upTo: 5)
            #expect(try await store.missedCall("c")?.state == .open)
            #expect(try await store.openMissedCalls() == 1)
        }
    }

    @Test(arguments: StoreKind.allCases) func anInterruptedConversationIsOwedACallBack(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            let talking = CallRecord.inbound("a").queued().answered()
            try await store.apply([talking], upTo: 1)
            let cut = talking.ended(after: 100, .interrupted)
            #expect(cut.outcome == .interrupted)
            try await store.apply([cut], upTo: 2)
            var wrapped = cut
            wrapped.wrapUpMs = 9000
            try await store.apply([wrapped], upTo: 3)
            let row = try await one(store)
            #expect(row.state == .open)
            #expect(row.attempts == 1)
        }
    }

    @Test(arguments: StoreKind.allCases) func closedByAPersonOnceWithTheReason(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            try await store.apply([.missed("a", at: 0), .missed("b", at: 30)], upTo: 1)
            let closed = try await store.closeMissedCall("a", note: "市民来访，已办", by: .agent, at: .noon(90))
            #expect(closed.call == "b")
            #expect(closed.doneBy == "p-li")
            #expect(closed.doneAt == .noon(90))
            #expect(closed.note == "市民来访，已办")
            #expect(try await store.missedCall("b") == closed)
            #expect(try await store.auditRows(page: Page()).rows.first?.action == "missed.close")
            await #expect(throws: StoreConflict.alreadyDone) {
                try await store.closeMissedCall("a", note: "again", by: .agent, at: .noon(99))
            }
            await #expect(throws: StoreConflict.notFound) {
                try await store.closeMissedCall("x", note: "what", by: .agent, at: .noon(99))
            }
        }
    }

    @Test(arguments: StoreKind.allCases) func takenOnByOneUntilATimeAndHandedBack(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            try await store.apply([.missed("a", at: 0)], upTo: 1)
            let promised = try await store.promiseMissedCall("a", until: .noon(900), by: .agent, at: .noon())
            #expect(promised.owner == "p-li" && promised.promisedBy == .noon(900))
            try await store.apply([.missed("b", at: 30)], upTo: 2)
            #expect(try await store.missedCall("b")?.owner == "p-li", "another attempt is the same promise")
            let back = try await store.promiseMissedCall("b", until: nil, by: .agent, at: .noon(60))
            #expect(back.owner == nil && back.promisedBy == nil)
            _ = try await store.closeMissedCall("a", note: "n", by: .agent, at: .noon(90))
            await #expect(throws: StoreConflict.alreadyDone) {
                try await store.promiseMissedCall("a", until: .noon(900), by: .agent, at: .noon(99))
            }
        }
    }

    @Test(arguments: StoreKind.allCases) func listedByStateNewestFirst(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            let records = (0..<9).map { CallRecord.missed(CallID("m\($0)"), at: Int64($0 / 2), number: "100\($0)") }
            try await store.apply(records, upTo: 1)
            for id in ["m1", "m4"] as [CallID] {
                _ = try await store.closeMissedCall(id, note: "n", by: .agent, at: .noon(90))
            }
            func listed(_ state: MissedCall.State?) async throws -> [String] {
                try await all(limit: 2) { try await store.missedCalls(state, page: $0) }.map(\.call.text)
            }
            #expect(try await listed(nil) == ["m8", "m7", "m6", "m5", "m4", "m3", "m2", "m1", "m0"])
            #expect(try await listed(.open) == ["m8", "m7", "m6", "m5", "m3", "m2", "m0"])
            #expect(try await listed(.done) == ["m4", "m1"])
        }
    }

    private func one(_ store: any Store) async throws -> MissedCall {
        let rows = try await store.missedCalls(nil, page: Page()).rows
        #expect(rows.count == 1)
        return try #require(rows.first)
    }
}

extension CallRecord {
    /// Waits 15 seconds and leaves.
    static func missed(_ id: CallID, at second: Int64, number: String = "13800001234") -> Self {
        inbound(id, at: second, number: number).queued().ended(after: 20)
    }
}
