import Engine

/// How often something may be done under one name (an address, a telephone number) in a span of time; for doors that stand
/// open to everyone.
actor RateLimit {
    private struct Span {
        var began: Moment
        var count = 0
    }

    private let most: Int
    private let seconds: Int64
    private var spans: [String: Span] = [:]
    /// A flood of names pushes out its own oldest.
    private static let mostNames = 20_000

    init(_ most: Int, each seconds: Int64) {
        self.most = most
        self.seconds = seconds
    }

    /// Counts one, or says how many seconds to wait.
    func take(_ name: String, at now: Moment) -> Int64? {
        if let span = spans[name], isOver(span, at: now) { spans[name] = nil }
        makeRoom(for: name, at: now)
        var span = spans[name] ?? Span(began: now)
        guard span.count < most else {
            return max(1, (span.began.adding(seconds: seconds).milliseconds(since: now) + 999) / 1000)
        }
        span.count += 1
        spans[name] = span
        return nil
    }

    private func isOver(_ span: Span, at now: Moment) -> Bool {
        now.milliseconds(since: span.began) >= seconds * 1000
    }

    private func makeRoom(for name: String, at now: Moment) {
        guard spans[name] == nil, spans.count >= Self.mostNames else { return }
        spans = spans.filter { !isOver($0.value, at: now) }
        guard spans.count >= Self.mostNames else { return }
        for (name, _) in spans.sorted(by: { $0.value.began < $1.value.began }).prefix(Self.mostNames / 10) {
            spans[name] = nil
        }
    }
}
