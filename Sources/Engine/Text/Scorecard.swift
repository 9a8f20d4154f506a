/// How often the proposals were right, label by label.
package struct Scorecard: Sendable, Equatable {
    package let labels: [String]
    /// For each label that was right, how often each was proposed.
    package private(set) var proposed: [[Int]]

    package init(labels: [String]) {
        self.labels = labels
        proposed = Array(repeating: Array(repeating: 0, count: labels.count), count: labels.count)
    }

    package mutating func count(right: Int, proposed label: Int) { proposed[right][label] += 1 }

    package struct Line: Sendable, Equatable, Codable {
        package let label: String
        package let messages: Int
        package let precision: Double
        package let recall: Double
        package let f1: Double
    }

    /// A share of nothing is 0.
    package var lines: [Line] {
        labels.indices.map { label in
            let hits = proposed[label][label]
            let messages = proposed[label].reduce(0, +)
            let proposals = proposed.reduce(0) { $0 + $1[label] }
            return Line(
                label: labels[label], messages: messages, precision: share(hits, proposals),
                recall: share(hits, messages), f1: share(2 * hits, messages + proposals))
        }
    }

    /// The mean of the labels' F1, each counting the same however few its messages; labels of no message are left out.
    package var macroF1: Double {
        let asked = lines.filter { $0.messages > 0 }
        return asked.isEmpty ? 0 : asked.reduce(0) { $0 + $1.f1 } / Double(asked.count)
    }

    package var accuracy: Double {
        share(labels.indices.reduce(0) { $0 + proposed[$1][$1] }, proposed.reduce(0) { $0 + $1.reduce(0, +) })
    }

    private func share(_ part: Int, _ whole: Int) -> Double { whole == 0 ? 0 : Double(part) / Double(whole) }
}
