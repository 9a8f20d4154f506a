import Engine

/// That nobody is lost, and that each call's row tells what happened.
struct LossChecker {
    var left: Set<CallID> = []
    private var open: Set<CallID> = []
    private var ended: Set<CallID> = []
    private var talked: Set<CallID> = []
    private var cut: Set<CallID> = []
    /// Given to an agent, and not taken from her since.
    private var joined: Set<CallID> = []
    private let uncertainTimes: Bool

    init(uncertainTimes: Bool) {
        self.uncertainTimes = uncertainTimes
    }

    mutating func crashed() { cut.formUnion(open) }

    mutating func wrong(in entry: Recorder.Entry) -> String? {
        if case .arrived(let call, _, _) = entry.event { open.insert(call) }
        if case .connected(let call) = entry.event, joined.contains(call) { talked.insert(call) }
        for action in entry.actions {
            switch action {
            case .connect(let call, _), .dial(let call, _, _, _, _): joined.insert(call)
            case .release(let call, _), .hangUp(let call, _): joined.remove(call)
            default: break
            }
        }
        for case .record(let record) in entry.actions where record.direction == .inbound {
            if let wrong = wrong(record, in: entry) { return wrong }
        }
        return nil
    }

    private mutating func wrong(_ record: CallRecord, in entry: Recorder.Entry) -> String? {
        if ended.contains(record.id) {
            return record.endedAt == nil ? "\(record.id) has ended and goes on" : nil
        }
        guard let end = record.endedAt else { return nil }
        open.remove(record.id)
        ended.insert(record.id)
        guard let reason = record.endReason else { return "\(record.id) has ended without a reason" }
        if reason == .callerHungUp, !left.contains(record.id), !cut.contains(record.id) {
            return "\(record.id) is said to have hung up and is still there"
        }
        if (record.answeredAt != nil) != talked.contains(record.id) {
            return "\(record.id) is wrong about having been answered"
        }
        if record.answeredAt == nil, !record.missed, record.outcome != .refused, reason != .calledAgain {
            return "\(record.id) was not served and is owed nothing"
        }
        if uncertainTimes { return nil }
        let moments = [record.arrivedAt, record.queuedAt, record.answeredAt, end].compactMap { $0 }
        if moments != moments.sorted() { return "the row of \(record.id) goes back in time" }
        let life = end.milliseconds(since: record.answeredAt ?? end)
        if record.talkMs > life || record.holdMs > record.talkMs { return "\(record.id) talked longer than it lasted" }
        return nil
    }

    func wrongAtTheEnd() -> String? {
        open.sorted().first.map { "\($0) came and has no end" }
    }
}
