import Engine
import TestSupport
import Testing

@testable import Storage

/// What `QueryPlanTests` asks of SQLite, of PostgreSQL, which plans by what a table holds: 60,000 orders and calls.
@Suite(.enabled(if: PostgresServer.isInstalled))
struct PostgresPlanTests {
    @Test func listsTakeTheirRowsFromAnIndexInItsOrder() async throws {
        try await StoreKind.postgres.with { store async throws in
            try await store.fillWithMany()
            let orders: [(String, (inout OrderFilter) -> Void)] = [
                ("orders_newest", { _ in }),
                ("orders_state", { $0.states = [.signed] }),
                ("orders_kind", { $0.kind = .praise }),
                ("orders_urgency", { $0.urgency = .extraUrgent }),
                ("orders_body", { $0.body = "body-7" }),
                ("orders_taken_by", { $0.takenBy = "p-wu" }),
                ("orders_filed", { $0.filed = true }),
                ("orders_source", { $0.source = .client("app") }),
                ("orders_newest", { ($0.createdFrom, $0.createdUntil) = (.noon(1_000), .noon(20_000)) }),
            ]
            for (index, set) in orders {
                var filter = OrderFilter()
                set(&filter)
                for after in [nil, Cursor(at: .noon(30_000), id: "o")] {
                    try await store.expect(index, store.newestQuery(filter, after: after, limit: 21))
                }
            }
            var due = OrderFilter()
            due.dueBefore = .noon(1_000_000)
            try await store.expect("orders_due", store.dueQuery(due, after: nil, limit: 21))
            var open = OrderFilter()
            open.open = true
            var urged = open
            urged.urged = true
            try await store.expect("orders_open", store.clocklessQuery(urged, after: nil, limit: 21))
            try await store.expect("orders_open", store.bodiesQuery([urged], among: open), mayStep: "Sort")
            var undelivered = OrderFilter()
            undelivered.undelivered = true
            var takenBack = undelivered
            takenBack.states = [.withdrawn]
            for query in [
                store.newestQuery(undelivered, after: nil, limit: 21),
                store.clocklessQuery(undelivered, after: nil, limit: 21),
                store.bodiesQuery([undelivered], among: takenBack),
            ] {
                try await store.expect("deliveries_failing", query, mayStep: "Sort")
            }
            var mine = CallFilter()
            mine.agent = "5001"
            try await store.expect("calls_agent", store.callsQuery(mine, after: nil, limit: 21))
            try await store.expect("calls_arrival", store.callsQuery(CallFilter(), after: nil, limit: 21))
            // Of which few are ever old enough.
            try await store.expect("orders_newest", store.agedOrders(before: .noon(3_000), after: nil))
        }
    }

    @Test func figuresOfAPeriodReadThatPeriodOnly() async throws {
        try await StoreKind.postgres.with { store async throws in
            try await store.fillWithMany()
            for (part, index) in OrderPart.samples {
                for query in [part.orders(of: nil, in: "main"), part.ordersAndBodies(in: "main")] {
                    try await store.expect(index, query, mayStep: "Sort")
                }
            }
        }
    }

    @Test func searchReadsRowsOfTheIndexAndOrdersByTheirNumbers() async throws {
        try await StoreKind.postgres.with { store async throws in
            try await store.fillWithMany()
            let filter = OrderFilter()
            try await store.expect(
                "orders_sequence_key", store.hitsQuery(Array(1_000..<1_200), filter), mayStep: "Sort")
            try await store.expect(
                "orders_reference", store.namedQuery("信〔2026〕77号", before: 50_000), mayStep: "Sort")
            let query = try #require(SearchQuery("停水"))
            let condition = SearchCondition(query, filter)
            try await store.expect("search_index_pkey", store.blocksQuery(3...6, condition.keys[0]))
            try await store.expect("search_spans_pkey", store.spansQuery(3...6, condition.keys[0]))
            try await store.expect("search_index_pkey", store.pieceQuery(0, 5..<9))
            try await store.expect("search_index_pkey", store.pieceEndQuery(0, from: 5))
            try await store.expect(
                "unindexed_orders_pkey", store.unindexedQuery(condition, 30_000..<46_384, limit: 100))
        }
    }
}

extension SQLStore {
    /// A statement a table: making them one by one takes minutes.
    fileprivate func fillWithMany() async throws {
        // A statement a transaction: none may take longer than a page would wait.
        for statement in Self.many.split(separator: ";") {
            try await database.transaction { try $0.executeScript(String(statement)) }
        }
    }

    private static let many = """
        INSERT INTO orders (id, centre_id, number, state, version, line, taken_by, kind, urgency, title, what,
            place, time, wish, name, phone, confidential, body, created_at, dispatched_at, closed_at, next_due, reference)
        SELECT 'o' || n, 'main', to_char(20200101 + n / 100000, 'FM00000000') || '-' || to_char(n % 100000, 'FM000000'),
            CASE WHEN n % 200 = 0 THEN 'signed' ELSE 'followedUp' END, 5, '12345',
            CASE WHEN n % 50 = 0 THEN 'p-wu' ELSE 'p-li' END, CASE WHEN n % 100 = 0 THEN 'praise' ELSE 'complaint' END,
            CASE WHEN n % 100 = 1 THEN 'extra-urgent' ELSE 'ordinary' END, '停水', '整栋楼停水两天', '文一路', '', '', '',
            '138' || n, false, 'body-' || n % 300, \(Moment.noon().milliseconds) + n * 1000, 1,
            CASE WHEN n % 200 = 0 THEN NULL ELSE 2 END,
            CASE WHEN n % 200 = 0 THEN \(Moment.noon().milliseconds) + n * 1000 END,
            CASE WHEN n % 10 = 0 THEN '信〔2026〕' || n || '号' END
        FROM generate_series(1, 60000) AS n;
        INSERT INTO calls (id, centre_id, direction, line, number, arrived_at, agent, talk_ms, hold_ms, wrap_up_ms,
            offers, missed)
        SELECT 'c' || n, 'main', 'inbound', '12345', '138' || n, \(Moment.noon().milliseconds) + n * 1000,
            (5001 + n % 200)::text, 0, 0, 0, 1, false
        FROM generate_series(1, 60000) AS n;
        INSERT INTO order_transitions (order_id, version, centre_id, action, from_state, to_state, at, by_person)
        SELECT 'o' || n, v, 'main', CASE WHEN v = 1 THEN 'dispatch' ELSE 'close' END, 'draft', 'dispatched',
            \(Moment.noon().milliseconds) + n * 100000::bigint, 'p-li'
        FROM generate_series(1, 60000) AS n, generate_series(1, 2) AS v;
        INSERT INTO deliveries (centre_id, order_id, version, body, about, channel, address, created_at, state, attempts, next_at,
            delivered_at)
        SELECT 'main', 'o' || n, 1, 'body-' || n % 300, 'dispatch', 'webhook', '', 1,
            CASE WHEN n % 1000 = 0 THEN 'waiting' ELSE 'delivered' END, 3, CASE WHEN n % 1000 = 0 THEN 1 END,
            CASE WHEN n % 1000 = 0 THEN NULL ELSE 1 END
        FROM generate_series(1, 60000) AS n;
        INSERT INTO order_clocks (order_id, round, clock, body, centre_id, started_at, due, paused, provisional)
        SELECT 'o' || n, 1, clock, 'body-' || n % 300, 'main', 1, \(Moment.noon().milliseconds) + n * 100000::bigint, false, false
        FROM generate_series(1, 60000) AS n, unnest(ARRAY['sign', 'resolve', 'contact', 'respond']) AS clock;
        INSERT INTO follow_ups (order_id, attempt, centre_id, at, by_person, reached, solved, note, body)
        SELECT 'o' || n, 1, 'main', \(Moment.noon().milliseconds) + n * 100000::bigint, 'p-li', true, true, '', 'body-' || n % 300
        FROM generate_series(1, 60000) AS n;
        INSERT INTO search_index (block, bucket, sets)
        SELECT block, bucket, ''::bytea FROM generate_series(0, 12) AS block, generate_series(1, 3000) AS bucket;
        INSERT INTO search_spans (span, key, sets)
        SELECT span, key, ''::bytea FROM generate_series(0, 12) AS span, generate_series(1, 3000) AS key;
        INSERT INTO unindexed_orders (sequence, version, words, codes)
        SELECT sequence, 1, '停水', '' FROM orders WHERE sequence > 30000;
        ANALYZE orders; ANALYZE order_transitions; ANALYZE deliveries; ANALYZE order_clocks; ANALYZE follow_ups; ANALYZE calls; ANALYZE search_index; ANALYZE search_spans; ANALYZE unindexed_orders
        """

    /// - Parameter mayStep: sorting a page of rows costs nothing.
    fileprivate func expect(_ index: String, _ query: SQL, mayStep: String? = nil) async throws {
        let steps = try await database.read { db in
            try db.rows("plan", "EXPLAIN (COSTS OFF) \(query)") { try $0.get("QUERY PLAN") as String }
        }
        #expect(steps.contains { $0.contains(index) }, "\(steps)")
        let forbidden = steps.filter { $0.contains("Seq Scan") || $0.contains("Sort") }
        #expect(forbidden.allSatisfy { mayStep.map($0.contains) ?? false }, "\(steps)")
    }
}
