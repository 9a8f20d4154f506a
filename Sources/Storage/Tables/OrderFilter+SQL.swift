import Engine

extension OrderFilter {
    /// What is not delivered is found by that and not by walking through the orders.
    func isOf(_ centre: String) -> SQL {
        "\(undelivered ? .unindexed("centre_id") : "centre_id" as SQL) = \(centre)"
    }

    /// The conditions, joined by AND; lists and counts both come from here. All but `text`, which is searched for.
    func sql(in centre: String) -> SQL {
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
        // A body's open orders are few of all it ever had.
        if let body { all.append("\(open ? .unindexed("body") : "body") = \(body)") }
        if let handledBy {
            all.append("(body = \(handledBy) OR id IN (SELECT order_id FROM order_shares WHERE body = \(handledBy)))")
        }
        if let category { all.append("category = \(category)") }
        if let tag { all.append("id IN (SELECT order_id FROM order_tags WHERE tag = \(tag))") }
        if let supervised { all.append(supervised ? "supervised_at IS NOT NULL" : "supervised_at IS NULL") }
        if let source { all.append("source = \(source.text)") }
        if let filed { all.append(filed ? "source IS NOT NULL" : "source IS NULL") }
        if let confidential { all.append("confidential = \(confidential)") }
        if let urged { all.append(urged ? "urged_at IS NOT NULL" : "urged_at IS NULL") }
        if open { all.append(Self.isOpen) }
        if undelivered { all.append(Self.undelivered(in: centre)) }
        if let takenBy { all.append("taken_by = \(takenBy)") }
        if let call { all.append("call_id = \(call)") }
        if let dueFrom { all.append("next_due >= \(dueFrom)") }
        if let dueBefore { all.append("next_due < \(dueBefore)") }
        if let createdFrom { all.append("created_at >= \(createdFrom)") }
        if let createdUntil { all.append("created_at < \(createdUntil)") }
        if let sent = happened(["dispatch", "rule", "redo"], "dispatched_at", dispatchedFrom, dispatchedUntil, centre) {
            all.append(sent)
        }
        let closing = closedAtOnce ? ["closeAtOnce"] : ["close", "closeAtOnce"]
        if let closed = happened(closing, "closed_at", closedFrom, closedUntil, centre, unsent: closedAtOnce) {
            all.append(closed)
        }
        if let dispatched { all.append(dispatched ? "dispatched_at IS NOT NULL" : "dispatched_at IS NULL") }
        if let proposed { all.append("id IN (SELECT order_id FROM order_proposals WHERE \(proposed))") }
        if let returned {
            all.append(
                """
                \(returned ? "" : "NOT " as SQL)EXISTS (SELECT 1 FROM order_transitions
                    WHERE order_transitions.order_id = orders.id AND action = 'giveBack')
                """)
        }
        if let part { all.append("id IN (\(part.orders(of: partBody, in: centre)))") }
        if let followedUp { all.append("id IN (SELECT order_id FROM follow_ups WHERE reached AND \(followedUp))") }
        return all.conjunction
    }

    /// As the index of open orders has it.
    private static let isOpen: SQL = """
        closed_at IS NULL AND state <> 'draft' AND state <> 'merged' AND state <> 'discarded' AND state <> 'withdrawn'
        """

    /// Of what is open anything that keeps failing; of what was taken back only that it was, for the rest is no matter any more.
    private static func undelivered(in centre: String) -> SQL {
        // What keeps failing is named first, for it is few; the number as the index has it.
        """
        id IN (SELECT order_id FROM deliveries WHERE centre_id = \(centre) AND \(isFailing))
            AND ((\(isOpen)) OR (\(SQL.unindexed("state")) = 'withdrawn'
                AND EXISTS (SELECT 1 FROM deliveries WHERE order_id = orders.id AND about = 'withdraw' AND \(isFailing))))
        """
    }

    /// `Delivery.keepsFailing`, as the index of those has it.
    static let isFailing: SQL =
        "deliveries.state <> 'delivered' AND attempts >= \(SQL(sql: "\(Delivery.failingAfter)"))"

    /// All that is asked of the proposal of a body; nil when nothing is.
    private var proposed: SQL? {
        var all: [SQL] = []
        if let proposedFrom { all.append("at >= \(proposedFrom)") }
        if let proposedUntil { all.append("at < \(proposedUntil)") }
        if let proposalTaken { all.append("taken = \(proposalTaken)") }
        return all.isEmpty
            ? nil : "order_proposals.centre_id = orders.centre_id AND label = 'body' AND \(all.conjunction)"
    }

    /// It was done in a time, by the history, which nothing that came after changes; or by the order itself, for those whose
    /// history is not here because they came from elsewhere.
    private func happened(
        _ actions: [String], _ column: SQL, _ from: Moment?, _ until: Moment?, _ centre: String, unsent: Bool = false
    ) -> SQL? {
        guard from != nil || until != nil else { return nil }
        func within(_ column: SQL) -> SQL {
            [from.map { "\(column) >= \($0)" }, until.map { "\(column) < \($0)" }].compactMap { $0 }.conjunction
        }
        let fromDraft: SQL = unsent ? "from_state = 'draft'" : "true"
        let neverSent: SQL = unsent ? "dispatched_at IS NULL" : "true"
        return """
            id IN (
                SELECT order_id FROM order_transitions WHERE centre_id = \(centre) AND action IN \(actions)
                    AND \(within("at")) AND \(fromDraft)
                UNION SELECT id FROM orders WHERE centre_id = \(centre) AND \(within(column))
                    AND \(neverSent))
            """
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
