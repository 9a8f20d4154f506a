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
        let isSet = encoded.withUnsafeBytes { bytes in
            if bytes.count == Self.bytes {
                bits.withUnsafeMutableBytes { $0.copyMemory(from: bytes) }
                for index in bits.indices { bits[index] = UInt64(littleEndian: bits[index]) }
                return true
            }
            guard bytes.count.isMultiple(of: 2), bytes.count < Self.bytes else { return false }
            for offset in stride(from: 0, to: bytes.count, by: 2) {
                let place = Int(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self)))
                guard place < Self.count else { return false }
                insert(place)
            }
            return true
        }
        if !isSet { return nil }
    }

    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.bytes)
        let places = self.places
        if 2 * places.count < Self.bytes {
            for place in places { withUnsafeBytes(of: UInt16(place).littleEndian) { bytes += $0 } }
        } else {
            for word in bits { withUnsafeBytes(of: word.littleEndian) { bytes += $0 } }
        }
        return bytes
    }

    mutating func insert(_ place: Int) { bits[place >> 6] |= 1 << UInt64(place & 63) }

    mutating func formUnion(_ other: OrderSet) {
        for index in bits.indices { bits[index] |= other.bits[index] }
    }

    mutating func formIntersection(_ other: OrderSet) {
        for index in bits.indices { bits[index] &= other.bits[index] }
    }

    mutating func subtract(_ other: OrderSet) {
        for index in bits.indices { bits[index] &= ~other.bits[index] }
    }

    func isDisjoint(with other: OrderSet) -> Bool { bits.indices.allSatisfy { bits[$0] & other.bits[$0] == 0 } }
    func isSuperset(of other: OrderSet) -> Bool { bits.indices.allSatisfy { other.bits[$0] & ~bits[$0] == 0 } }
    var isEmpty: Bool { bits.allSatisfy { $0 == 0 } }

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
