/// A request other than INVITE that came to us (RFC 3261 §17.2.2). Pure, as the INVITE's.
package struct NonInviteServerTransaction: Hashable, Sendable {
    package enum State: Hashable, Sendable { case trying, proceeding, completed, terminated }
    package typealias Action = InviteServerTransaction.Action

    package private(set) var state = State.trying
    private let timing: TransactionTiming

    package init(timing: TransactionTiming) { self.timing = timing }

    package mutating func respond(status: Int) -> [Action] {
        precondition(state == .trying || state == .proceeding, "a response to a request in state \(state)")
        guard status >= 200 else {
            state = .proceeding
            return [.send]
        }
        state = .completed
        return [.send, .startTimer(.j, timing.patience)]
    }

    /// The request came again.
    package func receiveRequest() -> [Action] {
        switch state {
        case .proceeding, .completed: [.send]
        case .trying, .terminated: []
        }
    }

    package mutating func fire(_ timer: TransactionTimer) -> [Action] {
        guard state == .completed, timer == .j else { return [] }
        state = .terminated
        return [.terminated]
    }
}
