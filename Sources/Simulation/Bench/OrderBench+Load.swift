import Engine
import Foundation
import Storage

extension OrderBench {
    struct Loaded {
        var count: Int
        var loadSeconds: Double
        /// Until the last of them was in the search index and sealed.
        var indexSeconds: Double
        var bytes: Int64
    }

    static let leader = StoredPerson(
        id: "bench-leader", login: "bench", name: "压测", role: .leader, passwordHash: "none")
    private static let founded = Moment(milliseconds: 0)
    private static let agents = 200
    private static let bodies = 300
    private static let batch = 1_000

    func prepareLeader(password: String) async throws {
        let store = try await location.openStore()
        var leader = Self.leader
        leader.passwordHash = try await passwordHash(password)
        try await store.save(leader, by: .program, at: Self.founded)
        try await store.close()
    }

    func load(upTo size: Int) async throws -> Loaded {
        let store = try await location.openStore()
        let first = try await store.tally([OrderFilter()])[0].values.reduce(0, +)
        if first == 0 { try await prepare(store) }
        let began = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while !Task.isCancelled {
                    // As a hotline does beside its writers.
                    try await store.sealAudit(at: Self.founded)
                    if try await !store.indexOrders() { try? await Task.sleep(for: .milliseconds(50)) }
                }
            }
            let history = OrderHistory(agents: Self.agents, bodies: Self.bodies)
            for start in stride(from: first, to: size, by: Self.batch) {
                let orders = (start..<min(start + Self.batch, size)).map(history.order)
                try await store.importOrders(orders, by: .program)
            }
            group.cancelAll()
        }
        let loaded = ContinuousClock.now
        while try await store.indexOrders() {}
        while try await store.sealAudit(at: Self.founded) != nil {}
        let end = ContinuousClock.now
        let bytes = try await store.bytes()
        try await store.close()
        return Loaded(
            count: max(0, size - first), loadSeconds: (loaded - began) / .seconds(1),
            indexSeconds: (end - loaded) / .seconds(1), bytes: bytes)
    }

    private func prepare(_ store: any Store) async throws {
        let agents = (1...Self.agents).map {
            Centre.Agent(id: AgentID(String(10_000 + $0)), queues: ["bench"], phone: nil)
        }
        let centre = Centre(
            id: "main", name: "压力测试", englishName: "Bench",
            lines: [
                .init(
                    id: "12345", number: "12345", name: "压力测试", englishName: "Bench", queue: "bench",
                    greeting: "greeting", script: [])
            ],
            queues: [
                .init(
                    id: "bench", name: "压力测试", englishName: "Bench", offerSeconds: 18, wrapUpLimitSeconds: 0,
                    capacity: 5000)
            ],
            bodies: (1...Self.bodies).map { .init(id: "body-\($0)", name: "单位\($0)", englishName: "Body \($0)") },
            sites: [.init(id: "hall", name: "大厅", englishName: "Hall")], agents: agents)
        for agent in agents {
            try await store.save(
                StoredPerson(
                    id: OrderHistory.person(agent.id), login: "bench-\(agent.id)", name: "话务员 \(agent.id)",
                    role: .agent,
                    agent: agent.id, passwordHash: "none"),
                by: .program, at: Self.founded)
        }
        try await store.save(centre, by: .program, at: Self.founded)
    }
}
