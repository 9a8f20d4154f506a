import Engine
import TestSupport
import Testing

@testable import Storage

/// The lists people look at all day take their rows from an index, in its order; none reads a whole table or sorts one.
struct QueryPlanTests {
    @Test(arguments: [
        Sought("all", "orders_newest"), Sought("state", "orders_state"), Sought("states", "orders_newest"),
        Sought("body", "orders_body"), Sought("mine", "orders_taken_by"), Sought("filed", "orders_filed"),
        Sought("client", "orders_source"),
    ])
    func newestOrders(sought: Sought) async throws {
        var filter = OrderFilter()
        switch sought.by {
        case "state": filter.states = [.signed]
        case "states": filter.states = [.dispatched, .signed]
        case "body": filter.body = "water"
        case "mine": filter.takenBy = "p-li"
        case "filed": filter.filed = true
        case "client": filter.source = .client("app")
        default: break
        }
        try await expect(sought.index) { $0.newestQuery(filter, after: nil, limit: 20) }
        try await expect(sought.index) { $0.newestQuery(filter, after: Cursor(at: .noon(), id: "o"), limit: 20) }
    }

    @Test func whatChangedSinceAClientAsked() async throws {
        for (source, index) in [(nil, "order_transitions_filed"), (.client("app"), "order_transitions_source")]
            as [(WorkOrder.Source?, String)]
        {
            try await expect(index) { $0.changesQuery(of: source, from: .noon(), until: .noon(9), limit: 1000) }
        }
    }

    @Test func searches() async throws {
        try await withDirectory { directory in
            let store = try await DatabaseLocation.sqlite(directory: directory).openSQLStore()
            let query = try #require(SearchQuery("停水"))
            let condition = SearchCondition(query, OrderFilter())
            for (sql, step) in [
                (
                    store.blocksQuery(3...6, condition.keys[0]),
                    "SEARCH search_index USING INDEX sqlite_autoindex_search_index_1 (block=? AND bucket>? AND bucket<?)"
                ),
                (
                    store.spansQuery(3...6, condition.keys[0]),
                    "SEARCH search_spans USING INDEX sqlite_autoindex_search_spans_1 (span=? AND key>? AND key<?)"
                ),
                (
                    store.namedQuery("信〔2026〕1号", before: 9),
                    "SEARCH orders USING COVERING INDEX orders_reference (centre_id=? AND reference=?)"
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

    /// Asked for each order shown beside the form, with every pause in an agent's typing.
    @Test func tellers() async throws {
        try await withDirectory { directory in
            let store = try await DatabaseLocation.sqlite(directory: directory).openSQLStore()
            let steps = try await store.plan(store.tellersQuery("o"))
            #expect(steps.contains { $0.hasPrefix("SEARCH orders USING") && $0.contains("orders_merged") }, "\(steps)")
            #expect(!steps.contains { $0.hasPrefix("SCAN orders") }, "\(steps)")
        }
    }

    @Test func proposed() async throws {
        var filter = OrderFilter()
        (filter.proposedFrom, filter.proposedUntil, filter.proposalTaken) = (.noon(), .noon(86_400), true)
        try await withDirectory { directory in
            let store = try await DatabaseLocation.sqlite(directory: directory).openSQLStore()
            let steps = try await store.plan(
                "SELECT count(*) FROM orders WHERE centre_id = 'main' AND \(filter.sql(in: store.centreID))")
            #expect(!steps.contains { $0.hasPrefix("SCAN") }, "\(steps)")
        }
    }

    @Test func merging() async throws {
        try await withDirectory { directory in
            let store = try await DatabaseLocation.sqlite(directory: directory).openSQLStore()
            for (sql, step) in [
                (
                    store.pieceQuery(2, 5..<9),
                    "SEARCH search_index USING INDEX sqlite_autoindex_search_index_1 (block=? AND bucket>? AND bucket<?)"
                ),
                (
                    store.pieceEndQuery(2, from: 5),
                    "SEARCH search_index USING COVERING INDEX sqlite_autoindex_search_index_1 (block=? AND bucket>?)"
                ),
            ] {
                let steps = try await store.plan(sql)
                #expect(steps.contains(step), "\(steps)")
                #expect(!steps.contains { $0.hasPrefix("SCAN") && !$0.contains("json_each") && !$0.contains("blocks") })
            }
        }
    }

    /// A period's rows come from an index, and each order behind them by its id.
    @Test func figuresOfAPeriodReadThatPeriodOnly() async throws {
        try await withDirectory { directory in
            let store = try await DatabaseLocation.sqlite(directory: directory).openSQLStore()
            for (part, index) in OrderPart.samples {
                for query in [
                    part.orders(of: nil, in: "main"), part.orders(of: "water", in: "main"),
                    part.ordersAndBodies(in: "main"),
                ] {
                    let steps = try await store.plan(query)
                    #expect(steps.contains { $0.contains("INDEX \(index) (centre_id=?") }, "\(steps)")
                    #expect(!steps.contains { $0.hasPrefix("SCAN") }, "\(steps)")
                }
                var filter = OrderFilter()
                filter.part = part
                let steps = try await store.plan(store.newestQuery(filter, after: nil, limit: 20))
                #expect(!steps.contains { $0.hasPrefix("SCAN") && !$0.contains("found") }, "\(steps)")
            }
            var closed = OrderFilter()
            (closed.closedFrom, closed.closedUntil) = (.noon(), .noon(86_400))
            let steps = try await store.plan("SELECT count(*) FROM orders WHERE \(closed.sql(in: "main"))")
            #expect(
                steps.contains { $0.contains("order_transitions_action (centre_id=? AND action=? AND at>? AND at<?)") },
                "\(steps)")
            #expect(!steps.contains { $0.hasPrefix("SCAN") }, "\(steps)")
        }
    }

    @Test func ordersByDue() async throws {
        var filter = OrderFilter()
        filter.states = [.dispatched, .signed, .answered]
        filter.dueBefore = .noon()
        try await expect("orders_due") { $0.dueQuery(filter, after: Cursor(.due, at: .noon(-60), id: "o"), limit: 20) }
    }

    /// The leaders' board, whose orders are found among those that are open, never among all there have been.
    @Test func watchedOrders() async throws {
        let sets: [(inout OrderFilter) -> Void] = [
            { $0.urged = true }, { $0.supervised = true },
            { ($0.urged, $0.body) = (true, "water") },
        ]
        var open = OrderFilter()
        open.open = true
        for set in sets {
            var filter = open
            set(&filter)
            try await expect("orders_open") { $0.clocklessQuery(filter, after: nil, limit: 20) }
            try await expect("orders_due") { $0.dueQuery(filter, after: nil, limit: 20) }
        }
        try await withDirectory { directory in
            let store = try await DatabaseLocation.sqlite(directory: directory).openSQLStore()
            var (urged, undelivered) = (open, OrderFilter())
            (urged.urged, undelivered.undelivered) = (true, true)
            let steps = try await store.plan(store.bodiesQuery([urged, undelivered], among: open))
            #expect(steps.first?.contains("USING INDEX orders_open (centre_id=?") == true, "\(steps)")
            #expect(!steps.contains { $0.hasPrefix("SCAN") }, "\(steps)")
            // Found by what was not delivered, whatever else there is.
            var takenBack = undelivered
            takenBack.states = [.withdrawn]
            for query in [
                store.bodiesQuery([undelivered], among: takenBack),
                store.newestQuery(undelivered, after: nil, limit: 20),
                store.clocklessQuery(undelivered, after: nil, limit: 20),
            ] {
                let steps = try await store.plan(query)
                #expect(steps.contains { $0.contains("deliveries_failing (centre_id=?") }, "\(steps)")
                #expect(steps.contains { $0.hasPrefix("SEARCH orders") && $0.contains("(id=?)") }, "\(steps)")
                #expect(!steps.contains { $0.hasPrefix("SCAN") }, "\(steps)")
            }
        }
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

extension OrderPart {
    /// One of each kind, and the index that should serve it.
    static let samples: [(part: OrderPart, index: String)] = {
        let time = Time(from: .noon(), until: .noon(86_400))
        return [
            (.step([.dispatch, .redo], whose: .after, time), "order_transitions_action"),
            (.clock([.resolve], .inTime, asOf: .noon(90_000), time), "order_clocks_due"),
            (.clock([.contact, .respond], .open, asOf: .noon(90_000), time), "order_clocks_due"),
            (.verdict(.solved, time), "follow_ups_reached"),
        ]
    }()
}

extension SQLStore {
    fileprivate func plan(_ query: SQL) async throws -> [String] {
        try await database.read { db in
            try db.rows("plan", "EXPLAIN QUERY PLAN \(query)") { try $0.get("detail") }
        }
    }
}
