import Engine
import Foundation
import Storage

/// A data folder with agents who work in their browsers: their sessions are open and they are on duty, on a break.
struct BenchCentre {
    let desks: Int
    let digest: @Sendable (String) -> String

    struct Session: Sendable {
        let agent: AgentID
        let token: String
        let csrfToken: String
    }

    func prepare(_ data: String) async throws -> [Session] {
        try FileManager.default.createDirectory(
            atPath: data, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let now = Moment(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        let sessions = (1...desks).map { number in
            Session(agent: AgentID(String(10_000 + number)), token: Self.token(), csrfToken: Self.token())
        }
        let centre = centre(sessions.map(\.agent))
        let store = try await DatabaseLocation.sqlite(directory: data).openStore()
        try await store.save(centre, by: .program, at: now)
        try await withThrowingDiscardingTaskGroup { group in
            for session in sessions {
                group.addTask {
                    let person = PersonID("p-\(session.agent)")
                    try await store.save(
                        StoredPerson(
                            id: person, login: session.agent.text, name: "话务员\(session.agent)", role: .agent,
                            agent: session.agent, passwordHash: "none"),
                        by: .program, at: now)
                    try await store.open(
                        StoredSession(
                            digest: digest(session.token), person: person, csrfToken: session.csrfToken,
                            createdAt: now, expiresAt: now.adding(seconds: 12 * 3600)))
                }
            }
        }
        try await store.close()
        var recorder = Recorder(switchboard: Switchboard(), position: 0, last: now)
        try recorder.receive(.configured(centre.setup), at: now)
        for session in sessions { try recorder.receive(.signedIn(session.agent, site: "hall"), at: now) }
        let journal = try await DatabaseLocation.sqlite(directory: data).openJournal()
        if let batch = recorder.batchToWrite() { try await journal.append(batch) }
        try await journal.close()
        return sessions
    }

    private func centre(_ agents: [AgentID]) -> Centre {
        Centre(
            id: "main", name: "压力测试", englishName: "Bench",
            lines: [
                .init(
                    id: "12345", number: "12345", name: "压力测试", englishName: "Bench", queue: "bench",
                    greeting: "greeting", script: [])
            ],
            queues: [
                .init(
                    id: "bench", name: "压力测试", englishName: "Bench", offerSeconds: 18, wrapUpLimitSeconds: nil,
                    capacity: 5000)
            ],
            bodies: [], sites: [.init(id: "hall", name: "大厅", englishName: "Hall")],
            agents: agents.map { Centre.Agent(id: $0, queues: ["bench"], phone: nil) })
    }

    private static func token() -> String {
        (0..<4).map { _ in
            let hex = String(UInt64.random(in: .min ... .max), radix: 16)
            return String(repeating: "0", count: 16 - hex.count) + hex
        }.joined()
    }
}
