import AsyncHTTPClient
import Engine
import Foundation
import SIP
import Storage
import Telephony

/// Many desks on event streams and calls at a steady rate through a real `hotline serve`, without sound: how long a caller who
/// waits goes on waiting once an agent is free. Each desk is signed in, reads `GET /events`, and does over HTTP what its
/// page would; callers are SIP. Some callers wait from beginning to end, so that each agent who becomes ready is offered
/// one at once. The load runs on the same machine and takes its share of it.
package struct DesksBench: Sendable {
    package var desks: Int
    /// Calls a second, and as many agents who become ready.
    package var rate: Double
    package var seconds: Int
    /// How long each call lasts from its bridging to the agent's hanging up.
    package var talk: Duration
    package var program: String
    /// What the database keeps of a session's token.
    package var digest: @Sendable (String) -> String
    package var progress: @Sendable (String) -> Void

    package init(
        desks: Int, rate: Double, seconds: Int, talk: Duration, program: String,
        digest: @escaping @Sendable (String) -> String, progress: @escaping @Sendable (String) -> Void
    ) {
        self.desks = desks
        self.rate = rate
        self.seconds = seconds
        self.talk = talk
        self.program = program
        self.digest = digest
        self.progress = progress
    }

    /// Times in milliseconds. `server…` are by the hotline's own histogram: not longer than that.
    package struct Result: Sendable, Codable {
        package var desks: Int
        package var callsPerSecond: Double
        package var placed: Int
        package var answered: Int
        package var lost: Int
        package var failedRequests: Int
        package var offers: Int
        package var serverOfferMsP50: Double
        package var serverOfferMsP99: Double
        /// From a desk's sending "ready" to the offer in its hands, the bench's own part included.
        package var deskOfferMsP50: Double
        package var deskOfferMsP99: Double
        package var deskOfferMsMost: Double
        package var journalMsP50: Double
        package var journalMsP99: Double
        package var flushMsP50: Double
        package var flushMsP99: Double
        package var flushMsMost: Double
        package var hotlineCpuShare: Double
        package var benchCpuShare: Double
        package var hotlineMemoryMB: Double
        package var loadBefore: Double
        package var processors: Int
    }

    /// Callers who wait all the time.
    private static let backlog = 50
    private static let metricsToken = "bench-bench-bench"

    package func run() async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "hotline-bench-\(UInt32.random(in: .min ... .max))"
        ).path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let data = folder + "/data"
        progress("making \(desks) desks")
        let sessions = try await BenchCentre(desks: desks, digest: digest).prepare(data)
        try CallBench.writePrompts(to: folder + "/prompts")
        let server = try await BenchServer(
            program: program, data: data, arguments: ["--prompts", folder + "/prompts"],
            environment: [
                "HOTLINE_MEDIA_ENGINE": "none", "HOTLINE_SIP_VANISH_SECONDS": "3600",
                "HOTLINE_METRICS_TOKEN": Self.metricsToken,
            ])
        defer { server.stop() }

        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 2 * desks + 64
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            let result = try await measure(server, http, sessions, folder)
            try await http.shutdown()
            return result
        } catch {
            try? await http.shutdown()
            throw error
        }
    }

    private func measure(
        _ server: BenchServer, _ http: HTTPClient, _ sessions: [BenchCentre.Session], _ folder: String
    ) async throws -> Result {
        let hall = BenchHall(talk: talk)
        let desks = sessions.map { BenchDesk(session: $0, pages: server.pages, http: http, hall: hall) }
        let callers = try await TelephoneBank.start()
        return try await withThrowingTaskGroup(of: Void.self, returning: Result.self) { group in
            defer { group.cancelAll() }
            // Opened some at a time, as people come to work.
            for (number, desk) in desks.enumerated() {
                group.addTask { await desk.listen() }
                if number % 32 == 31 { try await hall.until(listening: number - 64) }
            }
            try await hall.until(listening: desks.count)
            await hall.admit(desks)
            progress("\(desks.count) desks listen")
            try await Task.sleep(for: .seconds(2))

            let load = Self.loadAverage()
            let probe = FlushProbe(file: folder + "/flush")
            group.addTask { await probe.run() }
            let metrics = MetricsReader(pages: server.pages, http: http, token: Self.metricsToken)
            let before = try await metrics.read()
            let hotline = ProcessUsage(pid: server.pid)
            let bench = ProcessUsage(pid: ProcessInfo.processInfo.processIdentifier)
            let began = ContinuousClock.now
            let ends = try await placeCalls(from: callers, to: server.address(), hall)
            let lasted = (ContinuousClock.now - began) / .seconds(1)
            let (hotlineUse, benchUse) = (hotline.used(), bench.used())
            let after = try await metrics.read()
            await callers.close()
            let flushes = await probe.end()
            let times = await hall.offerMs.sorted()
            let answered = ends.count { $0 }
            let offers = after.of("hotline_offer_seconds", since: before)
            let journal = after.of("hotline_journal_write_seconds", since: before)
            return Result(
                desks: desks.count, callsPerSecond: rate, placed: ends.count, answered: answered,
                lost: ends.count - answered, failedRequests: await hall.failures, offers: offers.count,
                serverOfferMsP50: offers.ms(0.5), serverOfferMsP99: offers.ms(0.99),
                deskOfferMsP50: times.share(0.5), deskOfferMsP99: times.share(0.99), deskOfferMsMost: times.last ?? 0,
                journalMsP50: journal.ms(0.5), journalMsP99: journal.ms(0.99), flushMsP50: flushes.share(0.5),
                flushMsP99: flushes.share(0.99), flushMsMost: flushes.last ?? 0,
                hotlineCpuShare: hotlineUse.cpuSeconds / lasted, benchCpuShare: benchUse.cpuSeconds / lasted,
                hotlineMemoryMB: hotlineUse.highestMB, loadBefore: load,
                processors: ProcessInfo.processInfo.activeProcessorCount)
        }
    }

    /// Whether each was answered and then hung up on by its agent.
    private func placeCalls(
        from callers: TelephoneBank, to server: PeerAddress, _ hall: BenchHall
    ) async throws -> [Bool] {
        let count = Int(rate * Double(seconds))
        return try await withThrowingTaskGroup(of: Bool?.self) { group in
            let began = ContinuousClock.now
            group.addTask {
                for number in 0..<count {
                    try await Task.sleep(until: began + .seconds(1 + Double(number) / rate))
                    await hall.makeOneReady()
                }
                return nil
            }
            group.addTask {
                // By the schedule and not by the last call, so that a slow answer does not thin out the load.
                try await withThrowingTaskGroup(of: Bool.self) { calls in
                    for number in 0..<count {
                        try await Task.sleep(
                            until: began + .seconds(max(0, Double(number - Self.backlog) / rate + 1)))
                        calls.addTask {
                            let outcome = try? await callers.call(
                                "12345", at: server, from: String(13_000_000_000 + number), saying: [],
                                length: .seconds(seconds + 120), keep: .milliseconds(20))
                            await hall.ended(outcome?.answeredAfter != nil && outcome?.end == .hungUpByPeer)
                            return true
                        }
                    }
                    try await calls.waitForAll()
                }
                return nil
            }
            // Whoever is left after that is lost; nobody has waited so long.
            group.addTask {
                try await Task.sleep(until: began + .seconds(seconds + 60))
                await callers.close()
                return nil
            }
            for _ in 0..<2 { _ = try await group.next() }
            group.cancelAll()
            return await hall.ends
        }
    }

    private static func loadAverage() -> Double {
        let text = (try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8)) ?? ""
        return text.split(separator: " ").first.flatMap { Double($0) } ?? 0
    }
}

extension [Double] {
    /// Of sorted numbers the one below which that share of them lies.
    func share(_ share: Double) -> Double { isEmpty ? 0 : self[Swift.min(count - 1, Int(Double(count) * share))] }
}
