/// 64 blocks of the search index that follow one another, 1,048,576 orders. Those of an old span are merged: a row has one
/// key and what all 64 have of it, so that a search through everything reads a few long rows in place of many short ones.
enum SearchSpan {
    static let blocks: Int64 = 64

    static func span(ofBlock block: Int64) -> Int64 { block / blocks }
    static func span(of sequence: Int64) -> Int64 { span(ofBlock: OrderSet.block(of: sequence)) }
    static func firstBlock(of span: Int64) -> Int64 { span * blocks }
    static func firstSequence(of span: Int64) -> Int64 { OrderSet.firstSequence(ofBlock: firstBlock(of: span)) }
    /// What tells a block from the others of its span.
    static func place(ofBlock block: Int64) -> Int { Int(block % blocks) }
}
