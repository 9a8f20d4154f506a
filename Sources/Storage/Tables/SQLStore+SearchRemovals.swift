/// Retention notes whose words it has removed (`search_removals`), and the index is gone through for them afterwards, behind
/// the writers. A search looks at every order that the index offers, so meanwhile none is found by words that are gone.
extension SQLStore {
    /// Takes orders out of all sets of the oldest block or span that has some, and sets without an order out of the index.
    /// What is left of such an order, its number and its body, waits in `unindexed_orders` and is indexed afterwards.
    func takeOutRemoved() async throws -> Bool {
        guard let removed = try await removedOrders() else { return false }
        var last: Int64 = -1
        while let end = try await takeOut(removed, after: last) { last = end }
        for start in stride(from: 0, to: removed.sequences.count, by: Self.sequencesTogether) {
            let some = Array(removed.sequences[start...].prefix(Self.sequencesTogether))
            try await write { try $0.execute("DELETE FROM search_removals WHERE sequence \(SQL.isOne(of: some))") }
        }
        return true
    }

    private static let sequencesTogether = 10_000

    /// Of one block or span.
    private struct RemovedOrders: Sendable {
        let table: IndexTable
        let part: Int64
        let sequences: [Int64]
        private let byBlock: [Int64: OrderSet]

        init(_ table: IndexTable, _ part: Int64, _ sequences: [Int64]) {
            self.table = table
            self.part = part
            self.sequences = sequences
            byBlock = Dictionary(grouping: sequences, by: OrderSet.block).mapValues {
                OrderSet(places: $0.lazy.map { OrderSet.place(of: $0) })
            }
        }

        /// In the set that has a number in a row.
        func orders(inSet number: Int) -> OrderSet? {
            switch table {
            case .blocks: byBlock[part]
            case .spans: byBlock[SearchSpan.firstBlock(of: part) + Int64(number)]
            }
        }
    }

    private func removedOrders() async throws -> RemovedOrders? {
        try await database.read { db in
            let merging = try merging(db)
            guard let first = try merging.oldest(in: "search_removals", db) else { return nil }
            let (block, span) = (OrderSet.block(of: first), SearchSpan.span(of: first))
            let isMerged = merging.isMerged(block)
            let end = isMerged ? SearchSpan.firstSequence(of: span + 1) : OrderSet.firstSequence(ofBlock: block + 1)
            let query: SQL = "SELECT sequence FROM search_removals WHERE sequence >= \(first) AND sequence < \(end)"
            let sequences = try db.rows("search_removals", query) { try $0.get("sequence") as Int64 }
            return RemovedOrders(isMerged ? .spans : .blocks, isMerged ? span : block, sequences)
        }
    }

    /// The next rows; returns the last of them, nil when there are no more.
    private func takeOut(_ removed: RemovedOrders, after last: Int64) async throws -> Int64? {
        let table = removed.table
        let rows = try await database.read { db in
            try indexRows(
                table, removed.part,
                "\(table.entry) > \(last) ORDER BY \(table.entry) LIMIT \(table.rowsTogether)", db)
        }
        let changed = rows.compactMap { entry, row in
            var row = row
            return row.subtract(removed.orders(inSet:)) ? (entry: entry, row: row) : nil
        }
        if !changed.isEmpty { try await write { db in try replace(changed, in: table, removed.part, db) } }
        return rows.last?.entry
    }

    private func replace(
        _ rows: [(entry: Int64, row: IndexRow)], in table: IndexTable, _ part: Int64, _ db: any SQLConnection
    ) throws {
        let name = SQL(sql: table.name)
        for (entry, row) in rows {
            let isThis: SQL = "\(table.part) = \(part) AND \(table.entry) = \(entry)"
            try db.execute(
                row.isEmpty
                    ? "DELETE FROM \(name) WHERE \(isThis)"
                    : "UPDATE \(name) SET sets = \(row.encoded(table)) WHERE \(isThis)")
        }
    }
}
