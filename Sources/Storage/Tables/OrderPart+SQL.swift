import Engine

extension OrderPart {
    /// Its orders, each once; of one body only, if one is named.
    func orders(of body: BodyID?, in centre: String) -> SQL {
        grouped(by: "order_id", centre, whose: body.map { "\(column) = \($0)" } ?? "true", body)
    }

    /// Its orders with the bodies that had them, each pair once, as `order_id` and `part_body`.
    func ordersAndBodies(in centre: String) -> SQL {
        grouped(by: "order_id, \(column)", centre, whose: "\(column) IS NOT NULL", nil, byBody: true)
    }

    private var column: SQL {
        switch self {
        case .step(_, .before, _): "from_body"
        case .step(_, .after, _): "to_body"
        case .clock: "order_clocks.body"
        case .verdict: "follow_ups.body"
        }
    }

    private func grouped(
        by group: SQL, _ centre: String, whose: SQL, _ body: BodyID?, byBody: Bool = false
    ) -> SQL {
        let columns: SQL = byBody ? "order_id, \(column) AS part_body" : "order_id"
        switch self {
        case .step(let actions, _, let time):
            return """
                SELECT \(columns) FROM order_transitions WHERE centre_id = \(centre) AND action IN \(actions.map(\.rawValue))
                    AND at >= \(time.from) AND at < \(time.until) AND \(whose) GROUP BY \(group)
                """
        case .clock(let clocks, let kept, let now, let time):
            return """
                SELECT \(columns) FROM order_clocks WHERE centre_id = \(centre) AND clock IN \(clocks.map(\.rawValue))
                    AND due >= \(time.from) AND due < \(time.until) AND \(whose) AND \(Self.wasJudged(kept, now))
                    AND NOT EXISTS (SELECT 1 FROM orders WHERE orders.centre_id = \(centre) AND state IN \(kept.leavesOut)
                        AND orders.id = order_id)
                GROUP BY \(group)\(kept == .inTime ? Self.noneWasLate : "")
                """
        case .verdict(let verdict, let time):
            let sameBody: SQL = byBody || body != nil ? "later.body = follow_ups.body" : "later.body IS NOT NULL"
            return """
                SELECT \(columns) FROM follow_ups WHERE centre_id = \(centre) AND reached AND body IS NOT NULL
                    AND at >= \(time.from) AND at < \(time.until) AND \(whose) AND \(verdict.sql)
                    AND NOT EXISTS (SELECT 1 FROM follow_ups AS later WHERE later.centre_id = \(centre) AND later.reached
                        AND later.at >= \(time.from) AND later.at < \(time.until) AND \(sameBody)
                        AND later.order_id = follow_ups.order_id AND later.attempt > follow_ups.attempt)
                GROUP BY \(group)
                """
        }
    }

    private static func wasJudged(_ kept: Kept, _ now: Moment) -> SQL {
        let isPast: SQL = "(met_at IS NULL AND NOT paused AND due < \(now))"
        return kept == .open ? isPast : "(met_at IS NOT NULL OR \(isPast))"
    }

    private static let noneWasLate: SQL =
        " HAVING max(CASE WHEN met_at IS NULL OR met_at > due THEN 1 ELSE 0 END) = 0"
}

extension OrderPart.Kept {
    /// One that was taken back is not open any more, but what was late before that was late.
    fileprivate var leavesOut: [String] { self == .open ? ["merged", "withdrawn"] : ["merged"] }
}

extension OrderPart.Verdict {
    fileprivate var sql: SQL {
        switch self {
        case .askedOfContact: "contacted IS NOT NULL"
        case .contacted: "contacted"
        case .asked: "solved IS NOT NULL"
        case .solved: "solved"
        case .rated: "satisfaction IS NOT NULL"
        case .satisfied: "satisfaction >= 3"
        }
    }
}

extension SQLStore {
    package func count(_ parts: [OrderPart]) async throws -> [OrderPartCount] {
        try await database.read { db in
            try parts.map { part in
                let all = try db.number("SELECT count(*) FROM (\(part.orders(of: nil, in: centreID))) AS found")
                let query: SQL = """
                    SELECT part_body, count(*) AS orders FROM (\(part.ordersAndBodies(in: centreID))) AS found GROUP BY part_body
                    """
                let bodies = try db.rows("orders", query) {
                    (try $0.get("part_body") as BodyID, try $0.get("orders") as Int)
                }
                return OrderPartCount(all: Int(all), bodies: Dictionary(uniqueKeysWithValues: bodies))
            }
        }
    }
}
