/// Blocks of the index that a search asks for at once; whole spans, if they are merged.
struct SearchStretch: Sendable, Equatable {
    let blocks: ClosedRange<Int64>
    let isMerged: Bool

    var spans: ClosedRange<Int64> {
        SearchSpan.span(ofBlock: blocks.lowerBound)...SearchSpan.span(ofBlock: blocks.upperBound)
    }
}

/// How a search goes back through the index: one block, then two, then four, and where they are merged one span, then two,
/// then four.
struct SearchStretches: Sendable {
    private let firstYoung: Int64
    private let most: Int64
    private var blocks: Int64 = 1
    private var spans: Int64 = 1

    /// - Parameters:
    ///   - mergedSpans: how many are, from the first.
    ///   - most: blocks at once, one by one or in spans.
    init(mergedSpans: Int64, most: Int64) {
        firstYoung = SearchSpan.firstBlock(of: mergedSpans)
        self.most = most
    }

    /// The next one, which ends with a block.
    mutating func next(from newest: Int64) -> SearchStretch {
        if newest >= firstYoung {
            defer { blocks = max(1, min(2 * blocks, most)) }
            return SearchStretch(blocks: max(firstYoung, newest - blocks + 1)...newest, isMerged: false)
        }
        defer { spans = max(1, min(2 * spans, most / SearchSpan.blocks)) }
        let first = max(0, SearchSpan.span(ofBlock: newest) - spans + 1)
        return SearchStretch(blocks: SearchSpan.firstBlock(of: first)...newest, isMerged: true)
    }
}
