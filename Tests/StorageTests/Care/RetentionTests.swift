import Engine
import TestSupport
import Testing

@testable import Storage

struct RetentionTests {
    private static let year = RetentionPolicy([
        RetentionRule(content: .orders, days: 365),
        RetentionRule(content: .orders, kind: .consultation, days: 30),
        RetentionRule(content: .orders, line: "12315", days: 730),
        RetentionRule(content: .orders, line: "12315", kind: .consultation, days: 10),
        RetentionRule(content: .recordings, days: 90),
        RetentionRule(content: .recordings, line: "12315", days: 180),
    ])

    @Test func theMostParticularRuleHolds() {
        let policy = Self.year
        #expect(policy.days(.orders, line: "12345", kind: .complaint) == 365)
        #expect(policy.days(.orders, line: "12345", kind: .consultation) == 30)
        #expect(policy.days(.orders, line: "12315", kind: .complaint) == 730)
        #expect(policy.days(.orders, line: "12315", kind: .consultation) == 10)
        #expect(policy.days(.orders, line: "12315", kind: nil) == 730)
        #expect(policy.days(.recordings, line: "12315", kind: nil) == 180)
        #expect(RetentionPolicy([]).days(.orders, line: "12345", kind: .complaint) == nil)
        let wrong = [
            RetentionRule(content: .orders, days: 0), RetentionRule(content: .orders, days: 9),
            RetentionRule(content: .recordings, line: "1", kind: .help, days: 9),
        ]
        #expect(RetentionPolicy.problems(in: wrong, lines: ["12345"]).count == 4)
        #expect(RetentionPolicy.problems(in: Array(wrong[1...1]), lines: ["12345"]).isEmpty)
    }

    /// - Parameter spans: if there are two, the old order is in a merged one.
    @Test(arguments: StoreKind.allCases, [0, 2])
    func wordsGoAndFiguresStay(kind: StoreKind, spans: Int64) async throws {
        try await kind.with { store async throws in
            for id in ["old", "held", "open", "young"] as [OrderID] {
                try await store.create(id)
                if id == "open" { continue }
                if id == "old" {
                    var fields = WorkOrder.sample("", "").fields
                    fields.name = "欧阳"
                    let named = fields
                    try await store.act(.save(named), on: id)
                }
                try await store.act(.dispatch(to: "water", readBack: true), on: id, at: .noon(60))
                try await store.act(.sign, on: id, at: .noon(61))
                try await store.act(.contact(note: "已联系王女士"), on: id, at: .noon(62))
                try await store.act(.answer("已修复"), on: id, at: .noon(63))
                let closing: Moment = id == "young" ? .noon(86_400) : .noon(64)
                try await store.act(.close, on: id, at: closing)
            }
            if spans == 0 { try await store.beginNextBlock() } else { try await store.beginSpan(spans) }
            try await store.create("next", at: .noon(70))
            while try await store.indexOrders() {}
            #expect(try await store.mergedSpans() == spans / 2)
            let sequence = try await store.database.read { db in
                try db.number("SELECT sequence FROM orders WHERE id = 'old'")
            }
            #expect(try await store.listed(under: "欧阳") == [sequence])
            try await store.hold(.order("held"), reason: "法院调取", by: .agent, at: .noon(99))
            let before = try #require(try await store.order("old"))
            let day = Moment.noon(64 + 365 * 86_400)
            #expect(try await store.removeExpiredOrders(Self.year, dryRun: true, by: .program, at: day) == 1)
            #expect(try await store.order("old") == before)
            #expect(try await store.removeExpiredOrders(Self.year, dryRun: false, by: .program, at: day) == 1)
            #expect(try await store.removeExpiredOrders(Self.year, dryRun: false, by: .program, at: day) == 0)

            let after = try #require(try await store.order("old"))
            #expect(after.removedAt == day)
            #expect(after.fields == WorkOrder.Fields(kind: .complaint))
            #expect((after.number, after.state, after.closedAt) == (before.number, before.state, before.closedAt))
            let notes = try await store.history(of: "old").map(\.note)
            #expect(notes == [nil, nil, "water", nil, nil, nil, nil])
            #expect(try await store.order("held")?.fields.what == "整栋楼停水两天")
            let removal = try #require(try await store.removals(page: Page()).rows.first)
            #expect((removal.subject, removal.keptDays) == ("order:old", 365))
            #expect(removal.digest == (try Content(before).digest))
            // Neither by search nor in the index's bytes; by its number it is found.
            for isIndexed in [false, true] {
                #expect(try await store.found("停水").map(\.text) == ["next", "young", "open", "held"], "\(isIndexed)")
                #expect(try await store.found("欧阳").isEmpty)
                #expect(try await store.found(before.number).map(\.text) == ["old"], "\(isIndexed)")
                while try await store.indexOrders() {}
            }
            let left = try await store.database.read { db in
                try db.number(
                    """
                    SELECT (SELECT count(*) FROM search_removals)
                        + (SELECT count(*) FROM unindexed_orders WHERE sequence = \(sequence))
                    """)
            }
            #expect(left == 0)
            #expect(try await store.listed(under: "欧阳").isEmpty)
            #expect(try await !store.listed(under: "停水").contains(sequence))

            try await store.release(.order("held"), by: .agent, at: day)
            await #expect(throws: StoreConflict.notFound) {
                try await store.release(.order("held"), by: .agent, at: day)
            }
            #expect(try await store.removeExpiredOrders(Self.year, dryRun: false, by: .program, at: day) == 1)
            #expect(try await store.holds(page: Page()).rows.map(\.releasedAt) == [day])
            #expect(try await store.found("停水").map(\.text) == ["next", "young", "open"])
            await #expect(throws: WorkOrder.Refusal.self) {
                try await store.act(
                    .followUp(
                        .init(at: day, by: "p-li", reached: true, satisfaction: 5, solved: true, note: "", call: nil)),
                    on: "old", at: day)
            }
            try await store.sealAudit(at: day)
            #expect(try await store.verifyAudit(against: []).isWhole)
        }
    }

    @Test(arguments: StoreKind.allCases) func recordingsGoByTheirLineUnlessHeld(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            let calls: [CallRecord] = [
                .inbound("a").queued().answered().ended(after: 60), .inbound("b", line: "12315").ended(after: 60),
                .inbound("held").ended(after: 60), .inbound("orders").ended(after: 60),
            ]
            try await store.apply(calls, upTo: 4)
            for call in calls { try await store.setRecording("digest-\(call.id)".padded, of: call.id) }
            _ = try await store.createOrder({ .sample("o", $0, call: "orders") }, by: .agent, at: .noon())
            try await store.hold(.call("held"), reason: "投诉", by: .agent, at: .noon(1))
            try await store.hold(.order("o"), reason: "投诉", by: .agent, at: .noon(1))
            await #expect(throws: StoreConflict.alreadyDone) {
                try await store.hold(.order("o"), reason: "投诉", by: .agent, at: .noon(1))
            }
            await #expect(throws: StoreConflict.notFound) {
                try await store.hold(.call("nobody"), reason: "投诉", by: .agent, at: .noon(1))
            }
            let day = Moment.noon(90 * 86_400)
            #expect(try await store.removeExpiredRecordings(Self.year, dryRun: false, by: .program, at: day) == 1)
            #expect(try await store.call("a")?.recording == nil)
            #expect(try await store.call("a")?.record.talkMs == 50_000)
            let all = calls.map { "digest-\($0.id)".padded }
            #expect(try await store.filesInUse(among: all) == Set(all[1...]))
            #expect(try await store.removals(page: Page()).rows.map(\.digest) == [all[0]])
        }
    }
}

extension SQLStore {
    fileprivate func found(_ text: String) async throws -> [OrderID] {
        var filter = OrderFilter()
        filter.text = text
        return try await orders(filter, sort: .newest, page: Page()).rows.map(\.id)
    }
}

extension String {
    /// As long as a digest.
    fileprivate var padded: String { self + String(repeating: "0", count: max(0, 64 - count)) }
}
