/// A row of the search index: sets of orders, each under a number, in rising order of these.
///
/// A block's row has the keys of a bucket, and a number tells a key from the others (`SearchKey.rest`). A span's row has
/// one key, and a number tells a block from the others (`SearchSpan.place`). In bytes, set after set: the number, the
/// length of the set (2 bytes), the set.
struct IndexRow: Sendable {
    private(set) var sets: [(number: Int, set: OrderSet)] = []

    init() {}

    init(_ set: OrderSet, number: Int) { sets = [(number, set)] }

    /// Reads the sets of `numbers` alone.
    init(_ table: IndexTable, _ bytes: [UInt8], numbers: ClosedRange<Int> = 0...Int.max) throws {
        var reader = Reader(table, bytes)
        while let (number, encoded) = try reader.next() {
            // They rise: what follows is of no interest.
            if number > numbers.upperBound { return }
            guard number >= numbers.lowerBound else { continue }
            guard let set = OrderSet(encoded: encoded) else { throw table.damage }
            sets.append((number, set))
        }
    }

    func encoded(_ table: IndexTable) -> [UInt8] {
        var bytes: [UInt8] = []
        for (number, set) in sets { Self.add(set.encoded[...], number, to: &bytes, table) }
        return bytes
    }

    var isEmpty: Bool { sets.isEmpty }

    /// - Parameter number: higher than those before.
    mutating func append(_ set: OrderSet, _ number: Int) { sets.append((number, set)) }

    /// False if all of it stood there before.
    mutating func formUnion(_ other: IndexRow) -> Bool {
        var hasGrown = false
        for (number, set) in other.sets {
            let index = sets.firstIndex { $0.number >= number } ?? sets.endIndex
            if index < sets.endIndex, sets[index].number == number {
                if sets[index].set.isSuperset(of: set) { continue }
                sets[index].set.formUnion(set)
            } else {
                sets.insert((number, set), at: index)
            }
            hasGrown = true
        }
        return hasGrown
    }

    /// Takes orders away, and sets of which none are left. False if it had none of them.
    ///
    /// - Parameter removed: by the set's number.
    mutating func subtract(_ removed: (Int) -> OrderSet?) -> Bool {
        var hasShrunk = false
        for index in sets.indices {
            guard let orders = removed(sets[index].number), !sets[index].set.isDisjoint(with: orders) else { continue }
            sets[index].set.subtract(orders)
            hasShrunk = true
        }
        if hasShrunk { sets.removeAll { $0.set.isEmpty } }
        return hasShrunk
    }

    // MARK: Bytes

    /// Adds a set that is encoded already.
    ///
    /// - Parameter number: higher than those before.
    static func add(_ set: ArraySlice<UInt8>, _ number: Int, to bytes: inout [UInt8], _ table: IndexTable) {
        for index in 0..<table.numberBytes { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * index))) }
        bytes.append(UInt8(truncatingIfNeeded: set.count))
        bytes.append(UInt8(truncatingIfNeeded: set.count >> 8))
        bytes += set
    }

    /// Goes through a row's sets without decoding them.
    struct Reader {
        private let bytes: [UInt8]
        private let table: IndexTable
        private var start = 0

        init(_ table: IndexTable, _ bytes: [UInt8]) {
            self.bytes = bytes
            self.table = table
        }

        mutating func next() throws -> (number: Int, set: ArraySlice<UInt8>)? {
            if start == bytes.count { return nil }
            let content = start + table.numberBytes + 2
            guard content <= bytes.count else { throw table.damage }
            let end = content + Int(bytes[content - 2]) + Int(bytes[content - 1]) << 8
            guard end <= bytes.count else { throw table.damage }
            var number = 0
            for index in 0..<table.numberBytes { number += Int(bytes[start + index]) << (8 * index) }
            start = end
            return (number, bytes[content..<end])
        }
    }
}

extension IndexTable {
    /// A row's bytes are none, which only a damaged disk makes.
    fileprivate var damage: StorageError { .unreadable(table: name, column: "sets", value: "no sets") }
}
