/// What is searched for: words of two, three and four characters cut out of the texts, by how many orders have them, told
/// from a sample.
struct BenchWords {
    private static let sampled = 20_000
    /// The sample's texts; a character is 16 bits, for all of them are.
    private let texts: [[UInt16]]

    init(rows: Int) {
        let maker = ComplaintMaker()
        let count = min(rows, Self.sampled)
        texts = (0..<count).map { Array(maker.complaint($0 * (rows / count)).what.utf16) }
    }

    /// Each class with its queries.
    func classes(_ count: Int) -> [(name: String, queries: [String])] {
        var random = SeededRandom(seed: 1)
        var classes: [(String, [String])] = []
        for length in 2...4 {
            // Sorted, because a dictionary's order is another each time.
            let words = counted(length).sorted { $0.key < $1.key }
            let rare = words.filter { $0.value == 1 }.map(\.key)
            let some = words.filter { (0.001...0.02).contains(share($0.value)) }.map(\.key)
            let common = words.filter { share($0.value) >= 0.03 }.map(\.key)
            for (name, words) in [("rare", rare), ("0.1-2%", some), ("common", common)] where !words.isEmpty {
                let queries = (0..<count).map { _ in random.pick(words).text }
                classes.append(("\(length) characters, \(name)", queries))
            }
            let pairs = seldomMeeting(common, length, count, &random)
            classes.append(("\(length) characters, two common that seldom meet", pairs))
        }
        return classes
    }

    private func share(_ orders: Int) -> Double { Double(orders) / Double(texts.count) }

    /// Up to four characters as one number.
    private struct Word: Hashable, Comparable {
        let packed: UInt64

        static func < (left: Word, right: Word) -> Bool { left.packed < right.packed }

        var text: String {
            let characters = [48, 32, 16, 0].map { UInt16(truncatingIfNeeded: packed >> $0) }.drop { $0 == 0 }
            return String(decoding: characters, as: UTF16.self)
        }
    }

    /// The words of Chinese characters in a text, each once.
    private func words(of text: [UInt16], _ length: Int) -> Set<Word> {
        var words: Set<Word> = []
        var (packed, run): (UInt64, Int) = (0, 0)
        for character in text {
            let isChinese = (0x4E00...0x9FFF).contains(character)
            (packed, run) = isChinese ? (packed << 16 | UInt64(character), run + 1) : (0, 0)
            if run >= length { words.insert(Word(packed: length == 4 ? packed : packed & (1 << (16 * length) - 1))) }
        }
        return words
    }

    /// In how many of the sample each word is.
    private func counted(_ length: Int) -> [Word: Int] {
        var orders: [Word: Int] = [:]
        for text in texts {
            for word in words(of: text, length) { orders[word, default: 0] += 1 }
        }
        return orders
    }

    /// Both are common, and at most one order in two thousand has both.
    private func seldomMeeting(
        _ common: [Word], _ length: Int, _ count: Int, _ random: inout SeededRandom
    ) -> [String] {
        var orders = Dictionary(uniqueKeysWithValues: common.map { ($0, Set<Int>()) })
        for (index, text) in texts.enumerated() {
            for word in words(of: text, length) { orders[word]?.insert(index) }
        }
        var pairs: [String] = []
        for _ in 0..<10_000 where pairs.count < count && common.count > 1 {
            let (first, second) = (random.pick(common), random.pick(common))
            guard let one = orders[first], let other = orders[second] else { continue }
            if one.intersection(other).count <= texts.count / 2_000 { pairs.append("\(first.text) \(second.text)") }
        }
        return pairs
    }
}
