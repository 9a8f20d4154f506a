/// Orders of one block of the search index: 16,384 orders that were created one after the other, each known by its place in it.
///
/// Kept as Roaring bitmaps keep a container (Chambi, Lemire, Kaser, Godin: "Better bitmap performance with Roaring
/// bitmaps", 2016): few places one by one, two bytes each; many as one bit each.
struct OrderSet: Equatable, Sendable {
    static let placeBits: Int64 = 14
    private static let count = 1 << placeBits
    private static let bytes = count / 8

    private var bits = [UInt64](repeating: 0, count: count / 64)

    static func block(of sequence: Int64) -> Int64 { sequence >> placeBits }
    static func firstSequence(ofBlock block: Int64) -> Int64 { block << placeBits }
    static func place(of sequence: Int64) -> Int { Int(sequence) & (count - 1) }

    init() {}

    init(places: some Sequence<Int>) {
        for place in places { insert(place) }
    }

    /// Nil where the bytes are no set.
    init?(encoded: ArraySlice<UInt8>) {
        if encoded.count == Self.bytes {
            for (index, byte) in encoded.enumerated() { bits[index >> 3] |= UInt64(byte) << (8 * UInt64(index & 7)) }
        } else {
            guard encoded.count.isMultiple(of: 2), encoded.count < Self.bytes else { return nil }
            for index in stride(from: encoded.startIndex, to: encoded.endIndex, by: 2) {
                let place = Int(encoded[index]) | Int(encoded[index + 1]) << 8
                guard place < Self.count else { return nil }
                insert(place)
            }
        }
    }

    var encoded: [UInt8] {
        let places = self.places
        if 2 * places.count < Self.bytes { return places.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] } }
        return bits.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * UInt64($0))) } }
    }

    mutating func insert(_ place: Int) { bits[place >> 6] |= 1 << UInt64(place & 63) }

    mutating func formUnion(_ other: OrderSet) {
        for index in bits.indices { bits[index] |= other.bits[index] }
    }

    mutating func formIntersection(_ other: OrderSet) {
        for index in bits.indices { bits[index] &= other.bits[index] }
    }

    /// Rising.
    var places: [Int] {
        var places: [Int] = []
        for (index, word) in bits.enumerated() {
            var rest = word
            while rest != 0 {
                places.append(index << 6 | rest.trailingZeroBitCount)
                rest &= rest - 1
            }
        }
        return places
    }
}
