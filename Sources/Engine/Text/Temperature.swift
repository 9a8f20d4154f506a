import Foundation

/// One number by which all labels' log-odds are divided before they are made shares of 1, so that the first one's share
/// is how often it is right: C. Guo, G. Pleiss, Y. Sun, K. Weinberger, "On Calibration of Modern Neural Networks", ICML
/// 2017.
package enum Temperature {
    /// A model that made no mistake yet would be made certain of everything, even of what is unlike all that it saw:
    /// twice as sure as its scales say is the most that is believed.
    static let range = 0.5...20.0

    static func probabilities(_ odds: [Double], at temperature: Double) -> [Double] {
        let highest = odds.max() ?? 0
        let powers = odds.map { exp(($0 - highest) / temperature) }
        let all = powers.reduce(0, +)
        return powers.map { $0 / all }
    }

    /// The one at which what was right is the least surprise: `odds` has a row a message, with one value a label, and
    /// `right` the label of each.
    package static func fitted(odds: [[Double]], right: [Int]) -> Double {
        precondition(odds.count == right.count, "\(odds.count) messages and \(right.count) labels")
        func surprise(_ logarithm: Double) -> Double {
            zip(odds, right).reduce(0) { sum, message in
                let highest = message.0.max()!
                let all = message.0.reduce(0) { $0 + exp(($1 - highest) / exp(logarithm)) }
                return sum + log(all) - (message.0[message.1] - highest) / exp(logarithm)
            }
        }
        // The surprise falls and then rises (it is convex in 1 / temperature), so the golden section finds its bottom.
        let section = (5.0.squareRoot() - 1) / 2
        var (low, high) = (log(range.lowerBound), log(range.upperBound))
        var (lower, upper) = (high - section * (high - low), low + section * (high - low))
        var (atLower, atUpper) = (surprise(lower), surprise(upper))
        while high - low > 1e-3 {
            if atLower <= atUpper {
                (high, upper, atUpper) = (upper, lower, atLower)
                lower = high - section * (high - low)
                atLower = surprise(lower)
            } else {
                (low, lower, atLower) = (lower, upper, atUpper)
                upper = low + section * (high - low)
                atUpper = surprise(upper)
            }
        }
        return exp((low + high) / 2)
    }
}
