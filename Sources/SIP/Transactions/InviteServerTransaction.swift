/// An INVITE that came to us, until its answer is known to have arrived (RFC 3261 §17.2.1, with the Accepted state of
/// RFC 6026 §7.1). Pure; the response last sent is kept by who owns the transaction.
package struct InviteServerTransaction: Hashable, Sendable {
    package enum State: Hashable, Sendable { case proceeding, completed, confirmed, accepted, terminated }

    package enum Action: Hashable, Sendable {
        /// Send the last response, at first or again.
        case send
        case startTimer(TransactionTimer, Duration)
        case cancelTimer(TransactionTimer)
        case terminated
    }

    package private(set) var state = State.proceeding
    private let timing: TransactionTiming
    private var interval: Duration

    package init(timing: TransactionTiming) {
        self.timing = timing
        interval = timing.t1
    }

    /// The user answers. A 2xx is sent again by the user, not here, until its ACK comes (§13.3.1.4).
    package mutating func respond(status: Int) -> [Action] {
        precondition(state == .proceeding, "a response to an INVITE in state \(state)")
        switch status {
        case ..<200:
            return [.send]
        case 200..<300:
            state = .accepted
            return [.send, .startTimer(.l, timing.patience)]
        default:
            state = .completed
            return [.send, .startTimer(.g, timing.t1), .startTimer(.h, timing.patience)]
        }
    }

    /// The INVITE came again.
    package func receiveInvite() -> [Action] {
        switch state {
        case .proceeding, .completed: [.send]
        case .confirmed, .accepted, .terminated: []
        }
    }

    /// The ACK of a refusal; one for a 2xx belongs to the dialog.
    package mutating func receiveACK() -> [Action] {
        guard state == .completed else { return [] }
        state = .confirmed
        return [.cancelTimer(.g), .cancelTimer(.h), .startTimer(.i, timing.t4)]
    }

    package mutating func fire(_ timer: TransactionTimer) -> [Action] {
        switch (state, timer) {
        case (.completed, .g):
            interval = min(interval * 2, timing.t2)
            return [.send, .startTimer(.g, interval)]
        case (.completed, .h):
            state = .terminated
            return [.cancelTimer(.g), .terminated]
        case (.confirmed, .i), (.accepted, .l):
            state = .terminated
            return [.terminated]
        default:
            return []
        }
    }
}
