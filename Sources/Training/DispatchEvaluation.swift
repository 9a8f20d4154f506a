import Engine

/// How good a model of such messages is, on messages that it was not taught with.
package struct DispatchEvaluation: Sendable {
    package let messages: Int
    package let groups: Int
    package let folds: Int
    /// Over the proposals of all folds together.
    package let card: Scorecard
    /// Of each fold by itself.
    package let foldMacroF1: [Double]
    /// How far a stated confidence is from the share that was right, in the mean over all proposals: the expected
    /// calibration error of Guo and others (`Temperature`), in ten bins.
    package let calibrationError: Double
    /// The mean of the folds.
    package let trainingSeconds: Double
    /// From the text to the proposal with its words.
    package let millisecondsPerMessage: Double

    package enum Problem: Error, Equatable, CustomStringConvertible {
        case tooFewGroups(groups: Int, folds: Int)
        case training(DispatchTrainer.Problem)

        package var description: String {
            switch self {
            case .tooFewGroups(let groups, let folds):
                "there are \(groups) different messages, too few for \(folds) folds; use fewer with --folds"
            case .training(let problem): problem.description
            }
        }
    }

    package init(
        of messages: [LabelledMessage], grouping: MessageGrouping, folds count: Int, trainer: DispatchTrainer
    ) throws(Problem) {
        let keys = grouping.keys(of: messages)
        let folds = GroupedFolds(keys: keys, count: count, seed: trainer.seed)
        let labels = Set(messages.map(\.label)).sorted()
        groups = Set(keys).count
        guard folds.count == count, count > 1 else { throw .tooFewGroups(groups: groups, folds: count) }
        let clock = ContinuousClock()
        var card = Scorecard(labels: labels)
        var bins = ConfidenceBins()
        var each: [Double] = []
        var (training, asking) = (Duration.zero, Duration.zero)
        for fold in 0..<count {
            let taught = messages.indices.filter { folds.folds[$0] != fold }.map { messages[$0] }
            var found = Result<DispatchModel, DispatchTrainer.Problem>.failure(.noMessages)
            training += clock.measure {
                found = Result { () throws(DispatchTrainer.Problem) in try trainer.train(taught) }
            }
            let model: DispatchModel
            do throws(DispatchTrainer.Problem) { model = try found.get() } catch { throw .training(error) }
            var foldCard = Scorecard(labels: labels)
            for (index, message) in messages.enumerated() where folds.folds[index] == fold {
                var proposals: [Proposal] = []
                asking += clock.measure {
                    proposals = model.propose(subject: message.subject, detail: message.detail, limit: 1)
                }
                let right = labels.firstIndex(of: message.label)!
                let proposed = labels.firstIndex(of: proposals[0].label)!
                card.count(right: right, proposed: proposed)
                foldCard.count(right: right, proposed: proposed)
                bins.count(confidence: proposals[0].confidence, isRight: right == proposed)
            }
            each.append(foldCard.macroF1)
        }
        self.messages = messages.count
        self.folds = count
        self.card = card
        foldMacroF1 = each
        calibrationError = bins.error
        trainingSeconds = training / .seconds(1) / Double(count)
        millisecondsPerMessage = asking / .milliseconds(1) / Double(messages.count)
    }
}

/// Proposals by their confidence, in tenths.
struct ConfidenceBins {
    private var bins = Array(repeating: (count: 0, confidence: 0.0, right: 0), count: 10)

    mutating func count(confidence: Double, isRight: Bool) {
        let bin = min(9, Int(confidence * 10))
        bins[bin].count += 1
        bins[bin].confidence += confidence
        bins[bin].right += isRight ? 1 : 0
    }

    var error: Double {
        let all = bins.reduce(0) { $0 + $1.count }
        return all == 0 ? 0 : bins.reduce(0) { $0 + abs($1.confidence - Double($1.right)) } / Double(all)
    }
}
