/// Our request other than INVITE on its way to an answer (RFC 3261 §17.1.2). Pure, as the INVITE's.
package struct NonInviteClientTransaction: Hashable, Sendable {
    package enum State: Hashable, Sendable { case trying, proceeding, completed, terminated }
    package typealias Action = InviteClientTransaction.Action

    package private(set) var state = State.trying
    private let timing: TransactionTiming
    private var interval: Duration

    package init(timing: TransactionTiming) {
        self.timing = timing
        interval = timing.t1
    }

    package func start() -> [Action] {
        [.send, .startTimer(.e, timing.t1), .startTimer(.f, timing.patience)]
    }

    package mutating func receive(status: Int) -> [Action] {
        switch state {
        case .trying, .proceeding:
            guard status >= 200 else {
                state = .proceeding
                return [.deliver]
            }
            state = .completed
            return [.cancelTimer(.e), .cancelTimer(.f), .deliver, .startTimer(.k, timing.t4)]
        case .completed, .terminated:
            return []
        }
    }

    package mutating func fire(_ timer: TransactionTimer) -> [Action] {
        switch (state, timer) {
        case (.trying, .e):
            interval = min(interval * 2, timing.t2)
            return [.send, .startTimer(.e, interval)]
        case (.proceeding, .e):
            return [.send, .startTimer(.e, timing.t2)]
        case (.trying, .f), (.proceeding, .f):
            state = .terminated
            return [.cancelTimer(.e), .timedOut, .terminated]
        case (.completed, .k):
            state = .terminated
            return [.terminated]
        default:
            return []
        }
    }

    package mutating func failTransport() -> [Action] {
        switch state {
        case .trying, .proceeding:
            state = .terminated
            return [.cancelTimer(.e), .cancelTimer(.f), .transportFailed, .terminated]
        case .completed, .terminated:
            return []
        }
    }
}
