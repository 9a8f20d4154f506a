import ArgumentParser
import Foundation
import Simulation

struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measures this machine and this program together.",
        subcommands: [Calls.self])

    struct Calls: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Complete calls at a steady rate through queue and SIP-phone agents, with sound.",
            discussion: """
                Starts a hotline of its own on loopback, in a temporary folder, and calls it. CPU and memory are those of the \
                hotline and of rtpengine; the load's own are not counted, but it runs on the same cores.

                  hotline bench calls --rate 20 --seconds 60
                """)

        @Option(help: "Calls a second (0.1 to 500).") var rate = 20.0
        @Option(help: "How long to place calls (1 to 3600).") var seconds = 30
        @Option(help: "Agents with SIP phones (1 to 5000).") var agents = 300
        @Option(help: "How many milliseconds each citizen talks.") var talk = 1000
        @Flag(help: "Prints one JSON object.") var json = false

        func validate() throws {
            guard (0.1...500).contains(rate) else { throw ValidationError("--rate is 0.1 to 500") }
            guard (1...3600).contains(seconds) else { throw ValidationError("--seconds is 1 to 3600") }
            guard (1...5000).contains(agents) else { throw ValidationError("--agents is 1 to 5000") }
            guard (0...600_000).contains(talk) else { throw ValidationError("--talk is 0 to 600000") }
        }

        func run() async throws {
            let result = try await CallBench(
                rate: rate, seconds: seconds, agents: agents, talk: .milliseconds(talk), program: "/proc/self/exe"
            ).run()
            if json {
                let encoder = JSONEncoder()
                encoder.outputFormatting = .sortedKeys
                return show(String(decoding: try encoder.encode(result), as: UTF8.self))
            }
            show(
                """
                \(result.placed) calls at \(result.callsPerSecond)/s on \(result.processors) processors: \(result.answered) \
                answered, \(result.abandoned) abandoned, \(result.otherwise) otherwise
                wait for an agent: p50 \(result.waitMsP50) ms, p99 \(result.waitMsP99) ms
                hotline:   \(tenths(result.hotlineCpuMsPerCall)) ms a call, \(tenths(result.hotlineCpuShare * 100))% of a core, \
                \(tenths(result.hotlineMemoryMB)) MB
                rtpengine: \(tenths(result.rtpengineCpuMsPerCall)) ms a call, \(tenths(result.rtpengineCpuShare * 100))% of a \
                core, \(tenths(result.rtpengineMemoryMB)) MB
                """)
        }

        private func tenths(_ value: Double) -> String { String(format: "%.1f", value) }
    }
}
