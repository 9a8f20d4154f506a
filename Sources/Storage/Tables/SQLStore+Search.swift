import Engine

/// Orders by their words, newest first: block by block of the index from the newest, and span by span where they are merged,
/// so that a common word costs no more than the first block, and two common words that seldom meet are compared without an
/// order being read.
extension SQLStore {
    /// By deadline one looks through what is open; of more than these the newest are sorted.
    private static let mostSorted = 1_000
    /// Rows of the index, and orders, fetched at once.
    private static let mostFetched = 4_096

    func foundOrders(
        _ query: SearchQuery, _ filter: OrderFilter, sort: OrderSort, page: Page
    ) async throws -> Rows<WorkOrder> {
        let last = try Cursor(page)
        switch sort {
        case .newest:
            let found = try await search(query, filter, before: last?.at ?? .max, limit: page.limit + 1)
            let rows = Rows(found, page: page) { Cursor(.found, at: $0.sequence) }
            return Rows(rows: rows.rows.map(\.order), next: rows.next)
        case .due:
            let found = try await search(query, filter, before: .max, limit: Self.mostSorted)
            let sorted = found.sorted { left, right in
                switch (left.nextDue, right.nextDue) {
                case (let first?, let second?): (first, left.order.id) < (second, right.order.id)
                case (nil, nil): left.sequence > right.sequence
                case (_, let second): second == nil
                }
            }
            let start = min(Int(clamping: max(0, last?.at ?? 0)), sorted.count)
            let shown = sorted[start...].prefix(page.limit)
            let end = start + shown.count
            return Rows(
                rows: shown.map(\.order), next: end < sorted.count ? Cursor(.found, at: Int64(end)).text : nil)
        }
    }

    struct FoundOrder: Sendable {
        var order: WorkOrder
        let sequence: Int64
        let nextDue: Moment?
    }

    /// The newest `limit` that were created before the order of a sequence.
    func search(
        _ query: SearchQuery, _ filter: OrderFilter, before sequence: Int64, limit: Int
    ) async throws -> [FoundOrder] {
        try await database.read { db in
            let condition = SearchCondition(query, filter)
            var before = min(sequence, try db.number("SELECT coalesce(max(sequence), 0) FROM orders") + 1)
            let most = Int64(Self.mostFetched / condition.keys.count)
            var stretches = SearchStretches(mergedSpans: try mergedSpans(db), most: most)
            var found: [FoundOrder] = []
            let named = try named(query, before: before, db)
            while before > 0, found.count < limit {
                let stretch = stretches.next(from: OrderSet.block(of: before - 1))
                var lowest = OrderSet.firstSequence(ofBlock: stretch.blocks.lowerBound)
                let unindexed = try unindexed(condition, lowest..<before, limit: Self.mostFetched, db)
                // There are more of them below the last.
                if unindexed.count == Self.mostFetched, let last = unindexed.last { lowest = last }
                var sets = try indexed(condition, stretch, db)
                for sequence in unindexed + named {
                    sets[OrderSet.block(of: sequence), default: OrderSet()].insert(OrderSet.place(of: sequence))
                }
                let hits = sets.keys.sorted(by: >).lazy.flatMap { block in
                    sets[block]!.places.reversed().lazy.map { OrderSet.firstSequence(ofBlock: block) + Int64($0) }
                }.filter { (lowest..<before).contains($0) }
                try read(hits, query, filter, into: &found, limit: limit, db)
                before = lowest
            }
            for (index, order) in try withFollowUps(found.map(\.order), db).enumerated() { found[index].order = order }
            return found
        }
    }

    /// Takes those that the query finds indeed; more at a time the longer it takes.
    private func read(
        _ hits: some Sequence<Int64>, _ query: SearchQuery, _ filter: OrderFilter, into found: inout [FoundOrder],
        limit: Int, _ db: any SQLConnection
    ) throws {
        var together = min(limit - found.count + 8, Self.mostFetched)
        var chunk: [Int64] = []
        var hits = hits.makeIterator()
        while found.count < limit {
            let next = hits.next()
            if let next { chunk.append(next) }
            guard chunk.count == together || next == nil, !chunk.isEmpty else {
                if next == nil { return }
                continue
            }
            let rows = try db.rows("orders", hitsQuery(chunk, filter)) {
                FoundOrder(
                    order: try WorkOrder($0), sequence: try $0.get("sequence"), nextDue: try $0.optional("next_due"))
            }
            found += rows.filter { query.finds($0.order) }.prefix(limit - found.count)
            chunk.removeAll(keepingCapacity: true)
            together = min(2 * together, Self.mostFetched)
        }
    }

    func hitsQuery(_ sequences: [Int64], _ filter: OrderFilter) -> SQL {
        """
        SELECT * FROM orders WHERE sequence \(SQL.isOne(of: sequences)) AND \(SQL.unindexed("centre_id")) = \(centreID)
            AND \(filter.sql(in: centreID))
        ORDER BY sequence DESC
        """
    }

    /// Those whose sender has what was typed as number: one of each line.
    private func named(_ query: SearchQuery, before sequence: Int64, _ db: any SQLConnection) throws -> [Int64] {
        guard let reference = query.reference else { return [] }
        return try db.rows("orders", namedQuery(reference, before: sequence)) { try $0.get("sequence") }
    }

    func namedQuery(_ reference: String, before sequence: Int64) -> SQL {
        """
        SELECT sequence FROM orders
        WHERE centre_id = \(centreID) AND reference = \(reference) AND \(SQL.unindexed("sequence")) < \(sequence)
        ORDER BY \(SQL.unindexed("sequence")) DESC LIMIT \(Self.mostFetched)
        """
    }

    // MARK: The index

    /// What the index offers of each block; more than is found, never less.
    private func indexed(
        _ condition: SearchCondition, _ stretch: SearchStretch, _ db: any SQLConnection
    ) throws -> [Int64: OrderSet] {
        var offers: [Int64: [OrderSet?]] = [:]
        let none = [OrderSet?](repeating: nil, count: condition.keys.count)
        for (index, keys) in condition.keys.enumerated() {
            for (block, set) in try sets(of: keys, stretch, db) {
                offers[block, default: none][index].formUnion(set)
            }
        }
        return offers.mapValues(condition.combine)
    }

    /// Several of a block, if there are several keys.
    private func sets(
        of keys: ClosedRange<Int64>, _ stretch: SearchStretch, _ db: any SQLConnection
    ) throws -> [(block: Int64, set: OrderSet)] {
        if stretch.isMerged {
            return try db.rows("search_spans", spansQuery(stretch.spans, keys)) { columns in
                let first = SearchSpan.firstBlock(of: try columns.get("span"))
                return try IndexRow(.spans, columns.get("sets")).sets.map { (first + Int64($0.number), $0.set) }
            }.flatMap { $0 }
        }
        return try db.rows("search_index", blocksQuery(stretch.blocks, keys)) { columns in
            let block: Int64 = try columns.get("block")
            let numbers = SearchKey.rests(of: keys, inBucket: try columns.get("bucket"))
            return try IndexRow(.blocks, columns.get("sets"), numbers: numbers).sets.map { (block, $0.set) }
        }.flatMap { $0 }
    }

    // Lists of blocks and spans, for of two ranges an index follows only the first.

    func blocksQuery(_ blocks: ClosedRange<Int64>, _ keys: ClosedRange<Int64>) -> SQL {
        """
        SELECT block, bucket, sets FROM search_index
        WHERE block \(SQL.isOne(of: Array(blocks))) AND bucket >= \(SearchKey.bucket(of: keys.lowerBound))
            AND bucket <= \(SearchKey.bucket(of: keys.upperBound))
        """
    }

    func spansQuery(_ spans: ClosedRange<Int64>, _ keys: ClosedRange<Int64>) -> SQL {
        """
        SELECT span, sets FROM search_spans
        WHERE span \(SQL.isOne(of: Array(spans))) AND key >= \(keys.lowerBound) AND key <= \(keys.upperBound)
        """
    }

    /// The newest of those that are not in the index yet.
    private func unindexed(
        _ condition: SearchCondition, _ sequences: Range<Int64>, limit: Int, _ db: any SQLConnection
    ) throws -> [Int64] {
        try db.rows("unindexed_orders", unindexedQuery(condition, sequences, limit: limit)) { try $0.get("sequence") }
    }

    func unindexedQuery(_ condition: SearchCondition, _ sequences: Range<Int64>, limit: Int) -> SQL {
        """
        SELECT sequence FROM unindexed_orders
        WHERE sequence >= \(sequences.lowerBound) AND sequence < \(sequences.upperBound) AND \(condition.unindexed)
        ORDER BY sequence DESC LIMIT \(limit)
        """
    }
}

/// A query and the filter's body, as the index is asked for them.
struct SearchCondition: Sendable {
    /// Each asked for once.
    private(set) var keys: [ClosedRange<Int64>] = []
    /// All of these must hold; of each any; of which all keys, by their place in `keys`.
    private var all: [[[Int]]] = []
    /// On the words and codes of what is not in the index yet.
    let unindexed: SQL

    init(_ query: SearchQuery, _ filter: OrderFilter) {
        let alternatives = query.words.map(SearchKey.alternatives)
        let position = SQL.either(sqlite: "instr", postgres: "strpos")
        let places = query.placeWords.map { "\(position)(words, \($0)) > 0" as SQL }
        unindexed =
            (zip(query.words, alternatives).map { word, alternatives -> SQL in
                let inText: SQL = "\(position)(words, \(word)) > 0"
                guard alternatives.count > 1 else { return inText }
                return """
                    (\(inText) OR \(position)(codes, \(word + " ")) > 0 OR \(position)(codes, \(" " + word)) > 0)
                    """
            } + places).conjunction
        for word in alternatives { add(word) }
        // Of a word in the place only the characters count, and where they stand is looked at afterwards.
        for word in query.placeWords { add([SearchKey.alternatives(for: word)[0]]) }
        if let body = filter.body { add([[SearchKey.key(of: body)...SearchKey.key(of: body)]]) }
    }

    private mutating func add(_ alternatives: [[ClosedRange<Int64>]]) {
        all.append(
            alternatives.map { ranges in
                ranges.map { range in
                    if let place = keys.firstIndex(of: range) { return place }
                    keys.append(range)
                    return keys.count - 1
                }
            })
    }

    /// - Parameter sets: one for each of `keys`; nil where no order has it.
    func combine(_ sets: [OrderSet?]) -> OrderSet {
        var whole: OrderSet?
        for alternatives in all {
            var any: OrderSet?
            for places in alternatives {
                if let each = Self.intersection(of: places.map { sets[$0] }) { any.formUnion(each) }
            }
            guard let any else { return OrderSet() }
            whole?.formIntersection(any)
            whole = whole ?? any
        }
        return whole ?? OrderSet()
    }

    private static func intersection(of sets: [OrderSet?]) -> OrderSet? {
        guard var common = sets.first ?? nil else { return nil }
        for set in sets.dropFirst() {
            guard let set else { return nil }
            common.formIntersection(set)
        }
        return common
    }
}

extension OrderSet? {
    fileprivate mutating func formUnion(_ other: OrderSet) {
        if self == nil { self = other } else { self?.formUnion(other) }
    }
}
