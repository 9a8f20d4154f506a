import Engine
import Foundation
import Simulation
import TestSupport
import Testing

@testable import Storage

/// The index is only quicker than a plain scan: it finds the same orders in the same order.
struct SearchTests {
    /// Words of each length, cut out of the texts anywhere, and the ends of numbers.
    @Test(arguments: StoreKind.allCases) func searchAndScanAgreeForAThousandDraws(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            let history = try await SearchHistory(in: store, orders: 1_600)
            #expect(try await store.mergedSpans() == 2)
            var random = SystemRandomNumberGenerator()
            for draw in 0..<1_000 {
                let text = history.draw(draw, &random)
                let expected = history.scan(text)
                #expect(!expected.isEmpty, "\(text)")
                let page = Page(cursor: nil, limit: 30)
                let found = try await store.orders(.text(text), sort: .newest, page: page)
                #expect(found.rows.map(\.id) == Array(expected.prefix(30)), "\(text)")
                #expect((found.next != nil) == (expected.count > 30), "\(text)")
                if draw % 20 == 0 {
                    let all = try await all(limit: 100) {
                        try await store.orders(.text(text), sort: .newest, page: $0)
                    }
                    #expect(all.map(\.id) == expected, "\(text)")
                }
            }
        }
    }

    /// What was indexed under its old words is found under its new ones, and no longer under the old.
    ///
    /// - Parameter spans: if there are two, `a` is in a merged one.
    @Test(arguments: StoreKind.allCases, [0, 2])
    func anOrderThatChangesAfterwardsIsFoundByWhatItSays(kind: StoreKind, spans: Int64) async throws {
        try await kind.with { store async throws in
            try await store.create("a")
            try await store.create("b", at: .noon(1))
            if spans == 0 { try await store.beginNextBlock() } else { try await store.beginSpan(spans) }
            try await store.create("c", at: .noon(2))
            while try await store.indexOrders() {}
            #expect(try await store.mergedSpans() == spans / 2)
            var fields = WorkOrder.sample("", "").fields
            (fields.title, fields.what, fields.phone) = ("暖气", "暖气片是凉的", "0571-8888 4321")
            let changed = fields
            try await store.act(.save(changed), on: "a")
            for isIndexed in [false, true] {
                for (text, ids) in [
                    ("停水", ["c", "b"]), ("暖气片", ["a"]), ("暖", ["a"]), ("凉", ["a"]), ("的", ["a"]), ("1234", ["c", "b"]),
                    ("84321", ["a"]), ("文一路 停水", ["c", "b"]), ("暖气 停水", []), ("20261122", ["c", "b", "a"]),
                    ("-000001", ["a"]), ("20261122-000002", ["b"]), ("00000", []),
                ] {
                    let found = try await store.orders(
                        .text(text), sort: .newest, page: Page(cursor: nil, limit: 9))
                    #expect(found.rows.map(\.id.text) == ids, "\(text) \(isIndexed)")
                }
                #expect(try await store.indexOrders() == !isIndexed)
            }
            try await store.act(.dispatch(to: "water", readBack: true), on: "b", at: .noon(100))
            // Makes a version with the same words: it is indexed once and then done with.
            try await store.act(.sign, on: "b", at: .noon(101))
            #expect(try await store.indexOrders())
            #expect(try await !store.indexOrders())
            let page = Page(cursor: nil, limit: 9)
            let water = try await store.orders(.text("停水", of: "water"), sort: .newest, page: page)
            #expect(water.rows.map(\.id) == ["b"])
            let power = try await store.orders(.text("停水", of: "power"), sort: .newest, page: page)
            #expect(power.rows.isEmpty)
        }
    }

    @Test func setsComeBackAsTheyWere() {
        var random = SystemRandomNumberGenerator()
        for count in [0, 1, 2, 1_023, 1_024, 5_000, 16_384] {
            let places = Set((0..<count).map { _ in Int.random(in: 0..<16_384, using: &random) })
            let set = OrderSet(places: places)
            #expect(set.places == places.sorted())
            #expect(set.encoded.count == min(2 * places.count, 2_048))
            #expect(OrderSet(encoded: set.encoded[...]) == set)
        }
        #expect(OrderSet(encoded: [1]) == nil)
        #expect(OrderSet(encoded: [0, 64]) == nil)
    }

    @Test(arguments: [IndexTable.blocks, .spans]) func rowsComeBackAsTheyWere(table: IndexTable) throws {
        let sets = [1: OrderSet(places: [3, 9]), 7: OrderSet(places: 0..<9_000), 63: OrderSet(places: [16_383])]
        var row = IndexRow()
        for (number, set) in sets.sorted(by: { $0.key < $1.key }) { row.append(set, number) }
        let encoded = row.encoded(table)
        func numbers(_ numbers: ClosedRange<Int>) throws -> [Int] {
            try IndexRow(table, encoded, numbers: numbers).sets.map(\.number)
        }
        #expect(try IndexRow(table, encoded).sets.allSatisfy { sets[$0.number] == $0.set })
        #expect(try numbers(0...Int.max) == [1, 7, 63])
        #expect(try numbers(2...7) == [7])
        #expect(try numbers(8...62) == [])
        let head = table.numberBytes + 2
        let ends = [head + 4, encoded.count - head - 2]
        for end in 1..<encoded.count where !ends.contains(end) {
            #expect(throws: StorageError.self, "\(end)") { try IndexRow(table, Array(encoded[..<end])) }
        }
    }

    @Test func rowsGrowAndShrink() {
        var row = IndexRow(OrderSet(places: [1, 2]), number: 5)
        let more = [([2], 5), ([2, 3], 5), ([2], 4), ([2], 6)]
        let grows = more.map { places, number in row.formUnion(IndexRow(OrderSet(places: places), number: number)) }
        #expect(grows == [false, true, true, true])
        #expect(row.sets.map(\.number) == [4, 5, 6])
        #expect(row.sets.map(\.set.places) == [[2], [1, 2, 3], [2]])
        let less = [([7], 4...6), ([2], 7...7), ([2], 4...4), ([2], 6...6)]
        let shrinks = less.map { places, numbers in
            row.subtract { numbers.contains($0) ? OrderSet(places: places) : nil }
        }
        #expect(shrinks == [false, false, true, true])
        #expect(row.sets.map(\.number) == [5])
        let isGone = row.subtract { _ in OrderSet(places: 0..<9) }
        #expect(isGone && row.isEmpty)
    }

    /// One block, two, four; and so with spans, where they are merged.
    @Test func aSearchTakesMoreTheLongerItGoes() {
        var stretches = SearchStretches(mergedSpans: 5, most: 256)
        var next: Int64 = 329
        var taken: [SearchStretch] = []
        while next >= 0 {
            taken.append(stretches.next(from: next))
            next = taken.last!.blocks.lowerBound - 1
        }
        let expected: [(ClosedRange<Int64>, Bool)] = [
            (329...329, false), (327...328, false), (323...326, false), (320...322, false), (256...319, true),
            (128...255, true), (0...127, true),
        ]
        #expect(taken == expected.map { SearchStretch(blocks: $0, isMerged: $1) })
        #expect(taken.map(\.spans)[4...] == [4...4, 2...3, 0...1])
        var narrow = SearchStretches(mergedSpans: 1, most: 3)
        let (young, old) = ((0..<3).map { _ in narrow.next(from: 99) }, (0..<3).map { _ in narrow.next(from: 5) })
        #expect(young.map(\.blocks) == [99...99, 98...99, 97...99])
        #expect(old.map(\.blocks) == [0...5, 0...5, 0...5])
    }
}

extension OrderFilter {
    static func text(_ text: String, of body: BodyID? = nil) -> OrderFilter {
        var filter = OrderFilter()
        (filter.text, filter.body) = (text, body)
        return filter
    }
}
