/// What a message is about, as messages before it that people labelled tell: the body that should handle it, or any
/// other label.
///
/// A proposal, never a decision: it comes with its confidence and the words that decided, and an agent confirms it.
package struct DispatchModel: Sendable, Equatable {
    /// In rising order.
    package let labels: [String]
    package let vocabulary: Vocabulary
    /// Row by row: for each gram of the vocabulary one weight a label.
    let weights: [Float]
    /// One a label: the score of a message of which no gram is known.
    let biases: [Float]
    let scales: [PlattScale]
    let temperature: Double

    /// Labels and vocabulary are bounded together: 2^25 weights are 128 MiB, in the file and in memory.
    package static let mostWeights = 1 << 25
    package static let mostLabels = 1024
    package static let mostGrams = 1 << 18

    package static func gramLimit(labels: Int) -> Int { min(mostGrams, mostWeights / max(1, labels)) }

    package init(
        labels: [String], vocabulary: Vocabulary, weights: [Float], biases: [Float], scales: [PlattScale],
        temperature: Double
    ) {
        precondition(weights.count == labels.count * vocabulary.count, "\(weights.count) weights")
        precondition(biases.count == labels.count && scales.count == labels.count, "not one bias and scale a label")
        self.labels = labels
        self.vocabulary = vocabulary
        self.weights = weights
        self.biases = biases
        self.scales = scales
        self.temperature = temperature
    }

    /// The labels that fit best, the most likely first, at most `limit`. A message of which nothing is known gets all
    /// labels with about the same confidence and no words.
    package func propose(subject: String, detail: String, limit: Int) -> [Proposal] {
        let text = MessageText(subject: subject, detail: detail)
        let occurrences = vocabulary.occurrences(in: text)
        let features = vocabulary.features(of: occurrences)
        return ranked(features).prefix(max(0, limit)).map { label, confidence in
            Proposal(
                label: labels[label], confidence: confidence,
                words: words(for: label, in: text, occurrences: occurrences, features: features))
        }
    }

    /// The share of a message's grams that the model knows, 0 to 1. Its confidence is measured on messages like those it learned
    /// from, and says nothing about one of which it knows little.
    package func familiarity(subject: String, detail: String) -> Double {
        let text = MessageText(subject: subject, detail: detail)
        var all = 0
        text.forEachGram { _, _ in all += 1 }
        return all == 0 ? 0 : Double(vocabulary.occurrences(in: text).count) / Double(all)
    }

    /// The best one alone, without its words: what counting many messages needs.
    package func best(of text: MessageText) -> (label: Int, confidence: Double) {
        ranked(vocabulary.features(of: text))[0]
    }

    private func ranked(_ features: FeatureVector) -> [(label: Int, confidence: Double)] {
        let odds = zip(scales, scores(features)).map { $0.odds(Double($1)) }
        return zip(labels.indices, Temperature.probabilities(odds, at: temperature)).map { ($0, $1) }
            .sorted { ($1.confidence, $0.label) < ($0.confidence, $1.label) }
    }

    package func scores(_ features: FeatureVector) -> [Float] {
        var scores = biases
        weights.withUnsafeBufferPointer { weights in
            for (place, value) in zip(features.places, features.values) {
                let row = Int(place) * scores.count
                for label in scores.indices { scores[label] += weights[row + label] * value }
            }
        }
        return scores
    }
}

/// One label for a message.
package struct Proposal: Sendable, Equatable, Codable {
    package let label: String
    /// 0 to 1: so large a part of the messages with such a confidence had the label. Those of all labels add up to 1,
    /// and are much alike for a message of which nothing is known.
    package let confidence: Double
    /// What in the message speaks for the label most, as typed, the strongest first; none if nothing does.
    package let words: [String]
}
