/// A row of the search index: which orders of a block have which of a bucket's keys.
///
/// In bytes, key after key in rising order: what tells the key from the others of its bucket (3 bytes), the length of its set
/// (2 bytes), the set.
struct KeySets: Sendable {
    private(set) var sets: [(key: Int64, set: OrderSet)] = []
    private static let headBytes = 5

    init() {}

    /// Nil where the bytes are none, which only a damaged disk makes. Reads the sets of `keys` alone.
    init?(encoded bytes: [UInt8], bucket: Int64, keys: ClosedRange<Int64>) {
        var start = 0
        while start < bytes.count {
            guard bytes.count - start >= Self.headBytes else { return nil }
            let rest = Int(bytes[start]) | Int(bytes[start + 1]) << 8 | Int(bytes[start + 2]) << 16
            let content = start + Self.headBytes
            let end = content + (Int(bytes[start + 3]) | Int(bytes[start + 4]) << 8)
            guard end <= bytes.count else { return nil }
            let key = SearchKey.key(inBucket: bucket, rest: rest)
            // They rise: what follows is of no interest.
            if key > keys.upperBound { return }
            if keys.contains(key) {
                guard let set = OrderSet(encoded: bytes[content..<end]) else { return nil }
                sets.append((key, set))
            }
            start = end
        }
    }

    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        for (key, set) in sets {
            let (rest, encoded) = (SearchKey.rest(of: key), set.encoded)
            for byte in [rest, rest >> 8, rest >> 16, encoded.count, encoded.count >> 8] {
                bytes.append(UInt8(truncatingIfNeeded: byte))
            }
            bytes += encoded
        }
        return bytes
    }

    /// A key and one order's place as one number, so that many are sorted quickly.
    static func entry(of key: Int64, _ place: Int) -> Int64 { key << OrderSet.placeBits | Int64(place) }

    /// Takes the first bucket off sorted entries, with all its keys.
    static func popFirst(_ entries: inout ArraySlice<Int64>) -> (bucket: Int64, sets: KeySets)? {
        guard let bucket = entries.first.map({ SearchKey.bucket(of: $0 >> OrderSet.placeBits) }) else { return nil }
        var sets = KeySets()
        while let entry = entries.first, SearchKey.bucket(of: entry >> OrderSet.placeBits) == bucket {
            let key = entry >> OrderSet.placeBits
            let end = entries.firstIndex { $0 >> OrderSet.placeBits != key } ?? entries.endIndex
            sets.sets.append((key, OrderSet(places: entries[..<end].lazy.map { OrderSet.place(of: $0) })))
            entries = entries[end...]
        }
        return (bucket, sets)
    }

    func union(_ other: KeySets) -> KeySets {
        var all = Dictionary(uniqueKeysWithValues: sets.map { ($0.key, $0.set) })
        for (key, set) in other.sets { all[key, default: OrderSet()].formUnion(set) }
        var union = KeySets()
        union.sets = all.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        return union
    }
}
