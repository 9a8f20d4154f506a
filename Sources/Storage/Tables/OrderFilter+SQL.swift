import Engine

extension OrderFilter {
    /// The conditions, joined by AND; lists and counts both come from here. All but `text`, which is searched for.
    var sql: SQL {
        var all: [SQL] = []
        switch states.count {
        case 0: break
        case 1: all.append("state = \(states[0].rawValue)")
        // Several states at once would be fetched whole and sorted.
        default: all.append("\(SQL.unindexed("state")) IN \(states.map(\.rawValue))")
        }
        if let kind { all.append("kind = \(kind.rawValue)") }
        if let urgency { all.append("urgency = \(urgency.rawValue)") }
        if let line { all.append("line = \(line)") }
        if let body { all.append("body = \(body)") }
        if let takenBy { all.append("taken_by = \(takenBy)") }
        if let call { all.append("call_id = \(call)") }
        if let dueBefore { all.append("next_due < \(dueBefore)") }
        if let createdFrom { all.append("created_at >= \(createdFrom)") }
        if let createdUntil { all.append("created_at < \(createdUntil)") }
        if let dispatchedFrom { all.append("dispatched_at >= \(dispatchedFrom)") }
        if let dispatchedUntil { all.append("dispatched_at < \(dispatchedUntil)") }
        if let closedFrom { all.append("closed_at >= \(closedFrom)") }
        if let closedUntil { all.append("closed_at < \(closedUntil)") }
        if let dispatched { all.append(dispatched ? "dispatched_at IS NOT NULL" : "dispatched_at IS NULL") }
        if let followedUp { all.append("id IN (SELECT order_id FROM follow_ups WHERE reached AND \(followedUp))") }
        return all.conjunction
    }

    /// All that is asked of the follow-up in which she was reached, of the same one; nil when nothing is.
    private var followedUp: SQL? {
        var all: [SQL] = []
        if let followedUpFrom { all.append("at >= \(followedUpFrom)") }
        if let followedUpUntil { all.append("at < \(followedUpUntil)") }
        if !satisfaction.isEmpty { all.append("satisfaction IN \(satisfaction)") }
        if let rated { all.append(rated ? "satisfaction IS NOT NULL" : "satisfaction IS NULL") }
        if let solved { all.append("solved = \(solved)") }
        if let asked { all.append(asked ? "solved IS NOT NULL" : "solved IS NULL") }
        return all.isEmpty ? nil : "follow_ups.centre_id = orders.centre_id AND \(all.conjunction)"
    }
}
