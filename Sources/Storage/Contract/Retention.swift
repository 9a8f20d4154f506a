import Engine

/// How long what citizens said is kept (保存期限): rules of the centre, the most particular of which holds. What no rule
/// speaks of is kept.
package struct RetentionRule: Sendable, Equatable, Codable {
    package var content: Content
    /// nil: of every line.
    package var line: LineID?
    /// nil: of every kind. For orders only.
    package var kind: Kind?
    /// From the closure of an order, from the arrival of a call.
    package var days: Int

    package enum Content: String, Sendable, Codable, CaseIterable {
        /// Words, names and numbers of an order; its own number, states and moments stay.
        case orders
        case recordings
    }

    package init(content: Content, line: LineID? = nil, kind: Kind? = nil, days: Int) {
        self.content = content
        self.line = line
        self.kind = kind
        self.days = days
    }

    /// The rule of a line says more than that of a kind.
    fileprivate var weight: Int { (line == nil ? 0 : 2) + (kind == nil ? 0 : 1) }
}

package struct RetentionPolicy: Sendable, Equatable {
    private let rules: [RetentionRule]

    package init(_ rules: [RetentionRule]) { self.rules = rules }

    /// In days; nil: for good.
    package func days(_ content: RetentionRule.Content, line: LineID, kind: Kind?) -> Int? {
        rules.filter { rule in
            rule.content == content && rule.line ?? line == line && (rule.kind == nil || rule.kind == kind)
        }.max { $0.weight < $1.weight }?.days
    }

    /// Nothing that is newer than this can have expired; nil if nothing ever does.
    func latestExpiry(_ content: RetentionRule.Content, at now: Moment) -> Moment? {
        let shortest = rules.filter { $0.content == content }.map(\.days).min()
        return shortest.map { now.adding(milliseconds: -Int64($0) * Self.dayMs) }
    }

    func hasExpired(since: Moment, days: Int, at now: Moment) -> Bool {
        now.milliseconds(since: since) >= Int64(days) * Self.dayMs
    }

    private static let dayMs: Int64 = 86_400_000

    /// What is wrong with rules as someone wrote them.
    package static func problems(in rules: [RetentionRule], lines: Set<LineID>) -> [String] {
        var problems: [String] = []
        for (index, rule) in rules.enumerated() {
            let name = "retention rule \(index + 1)"
            if !(1...36_500).contains(rule.days) { problems.append("\(name): days is 1 to 36500") }
            if let line = rule.line, !lines.contains(line) {
                problems.append("\(name) is for line \(line), which is not there; add it or name another")
            }
            if rule.content == .recordings, rule.kind != nil {
                problems.append("\(name): a recording has no kind; leave kind out")
            }
            let same = rules[..<index].contains {
                ($0.content, $0.line, $0.kind) == (rule.content, rule.line, rule.kind)
            }
            if same { problems.append("\(name) is for what an earlier one is for; leave one out") }
        }
        return problems
    }
}

/// What must be kept whatever the rules say: an order, and the recordings of its calls, or a call.
package enum HoldSubject: Sendable, Hashable, CustomStringConvertible {
    case order(OrderID)
    case call(CallID)

    package var description: String {
        switch self {
        case .order(let id): "order:\(id)"
        case .call(let id): "call:\(id)"
        }
    }
}

package struct Hold: Sendable, Equatable {
    package let id: Int64
    /// `order:…` or `call:…`.
    package let subject: String
    package let reason: String
    package let placedAt: Moment
    package let placedBy: PersonID?
    package let releasedAt: Moment?
}

/// What was removed because its time had passed.
package struct Removal: Sendable, Equatable {
    package let subject: String
    package let content: RetentionRule.Content
    package let at: Moment
    package let keptDays: Int
    /// SHA-256 of what is gone; of an order the same that its last audit row has.
    package let digest: String
}
