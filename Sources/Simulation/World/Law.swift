import Foundation

/// How long something lasts, in seconds, as a law of chance.
package enum Law: Sendable, Equatable {
    case constant(Double)
    case exponential(mean: Double)
    case lognormal(mean: Double, sd: Double)
    /// As likely to end within the next second as `hazard` says, from `from` seconds on until the next step. What is left after the
    /// last step is as the last says. Kaplan and Meier's estimate of patience has this form.
    case hazard([Step])
    /// One of these, each as likely.
    case values([Double])
    case never

    package struct Step: Sendable, Equatable, Codable {
        package let from: Double
        package let hazard: Double

        package init(from: Double, hazard: Double) {
            self.from = from
            self.hazard = hazard
        }
    }

    /// Seconds; infinite if it never ends.
    func draw(_ random: inout SeededRandom) -> Double {
        switch self {
        case .constant(let seconds): seconds
        case .exponential(let mean): random.exponential(mean: mean)
        case .lognormal(let mean, let sd):
            random.logNormal(median: Self.median(mean, sd), spread: Self.spread(mean, sd))
        case .hazard(let steps): Self.draw(steps, &random)
        case .values(let values): random.pick(values)
        case .never: .infinity
        }
    }

    package var mean: Double {
        switch self {
        case .constant(let seconds): seconds
        case .exponential(let mean), .lognormal(let mean, _): mean
        case .values(let values): values.reduce(0, +) / Double(max(values.count, 1))
        case .hazard, .never: .infinity
        }
    }

    /// Of the logarithm: sd and mean of a lognormal law in terms of the normal law under it.
    private static func spread(_ mean: Double, _ sd: Double) -> Double { sqrt(log(1 + sd * sd / (mean * mean))) }
    private static func median(_ mean: Double, _ sd: Double) -> Double { mean / sqrt(1 + sd * sd / (mean * mean)) }

    private static func draw(_ steps: [Step], _ random: inout SeededRandom) -> Double {
        var left = random.exponential(mean: 1)
        for (index, step) in steps.enumerated() {
            guard index + 1 < steps.count else { return step.hazard > 0 ? step.from + left / step.hazard : .infinity }
            let within = (steps[index + 1].from - step.from) * step.hazard
            if left < within { return step.from + left / step.hazard }
            left -= within
        }
        return .infinity
    }

    /// What is wrong with it, or nil.
    var problem: String? {
        switch self {
        case .constant(let seconds): seconds < 0 ? "constant: seconds is 0 or more" : nil
        case .exponential(let mean): mean <= 0 ? "exponential: mean is above 0" : nil
        case .lognormal(let mean, let sd): mean <= 0 || sd <= 0 ? "lognormal: mean and sd are above 0" : nil
        case .hazard(let steps):
            steps.first?.from != 0 || zip(steps, steps.dropFirst()).contains { $0.from >= $1.from }
                || steps.contains { $0.hazard < 0 } ? "hazard: steps begin at 0 and rise, none is below 0" : nil
        case .values(let values): values.isEmpty || values.contains { $0 < 0 } ? "values: some, 0 or more" : nil
        case .never: nil
        }
    }
}

/// `{"law":"lognormal","mean":180,"sd":200}`.
extension Law: Codable {
    private enum Key: String, CodingKey { case law, seconds, mean, sd, steps, values }
    private enum Name: String, Codable { case constant, exponential, lognormal, hazard, values, never }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        switch try container.decode(Name.self, forKey: .law) {
        case .constant: self = .constant(try container.decode(Double.self, forKey: .seconds))
        case .exponential: self = .exponential(mean: try container.decode(Double.self, forKey: .mean))
        case .lognormal:
            self = .lognormal(
                mean: try container.decode(Double.self, forKey: .mean),
                sd: try container.decode(Double.self, forKey: .sd))
        case .hazard: self = .hazard(try container.decode([Step].self, forKey: .steps))
        case .values: self = .values(try container.decode([Double].self, forKey: .values))
        case .never: self = .never
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        switch self {
        case .constant(let seconds):
            try container.encode(Name.constant, forKey: .law)
            try container.encode(seconds, forKey: .seconds)
        case .exponential(let mean):
            try container.encode(Name.exponential, forKey: .law)
            try container.encode(mean, forKey: .mean)
        case .lognormal(let mean, let sd):
            try container.encode(Name.lognormal, forKey: .law)
            try container.encode(mean, forKey: .mean)
            try container.encode(sd, forKey: .sd)
        case .hazard(let steps):
            try container.encode(Name.hazard, forKey: .law)
            try container.encode(steps, forKey: .steps)
        case .values(let values):
            try container.encode(Name.values, forKey: .law)
            try container.encode(values, forKey: .values)
        case .never: try container.encode(Name.never, forKey: .law)
        }
    }
}
