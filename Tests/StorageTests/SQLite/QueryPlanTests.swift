import Engine
import TestSupport
import Testing

@testable import Storage

/// The lists people look at all day take their rows from an index, in its order; none reads a whole table or sorts one.
struct QueryPlanTests {
    @Test(arguments: [
        Sought("all", "orders_newest"), Sought("state", "orders_state"), Sought("states", "orders_newest"),
        Sought("body", "orders_body"), Sought("mine", "orders_taken_by"),
    ])
    func newestOrders(sought: Sought) async throws {
        var filter = OrderFilter()
        switch sought.by {
        case "state": filter.states = [.signed]
        case "states": filter.states = [.dispatched, .signed]
        case "body": filter.body = "water"
        case "mine": filter.takenBy = "p-li"
        default: break
        }
        try await expect(sought.index) { $0.newestQuery(filter, after: nil, limit: 20) }
        try await expect(sought.index) { $0.newestQuery(filter, after: Cursor(at: .noon(), id: "o"), limit: 20) }
    }

    @Test func searches() async throws {
        try await withDirectory { directory in
            let store = try await DatabaseLocation.sqlite(directory: directory).openSQLStore()
            let query = try #require(SearchQuery("停水"))
            let condition = SearchCondition(query, OrderFilter())
            for (sql, step) in [
                (
                    store.indexQuery(3...6, condition.keys[0]),
                    "SEARCH search_index USING INDEX sqlite_autoindex_search_index_1 (block=? AND bucket>? AND bucket<?)"
                ),
                (store.hitsQuery([7, 9], OrderFilter()), "SEARCH orders USING INTEGER PRIMARY KEY (rowid=?)"),
                (
                    store.unindexedQuery(condition, 5..<10, limit: 3),
                    "SEARCH unindexed_orders USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"
                ),
            ] {
                let steps = try await store.plan(sql)
                #expect(steps.contains(step), "\(steps)")
                #expect(!steps.contains { $0.hasPrefix("SCAN") && !$0.contains("json_each") }, "\(steps)")
            }
        }
    }

    @Test func ordersByDue() async throws {
        var filter = OrderFilter()
        filter.states = [.dispatched, .signed, .answered]
        filter.dueBefore = .noon()
        try await expect("orders_due") { $0.dueQuery(filter, after: Cursor(.due, at: .noon(-60), id: "o"), limit: 20) }
    }

    @Test(arguments: [
        Sought("all", "calls_arrival"), Sought("day", "calls_arrival"), Sought("line", "calls_line"),
        Sought("number", "calls_number"), Sought("agent", "calls_agent"), Sought("missed", "calls_missed"),
    ])
    func newestCalls(sought: Sought) async throws {
        var filter = CallFilter()
        switch sought.by {
        case "day": (filter.from, filter.until) = (.noon(), .noon(86_400))
        case "line": (filter.from, filter.line) = (.noon(), "12345")
        case "number": filter.number = "13800001234"
        case "agent": filter.agent = "5001"
        case "missed": filter.missed = true
        default: break
        }
        try await expect(sought.index) { $0.callsQuery(filter, after: nil, limit: 20) }
        try await expect(sought.index) { $0.callsQuery(filter, after: Cursor(at: .noon(9), id: "c"), limit: 20) }
    }

    @Test func missedCalls() async throws {
        try await expect("missed_calls_state") { $0.missedCallsQuery(.open, after: nil, limit: 20) }
        try await expect("missed_calls_newest") {
            $0.missedCallsQuery(nil, after: Cursor(at: .noon(), id: "7"), limit: 20)
        }
    }

    @Test func theOpenRowOfANumber() async throws {
        try await expect("missed_calls_open") { "SELECT * FROM missed_calls WHERE \($0.isOpen("13800001234"))" }
        try await expect("missed_calls_open") {
            "UPDATE missed_calls SET note = 'n' WHERE \($0.isOpen("13800001234")) AND at <= 1"
        }
    }

    @Test func manyFiguresOfADayReadThatDayOnly() async throws {
        try await withDirectory { directory in
            let store = try await DatabaseLocation.sqlite(directory: directory).openSQLStore()
            let steps = try await store.plan(
                store.tallyQuery([.count(CallFilter())], from: .noon(), until: .noon(86_400)))
            #expect(
                steps.first?.contains("calls_arrival (centre_id=? AND arrived_at>? AND arrived_at<?)") == true,
                "\(steps)")
        }
    }

    /// A filter and the index that should serve it.
    struct Sought: Sendable {
        let by: String
        let index: String

        init(_ by: String, _ index: String) {
            self.by = by
            self.index = index
        }
    }

    private func expect(_ index: String, _ query: (SQLStore) -> SQL) async throws {
        try await withDirectory { directory in
            let store = try await DatabaseLocation.sqlite(directory: directory).openSQLStore()
            let steps = try await store.plan(query(store))
            #expect(steps.first?.contains("USING INDEX \(index) (centre_id=?") == true, "\(steps)")
            #expect(!steps.contains { $0.contains("TEMP B-TREE") || $0.hasPrefix("SCAN") }, "\(steps)")
        }
    }
}

extension SQLStore {
    fileprivate func plan(_ query: SQL) async throws -> [String] {
        try await database.read { db in
            try db.rows("plan", "EXPLAIN QUERY PLAN \(query)") { try $0.get("detail") }
        }
    }
}
