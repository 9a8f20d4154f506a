import Engine
import Foundation
import TestSupport
import Testing

@testable import Storage

/// Calls and orders of three days, made from a seed, and the same rows in a store.
struct World {
    var calls: [CallRecord] = []
    var orders: [WorkOrder] = []
    /// The body proposed for an order that was dispatched, which was "water".
    private(set) var proposals: [OrderID: BodyID] = [:]
    private(set) var returned: Set<OrderID> = []
    private var random: SeededGenerator

    static let day = LocalDay(year: 2026, month: 11, day: 22)
    static let wall = WallClock.china
    static let midnight = wall.start(of: day)
    static let lines: [LineID] = ["12345", "96345", "closed-line"]

    static let centre = Centre(
        id: "main", name: "热线", englishName: "Line",
        lines: lines.dropLast().map {
            Centre.Line(id: $0, number: $0.text, name: "", englishName: "", queue: "q", greeting: "", script: [])
        }, queues: [], bodies: [], sites: [], agents: [])

    init(seed: UInt64, calls: Int, orders: Int) {
        random = SeededGenerator(state: seed)
        for index in 0..<calls { self.calls.append(call(CallID("c\(index)"))) }
        for index in 0..<orders { self.orders.append(order(OrderID("o\(index)"))) }
        for order in self.orders where order.dispatchedAt != nil {
            if chance(90) { proposals[order.id] = chance(50) ? "water" : "housing" }
            if chance(50) { returned.insert(order.id) }
        }
    }

    /// Within the day before, the day, or the day after; often within minutes of a midnight.
    private mutating func moment() -> Moment {
        let midnight = Self.midnight.adding(seconds: 86_400 * Int64.random(in: -1...2, using: &random))
        let spread: Int64 = Bool.random(using: &random) ? 300_000 : 43_200_000
        return midnight.adding(milliseconds: .random(in: -spread...spread, using: &random))
    }

    private mutating func chance(_ percent: Int) -> Bool {
        Int.random(in: 0..<100, using: &random) < percent
    }

    private mutating func milliseconds(_ choices: [Int64]) -> Int64 {
        // Half of them exactly on a limit.
        chance(50) ? choices.randomElement(using: &random)! : .random(in: 0...60_000, using: &random)
    }

    private mutating func call(_ id: CallID) -> CallRecord {
        let outbound = chance(20)
        var record = CallRecord(
            id: id, direction: outbound ? .outbound : .inbound, line: Self.lines.randomElement(using: &random)!,
            number: "1\(Int.random(in: 100...140, using: &random))", arrivedAt: moment(),
            purpose: outbound ? .init(kind: .order, reference: "o1") : nil)
        var now = record.arrivedAt
        func wait(_ milliseconds: Int64) { now = now.adding(milliseconds: milliseconds) }
        wait(.random(in: 0...9000, using: &random))
        if !outbound, chance(90) { record.queuedAt = now }
        wait(milliseconds([4999, 5000, 5001, 14_999, 15_000, 15_001]))
        if outbound || record.queuedAt != nil, chance(70) {
            record.answeredAt = now
            record.agent = "5001"
            record.talkMs = .random(in: 0...900_000, using: &random)
            record.holdMs = .random(in: 0...record.talkMs, using: &random)
            wait(record.talkMs)
        }
        if chance(80) { record.attempt = .random(in: 1...3, using: &random) }
        if chance(10) { record.callbackAt = now }
        if chance(10) { record.takeover = "t-1" }
        guard chance(90) else { return record }
        record.endedAt = now
        record.endReason = EndReason.allCases.randomElement(using: &random)
        record.wrapUpMs = record.answeredAt == nil ? 0 : .random(in: 0...90_000, using: &random)
        record.missed = !outbound && (record.answeredAt == nil || record.endReason == .interrupted || chance(5))
        return record
    }

    private mutating func order(_ id: OrderID) -> WorkOrder {
        let fields = WorkOrder.Fields(
            kind: chance(90) ? Kind.allCases.randomElement(using: &random) : nil, title: "停水", what: "停水")
        var order = WorkOrder(
            draft: id, number: "", fields: fields, line: Self.lines.randomElement(using: &random)!, call: nil,
            takenBy: "p",
            at: moment())
        for action in plan() {
            guard
                let (next, _) = try? order.applying(
                    action, by: "p", as: .supervising("p"), version: order.version, at: moment(), policy: .hangzhou)
            else { break }
            order = next
        }
        return order
    }

    /// Some way into an order's life; not in the order of time, which is no figure's business.
    private mutating func plan() -> [WorkOrder.Action] {
        if chance(10) { return [.discard(reason: "错")] }
        if chance(10) { return [.merge(into: "another", reason: "同一事项")] }
        let closing: [WorkOrder.Action] =
            chance(40)
            ? [.closeAtOnce(answer: "好", readBack: true)]
            : [.dispatch(to: "water", readBack: true), .sign, .answer("好"), .close]
        let followUps: [WorkOrder.Action] = (0..<3).map { _ in .followUp(followUp()) }
        let steps = closing + followUps
        return Array(steps.prefix(.random(in: 0...steps.count, using: &random)))
    }

    private mutating func followUp() -> WorkOrder.FollowUp {
        let reached = chance(60)
        return WorkOrder.FollowUp(
            at: moment(), by: "p", reached: reached,
            satisfaction: reached && chance(80) ? .random(in: 1...5, using: &random) : nil,
            solved: reached && chance(80) ? Bool.random(using: &random) : nil, note: "", call: nil)
    }

    /// Puts everything into a store, the orders as drafts and then as they stand.
    func keep(in store: any Store) async throws {
        let person = StoredPerson(id: "p", login: "p", name: "P", role: .leader, passwordHash: "x")
        try await store.save(person, by: .program, at: .zero)
        try await store.apply(calls, upTo: 1)
        let model = TaughtModel(at: .zero, digest: String(repeating: "0", count: 64), orders: 100, bytes: 1)
        _ = try await store.save(model)
        for order in orders {
            let draft = try await store.createOrder(
                { number in
                    WorkOrder(
                        draft: order.id, number: number, fields: .init(), line: order.line, call: nil, takenBy: "p",
                        at: order.createdAt)
                }, by: .program, at: order.createdAt)
            guard order.version > 1 || order.fields != draft.fields else { continue }
            _ = try await store.changeOrder(order.id, by: .program, at: order.createdAt) { draft, _ in
                OrderStep(
                    order.numbered(draft.number),
                    .init(action: .save, from: .draft, to: order.state, at: order.createdAt, by: "p", note: nil),
                    OrderDue(next: nil, resolve: nil), proposals: kept(order))
            }
            guard returned.contains(order.id) else { continue }
            _ = try await store.changeOrder(order.id, by: .program, at: order.createdAt) { order, _ in
                var next = order
                next.version += 1
                return OrderStep(
                    next,
                    .init(
                        action: .giveBack, from: order.state, to: order.state, at: order.createdAt, by: "p", note: "退"),
                    OrderDue(next: nil, resolve: nil))
            }
        }
    }

    private func kept(_ order: WorkOrder) -> [KeptProposal] {
        let body = proposals[order.id].map {
            KeptProposal(label: .body, model: 1, proposed: $0.text, confidence: 800, chosen: order.body?.text)
        }
        // Of the kind one is kept too, and counts nowhere.
        let kind = KeptProposal(label: .kind, model: 1, proposed: "help", confidence: 700, chosen: nil)
        return order.dispatchedAt == nil ? [] : [kind] + (body.map { [$0] } ?? [])
    }

    /// Runs with a store that holds it.
    func stored<Result>(_ body: (any Store) async throws -> Result) async throws -> Result {
        try await StoreKind.chosen.withLocation { location in
            let store = try await location.openStore()
            try await keep(in: store)
            let result = try await body(store)
            try await store.close()
            return result
        }
    }
}

extension WorkOrder {
    /// The same order with the number the store gave its draft; a version more than the draft's.
    fileprivate func numbered(_ number: String) -> WorkOrder {
        var order = WorkOrder(
            draft: id, number: number, fields: fields, line: line, call: call, takenBy: takenBy, at: createdAt)
        order.state = state
        order.body = body
        order.answer = answer
        order.dispatchedAt = dispatchedAt
        order.signedAt = signedAt
        order.respondedAt = respondedAt
        order.answeredAt = answeredAt
        order.closedAt = closedAt
        order.followUps = followUps
        order.details = details
        order.version = max(version, 2)
        return order
    }
}

extension Moment {
    static let zero = Moment(milliseconds: 0)
}

/// SplitMix64 (Steele, Lea and Flood, 2014): the same numbers from the same seed on every machine.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
