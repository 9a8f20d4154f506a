import Engine

/// Makes the catalogue of a centre from its own past orders.
package struct CatalogueTrainer: Sendable {
    /// Fewer teach a model what it will say with confidence and without reason.
    package static let leastOrders = 100
    /// A label of fewer orders is not proposed: what it has in common cannot be told from chance.
    package static let leastOfLabel = 5
    /// The newest are taken. Two hundred characters each, and a hundred bodies, are some minutes and 1.5 GB.
    package static let mostOrders = 30_000

    private let trainer: DispatchTrainer

    package init(trainer: DispatchTrainer = DispatchTrainer()) { self.trainer = trainer }

    package enum Problem: Error, Equatable, CustomStringConvertible {
        case tooFew(Int)
        case nothingToTell
        case training(DispatchCatalogue.Label, DispatchTrainer.Problem)

        package var description: String {
            switch self {
            case .tooFew(let count):
                "there are \(count) orders to learn from, and \(leastOrders) are needed: orders that were dispatched and "
                    + "not sent back, or closed in the call"
            case .nothingToTell:
                "no two kinds, categories or bodies have \(leastOfLabel) orders each; there is nothing to tell apart"
            case .training(let label, let problem): "\(label.rawValue): \(problem.description)"
            }
        }
    }

    package func train(_ orders: [TaughtOrder]) throws(Problem) -> DispatchCatalogue {
        let orders = Array(orders.prefix(Self.mostOrders))
        guard orders.count >= Self.leastOrders else { throw .tooFew(orders.count) }
        var catalogue = DispatchCatalogue()
        for label in DispatchCatalogue.Label.allCases { catalogue[label] = try model(of: label, orders) }
        guard catalogue != DispatchCatalogue() else { throw .nothingToTell }
        return catalogue
    }

    /// Nil where fewer than two values have orders enough.
    private func model(of label: DispatchCatalogue.Label, _ orders: [TaughtOrder]) throws(Problem) -> DispatchModel? {
        let frequency = orders.reduce(into: [String: Int]()) { count, order in
            if let value = order.value(of: label) { count[value, default: 0] += 1 }
        }
        let known = Set(frequency.filter { $0.value >= Self.leastOfLabel }.keys)
        guard known.count > 1 else { return nil }
        let messages = orders.compactMap { order -> LabelledMessage? in
            guard let value = order.value(of: label), known.contains(value) else { return nil }
            let (subject, detail) = order.message(for: label)
            return LabelledMessage(label: value, subject: subject, detail: detail)
        }
        do throws(DispatchTrainer.Problem) {
            return try trainer.train(messages)
        } catch {
            throw .training(label, error)
        }
    }
}
