extension DispatchModel {
    /// So many are read at a glance.
    private static let mostWords = 5
    /// Words are made of the strongest grams that together are this part of all that speaks for the label: with all of
    /// them a short message would be one word.
    private static let decidingPart: Float = 0.5
    /// And of no more than these, of a long message.
    private static let decidingGrams = 16
    /// A longer run is a sentence, and says nothing about what in it decided.
    private static let longestWord = 12

    /// The known grams that speak most for a label, joined into the stretches of text they stand in.
    func words(
        for label: Int, in text: MessageText, occurrences: [Vocabulary.Occurrence], features: FeatureVector
    ) -> [String] {
        let parts = zip(features.places, features.values).map { place, value in
            (place: place, value: value * weights[Int(place) * labels.count + label])
        }.filter { $0.value > 0 }.sorted { ($1.value, $0.place) < ($0.value, $1.place) }
        var wanted = parts.reduce(0) { $0 + $1.value } * Self.decidingPart
        var deciding: [Int32: Float] = [:]
        for part in parts.prefix(Self.decidingGrams) where wanted > 0 {
            deciding[part.place] = part.value
            wanted -= part.value
        }

        var stretches: [Stretch] = []
        for occurrence in occurrences {
            guard let value = deciding[occurrence.place] else { continue }
            if stretches.last?.reaches(occurrence.range, longest: Self.longestWord) != true {
                stretches.append(Stretch(range: occurrence.range))
            }
            stretches[stretches.count - 1].add(occurrence, value)
        }
        // Swift's sort keeps the order of equals, which is that of the text.
        var chosen: [(folded: String, written: String)] = []
        for stretch in stretches.sorted(by: { $0.weight > $1.weight }) where chosen.count < Self.mostWords {
            var written = String.UnicodeScalarView()
            written.append(contentsOf: text.written[text.wholeWord(stretch.range)])
            let folded = MessageText.plain(String(written))
            if !chosen.contains(where: { $0.folded.contains(folded) }) { chosen.append((folded, String(written))) }
        }
        return chosen.map(\.written)
    }
}

private struct Stretch {
    private(set) var range: Range<Int>
    private(set) var weight: Float = 0
    private var grams: Set<Int32> = []

    init(range: Range<Int>) { self.range = range }

    func reaches(_ other: Range<Int>, longest: Int) -> Bool {
        other.lowerBound <= range.upperBound && other.upperBound - range.lowerBound <= longest
    }

    /// A gram that comes again adds nothing: the model heard it once.
    mutating func add(_ occurrence: Vocabulary.Occurrence, _ value: Float) {
        range = range.lowerBound..<max(range.upperBound, occurrence.range.upperBound)
        if grams.insert(occurrence.place).inserted { weight += value }
    }
}
