import Synchronization

/// Counts the API's answers, by the first digit of their status, and how long they took.
final class Requests: Sendable {
    struct Counts: Sendable {
        var byClass: [Int: Int] = [:]
        /// Not longer than each of `bounds`; what took longer is only in `count`.
        var within = [Int](repeating: 0, count: Requests.bounds.count)
        var count = 0
        var seconds = 0.0
    }

    /// Seconds; Prometheus' own.
    static let bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

    private let state = Mutex(Counts())

    func note(status: Int, took: Duration) {
        let seconds = took / .seconds(1)
        state.withLock { counts in
            counts.byClass[status / 100, default: 0] += 1
            for (index, bound) in Self.bounds.enumerated() where seconds <= bound { counts.within[index] += 1 }
            counts.count += 1
            counts.seconds += seconds
        }
    }

    var counts: Counts { state.withLock { $0 } }
}
