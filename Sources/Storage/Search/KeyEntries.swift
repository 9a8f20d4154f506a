/// The keys of a block's orders in rising order, each with the orders that have it.
struct KeyEntries: Sendable {
    /// A key and one order's place as one number, so that many are sorted quickly.
    private var entries: ArraySlice<Int64>

    init(_ orders: [(place: Int, keys: [Int64])]) {
        var all = orders.flatMap { place, keys in keys.map { $0 << OrderSet.placeBits | Int64(place) } }
        all.sort()
        entries = all[...]
    }

    private static func key(of entry: Int64) -> Int64 { entry >> OrderSet.placeBits }

    /// Takes the first key off.
    mutating func popKey() -> (key: Int64, orders: OrderSet)? {
        guard let key = entries.first.map(Self.key) else { return nil }
        let end = entries.firstIndex { Self.key(of: $0) != key } ?? entries.endIndex
        let orders = OrderSet(places: entries[..<end].lazy.map { OrderSet.place(of: $0) })
        entries = entries[end...]
        return (key, orders)
    }

    /// Takes the first bucket off, with all its keys.
    mutating func popBucket() -> (bucket: Int64, row: IndexRow)? {
        guard let bucket = entries.first.map({ SearchKey.bucket(of: Self.key(of: $0)) }) else { return nil }
        var row = IndexRow()
        while let first = entries.first, SearchKey.bucket(of: Self.key(of: first)) == bucket,
            let (key, orders) = popKey()
        {
            row.append(orders, SearchKey.rest(of: key))
        }
        return (bucket, row)
    }
}
