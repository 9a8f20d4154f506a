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
            let history = try await History(in: store, orders: 1_500)
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
    @Test(arguments: StoreKind.allCases) func anOrderThatChangesAfterwardsIsFoundByWhatItSays(kind: StoreKind)
        async throws
    {
        try await kind.with { store async throws in
            try await store.create("a")
            try await store.create("b", at: .noon(1))
            try await store.beginNextBlock()
            try await store.create("c", at: .noon(2))
            #expect(try await store.indexOrders())
            #expect(try await !store.indexOrders())
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
}

/// Orders in three blocks of the index, the last of them not indexed.
private struct History {
    private var orders: [(id: OrderID, texts: [String], bytes: Data, codes: Set<String>)] = []

    init(in store: SQLStore, orders count: Int) async throws {
        let maker = ComplaintMaker()
        for start in stride(from: 0, to: count, by: count / 3) {
            if start > 0 { try await store.beginNextBlock() }
            for number in start..<min(start + count / 3, count) {
                let complaint = maker.complaint(number)
                let at = Moment.noon(Int64(number))
                let made = try await store.createOrder(
                    { complaint.order(OrderID("o\(number)"), $0, by: Someone.agent.id, at: at) }, by: .agent, at: at)
                add(made)
            }
        }
        while try await store.indexOrders() {}
    }

    private mutating func add(_ order: WorkOrder) {
        let fields = order.fields
        let parts = order.number.split(separator: "-").map(String.init)
        let tails = (4...fields.phone.count).map { String(fields.phone.suffix($0)) }
        let codes = parts + [order.number, "-" + parts[1], parts[0] + "-"] + tails
        let texts = [fields.title, fields.what, fields.place, fields.name]
        orders.append((order.id, texts, Data(texts.joined(separator: "\n").utf8), Set(codes)))
    }

    /// A word that at least one order has, or two.
    func draw(_ draw: Int, _ random: inout some RandomNumberGenerator) -> String {
        let order = orders.randomElement(using: &random)!
        let words = (0...(draw % 5 == 4 ? 1 : 0)).map { _ in
            if draw % 10 == 9 { return order.codes.randomElement(using: &random)! }
            let text = order.texts.randomElement(using: &random)!
            let length = min(1 + draw % 7, text.count)
            let start = Int.random(in: 0...(text.count - length), using: &random)
            return String(text.dropFirst(start).prefix(length))
        }
        return words.joined(separator: " ")
    }

    /// Newest first.
    func scan(_ text: String) -> [OrderID] {
        let words = text.split(separator: " ").map(String.init)
        return orders.reversed().filter { order in
            words.allSatisfy { word in
                order.codes.contains(word) || order.bytes.range(of: Data(word.utf8)) != nil
            }
        }.map(\.id)
    }
}

extension SQLStore {
    /// As if the block were full. The newest order's sequence becomes the last of its block.
    func beginNextBlock() async throws {
        let newest = try await database.read { try $0.number("SELECT max(sequence) FROM orders") }
        let last = OrderSet.firstSequence(ofBlock: OrderSet.block(of: newest) + 1) - 1
        try await write { db in
            if db.dialect == .postgres {
                try db.executeScript("ALTER SEQUENCE orders_sequence_seq RESTART WITH \(last + 1)")
            } else {
                try db.executeScript(
                    """
                    PRAGMA defer_foreign_keys = ON;
                    UPDATE unindexed_orders SET sequence = \(last) WHERE sequence = \(newest);
                    UPDATE orders SET sequence = \(last) WHERE sequence = \(newest);
                    """)
            }
        }
    }
}

extension OrderFilter {
    fileprivate static func text(_ text: String, of body: BodyID? = nil) -> OrderFilter {
        var filter = OrderFilter()
        (filter.text, filter.body) = (text, body)
        return filter
    }
}
