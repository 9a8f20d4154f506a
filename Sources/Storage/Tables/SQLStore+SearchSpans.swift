/// Blocks of old orders are merged into spans, the oldest first, a thousand rows at a time.
///
/// The merged rows are written beside those of the blocks, in the order of their keys, so that the last one tells how far it has
/// come. When all stand, one row in `search_merged` makes searches read them; only then are the blocks' rows deleted. From
/// the first merged row to that moment nothing is added to either form or taken out of it: it waits.
extension SQLStore {
    /// As many whole spans stay as blocks, for the youngest orders change most, and a block is changed quickly.
    private static let youngSpans: Int64 = 1
    /// Written in one transaction, so that nobody waits long behind it.
    private static let bytesTogether = 1 << 20

    struct Merging: Sendable {
        /// So many of the oldest are merged.
        let spans: Int64
        /// The one after them is under way.
        let hasBegun: Bool

        func isMerged(_ block: Int64) -> Bool { SearchSpan.span(ofBlock: block) < spans }

        /// The oldest order of a list of sequences that may be indexed or taken out now.
        func oldest(in list: SQL, _ db: any SQLConnection) throws -> Int64? {
            let waiting = SearchSpan.firstSequence(of: spans)..<SearchSpan.firstSequence(of: spans + (hasBegun ? 1 : 0))
            let query: SQL = """
                SELECT min(sequence) AS sequence FROM (
                    SELECT min(sequence) AS sequence FROM \(list) WHERE sequence < \(waiting.lowerBound)
                    UNION ALL SELECT min(sequence) FROM \(list) WHERE sequence >= \(waiting.upperBound)) AS oldest
                """
            return try db.first("list", query) { try $0.optional("sequence") } ?? nil
        }
    }

    func merging(_ db: any SQLConnection) throws -> Merging {
        let spans = try mergedSpans(db)
        let begun = try db.number("SELECT coalesce(max(span) + 1, 0) FROM search_spans")
        return Merging(spans: spans, hasBegun: begun > spans)
    }

    /// How many spans, from the first, are read in their merged form.
    func mergedSpans(_ db: any SQLConnection) throws -> Int64 {
        try db.number("SELECT coalesce(max(span) + 1, 0) FROM search_merged")
    }

    /// One step; false if there is nothing to merge.
    func mergeBlocks() async throws -> Bool {
        if try await deleteMergedBlocks() { return true }
        guard let piece = try await nextPiece() else { return false }
        var (rows, bytes): ([(key: Int64, sets: [UInt8])], Int) = ([], 0)
        for row in piece.rows {
            rows.append(row)
            bytes += row.sets.count
            if bytes >= Self.bytesTogether {
                try await add(rows, of: piece.span)
                (rows, bytes) = ([], 0)
            }
        }
        if !rows.isEmpty { try await add(rows, of: piece.span) }
        if piece.isLast {
            try await write { try $0.execute("INSERT INTO search_merged (span) VALUES (\(piece.span))") }
        }
        return true
    }

    private func add(_ rows: [(key: Int64, sets: [UInt8])], of span: Int64) async throws {
        try await write { db in
            for (key, sets) in rows {
                try db.execute("INSERT INTO search_spans (span, key, sets) VALUES (\(span), \(key), \(sets))")
            }
        }
    }

    /// Merged rows that are to be written next.
    private struct Piece: Sendable {
        let span: Int64
        let rows: [(key: Int64, sets: [UInt8])]
        let isLast: Bool
    }

    private struct BlockRow {
        let block: Int64
        let bucket: Int64
        let sets: [UInt8]
    }

    private func nextPiece() async throws -> Piece? {
        try await database.read { db in
            let span = try mergedSpans(db)
            let newest = SearchSpan.span(of: try db.number("SELECT coalesce(max(sequence), 0) FROM orders"))
            guard span + Self.youngSpans < newest else { return nil }
            let last = try db.number("SELECT coalesce(max(key), -1) FROM search_spans WHERE span = \(span)")
            // Where it broke off some of the bucket's keys may be missing.
            let first = SearchKey.bucket(of: max(0, last))
            let end = try db.fetch(pieceEndQuery(span, from: first)).first.flatMap { Int64(sqlValue: $0["bucket"]) }
            let stand = try db.rows("search_index", pieceQuery(span, first..<(end ?? .max))) {
                BlockRow(block: try $0.get("block"), bucket: try $0.get("bucket"), sets: try $0.get("sets"))
            }
            let merged = try Self.merge(stand).filter { $0.key > last }
            return Piece(span: span, rows: merged.sorted { $0.key < $1.key }, isLast: end == nil)
        }
    }

    /// The same sets by their keys.
    private static func merge(_ rows: [BlockRow]) throws -> [(key: Int64, sets: [UInt8])] {
        var merged: [Int64: [UInt8]] = [:]
        for row in rows.sorted(by: { $0.block < $1.block }) {
            var reader = IndexRow.Reader(.blocks, row.sets)
            while let (rest, set) = try reader.next() {
                let key = SearchKey.key(inBucket: row.bucket, rest: rest)
                IndexRow.add(set, SearchSpan.place(ofBlock: row.block), to: &merged[key, default: []], .spans)
            }
        }
        return merged.map { (key: $0.key, sets: $0.value) }
    }

    /// Where a piece ends: at the bucket before which no block has more than its share of a thousand rows.
    func pieceEndQuery(_ span: Int64, from bucket: Int64) -> SQL {
        """
        SELECT min((SELECT bucket FROM search_index WHERE block = blocks.value AND bucket >= \(bucket)
            ORDER BY bucket LIMIT 1 OFFSET \(Int64(IndexTable.blocks.rowsTogether) / SearchSpan.blocks))) AS bucket
        FROM \(SQL.rows(of: blocks(of: span), as: "blocks"))
        """
    }

    func pieceQuery(_ span: Int64, _ buckets: Range<Int64>) -> SQL {
        """
        SELECT block, bucket, sets FROM search_index
        WHERE block \(SQL.isOne(of: blocks(of: span))) AND bucket >= \(buckets.lowerBound) AND bucket < \(buckets.upperBound)
        """
    }

    private func blocks(of span: Int64) -> [Int64] {
        Array(SearchSpan.firstBlock(of: span)..<SearchSpan.firstBlock(of: span + 1))
    }

    /// Some rows of the oldest block whose span is merged.
    private func deleteMergedBlocks() async throws -> Bool {
        let due = try await database.read { db -> (block: Int64, end: Int64)? in
            let first = try db.first("search_index", "SELECT min(block) AS block FROM search_index") {
                try $0.optional("block") as Int64?
            }
            guard let block = first ?? nil, try merging(db).isMerged(block) else { return nil }
            let end = try db.first("search_index", Self.bucketAfter(IndexTable.blocks.rowsTogether, in: block)) {
                try $0.get("bucket") as Int64
            }
            return (block, end ?? .max)
        }
        guard let due else { return false }
        try await write {
            try $0.execute("DELETE FROM search_index WHERE block = \(due.block) AND bucket < \(due.end)")
        }
        return true
    }

    private static func bucketAfter(_ rows: Int, in block: Int64) -> SQL {
        "SELECT bucket FROM search_index WHERE block = \(block) ORDER BY bucket LIMIT 1 OFFSET \(rows)"
    }
}
