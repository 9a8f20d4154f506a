import Engine

extension CallFilter {
    /// The conditions, joined by AND: a WHERE when rows are listed or counted, and a FILTER when many figures are
    /// counted in one pass. That both come from here is what makes a figure and its rows agree.
    var sql: SQL {
        var all: [SQL] = []
        if let from { all.append("arrived_at >= \(from)") }
        if let until { all.append("arrived_at < \(until)") }
        if let line { all.append("line = \(line)") }
        if let direction { all.append("direction = \(direction.rawValue)") }
        if let number { all.append("number = \(number)") }
        if let agent { all.append("agent = \(agent)") }
        if let queued { all.append(queued ? "queued_at IS NOT NULL" : "queued_at IS NULL") }
        if let answered { all.append(answered ? "answered_at IS NOT NULL" : "answered_at IS NULL") }
        if let ended { all.append(ended ? "ended_at IS NOT NULL" : "ended_at IS NULL") }
        if let outcome { all.append("outcome = \(outcome.rawValue)") }
        // Written so that the index over missed calls alone is found.
        if let missed { all.append(missed ? "missed" : "NOT missed") }
        if let waitedAtMostMs { all.append("waited_ms <= \(waitedAtMostMs)") }
        if let waitedMoreThanMs { all.append("waited_ms > \(waitedMoreThanMs)") }
        // Rows from before attempts were counted are taken for first ones.
        if let firstAttempt { all.append(firstAttempt ? "coalesce(attempt, 1) = 1" : "attempt > 1") }
        if let callback { all.append(callback ? "callback_at IS NOT NULL" : "callback_at IS NULL") }
        if let takenOver { all.append(takenOver ? "takeover IS NOT NULL" : "takeover IS NULL") }
        return all.conjunction
    }
}

extension CallMeasure {
    var sql: SQL {
        switch self {
        case .wait: "waited_ms"
        case .talk: "talk_ms"
        case .hold: "hold_ms"
        case .wrapUp: "wrap_up_ms"
        }
    }
}

extension CallTally {
    var sql: SQL {
        switch self {
        case .count(let filter): "count(*) FILTER (WHERE \(filter.sql))"
        case .sum(let measure, let filter): "coalesce(sum(\(measure.sql)) FILTER (WHERE \(filter.sql)), 0)"
        case .longest(let measure, let filter): "coalesce(max(\(measure.sql)) FILTER (WHERE \(filter.sql)), 0)"
        }
    }
}
