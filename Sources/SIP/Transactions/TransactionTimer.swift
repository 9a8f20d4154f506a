/// The timers of RFC 3261 §17 (table 4) and RFC 6026, by their letters.
package enum TransactionTimer: Hashable, Sendable {
    case a, b, d, e, f, g, h, i, j, k, l, m
}

/// The round-trip estimates all timers are made of (RFC 3261 §17.1.1.1), for an unreliable transport. A reliable one,
/// when it comes, starts neither A, E nor G and sets D, I, J and K to zero.
package struct TransactionTiming: Hashable, Sendable {
    package var t1: Duration
    package var t2: Duration
    package var t4: Duration

    package static let udp = TransactionTiming(t1: .milliseconds(500), t2: .seconds(4), t4: .seconds(5))

    /// How long a transaction waits for what must come: 32 s.
    package var patience: Duration { t1 * 64 }
}
