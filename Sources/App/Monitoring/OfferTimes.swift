import Engine
import Synchronization

/// How long it took, by bounds: what Prometheus calls a histogram.
final class DurationCounts: Sendable {
    struct Counts: Sendable {
        /// Not longer than each of the bounds; what took longer is only in `count`.
        var within: [Int]
        var count = 0
        var seconds = 0.0
    }

    /// Seconds, and closer together where the promise is (20 ms).
    static let bounds = [
        0.001, 0.002, 0.003, 0.004, 0.005, 0.006, 0.008, 0.01, 0.0125, 0.015, 0.0175, 0.02, 0.025, 0.03, 0.04, 0.05,
        0.075,
        0.1, 0.2, 0.5, 1, 2, 5,
    ]

    private let state = Mutex(Counts(within: [Int](repeating: 0, count: bounds.count)))

    func note(_ took: Duration) {
        let seconds = took / .seconds(1)
        state.withLock { counts in
            for (index, bound) in Self.bounds.enumerated() where seconds <= bound { counts.within[index] += 1 }
            counts.count += 1
            counts.seconds += seconds
        }
    }

    var counts: Counts { state.withLock { $0 } }
}

/// From the moment at which an agent who is free and a caller who waits could come together, to the offer on her page's stream:
/// the request or the fact that freed her reaches us, is decided, is on the disk, is written to her connection.
package final class OfferTimes: Sendable {
    /// Offers that are under way to a page; those to phones and to pages that are away are never sent and make room.
    private let made = Mutex<[OfferID: ContinuousClock.Instant]>([:])
    private static let mostUnderWay = 10_000

    let sent = DurationCounts()
    /// Of a batch of the switchboard's journal: encoded, written, flushed.
    let written = DurationCounts()

    package init() {}

    func made(_ offer: OfferID, since began: ContinuousClock.Instant) {
        made.withLock { made in
            if made.count >= Self.mostUnderWay { made = [:] }
            made[offer] = began
        }
    }

    /// Once an offer: a page that connects again is sent it again.
    func wasSent(_ offer: OfferID) {
        guard let began = made.withLock({ $0.removeValue(forKey: offer) }) else { return }
        sent.note(began.duration(to: .now))
    }

    func isOver(_ offer: OfferID) {
        _ = made.withLock { $0.removeValue(forKey: offer) }
    }
}
