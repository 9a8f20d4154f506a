/// Our INVITE on its way to one final answer (RFC 3261 §17.1.1, with the Accepted state of RFC 6026 §7.2).
///
/// Pure: each input returns what is to be done, in order. The request itself is kept by who owns the transaction.
package struct InviteClientTransaction: Hashable, Sendable {
    package enum State: Hashable, Sendable { case calling, proceeding, completed, accepted, terminated }

    package enum Action: Hashable, Sendable {
        /// Send the INVITE, at first or again.
        case send
        /// Give the response to the user.
        case deliver
        /// Send the ACK that belongs to a refusal; the one for a 2xx is the user's (§13.2.2.4).
        case acknowledge
        case startTimer(TransactionTimer, Duration)
        case cancelTimer(TransactionTimer)
        case timedOut
        case transportFailed
        case terminated
    }

    package private(set) var state = State.calling
    private let timing: TransactionTiming
    private var interval: Duration

    package init(timing: TransactionTiming) {
        self.timing = timing
        interval = timing.t1
    }

    package func start() -> [Action] {
        [.send, .startTimer(.a, timing.t1), .startTimer(.b, timing.patience)]
    }

    package mutating func receive(status: Int) -> [Action] {
        switch (state, status) {
        case (.calling, ..<200):
            state = .proceeding
            return [.cancelTimer(.a), .cancelTimer(.b), .deliver]
        case (.proceeding, ..<200):
            return [.deliver]
        case (.calling, 200..<300), (.proceeding, 200..<300):
            let wasCalling = state == .calling
            state = .accepted
            return (wasCalling ? [.cancelTimer(.a), .cancelTimer(.b)] : [])
                + [.deliver, .startTimer(.m, timing.patience)]
        case (.calling, _), (.proceeding, _):
            let wasCalling = state == .calling
            state = .completed
            return (wasCalling ? [.cancelTimer(.a), .cancelTimer(.b)] : [])
                + [.acknowledge, .deliver, .startTimer(.d, timing.patience)]
        case (.completed, 300...):
            return [.acknowledge]
        case (.accepted, 200..<300):
            return [.deliver]
        case (.completed, _), (.accepted, _), (.terminated, _):
            return []
        }
    }

    package mutating func fire(_ timer: TransactionTimer) -> [Action] {
        switch (state, timer) {
        case (.calling, .a):
            interval *= 2
            return [.send, .startTimer(.a, interval)]
        case (.calling, .b):
            state = .terminated
            return [.cancelTimer(.a), .timedOut, .terminated]
        case (.completed, .d), (.accepted, .m):
            state = .terminated
            return [.terminated]
        default:
            return []
        }
    }

    package mutating func failTransport() -> [Action] {
        switch state {
        case .calling:
            state = .terminated
            return [.cancelTimer(.a), .cancelTimer(.b), .transportFailed, .terminated]
        case .proceeding, .completed, .accepted, .terminated:
            return []
        }
    }
}
