import Engine

/// A message that somebody has dispatched.
package struct LabelledMessage: Sendable, Equatable {
    package let label: String
    package let subject: String
    package let detail: String

    package init(label: String, subject: String, detail: String) {
        self.label = label
        self.subject = subject
        self.detail = detail
    }
}

/// Makes a model from messages with their labels: for each label a plane, and a scale that turns distances from it into
/// probabilities.
package struct DispatchTrainer: Sendable {
    /// The same messages and seed give the same model.
    package var seed: UInt64
    /// What a message on the wrong side costs; larger fits the taught ones closer.
    package var cost: Double

    package init(seed: UInt64 = 1, cost: Double = 1) {
        self.seed = seed
        self.cost = cost
    }

    package enum Problem: Error, Equatable, CustomStringConvertible {
        case noMessages
        case oneLabel(String)
        case tooManyLabels(Int)
        case tooLarge(grams: Int)
        case alike

        package var description: String {
            switch self {
            case .noMessages: "there are no messages to learn from"
            case .oneLabel(let label): "every message has the label \(label); there is nothing to tell apart"
            case .tooManyLabels(let count):
                "there are \(count) labels, more than \(DispatchModel.mostLabels); is the right column the label?"
            case .tooLarge(let grams):
                "the messages hold \(grams) different n-grams together, more than \(mostNodes); leave the oldest out"
            case .alike: "all messages are the same; there is nothing to learn from"
            }
        }
    }

    /// liblinear keeps 16 bytes for each n-gram of each message: 4 GiB.
    private static let mostNodes = 1 << 28
    /// Scores to scale by are of messages left out in turn.
    private static let scaleFolds = 3
    /// One temperature needs no more, and a thousand labels of each are 160 MB.
    private static let mostForTemperature = 20_000

    package func train(_ messages: [LabelledMessage]) throws(Problem) -> DispatchModel {
        let texts = messages.map { MessageText(subject: $0.subject, detail: $0.detail) }
        let groups = GroupedFolds.connected(
            messages.map { MessageText.plain($0.subject) }, messages.map { MessageText.plain($0.detail) })
        return try train(labels: messages.map(\.label), texts: texts, groups: groups)
    }

    func train(labels given: [String], texts: [MessageText], groups: [String]) throws(Problem) -> DispatchModel {
        let labels = Set(given).sorted()
        guard let first = labels.first else { throw .noMessages }
        guard labels.count > 1 else { throw .oneLabel(first) }
        guard labels.count <= DispatchModel.mostLabels else { throw .tooManyLabels(labels.count) }
        let vocabulary = Vocabulary(of: texts, limit: DispatchModel.gramLimit(labels: labels.count))
        let features = texts.map(vocabulary.features)
        let nodes = features.reduce(0) { $0 + $1.places.count }
        guard nodes <= Self.mostNodes else { throw .tooLarge(grams: nodes) }
        let machine = LinearMachine(features, featureCount: vocabulary.count)
        let folds = GroupedFolds(keys: groups, count: Self.scaleFolds, seed: seed)
        guard folds.count > 1 else { throw .alike }

        var weights = Array(repeating: Float(0), count: labels.count * vocabulary.count)
        var biases: [Float] = []
        var scales: [PlattScale] = []
        let all = Array(texts.indices)
        let some = Array(stride(from: 0, to: texts.count, by: 1 + texts.count / Self.mostForTemperature))
        var odds = Array(repeating: [Double](), count: some.count)
        for (index, label) in labels.enumerated() {
            let isLabel = given.map { $0 == label }
            let plane = machine.plane(members: all, isLabel: isLabel, cost: cost, seed: seed)
            for gram in 0..<vocabulary.count { weights[gram * labels.count + index] = Float(plane.weights[gram]) }
            biases.append(Float(plane.weights[vocabulary.count]))
            var scores = Array(repeating: 0.0, count: texts.count)
            for fold in 0..<folds.count {
                let members = all.filter { folds.folds[$0] != fold }
                let plane = machine.plane(members: members, isLabel: isLabel, cost: cost, seed: seed)
                for member in all where folds.folds[member] == fold { scores[member] = plane.score(features[member]) }
            }
            let scale = PlattScale(scores: scores, isLabel: isLabel)
            scales.append(scale)
            for (row, member) in some.enumerated() { odds[row].append(scale.odds(scores[member])) }
        }
        let right = some.map { labels.firstIndex(of: given[$0])! }
        return DispatchModel(
            labels: labels, vocabulary: vocabulary, weights: weights, biases: biases, scales: scales,
            temperature: Temperature.fitted(odds: odds, right: right))
    }
}

extension LinearMachine.Plane {
    func score(_ features: FeatureVector) -> Double {
        var score = weights[weights.count - 1]
        for (place, value) in zip(features.places, features.values) { score += weights[Int(place)] * Double(value) }
        return score
    }
}
