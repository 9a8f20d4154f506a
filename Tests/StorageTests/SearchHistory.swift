import Engine
import Foundation
import Simulation

@testable import Storage

/// Orders in four spans of two blocks each, of which two are merged and the last block is not indexed.
struct SearchHistory {
    private static let blocks = 8

    private var orders: [(id: OrderID, texts: [String], bytes: Data, codes: Set<String>)] = []

    init(in store: SQLStore, orders count: Int, isIndexed: Bool = true) async throws {
        let maker = ComplaintMaker()
        for block in 0..<Self.blocks {
            if block.isMultiple(of: 2), block > 0 {
                try await store.beginSpan(Int64(block / 2))
            } else if block > 0 {
                try await store.beginNextBlock()
            }
            for number in (block * count / Self.blocks)..<((block + 1) * count / Self.blocks) {
                let complaint = maker.complaint(number)
                let at = Moment.noon(Int64(number))
                let made = try await store.createOrder(
                    { complaint.order(OrderID("o\(number)"), $0, by: Someone.agent.id, at: at) }, by: .agent, at: at)
                add(made)
            }
        }
        if isIndexed { while try await store.indexOrders() {} }
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
    /// As if the block were full.
    func beginNextBlock() async throws {
        let newest = try await database.read { try $0.number("SELECT max(sequence) FROM orders") }
        try await begin(OrderSet.firstSequence(ofBlock: OrderSet.block(of: newest) + 1))
    }

    /// As if those before it were full.
    func beginSpan(_ span: Int64) async throws {
        try await begin(SearchSpan.firstSequence(of: span))
    }

    /// The newest order becomes the last before a sequence, the next one will have it.
    private func begin(_ sequence: Int64) async throws {
        let newest = try await database.read { try $0.number("SELECT max(sequence) FROM orders") }
        let last = sequence - 1
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

    func mergedSpans() async throws -> Int64 { try await database.read { try mergedSpans($0) } }

    /// Which orders a table of the index lists under each key, by their sequences.
    func listed(in table: IndexTable) async throws -> [Int64: Set<Int64>] {
        try await database.read { db in
            var listed: [Int64: Set<Int64>] = [:]
            let query: SQL = "SELECT \(table.part) AS part, \(table.entry) AS entry, sets FROM \(SQL(sql: table.name))"
            let rows = try db.rows(table.name, query) {
                (try $0.get("part") as Int64, try $0.get("entry") as Int64, try IndexRow(table, try $0.get("sets")))
            }
            for (part, entry, row) in rows {
                for (number, set) in row.sets {
                    let key = table == .blocks ? SearchKey.key(inBucket: entry, rest: number) : entry
                    let block = table == .blocks ? part : SearchSpan.firstBlock(of: part) + Int64(number)
                    listed[key, default: []].formUnion(
                        set.places.map { OrderSet.firstSequence(ofBlock: block) + Int64($0) })
                }
            }
            return listed
        }
    }

    /// Which orders the index lists under a pair of characters.
    func listed(under pair: String) async throws -> Set<Int64> {
        let key = SearchKey.alternatives(for: pair)[0][0].lowerBound
        let (blocks, spans) = (try await listed(in: .blocks), try await listed(in: .spans))
        return (blocks[key] ?? []).union(spans[key] ?? [])
    }
}
