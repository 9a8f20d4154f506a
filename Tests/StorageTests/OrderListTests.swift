import Engine
import Storage
import TestSupport
import Testing

struct OrderListTests {
    @Test(arguments: StoreKind.allCases) func aFilterListsAndCountsTheSameOrders(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            try await store.create("a")
            try await store.create("b", line: "96345", by: "p-wu", at: .noon(1))
            try await store.create("c", at: .noon(2))
            try await store.create("d", at: .noon(3))
            try await store.create("e", at: .noon(4))
            for (id, body) in [("c", "water"), ("d", "power")] as [(OrderID, BodyID)] {
                try await store.act(.dispatch(to: body, readBack: true), on: id, at: .noon(100))
            }
            for action in [.sign, .answer("好"), .close] as [WorkOrder.Action] {
                try await store.act(action, on: "d", at: .noon(200))
            }
            for (second, reached) in [(300, false), (400, true)] as [(Int64, Bool)] {
                let followUp = WorkOrder.FollowUp(
                    at: .noon(second), by: "p-li", reached: reached, satisfaction: reached ? 2 : nil,
                    solved: reached ? false : nil, note: "", call: nil)
                try await store.act(.followUp(followUp), on: "d", at: .noon(second))
            }
            try await store.act(.closeAtOnce(answer: "好", readBack: true), on: "e", at: .noon(210))
            var fields = WorkOrder.sample("", "").fields
            (fields.kind, fields.urgency, fields.title, fields.name) = (.praise, .extraUrgent, "100%_Fast\\", "Ann")
            try await store.act(.save(fields), on: "a")
            try await store.act(.discard(reason: "打错"), on: "b")
            let cases: [(String, (inout OrderFilter) -> Void)] = [
                ("edcba", { _ in }),
                ("a", { $0.states = [.draft] }),
                ("eb", { $0.states = [.discarded, .closed] }),
                ("a", { $0.kind = .praise }),
                ("a", { $0.urgency = .extraUrgent }),
                ("b", { $0.line = "96345" }),
                ("c", { $0.body = "water" }),
                ("b", { $0.takenBy = "p-wu" }),
                ("", { $0.call = "nowhere" }),
                ("edcba", { $0.text = "停水" }),
                ("edcba", { $0.text = "楼停" }),
                ("a", { $0.text = "0%_f" }),
                ("a", { $0.text = "fast\\" }),
                ("", { $0.text = "1_0" }),
                ("a", { $0.text = "ａＮＮ　1" }),
                ("d", { $0.text = "-000004" }),
                ("edcba", { $0.place = "文一路" }),
                ("edcba", { ($0.place, $0.text) = ("1 号 文", "停水") }),
                ("", { $0.place = "停水" }),
                ("", { $0.place = "-000004" }),
                ("c", { $0.dueBefore = .noon(7201) }),
                ("", { $0.dueBefore = .noon(7200) }),
                ("cb", { ($0.createdFrom, $0.createdUntil) = (.noon(1), .noon(3)) }),
                ("dc", { ($0.dispatchedFrom, $0.dispatchedUntil) = (.noon(100), .noon(101)) }),
                ("d", { ($0.closedFrom, $0.closedUntil) = (.noon(200), .noon(210)) }),
                ("e", { ($0.closedFrom, $0.closedAtOnce) = (.noon(200), true) }),
                ("d", { ($0.followedUpFrom, $0.followedUpUntil) = (.noon(400), .noon(401)) }),
                ("", { ($0.followedUpFrom, $0.followedUpUntil) = (.noon(300), .noon(400)) }),
                ("d", { $0.satisfaction = [1, 2] }),
                ("", { $0.satisfaction = [3] }),
                ("d", { $0.rated = true }),
                ("", { $0.rated = false }),
                ("d", { $0.solved = false }),
                ("", { $0.solved = true }),
                ("d", { $0.asked = true }),
            ]
            for (ids, set) in cases {
                var filter = OrderFilter()
                set(&filter)
                let newest = try await all(limit: 2) { try await store.orders(filter, sort: .newest, page: $0) }
                #expect(newest.map(\.id.text).joined() == ids, "\(filter)")
                let due = try await all(limit: 2) { try await store.orders(filter, sort: .due, page: $0) }
                #expect(due.map(\.id.text).sorted() == ids.map(String.init).sorted(), "\(filter)")
                if filter.text == nil, filter.place == nil {
                    #expect(try await store.tally([filter])[0].values.reduce(0, +) == ids.count)
                }
                for order in newest { #expect(try await store.order(order.id) == order) }
            }
            #expect(try await store.orders(ofCitizen: "13800001234", limit: 2).map(\.id) == ["e", "d"])
            #expect(try await store.orders(ofCitizen: "", limit: 2).isEmpty)
        }
    }

    /// A letter's number, as its sender wrote it on the sheet, finds the order wherever it is: not its parts, nor another's.
    @Test(arguments: StoreKind.allCases) func theSendersNumberFindsTheOrder(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            let numbers = ["a": "信〔2026〕1号", "b": "信〔2026〕11号", "c": "XF 2026/0001", "d": nil, "e": "信〔2026〕1号"]
            for (second, (id, reference)) in numbers.sorted(by: { $0.key < $1.key }).enumerated() {
                let at = Moment.noon(Int64(second))
                _ = try await store.createOrder(
                    { number in
                        var order = WorkOrder.sample(
                            OrderID(id), number, line: id == "e" ? "96345" : "12345", at: at)
                        order.details.imported = .init(reference: reference, row: id)
                        return order
                    }, by: .agent, at: at)
            }
            try await store.act(.discard(reason: "打错"), on: "a")
            func found(_ text: String, _ set: (inout OrderFilter) -> Void = { _ in }) async throws -> String {
                var filter = OrderFilter()
                filter.text = text
                set(&filter)
                let newest = try await all(limit: 1) { try await store.orders(filter, sort: .newest, page: $0) }
                let due = try await all(limit: 1) { try await store.orders(filter, sort: .due, page: $0) }
                #expect(newest == due, "none of them has a clock")
                return newest.map(\.id.text).joined()
            }
            #expect(try await found("信〔2026〕1号") == "ea")
            #expect(try await found(" 信〔2026〕11号 ") == "b")
            #expect(try await found("XF 2026/0001") == "c", "spaces are its own")
            #expect(try await found("信〔2026〕") == "")
            #expect(try await found("1号") == "")
            #expect(try await found("信〔2026〕1号") { $0.line = "96345" } == "e")
            #expect(try await found("信〔2026〕1号") { $0.states = [.discarded] } == "a")
            #expect(try await found("信〔2026〕1号") { $0.place = "武林门" } == "")
            #expect(try await found("XF 2026/0001") { $0.place = "文一路" } == "c")
            // In blocks of the index it is found as it was outside.
            while try await store.indexOrders() {}
            #expect(try await found("信〔2026〕1号") == "ea")
        }
    }

    @Test(arguments: StoreKind.allCases) func byDueFirstThenThoseWithoutAClock(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            for index in 0..<9 {
                let id = OrderID("o\(index)")
                try await store.create(id, at: .noon(Int64(index)))
                guard index % 3 != 0 else { continue }
                _ = try await store.changeOrder(id, by: .agent, at: .noon(60)) { order, _ in
                    let (next, transition) = try order.applying(
                        .dispatch(to: "water", readBack: true), by: "p-li", as: .supervising("p-li"), version: 1,
                        at: .noon(60), policy: .hangzhou)
                    return OrderStep(
                        next, transition, OrderDue(next: .noon(1000 - Int64(index / 2) * 100), resolve: nil))
                }
            }
            let read = try await all(limit: 2) { try await store.orders(OrderFilter(), sort: .due, page: $0) }
            #expect(read.map(\.id.text) == ["o8", "o7", "o4", "o5", "o2", "o1", "o6", "o3", "o0"])
        }
    }

    @Test(arguments: StoreKind.allCases) func pagesNeitherSkipNorRepeatWhileOrdersCome(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            for index in 0..<20 { try await store.create(OrderID("a\(index)"), at: .noon(Int64(index / 4))) }
            for sort in [OrderSort.newest, .due] {
                var later = 0
                let read = try await all(limit: 3) { page in
                    later += 1
                    try await store.create(OrderID("z\(sort)\(later)"), at: .noon(100))
                    return try await store.orders(OrderFilter(), sort: sort, page: page)
                }
                let ids = read.map(\.id).filter { $0.text.hasPrefix("a") }
                #expect(ids.count == 20)
                #expect(Set(ids).count == 20)
            }
        }
    }
}
