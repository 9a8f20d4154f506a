import Engine

extension CallRecord {
    /// Rings at noon and some seconds, is queued after 5 s of greeting.
    static func inbound(_ id: CallID, at second: Int64 = 0, line: LineID = "12345", number: String = "13800001234")
        -> Self
    {
        CallRecord(id: id, direction: .inbound, line: line, number: number, arrivedAt: .noon(second))
    }

    static func callback(_ id: CallID, to reference: CallID, at second: Int64) -> Self {
        var record = CallRecord(
            id: id, direction: .outbound, line: "12345", number: "13800001234", arrivedAt: .noon(second),
            purpose: Purpose(kind: .missed, reference: reference.text))
        record.agent = "5001"
        return record
    }

    func queued(after seconds: Int64 = 5) -> Self {
        var record = self
        record.queuedAt = arrivedAt.adding(seconds: seconds)
        return record
    }

    func answered(after seconds: Int64 = 10) -> Self {
        var record = self
        record.answeredAt = arrivedAt.adding(seconds: seconds)
        record.agent = "5001"
        return record
    }

    func ended(after seconds: Int64, _ reason: EndReason = .callerHungUp) -> Self {
        var record = self
        record.endedAt = arrivedAt.adding(seconds: seconds)
        record.endReason = reason
        if let answeredAt { record.talkMs = record.endedAt!.milliseconds(since: answeredAt) }
        record.missed = direction == .inbound && (answeredAt == nil || reason == .interrupted)
        return record
    }
}
