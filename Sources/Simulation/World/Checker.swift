import Engine

/// Looks on and finds what must not be. Slow, obvious, and written apart from the rules it checks: it goes through everybody each
/// time and knows only what was asked and what was done.
///
/// Where the world itself has made something unknowable, as durations after the clock was stepped, it does not ask.
struct Checker {
    /// The first thing that was wrong.
    private(set) var finding: String?
    private var order = OrderChecker()
    private var loss: LossChecker
    private var checked = 0

    init(uncertainTimes: Bool) {
        loss = LossChecker(uncertainTimes: uncertainTimes)
    }

    /// An entry as it is released to the world.
    mutating func check(_ entry: Recorder.Entry) {
        guard finding == nil else { return }
        checked += 1
        if let wrong = order.wrong(in: entry) ?? loss.wrong(in: entry) {
            finding = "\(wrong), at \(entry.at.milliseconds) ms, in entry \(entry.position): \(entry.event)"
        }
    }

    /// The state after an event.
    mutating func check(_ board: Switchboard, after event: Event) {
        guard finding == nil, let wrong = StateChecker.wrong(in: board) else { return }
        finding = "\(wrong), after \(event)"
    }

    mutating func found(_ wrong: String?) {
        if finding == nil, let wrong { finding = wrong }
    }

    /// He put the receiver down himself.
    mutating func left(_ call: CallID) { loss.left.insert(call) }

    /// The program was killed: whoever was on the line is cut off.
    mutating func crashed() { loss.crashed() }

    /// Nothing more will come: everybody must have been served and everybody be free.
    mutating func finish(_ board: Switchboard) {
        guard finding == nil else { return }
        if let call = board.callsInOrder.first {
            finding = "\(call.id) is never served: \(call.phase)"
        } else if let agent = board.agents.values.first(where: { $0.call != nil || $0.isSignedIn && !$0.isSettled }) {
            finding = "agent \(agent.id) is stuck: \(agent.state)"
        } else {
            finding = loss.wrongAtTheEnd()
        }
    }
}

extension Agent {
    fileprivate var isSettled: Bool {
        switch state {
        case .offline, .ready, .onBreak, .wrapUp: true
        case .offered, .onCall: false
        }
    }
}
