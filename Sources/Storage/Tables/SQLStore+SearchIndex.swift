import Engine

/// The search index is made behind the writers: an order's words are put beside it when it is written, and go into the index
/// a block at a time. Until then they are gone through, at most some 16,384 of them.
///
/// Sets are looked over when they are used, so what is written twice or half does no harm: an order leaves
/// `unindexed_orders` when all its keys stand.
extension SQLStore {
    func keepWords(of order: WorkOrder, _ db: any SQLConnection) {
        let codes = OrderCodes(order)
        db.add(
            """
            (\(order.id), \(order.version), \(SearchText.folded(order)), \(" \(codes.number) \(codes.phone) "))
            """, by: Self.wordsInsertion)
    }

    /// PostgreSQL reads the values of such a table as text. A join with it would be planned for the orders of the day it was first
    /// needed, when a scan of all is quickest.
    private static let wordsInsertion = Insertion(
        table: "unindexed_orders", turn: 2,
        head: """
            INSERT INTO unindexed_orders (sequence, version, words, codes)
            SELECT (SELECT sequence FROM orders WHERE id = column1), CAST(column2 AS bigint), column3, column4 FROM (VALUES
            """,
        tail: """
            ) AS words WHERE true
            ON CONFLICT (sequence) DO UPDATE
                SET version = excluded.version, words = excluded.words, codes = excluded.codes
            """)

    /// Removed words first, for they should be gone; then what waits, for it is gone through by every search; merging last.
    /// One at a time: two that add to the same set would each lose the other's.
    package func indexOrders() async throws -> Bool {
        if try await takeOutRemoved() { return true }
        if try await indexBlock() { return true }
        return try await mergeBlocks()
    }

    /// Indexes what waits in the oldest block, unless that is the newest one, which still fills.
    private func indexBlock() async throws -> Bool {
        guard let waiting = try await unindexedBlock() else { return false }
        var entries = KeyEntries(
            waiting.orders.map { (OrderSet.place(of: $0.sequence), SearchKey.all(of: $0.order)) })
        while true {
            var rows: [(entry: Int64, row: IndexRow)] = []
            while rows.count < waiting.table.rowsTogether, let next = waiting.row(from: &entries) { rows.append(next) }
            if rows.isEmpty { break }
            let some = rows
            try await write { try grow(waiting, by: some, $0) }
        }
        let done = waiting.orders.map { ($0.sequence, $0.wordsVersion) }
        try await write { db in
            // Those whose words were changed meanwhile have another version and stay. So do those whose words were
            // removed: what is left of them is indexed when all of it has been taken out.
            for (sequence, version) in done {
                try db.execute(
                    """
                    DELETE FROM unindexed_orders WHERE sequence = \(sequence) AND version = \(version)
                        AND NOT EXISTS (SELECT 1 FROM search_removals WHERE sequence = \(sequence))
                    """)
            }
        }
        return true
    }

    private struct UnindexedBlock: Sendable {
        let block: Int64
        let table: IndexTable
        /// Nothing of it is in the index yet.
        let isNew: Bool
        let orders: [(sequence: Int64, order: WorkOrder, wordsVersion: Int)]

        var part: Int64 {
            switch table {
            case .blocks: block
            case .spans: SearchSpan.span(ofBlock: block)
            }
        }

        /// What the next row of the table should hold.
        func row(from entries: inout KeyEntries) -> (entry: Int64, row: IndexRow)? {
            if table == .blocks { return entries.popBucket().map { ($0.bucket, $0.row) } }
            guard let (key, orders) = entries.popKey() else { return nil }
            return (key, IndexRow(orders, number: SearchSpan.place(ofBlock: block)))
        }
    }

    private func unindexedBlock() async throws -> UnindexedBlock? {
        try await database.read { db in
            let newest = OrderSet.block(of: try db.number("SELECT coalesce(max(sequence), 0) FROM orders"))
            let merging = try merging(db)
            guard let first = try merging.oldest(in: "unindexed_orders", db), OrderSet.block(of: first) < newest
            else { return nil }
            let block = OrderSet.block(of: first)
            let query: SQL = """
                SELECT orders.*, unindexed_orders.version AS words_version FROM unindexed_orders JOIN orders ON orders.sequence = unindexed_orders.sequence
                WHERE unindexed_orders.sequence >= \(first)
                    AND unindexed_orders.sequence < \(OrderSet.firstSequence(ofBlock: block + 1))
                """
            let orders = try db.rows("orders", query) {
                (try $0.get("sequence") as Int64, try WorkOrder($0), try $0.get("words_version") as Int)
            }
            if merging.isMerged(block) {
                return UnindexedBlock(block: block, table: .spans, isNew: false, orders: orders)
            }
            let known = try db.number(
                "SELECT count(*) FROM (SELECT 1 FROM search_index WHERE block = \(block) LIMIT 1) AS one")
            return UnindexedBlock(block: block, table: .blocks, isNew: known == 0, orders: orders)
        }
    }

    private func grow(
        _ waiting: UnindexedBlock, by rows: [(entry: Int64, row: IndexRow)], _ db: any SQLConnection
    ) throws {
        let (table, part) = (waiting.table, waiting.part)
        var known: [Int64: IndexRow] = [:]
        if !waiting.isNew {
            let stand = try indexRows(table, part, "\(table.entry) \(SQL.isOne(of: rows.map(\.entry)))", db)
            known = Dictionary(uniqueKeysWithValues: stand)
        }
        for (entry, row) in rows {
            var all = known[entry] ?? IndexRow()
            guard all.formUnion(row) else { continue }
            try db.execute(
                """
                INSERT INTO \(SQL(sql: table.name)) (\(table.part), \(table.entry), sets)
                VALUES (\(part), \(entry), \(all.encoded(table)))
                ON CONFLICT (\(table.part), \(table.entry)) DO UPDATE SET sets = excluded.sets
                """)
        }
    }

    /// Rows of one block or span.
    func indexRows(
        _ table: IndexTable, _ part: Int64, _ condition: SQL, _ db: any SQLConnection
    ) throws -> [(entry: Int64, row: IndexRow)] {
        let query: SQL = """
            SELECT \(table.entry) AS entry, sets FROM \(SQL(sql: table.name)) WHERE \(table.part) = \(part) AND \(condition)
            """
        return try db.rows(table.name, query) { (try $0.get("entry"), try IndexRow(table, try $0.get("sets"))) }
    }
}
