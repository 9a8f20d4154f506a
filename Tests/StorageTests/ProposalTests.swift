import Engine
import TestSupport
import Testing

@testable import Storage

/// What a dispatch model proposed, and who told of a matter.
struct ProposalTests {
    private static func model(_ digit: String, at seconds: Int64 = 0) -> TaughtModel {
        TaughtModel(at: .noon(seconds), digest: String(repeating: digit, count: 64), orders: 120, bytes: 7)
    }

    @Test(arguments: StoreKind.allCases) func modelsHaveVersions(kind: StoreKind) async throws {
        try await kind.with { store in
            #expect(try await store.newestDispatchModel() == nil)
            #expect(try await store.save(Self.model("a")).version == 1)
            let second = try await store.save(Self.model("b", at: 60))
            #expect(second.version == 2)
            #expect(try await store.newestDispatchModel() == second)
        }
    }

    @Test(arguments: StoreKind.allCases) func proposalsAreKeptAndCounted(kind: StoreKind) async throws {
        try await kind.with { store in
            _ = try await store.save(Self.model("a"))
            for (id, proposed) in [("as", "water"), ("other", "housing")] as [(OrderID, String)] {
                try await store.create(id)
                _ = try await store.changeOrder(id, by: .agent, at: .noon(60)) { order, _ in
                    let (next, transition) = try order.applying(
                        .dispatch(to: "water", readBack: true), by: "p-li", as: .intake("p-li"),
                        version: order.version, at: .noon(60), policy: .hangzhou)
                    return OrderStep(
                        next, transition, OrderDue(next: nil, resolve: nil),
                        proposals: [
                            KeptProposal(label: .body, model: 1, proposed: proposed, confidence: 870, chosen: "water"),
                            KeptProposal(
                                label: .kind, model: 1, proposed: "help", confidence: 1000, chosen: "complaint"),
                        ])
                }
            }
            let kept = try await store.proposals(of: "as")
            #expect(kept.map(\.label) == [.kind, .body] && kept.map(\.taken) == [false, true])
            #expect(kept.last?.confidence == 870)
            func ids(_ set: (inout OrderFilter) -> Void) async throws -> [OrderID] {
                var filter = OrderFilter()
                set(&filter)
                #expect(try await store.count(filter) == store.orders(filter, sort: .newest, page: Page()).rows.count)
                return try await store.orders(filter, sort: .newest, page: Page()).rows.map(\.id).sorted()
            }
            #expect(try await ids { $0.proposalTaken = true } == ["as"])
            #expect(try await ids { $0.proposalTaken = false } == ["other"])
            #expect(try await ids { $0.proposedFrom = .noon(60) } == ["as", "other"])
            #expect(try await ids { $0.proposedUntil = .noon(60) } == [])
            #expect(try await ids { $0.returned = true } == [])
            _ = try await store.changeOrder("as", by: .agent, at: .noon(120)) { order, _ in
                let (next, transition) = try order.applying(
                    .giveBack(reason: "不在辖区"), by: "p-wu", as: .handling("water"), version: order.version,
                    at: .noon(120), policy: .hangzhou)
                return OrderStep(next, transition, OrderDue(next: nil, resolve: nil))
            }
            #expect(try await ids { $0.returned = true } == ["as"])
            #expect(try await ids { ($0.returned, $0.proposalTaken) = (false, true) } == [])
        }
    }

    @Test(arguments: StoreKind.allCases) func whoeverToldIsCountedOnce(kind: StoreKind) async throws {
        try await kind.with { store in
            for (id, phone) in [
                ("a", "13800000001"), ("b", "13800000001"), ("c", "13800000002"), ("d", ""), ("e", ""),
            ] as [(OrderID, String)] {
                _ = try await store.createOrder(
                    {
                        WorkOrder(
                            draft: id, number: $0, fields: .init(kind: .help, title: "停水", what: "停水", phone: phone),
                            line: "12345", call: nil, takenBy: "p-li", at: .noon())
                    }, by: .agent, at: .noon())
            }
            #expect(try await store.tellers(of: "a") == Tellers(people: 1, merged: 0))
            #expect(try await store.tellers(of: "none") == Tellers(people: 0, merged: 0))
            for id in ["a", "c"] as [OrderID] {
                try await store.act(.dispatch(to: "water", readBack: true), on: id)
            }
            try await store.act(.merge(into: "c", reason: "同"), on: "b")
            try await store.act(.merge(into: "a", reason: "同"), on: "c")
            try await store.act(.merge(into: "a", reason: "同"), on: "d")
            try await store.act(.merge(into: "a", reason: "同"), on: "e")
            #expect(try await store.tellers(of: "a") == Tellers(people: 4, merged: 4))
            #expect(try await store.tellers(of: "c") == Tellers(people: 2, merged: 1))
            try await store.act(.unmerge(reason: "另一处"), on: "c", at: .noon(120))
            #expect(try await store.tellers(of: "a") == Tellers(people: 3, merged: 2))
        }
    }
}
