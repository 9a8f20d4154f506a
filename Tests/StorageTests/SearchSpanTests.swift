import Engine
import TestSupport
import Testing

@testable import Storage

/// Old blocks are merged behind everybody's back: whoever searches or changes an order meanwhile sees nothing of it.
struct SearchSpanTests {
    /// And wherever it breaks off, it goes on.
    @Test(arguments: StoreKind.allCases) func searchAndScanAgreeAtEachStep(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            let history = try await SearchHistory(in: store, orders: 240, isIndexed: false)
            try await store.beginMerging()
            let listed = try await store.listed(in: .blocks)
            var random = SystemRandomNumberGenerator()
            var steps = 0
            while try await store.indexOrders() {
                steps += 1
                if steps % 3 == 0 { try await store.loseLastMergedRows() }
                for draw in 0..<3 {
                    let text = history.draw(draw, &random)
                    let found = try await store.orders(.text(text), sort: .newest, page: Page(limit: 30))
                    #expect(found.rows.map(\.id) == Array(history.scan(text).prefix(30)), "\(text) at step \(steps)")
                }
            }
            #expect(try await store.mergedSpans() == 2)
            let left = try await store.database.read { try $0.number("SELECT min(block) FROM search_index") }
            #expect(left == SearchSpan.firstBlock(of: 2))
            let (blocks, spans) = (try await store.listed(in: .blocks), try await store.listed(in: .spans))
            #expect(spans.merging(blocks) { $0.union($1) } == listed)
        }
    }

    /// Neither form of a span that is being merged is touched; what happens to its orders waits.
    @Test(arguments: StoreKind.allCases) func whatChangesOrIsRemovedMeanwhileWaits(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            _ = try await SearchHistory(in: store, orders: 240, isIndexed: false)
            var fields = WorkOrder.sample("", "").fields
            fields.title = "欧阳"
            let named = fields
            try await store.act(.save(named), on: "o1", at: .noon(300))
            try await store.act(.discard(reason: "重复"), on: "o1", at: .noon(301))
            try await store.beginMerging()
            #expect(try await store.listed(under: "欧阳").count == 1)

            let policy = RetentionPolicy([RetentionRule(content: .orders, days: 30)])
            let day = Moment.noon(90 * 86_400)
            #expect(try await store.removeExpiredOrders(policy, dryRun: false, by: .program, at: day) == 1)
            fields.title = "诸葛"
            let changed = fields
            try await store.act(.save(changed), on: "o2", at: .noon(302))
            let number = try #require(try await store.order("o1")).number
            repeat {
                for (text, ids) in [("欧阳", []), ("诸葛", ["o2"]), (number, ["o1"])] {
                    let found = try await store.orders(.text(text), sort: .newest, page: Page())
                    #expect(found.rows.map(\.id.text) == ids)
                }
            } while try await store.indexOrders()
            #expect(try await store.mergedSpans() == 2)
            #expect(try await store.listed(under: "欧阳").isEmpty)
            #expect(try await store.listed(under: "诸葛").count == 1)
            let waiting = try await store.database.read { db in
                try db.number(
                    """
                    SELECT (SELECT count(*) FROM search_removals)
                        + (SELECT count(*) FROM unindexed_orders WHERE sequence < \(SearchSpan.firstSequence(of: 2)))
                    """)
            }
            #expect(waiting == 0)
        }
    }
}

extension SQLStore {
    /// Indexes until the first rows of the first span are merged.
    fileprivate func beginMerging() async throws {
        while try await !database.read({ try merging($0).hasBegun }) { #expect(try await indexOrders()) }
    }

    /// As if the program had ended between two transactions.
    fileprivate func loseLastMergedRows() async throws {
        try await write { db in
            let merging = try merging(db)
            guard merging.hasBegun else { return }
            try db.execute(
                """
                DELETE FROM search_spans WHERE span = \(merging.spans) AND key IN
                    (SELECT key FROM search_spans WHERE span = \(merging.spans) ORDER BY key DESC LIMIT 3)
                """)
        }
    }
}
