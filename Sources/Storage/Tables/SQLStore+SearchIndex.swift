import Engine

/// The search index is made behind the writers: an order's words are put beside it when it is written, and go into the index
/// a block at a time. Until then they are gone through, at most some 16,384 of them.
///
/// A block's sets only ever grow and are looked over when they are used, so what is written twice or half does no harm:
/// an order leaves `unindexed_orders` when all its keys stand.
extension SQLStore {
    /// Rows written in one transaction, so that nobody waits long behind it.
    private static let rowsTogether = 1_000

    func keepWords(of order: WorkOrder, sequence: SQL, _ db: any SQLConnection) throws {
        let codes = OrderCodes(order)
        try db.execute(
            """
            INSERT INTO unindexed_orders (sequence, version, words, codes)
            VALUES (\(sequence), \(order.version), \(SearchText.folded(order)), \(" \(codes.number) \(codes.phone) "))
            ON CONFLICT (sequence) DO UPDATE
                SET version = excluded.version, words = excluded.words, codes = excluded.codes
            """)
    }

    /// Indexes what waits in the oldest block, unless that is the newest one, which still fills. Returns false if there is
    /// nothing to do. One at a time: two that add to the same set would each lose the other's.
    package func indexOrders() async throws -> Bool {
        if try await clearBlock() { return true }
        guard let work = try await unindexedBlock() else { return false }
        var entries = work.orders.flatMap { order in
            SearchKey.all(of: order.order).map { KeySets.entry(of: $0, OrderSet.place(of: order.sequence)) }
        }
        entries.sort()
        var rest = entries[...]
        while !rest.isEmpty {
            var rows: [(bucket: Int64, sets: KeySets)] = []
            while rows.count < Self.rowsTogether, let row = KeySets.popFirst(&rest) { rows.append(row) }
            let some = rows
            try await write { try grow(work.block, by: some, isNew: work.isNew, $0) }
        }
        let done = work.orders.map { ($0.sequence, $0.wordsVersion) }
        try await write { db in
            // Those whose words were changed meanwhile have another version and stay.
            for (sequence, version) in done {
                try db.execute("DELETE FROM unindexed_orders WHERE sequence = \(sequence) AND version = \(version)")
            }
        }
        return true
    }

    /// Empties a block some of whose words were removed: all its orders are gone through again until it is indexed anew.
    private func clearBlock() async throws -> Bool {
        let due = try await database.read { db in
            try db.first("search_rebuilds", "SELECT min(block) AS block FROM search_rebuilds") {
                try $0.optional("block") as Int64?
            }
        }
        guard let block = due ?? nil else { return false }
        let end = OrderSet.firstSequence(ofBlock: block + 1)
        var next = OrderSet.firstSequence(ofBlock: block)
        while next < end {
            let first = next
            next = try await write { db in
                let query: SQL = """
                    SELECT * FROM orders WHERE sequence >= \(first) AND sequence < \(end)
                    ORDER BY sequence LIMIT \(Self.rowsTogether)
                    """
                let orders = try db.rows("orders", query) { (try $0.get("sequence") as Int64, try WorkOrder($0)) }
                for (sequence, order) in orders { try keepWords(of: order, sequence: "\(sequence)", db) }
                return orders.last.map { $0.0 + 1 } ?? end
            }
        }
        try await write { db in
            try db.execute("DELETE FROM search_index WHERE block = \(block)")
            try db.execute("DELETE FROM search_rebuilds WHERE block = \(block)")
        }
        return true
    }

    private struct UnindexedBlock: Sendable {
        let block: Int64
        /// Nothing of it is in the index yet.
        let isNew: Bool
        let orders: [(sequence: Int64, order: WorkOrder, wordsVersion: Int)]
    }

    private func unindexedBlock() async throws -> UnindexedBlock? {
        try await database.read { db in
            let newest = OrderSet.block(of: try db.number("SELECT coalesce(max(sequence), 0) FROM orders"))
            let oldest = try db.first("unindexed_orders", "SELECT min(sequence) AS sequence FROM unindexed_orders") {
                try $0.optional("sequence") as Int64?
            }
            guard let first = oldest ?? nil, OrderSet.block(of: first) < newest else { return nil }
            let block = OrderSet.block(of: first)
            let query: SQL = """
                SELECT orders.*, unindexed_orders.version AS words_version FROM unindexed_orders JOIN orders ON orders.sequence = unindexed_orders.sequence
                WHERE unindexed_orders.sequence >= \(first)
                    AND unindexed_orders.sequence < \(OrderSet.firstSequence(ofBlock: block + 1))
                """
            let orders = try db.rows("orders", query) {
                (try $0.get("sequence") as Int64, try WorkOrder($0), try $0.get("words_version") as Int)
            }
            let known = try db.number(
                "SELECT count(*) FROM (SELECT 1 FROM search_index WHERE block = \(block) LIMIT 1) AS one")
            return UnindexedBlock(block: block, isNew: known == 0, orders: orders)
        }
    }

    private func grow(
        _ block: Int64, by rows: [(bucket: Int64, sets: KeySets)], isNew: Bool, _ db: any SQLConnection
    ) throws {
        var known: [Int64: KeySets] = [:]
        if !isNew {
            let query: SQL = """
                SELECT bucket, sets FROM search_index
                WHERE block = \(block) AND bucket \(SQL.isOne(of: rows.map(\.bucket)))
                """
            let sets = try db.rows("search_index", query) {
                (try $0.get("bucket") as Int64, try KeySets($0, of: 0...Int64.max))
            }
            known = Dictionary(uniqueKeysWithValues: sets)
        }
        for (bucket, sets) in rows {
            let all = known[bucket].map { $0.union(sets) } ?? sets
            try db.execute(
                """
                INSERT INTO search_index (block, bucket, sets) VALUES (\(block), \(bucket), \(all.encoded))
                ON CONFLICT (block, bucket) DO UPDATE SET sets = excluded.sets
                """)
        }
    }
}

extension KeySets {
    init(_ columns: Columns, of keys: ClosedRange<Int64>) throws {
        guard let sets = KeySets(encoded: try columns.get("sets"), bucket: try columns.get("bucket"), keys: keys) else {
            throw StorageError.unreadable(table: "search_index", column: "sets", value: "no sets")
        }
        self = sets
    }
}
