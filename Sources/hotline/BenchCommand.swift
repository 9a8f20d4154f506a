import App
import ArgumentParser
import Foundation
import Simulation
import Storage

struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measures this machine and this program together.",
        subcommands: [Calls.self, Desks.self, Orders.self, Decisions.self])

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
                hotline:   \(BenchCommand.tenths(result.hotlineCpuMsPerCall)) ms a call, \(BenchCommand.tenths(result.hotlineCpuShare * 100))% of a core, \
                \(BenchCommand.tenths(result.hotlineMemoryMB)) MB
                rtpengine: \(BenchCommand.tenths(result.rtpengineCpuMsPerCall)) ms a call, \(BenchCommand.tenths(result.rtpengineCpuShare * 100))% of a \
                core, \(BenchCommand.tenths(result.rtpengineMemoryMB)) MB
                """)
        }

    }

    struct Decisions: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "switchboard",
            abstract: "How fast the switchboard decides while many wait; no network, no disk.",
            discussion: """
                One core. As many callers wait from beginning to end.

                  hotline bench switchboard --waiting 50000
                """)

        @Option(help: "Callers who wait (1 to 1000000).") var waiting = 5000
        @Option(help: "Agents (1 to 100000).") var agents = 2000
        @Option(help: "Queues (1 to 1000).") var queues = 40
        @Option(help: "Skills (0 to 1000).") var skills = 30
        @Option(help: "Events to measure (1000 to 100000000).") var events = 2_000_000
        @Flag(help: "Prints one JSON object.") var json = false

        func validate() throws {
            guard (1...1_000_000).contains(waiting) else { throw ValidationError("--waiting is 1 to 1000000") }
            guard (1...100_000).contains(agents) else { throw ValidationError("--agents is 1 to 100000") }
            guard (1...1000).contains(queues) else { throw ValidationError("--queues is 1 to 1000") }
            guard (0...1000).contains(skills) else { throw ValidationError("--skills is 0 to 1000") }
            guard (1000...100_000_000).contains(events) else { throw ValidationError("--events is 1000 to 100000000") }
        }

        func run() async throws {
            let result = SwitchboardBench(
                waiting: waiting, agents: agents, queues: queues, skills: skills, events: events
            ).run()
            if json {
                let encoder = JSONEncoder()
                encoder.outputFormatting = .sortedKeys
                return show(String(decoding: try encoder.encode(result), as: UTF8.self))
            }
            show(
                """
                \(waiting) waiting, \(agents) agents, \(queues) queues, \(skills) skills: \(Int(result.eventsPerSecond)) events a second, \
                \(Int(result.eventsPerCpuSecond)) a second of processor time
                one event: p50 \(BenchCommand.tenths(result.p50)) us, p99 \(BenchCommand.tenths(result.p99)) us, p99.9 \
                \(BenchCommand.tenths(result.p999)) us, most \(BenchCommand.tenths(result.most)) us
                memory: \(result.bytesPerWaitingCaller) bytes a waiting caller, \(result.bytesPerAgent) bytes an agent
                """)
        }
    }

    struct Orders: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Many made-up orders: loading, searches, lists and new orders over HTTP.",
            discussion: """
                Fills a database of its own with complaints of about 150 characters and starts a hotline on it. It measures at \
                10,000 orders, at each ten times as many, and at --rows. Without --keep what it made in a temporary folder goes \
                when it ends; a database given with --database stays, and is gone on with the next time.

                  hotline bench orders --rows 100000
                """)

        @Option(help: "How many orders (1000 to 100000000).") var rows = 100_000
        @Option(help: "An empty PostgreSQL database, postgres://…; without it SQLite.") var database: String?
        @Option(help: "Keeps what it makes in this folder, and goes on with what is there.") var keep: String?
        @Option(help: "How many create orders at once (1 to 1000).") var clients = 64
        @Option(help: "How long orders are created over HTTP (1 to 3600).") var seconds = 20
        @Flag(help: "Prints one JSON array.") var json = false

        func validate() throws {
            guard (1000...100_000_000).contains(rows) else { throw ValidationError("--rows is 1000 to 100000000") }
            guard (1...1000).contains(clients) else { throw ValidationError("--clients is 1 to 1000") }
            guard (1...3600).contains(seconds) else { throw ValidationError("--seconds is 1 to 3600") }
        }

        func run() async throws {
            let folder = keep ?? FileManager.default.temporaryDirectory.appending(path: "hotline-bench-\(UUID())").path
            defer { if keep == nil { try? FileManager.default.removeItem(atPath: folder) } }
            let passwords = Passwords()
            let results = try await OrderBench(
                rows: rows, location: database.map { .postgres(url: $0) } ?? .sqlite(directory: folder), data: folder,
                clients: clients, seconds: seconds, program: "/proc/self/exe",
                passwordHash: { try await passwords.hash($0) },
                progress: { FileHandle.standardError.write(Data(($0 + "\n").utf8)) }
            ).run()
            if json {
                let encoder = JSONEncoder()
                encoder.outputFormatting = .sortedKeys
                return show(String(decoding: try encoder.encode(results), as: UTF8.self))
            }
            for result in results { show(text(result)) }
        }

        private func text(_ result: OrderBench.Result) -> String {
            var lines = [
                "\(result.rows) orders: \(result.loadedRows) loaded in \(BenchCommand.tenths(result.loadSeconds)) s, the rest of the index "
                    + "\(BenchCommand.tenths(result.indexSeconds)) s, \(result.bytesPerOrder) bytes an order, server "
                    + "\(BenchCommand.tenths(result.serverMemoryMB)) MB"
            ]
            let timings = result.searches.map { "search \($0.name)" } + result.lists.map { "list \($0.name)" }
            for (name, timing) in zip(timings, result.searches + result.lists) {
                lines.append(
                    "  \(name): p50 \(BenchCommand.tenths(timing.p50)) ms, p95 \(BenchCommand.tenths(timing.p95)) ms, most \(BenchCommand.tenths(timing.most)) ms"
                )
            }
            if let created = result.created {
                lines.append(
                    "  create with \(created.clients) clients: \(BenchCommand.tenths(created.perSecond))/s, "
                        + "p50 \(BenchCommand.tenths(created.timing.p50)) ms, p95 \(BenchCommand.tenths(created.timing.p95)) ms, "
                        + "most \(BenchCommand.tenths(created.timing.most)) ms")
            }
            return lines.joined(separator: "\n")
        }
    }

    static func tenths(_ value: Double) -> String { String(format: "%.1f", value) }
}
