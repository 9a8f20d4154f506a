import Engine

extension SQLStore {
    package func orders(_ filter: OrderFilter, sort: OrderSort, page: Page) async throws -> Rows<WorkOrder> {
        if let query = SearchQuery(filter.text ?? "", place: filter.place ?? "") {
            return try await foundOrders(query, filter, sort: sort, page: page)
        }
        let last = try Cursor(page)
        let limit = page.limit + 1
        let found = try await database.read { db -> [ListedOrder] in
            switch sort {
            case .newest:
                return try listed(newestQuery(filter, after: last, limit: limit), db)
            case .due:
                var rows: [ListedOrder] = []
                if last?.part != .newest { rows = try listed(dueQuery(filter, after: last, limit: limit), db) }
                if rows.count < limit, filter.dueBefore == nil {
                    let after = last?.part == .newest ? last : nil
                    rows += try listed(clocklessQuery(filter, after: after, limit: limit - rows.count), db)
                }
                return rows
            }
        }
        let rows = Rows(found, page: page) { $0.cursor(sort) }
        return Rows<WorkOrder>(rows: rows.rows.map(\.order), next: rows.next)
    }

    private struct ListedOrder {
        let order: WorkOrder
        let nextDue: Moment?

        func cursor(_ sort: OrderSort) -> Cursor {
            if sort == .due, let nextDue { return Cursor(.due, at: nextDue, id: order.id.text) }
            return Cursor(.newest, at: order.createdAt, id: order.id.text)
        }
    }

    private func listed(_ query: SQL, _ db: any SQLConnection) throws -> [ListedOrder] {
        let rows = try db.rows("orders", query) { (try WorkOrder($0), try $0.optional("next_due") as Moment?) }
        return zip(try withFollowUps(rows.map(\.0), db), rows.map(\.1)).map(ListedOrder.init)
    }

    func newestQuery(_ filter: OrderFilter, after last: Cursor?, limit: Int) -> SQL {
        if let state = filter.onlyState { return newestQuery(of: state, after: last, limit: limit) }
        let beyond: SQL = last.map { "(created_at, id) < (\($0.at), \($0.id))" } ?? "true"
        return """
            SELECT * FROM orders WHERE \(filter.isOf(centreID)) AND \(filter.sql(in: centreID)) AND \(beyond)
            ORDER BY created_at DESC, id DESC LIMIT \(limit)
            """
    }

    /// The newest orders of all have seldom the state that most have. PostgreSQL, which does not know that, would go through
    /// all that are newer than the first; as a range, in whose order the rows are wanted, only the index of states has them.
    private func newestQuery(of state: WorkOrder.State, after last: Cursor?, limit: Int) -> SQL {
        let word = state.rawValue
        let until: SQL = last.map { "(state, created_at, id) < (\(word), \($0.at), \($0.id))" } ?? "state <= \(word)"
        return """
            SELECT * FROM orders WHERE centre_id = \(centreID) AND state >= \(word) AND \(until)
            ORDER BY state DESC, created_at DESC, id DESC LIMIT \(limit)
            """
    }

    func dueQuery(_ filter: OrderFilter, after last: Cursor?, limit: Int) -> SQL {
        let beyond: SQL = last.map { "(next_due, id) > (\($0.at), \($0.id))" } ?? "true"
        return """
            SELECT * FROM orders
            WHERE \(filter.isOf(centreID)) AND next_due IS NOT NULL AND \(filter.sql(in: centreID)) AND \(beyond)
            ORDER BY next_due, id LIMIT \(limit)
            """
    }

    func clocklessQuery(_ filter: OrderFilter, after last: Cursor?, limit: Int) -> SQL {
        let beyond: SQL = last.map { "(created_at, id) < (\($0.at), \($0.id))" } ?? "true"
        return """
            SELECT * FROM orders WHERE \(filter.isOf(centreID)) AND next_due IS NULL AND \(filter.sql(in: centreID)) AND \(beyond)
            ORDER BY created_at DESC, id DESC LIMIT \(limit)
            """
    }

    package func orders(ofCitizen number: String, limit: Int) async throws -> [WorkOrder] {
        // The orders of those who left no number are not one citizen's.
        guard !number.isEmpty else { return [] }
        return try await database.read { db in
            let query: SQL = """
                SELECT * FROM orders WHERE centre_id = \(centreID) AND phone = \(number) AND phone <> ''
                ORDER BY created_at DESC, id DESC LIMIT \(limit)
                """
            return try withFollowUps(try db.rows("orders", query, WorkOrder.init), db)
        }
    }

    package func tally(
        _ filters: [OrderFilter], byBodyAmong orders: OrderFilter
    ) async throws -> [BodyID?: [Int]] {
        let query = bodiesQuery(filters, among: orders)
        let counts = try await database.read { db in
            try db.rows("orders", query) { row in
                (try row.optional("body") as BodyID?, try filters.indices.map { try row.get("n\($0)") as Int })
            }
        }
        return Dictionary(uniqueKeysWithValues: counts)
    }

    func bodiesQuery(_ filters: [OrderFilter], among orders: OrderFilter) -> SQL {
        let counts = filters.enumerated().map { index, filter -> SQL in
            "count(*) FILTER (WHERE \(filter.sql(in: centreID))) AS \(SQL(sql: "n\(index)"))"
        }
        return """
            SELECT body, \(counts.joined(separator: ", ")) FROM orders
            WHERE \(orders.isOf(centreID)) AND \(orders.sql(in: centreID)) GROUP BY \(SQL.unindexed("body"))
            """
    }

    package func tally(_ filters: [OrderFilter]) async throws -> [[LineID: Int]] {
        try await database.read { db in
            try filters.map { filter in
                let query: SQL = """
                    SELECT line, count(*) AS orders FROM orders WHERE centre_id = \(centreID) AND \(filter.sql(in: centreID))
                    GROUP BY \(SQL.unindexed("line"))
                    """
                let counts = try db.rows("orders", query) {
                    (try $0.get("line") as LineID, try $0.get("orders") as Int)
                }
                return Dictionary(uniqueKeysWithValues: counts)
            }
        }
    }
}
