import Engine
import TestSupport
import Testing

@testable import Storage

struct OrderTests {
    @Test(arguments: StoreKind.allCases) func numbersCountUpWithinTheCentresDay(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            let midnight = WallClock.china.start(of: LocalDay(year: 2026, month: 11, day: 23))
            for (index, number) in ["20261122-000001", "20261122-000002"].enumerated() {
                #expect(
                    try await store.create(OrderID("a\(index)"), at: midnight.adding(milliseconds: -1)).number == number
                )
            }
            #expect(try await store.create("b", at: midnight).number == "20261123-000001")
            // What cannot be written takes no number.
            await #expect(throws: (any Error).self) { try await store.create("b", at: midnight) }
            #expect(try await store.create("c", at: midnight).number == "20261123-000002")
        }
    }

    /// Whether they share a transaction or not.
    @Test(arguments: StoreKind.allCases) func aDayHasSixDigitsOfNumbers(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            try await store.write { try $0.execute("INSERT INTO order_numbers VALUES ('main', '20261122', 999990)") }
            let numbers = await withTaskGroup(of: String?.self) { group in
                for index in 0..<20 {
                    group.addTask {
                        do {
                            return try await store.create(OrderID("a\(index)")).number
                        } catch {
                            #expect(error as? StorageError == .dayFull(day: "20261122"))
                            return nil
                        }
                    }
                }
                return await group.reduce(into: Set()) { if let number = $1 { $0.insert(number) } }
            }
            #expect(numbers == Set((999_991...999_999).map { "20261122-\($0)" }))
            #expect(try await store.count(OrderFilter()) == 9)
            await #expect(throws: StorageError.dayFull(day: "20261122")) { try await store.create("b") }
        }
    }

    @Test(arguments: StoreKind.allCases) func anOrderComesBackWhole(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            let made = try await store.createOrder(
                { .sample("o", $0, call: "c1", source: .client("app")) }, by: .agent, at: .noon())
            #expect(try await store.order("o") == made)
            var fields = made.fields
            (fields.urgency, fields.wish, fields.name, fields.time) = (.extraUrgent, "尽快恢复", "王女士", "昨晚起")
            fields.confidential = true
            let followUp = WorkOrder.FollowUp(
                at: .noon(900), by: "p-li", reached: true, satisfaction: 4, solved: true, contacted: false,
                note: "谢谢", call: "c9")
            let missedHer = WorkOrder.FollowUp(
                at: .noon(800), by: "p-wu", reached: false, satisfaction: nil, solved: nil, note: "", call: nil)
            let actions: [WorkOrder.Action] = [
                .save(fields), .dispatch(to: "water", readBack: true), .sign, .contact(note: "已联系"), .answer("已修复"),
                .close,
                .followUp(missedHer), .followUp(followUp),
            ]
            var order = made
            for (index, action) in actions.enumerated() {
                order = try await store.act(action, on: "o", at: .noon(Int64(index + 1) * 100))
                #expect(try await store.order("o") == order)
            }
            #expect(order.followUps == [missedHer, followUp])
            // Every property has left its first value, so none was compared in vain.
            let blank = WorkOrder(
                draft: "", number: "", fields: .init(), line: "", call: nil, takenBy: "", at: .zero)
            // What `RetentionTests` tries.
            order.removedAt = .noon()
            for (was, stands) in zip(Mirror(reflecting: blank).children, Mirror(reflecting: order).children) {
                #expect("\(was.value)" != "\(stands.value)", "\(was.label ?? "") was not tried")
            }
            for (was, stands) in zip(
                Mirror(reflecting: blank.fields).children, Mirror(reflecting: order.fields).children)
            {
                #expect("\(was.value)" != "\(stands.value)", "fields.\(was.label ?? "") was not tried")
            }
        }
    }

    @Test(arguments: StoreKind.allCases) func ordersAreMadeOnceWithAllTheirSteps(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            func new(_ id: OrderID, isRefused: Bool = false) -> NewOrder {
                NewOrder(id) { number in
                    var order = WorkOrder.sample(id, number)
                    order.details.imported = .init(reference: "信1", row: "abc")
                    return order
                } steps: { draft in
                    if isRefused { throw WorkOrder.Refusal.unknownBody }
                    var order = draft
                    let actions: [WorkOrder.Action] = [
                        .label(category: "lamps", tags: ["市长信箱"]), .dispatch(to: "water", readBack: true),
                    ]
                    return try actions.map { action in
                        let (next, transition) = try order.applying(
                            action, by: "p-li", as: .intake("p-li"), version: order.version, at: .noon(),
                            policy: .hangzhou)
                        order = next
                        return OrderStep(next, transition, OrderDue(next: .noon(600), resolve: nil))
                    }
                }
            }
            func make(_ orders: [NewOrder]) async throws -> [CreatedOrder] {
                try await store.createOrders(orders, by: .agent, at: .noon())
            }
            await #expect(throws: WorkOrder.Refusal.unknownBody) {
                try await make([new("a"), new("b", isRefused: true)])
            }
            #expect(try await store.orders(["a", "b"]).isEmpty, "all or none")
            let made = try await make([new("b")]) + (try await make([new("a"), new("b", isRefused: true), new("c")]))
            #expect(made.map(\.order.id) == ["b", "a", "b", "c"])
            #expect(made.map(\.isNew) == [true, true, false, true])
            #expect(
                made.map(\.order.number) == [
                    "20261122-000001", "20261122-000002", "20261122-000001", "20261122-000003",
                ])
            #expect(try await store.order("a") == made[1].order)
            #expect(made[1].order.details.imported == .init(reference: "信1", row: "abc"))
            #expect(try await store.history(of: "a").map(\.action) == [.create, .label, .dispatch])
            #expect(Set(try await store.orders(["c", "none", "a"]).map(\.id)) == ["a", "c"])
            var tagged = OrderFilter()
            (tagged.tag, tagged.body, tagged.dueBefore) = ("市长信箱", "water", .noon(601))
            #expect(try await store.orders(tagged, sort: .due, page: Page()).rows.count == 3)
        }
    }

    @Test(arguments: StoreKind.allCases) func everyChangeLeavesItsRows(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            try await store.create("o")
            try await store.act(.dispatch(to: "water", readBack: true), on: "o")
            try await store.act(.sign, on: "o", at: .noon(120))
            let history = try await store.history(of: "o")
            #expect(history.map(\.action) == [.create, .dispatch, .sign])
            #expect(history.map(\.from) == [nil, .draft, .dispatched])
            #expect(history.map(\.to) == [.draft, .dispatched, .signed])
            #expect(history.map(\.at) == [.noon(), .noon(60), .noon(120)])
            #expect(history.map(\.note) == [nil, "water", nil])
            let audit = try await store.auditRows(page: Page(limit: 3)).rows
            #expect(audit.map(\.action) == ["order.sign", "order.dispatch", "order.create"])
            #expect(Set(audit.map(\.subject)) == ["order:o"])
            #expect(Set(audit.map(\.digest)).count == 3)
            #expect(audit.allSatisfy { $0.actor == .agent && $0.digest?.count == 64 })
        }
    }

    @Test(arguments: StoreKind.allCases) func whatTheRulesRefuseLeavesNothing(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            let made = try await store.create("o")
            await #expect(throws: WorkOrder.Refusal.wrongState(.draft, .sign)) { try await store.act(.sign, on: "o") }
            await #expect(throws: StoreConflict.notFound) { try await store.act(.sign, on: "x") }
            #expect(try await store.order("o") == made)
            #expect(try await store.history(of: "o").count == 1)
            #expect(try await store.auditRows(page: Page(limit: 1)).rows.first?.action == "order.create")
        }
    }

    @Test(arguments: StoreKind.allCases) func ofTwoWhoSawTheSameVersionOneWins(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            try await store.create("o")
            for round in 1...20 {
                let outcomes = await withTaskGroup(of: Result<WorkOrder, any Error>.self) { group in
                    for hand in 0..<4 {
                        group.addTask {
                            await Result {
                                try await store.act(.save(.init(title: "\(round).\(hand)")), on: "o", seen: round)
                            }
                        }
                    }
                    return await group.reduce(into: []) { $0.append($1) }
                }
                #expect(outcomes.count { (try? $0.get()) != nil } == 1)
                for case .failure(let error) in outcomes {
                    #expect(error as? WorkOrder.Refusal == .staleVersion(current: round + 1))
                }
            }
            #expect(try await store.history(of: "o").count == 21)
        }
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
