import Foundation

/// Turns a score into the share of messages with such a score that do have the label.
///
/// J. Platt, "Probabilistic Outputs for Support Vector Machines", 1999; fitted by Newton's method with
/// backtracking as in H.-T. Lin, C.-J. Lin, R. C. Weng, "A Note on Platt's Probabilistic Outputs for Support Vector
/// Machines", 2007.
package struct PlattScale: Sendable, Equatable {
    package let slope: Double
    package let offset: Double

    package init(slope: Double, offset: Double) {
        self.slope = slope
        self.offset = offset
    }

    /// The logarithm of the odds that it has the label.
    package func odds(_ score: Double) -> Double { -(slope * score + offset) }

    package func probability(_ score: Double) -> Double {
        let odds = odds(score)
        return odds >= 0 ? 1 / (1 + exp(-odds)) : exp(odds) / (1 + exp(odds))
    }

    /// Scores must be of messages that the machine was not taught with: those it knows it tells apart too well.
    package init(scores: [Double], isLabel: [Bool]) {
        precondition(scores.count == isLabel.count, "\(scores.count) scores and \(isLabel.count) answers")
        let positives = Double(isLabel.count(where: \.self))
        let negatives = Double(scores.count) - positives
        let targets = isLabel.map { $0 ? (positives + 1) / (positives + 2) : 1 / (negatives + 2) }

        func loss(_ a: Double, _ b: Double) -> Double {
            var loss = 0.0
            for (score, target) in zip(scores, targets) {
                let odds = score * a + b
                loss += odds >= 0 ? target * odds + log(1 + exp(-odds)) : (target - 1) * odds + log(1 + exp(odds))
            }
            return loss
        }

        var (a, b) = (0.0, log((negatives + 1) / (positives + 1)))
        var value = loss(a, b)
        for _ in 0..<100 {
            var (h11, h22, h21, g1, g2) = (1e-12, 1e-12, 0.0, 0.0, 0.0)
            for (score, target) in zip(scores, targets) {
                let p = PlattScale(slope: a, offset: b).probability(score)
                let curve = p * (1 - p)
                h11 += score * score * curve
                h22 += curve
                h21 += score * curve
                g1 += score * (target - p)
                g2 += target - p
            }
            if abs(g1) < 1e-5, abs(g2) < 1e-5 { break }
            let determinant = h11 * h22 - h21 * h21
            let (da, db) = (-(h22 * g1 - h21 * g2) / determinant, -(h11 * g2 - h21 * g1) / determinant)
            let descent = g1 * da + g2 * db
            var step = 1.0
            while step >= 1e-10 {
                let next = loss(a + step * da, b + step * db)
                if next < value + 1e-4 * step * descent {
                    (a, b, value) = (a + step * da, b + step * db, next)
                    break
                }
                step /= 2
            }
            if step < 1e-10 { break }
        }
        self.init(slope: a, offset: b)
    }
}
