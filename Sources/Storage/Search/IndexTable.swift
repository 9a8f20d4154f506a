/// The two tables of the search index, the finer and the merged one. A row is known by the part of all orders that it tells
/// of and by what it is listed under there.
enum IndexTable: Sendable {
    /// By block and bucket of keys.
    case blocks
    /// By span and key.
    case spans

    var name: String {
        switch self {
        case .blocks: "search_index"
        case .spans: "search_spans"
        }
    }

    /// The name of the table's first column.
    var part: SQL {
        switch self {
        case .blocks: "block"
        case .spans: "span"
        }
    }

    /// The name of the table's second column.
    var entry: SQL {
        switch self {
        case .blocks: "bucket"
        case .spans: "key"
        }
    }

    /// Of the number that tells a row's sets apart.
    var numberBytes: Int {
        switch self {
        case .blocks: 3
        case .spans: 1
        }
    }

    /// Rows written in one transaction, so that nobody waits long behind it: of a common key a span's row has 128 KiB.
    var rowsTogether: Int {
        switch self {
        case .blocks: 1_000
        case .spans: 100
        }
    }
}
