/// Commands of leaders that hold for a line: another centre answers a part of its calls, or nobody can.
extension Switchboard {
    mutating func askTakeover(_ takeover: Takeover, _ step: inout Step) throws(SwitchboardRefusal) {
        guard let line = lines[takeover.line] else { throw .unknownLine }
        guard (1...100).contains(takeover.percent), let queue = queues[takeover.queue], queue.centre != line.centre,
            !takeovers.contains(where: { $0.id == takeover.id })
        else { throw .takeoverImpossible }
        takeovers.append(takeover)
    }

    mutating func approveTakeover(_ id: TakeoverID, by person: PersonID, _ step: inout Step) throws(SwitchboardRefusal)
    {
        guard let place = takeovers.firstIndex(where: { $0.id == id }) else { throw .unknownTakeover }
        guard takeovers[place].approvedAt == nil, takeovers[place].endedAt == nil else { throw .takeoverOver }
        guard takeovers[place].askedBy != person else { throw .approvalByAnother }
        takeovers[place].approvedBy = person
        takeovers[place].approvedAt = step.now
    }

    /// Also of one that nobody has approved. Those already sent over are served there.
    mutating func endTakeover(_ id: TakeoverID, by person: PersonID, _ step: inout Step) throws(SwitchboardRefusal) {
        guard let place = takeovers.firstIndex(where: { $0.id == id }) else { throw .unknownTakeover }
        guard takeovers[place].endedAt == nil else { throw .takeoverOver }
        takeovers[place].endedBy = person
        takeovers[place].endedAt = step.now
    }

    /// The command a call goes over by: the first that takes it.
    mutating func takeover(of call: Call) -> Takeover? {
        for place in takeovers.indices where takeovers[place].takes(call.record, call.facts) {
            if queues[takeovers[place].queue] != nil { return takeovers[place] }
        }
        return nil
    }

    mutating func declareEmergency(_ line: LineID, _ on: Bool) throws(SwitchboardRefusal) {
        guard lines[line] != nil else { throw .unknownLine }
        emergencies.removeAll { $0 == line }
        if on { emergencies.append(line) }
    }
}
