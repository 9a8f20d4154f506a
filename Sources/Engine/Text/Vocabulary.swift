import Foundation

/// The grams that a model knows, and how much each one tells: the rarer, the more.
package struct Vocabulary: Sendable, Equatable {
    /// In rising order, so that one is found by halving and nothing has to be built when a model is loaded.
    let grams: [Gram]
    /// log((1 + n) / (1 + df)) + 1 for a gram in df of n messages, to the power of 1.5: plain, as is common for
    /// words, it leaves too much to single characters, of which every text is full (docs/decisions/0011).
    let rarity: [Float]

    package var count: Int { grams.count }

    /// A gram of one message alone teaches nothing about another.
    static let leastMessages = 2

    init(grams: [Gram], rarity: [Float]) {
        self.grams = grams
        self.rarity = rarity
    }

    /// At most `limit` grams, the most frequent ones.
    package init(of texts: some Collection<MessageText>, limit: Int) {
        var frequency: [Gram: Int32] = [:]
        for text in texts {
            var grams: [Gram] = []
            text.forEachGram { gram, _ in grams.append(gram) }
            for (gram, _) in runs(grams.sorted()) { frequency[gram, default: 0] += 1 }
        }
        var known = frequency.filter { $0.value >= Self.leastMessages }.map { (gram: $0.key, messages: $0.value) }
        if known.count > limit {
            known.sort { ($1.messages, $0.gram) < ($0.messages, $1.gram) }
            known.removeSubrange(limit...)
        }
        known.sort { $0.gram < $1.gram }
        grams = known.map(\.gram)
        let all = Double(1 + texts.count)
        rarity = known.map { Float(pow(log(all / Double(1 + $0.messages)) + 1, 1.5)) }
    }

    func place(of gram: Gram) -> Int? {
        grams.withUnsafeBufferPointer { grams in
            var low = 0
            var high = grams.count
            while low < high {
                let middle = (low + high) / 2
                if grams[middle] < gram { low = middle + 1 } else { high = middle }
            }
            return low < grams.count && grams[low] == gram ? low : nil
        }
    }

    /// A known gram where it stands in a text.
    struct Occurrence {
        let place: Int32
        let range: Range<Int>
    }

    /// In the order of the text.
    func occurrences(in text: MessageText) -> [Occurrence] {
        var found: [Occurrence] = []
        found.reserveCapacity(text.folded.count * 2)
        text.forEachGram { gram, range in
            if let place = place(of: gram) { found.append(Occurrence(place: Int32(place), range: range)) }
        }
        return found
    }

    package func features(of text: MessageText) -> FeatureVector { features(of: occurrences(in: text)) }

    /// The known grams of a text, weighed: 1 + log of how often, times rarity, and all of them together of length 1, so
    /// that a long message is not louder than a short one.
    func features(of occurrences: [Occurrence]) -> FeatureVector {
        var features = FeatureVector()
        var squares: Float = 0
        for (place, count) in runs(occurrences.map(\.place).sorted()) {
            let value = Float(1 + log(Double(count))) * rarity[Int(place)]
            features.places.append(place)
            features.values.append(value)
            squares += value * value
        }
        let length = squares.squareRoot()
        for index in features.values.indices { features.values[index] /= length }
        return features
    }
}

/// Each value once, with how often it stands there.
private func runs<Value: Equatable>(_ sorted: [Value]) -> [(Value, Int)] {
    var runs: [(Value, Int)] = []
    var start = 0
    while start < sorted.count {
        var end = start + 1
        while end < sorted.count, sorted[end] == sorted[start] { end += 1 }
        runs.append((sorted[start], end - start))
        start = end
    }
    return runs
}

/// A message as numbers: places in the vocabulary, rising, and the value at each. All other places are 0.
package struct FeatureVector: Sendable, Equatable {
    package fileprivate(set) var places: [Int32] = []
    package fileprivate(set) var values: [Float] = []
}
