import Engine
import Foundation
import SIP
import Storage
import Telephony

/// Complete calls at a steady rate through a real `hotline serve`: INVITE, greeting, queue, an agent's SIP phone, sound both
/// ways, BYE. The load runs on the same machine, so its own cost is part of what the machine bears, but not of the figures.
package struct CallBench: Sendable {
    /// Calls a second.
    package var rate: Double
    package var seconds: Int
    package var agents: Int
    /// How long each citizen talks.
    package var talk: Duration
    /// The program to measure.
    package var program: String

    package init(rate: Double, seconds: Int, agents: Int, talk: Duration, program: String) {
        self.rate = rate
        self.seconds = seconds
        self.agents = agents
        self.talk = talk
        self.program = program
    }

    /// What was seen. CPU is of the whole run, in milliseconds a call; memory is the highest resident size.
    package struct Result: Sendable, Codable {
        package var callsPerSecond: Double
        package var placed: Int
        package var answered: Int
        package var abandoned: Int
        package var otherwise: Int
        package var waitMsP50: Int64
        package var waitMsP99: Int64
        package var hotlineCpuMsPerCall: Double
        package var hotlineCpuShare: Double
        package var hotlineMemoryMB: Double
        package var rtpengineCpuMsPerCall: Double
        package var rtpengineCpuShare: Double
        package var rtpengineMemoryMB: Double
        package var processors: Int
    }

    package func run() async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "hotline-bench-\(UInt32.random(in: .min ... .max))"
        ).path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let phones = try await TelephoneBank.start()
        await phones.answer(.init(after: .milliseconds(20)))
        let data = folder + "/data"
        try await prepare(data, phones: phones.address)
        try Self.writePrompts(to: folder + "/prompts")
        let server = try await BenchServer(
            program: program, data: data, arguments: ["--prompts", folder + "/prompts"])
        defer { server.stop() }

        let callers = try await TelephoneBank.start()
        let hotline = ProcessUsage(pid: server.pid)
        let rtpengine = ProcessUsage(pid: try rtpenginePID(data))
        let began = ContinuousClock.now
        try await placeCalls(from: callers, to: server.address())
        let lasted = (ContinuousClock.now - began) / .seconds(1)
        // The last wrap-ups and rows.
        try await Task.sleep(for: .seconds(2))
        let (hotlineUse, rtpengineUse) = (hotline.used(), rtpengine.used())
        await callers.close()
        await phones.close()
        return try await count(data, lasted: lasted, hotlineUse, rtpengineUse)
    }

    private func placeCalls(from callers: TelephoneBank, to server: PeerAddress) async throws {
        let count = Int(rate * Double(seconds))
        let samples = Tone.samples(hertz: 440, milliseconds: 1000)
        await withDiscardingTaskGroup { group in
            let began = ContinuousClock.now
            for number in 0..<count {
                // By the schedule and not by the last call, so that a slow answer does not thin out the load.
                try? await Task.sleep(until: began + .seconds(Double(number) / rate))
                group.addTask {
                    _ = try? await callers.call(
                        "12345", at: server, from: String(13_000_000_000 + number), saying: samples,
                        length: talk + .milliseconds(600), keep: .milliseconds(100))
                }
            }
        }
    }

    // MARK: - The hotline to be measured

    /// A centre whose agents are signed in and ready, as its journal says, with phones that pick up.
    private func prepare(_ data: String, phones: PeerAddress) async throws {
        try FileManager.default.createDirectory(
            atPath: data, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let agents = (1...agents).map { number in
            Centre.Agent(
                id: AgentID(String(10_000 + number)), queues: ["bench"], phone: "sip:\(10_000 + number)@\(phones)")
        }
        let centre = Centre(
            id: "main", name: "压力测试", englishName: "Bench",
            lines: [
                .init(
                    id: "12345", number: "12345", name: "压力测试", englishName: "Bench", queue: "bench",
                    greeting: "greeting",
                    script: [])
            ],
            queues: [
                .init(
                    id: "bench", name: "压力测试", englishName: "Bench", offerSeconds: 18, wrapUpLimitSeconds: 0,
                    capacity: 5000)
            ],
            bodies: [], sites: [.init(id: "hall", name: "大厅", englishName: "Hall")], agents: agents)
        let now = Moment(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        let store = try await DatabaseLocation.sqlite(directory: data).openStore()
        try await store.save(centre, by: .program, at: now)
        try await store.close()
        var recorder = Recorder(switchboard: Switchboard(), position: 0, last: now)
        try recorder.receive(.configured(centre.setup), at: now)
        for agent in agents {
            try recorder.receive(.signedIn(agent.id, site: "hall"), at: now)
            try recorder.receive(.asked(agent.id, .ready), at: now)
        }
        let journal = try await DatabaseLocation.sqlite(directory: data).openJournal()
        if let batch = recorder.batchToWrite() { try await journal.append(batch) }
        try await journal.close()
    }

    /// Short ones, so that the calls and not the greetings are measured.
    static func writePrompts(to folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let digits = (0...9).map { "digit-\($0)" }
        for name in ["greeting", "queue-music", "hold-music", "ring-tone", "agent-number", "at-your-service"] + digits {
            let samples = Tone.samples(hertz: 300, milliseconds: name == "greeting" ? 200 : 40)
            try WAV(samples: samples).write(to: "\(folder)/\(name).wav")
        }
    }

    private func rtpenginePID(_ data: String) throws -> Int32 {
        struct Media: Decodable { let pid: Int32 }
        guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: data + "/rtpengine.json")) else {
            throw BenchServer.DidNotStart(why: "there is no rtpengine")
        }
        return try JSONDecoder().decode(Media.self, from: bytes).pid
    }

    private func count(
        _ data: String, lasted: Double, _ hotline: ProcessUsage.Used, _ rtpengine: ProcessUsage.Used
    ) async throws -> Result {
        let store = try await DatabaseLocation.sqlite(directory: data).openStore()
        var waits: [Int64] = []
        var (answered, abandoned, otherwise) = (0, 0, 0)
        var cursor: String?
        repeat {
            let page = try await store.calls(CallFilter(), page: Page(cursor: cursor, limit: 100))
            for call in page.rows.map(\.record) {
                switch call.outcome {
                case .answered: answered += 1
                case .abandoned: abandoned += 1
                case .failed, .interrupted, .refused, nil: otherwise += 1
                }
                if let queued = call.queuedAt, let bridged = call.answeredAt {
                    waits.append(bridged.milliseconds(since: queued))
                }
            }
            cursor = page.next
        } while cursor != nil
        try await store.close()
        waits.sort()
        let calls = Double(max(1, answered))
        return Result(
            callsPerSecond: rate, placed: Int(rate * Double(seconds)), answered: answered, abandoned: abandoned,
            otherwise: otherwise, waitMsP50: waits.isEmpty ? 0 : waits[waits.count / 2],
            waitMsP99: waits.isEmpty ? 0 : waits[waits.count * 99 / 100],
            hotlineCpuMsPerCall: hotline.cpuSeconds * 1000 / calls, hotlineCpuShare: hotline.cpuSeconds / lasted,
            hotlineMemoryMB: hotline.highestMB, rtpengineCpuMsPerCall: rtpengine.cpuSeconds * 1000 / calls,
            rtpengineCpuShare: rtpengine.cpuSeconds / lasted, rtpengineMemoryMB: rtpengine.highestMB,
            processors: ProcessInfo.processInfo.activeProcessorCount)
    }
}
