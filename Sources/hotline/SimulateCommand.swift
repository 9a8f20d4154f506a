import ArgumentParser
import Engine
import Foundation
import Simulation

struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract:
            "Runs the real switchboard, or the real handling of orders, in made-up worlds by their seeds, or in one that is described.",
        discussion: """
            With --seeds each seed is a small world in which everything goes wrong, watched by checkers; a failing one is made \
            small and shown. With --orders each seed is a random work day of orders, played to the end of each, watched by checkers \
            too. With --world it is one world described in a file (docs/simulation.md), whose figures are printed.

              hotline simulate --seeds 1...2000
              hotline simulate --orders 1...2000
              hotline simulate --world day.json --seed 7
            """)

    @Option(help: "Seeds of faulty worlds, as 1...2000, or one.") var seeds: String?
    @Option(help: "Seeds of random days of orders, as 1...2000, or one.") var orders: String?
    @Option(help: "A world described in JSON.") var world: String?
    @Option(help: "The seed of the described world.") var seed: UInt64 = 1
    @Option(
        help:
            """
            A mistake put in on purpose, to see that it is found: \(BrokenRule.allCases.map(\.rawValue).joined(separator: ", ")); \
            with --orders \(BrokenOrderRule.allCases.map(\.rawValue).joined(separator: ", ")).
            """
    )
    var broken: String?
    @Flag(help: "Compares the switchboard with what queueing theory knows, over the seeds given with --seeds.")
    var theory = false
    @Flag(help: "Prints one JSON object.") var json = false

    func validate() throws {
        guard [seeds, orders, world].compactMap({ $0 }).count == 1 else {
            throw ValidationError("give --seeds, --orders or --world")
        }
        if theory, seeds == nil { throw ValidationError("--theory wants --seeds") }
        if let given = seeds ?? orders, Self.range(given) == nil {
            throw ValidationError("--seeds and --orders are a range as 1...2000, or one number")
        }
        let isKnown =
            orders == nil
            ? broken.map { BrokenRule(rawValue: $0) != nil } : broken.map { BrokenOrderRule(rawValue: $0) != nil }
        if let broken, isKnown == false {
            throw ValidationError("there is no such mistake as \(broken)")
        }
    }

    private static func range(_ text: String) -> ClosedRange<UInt64>? {
        let ends = text.components(separatedBy: "...").map { UInt64($0) }
        guard ends.allSatisfy({ $0 != nil }) else { return nil }
        switch ends.count {
        case 1: return ends[0]!...ends[0]!
        case 2 where ends[0]! <= ends[1]!: return ends[0]!...ends[1]!
        default: return nil
        }
    }

    func run() async throws {
        if let range = seeds.flatMap(Self.range) {
            if theory { try await compare(range) } else { try await swarm(range) }
        }
        if let range = orders.flatMap(Self.range) { try await orders(range) }
        if let world { try one(world) }
    }

    private func swarm(_ range: ClosedRange<UInt64>) async throws {
        let began = ContinuousClock.now
        let result = await Swarm.run(
            range, broken: broken.flatMap { BrokenRule(rawValue: $0) },
            workers: ProcessInfo.processInfo.activeProcessorCount)
        if json {
            show(try Self.text(result))
        } else {
            let seconds = (ContinuousClock.now - began) / .seconds(1)
            show(
                """
                \(result.seeds) worlds in \(Int(seconds.rounded())) s: \(result.events) events, \(result.offered) callers, \
                \(result.answered) answered, \(result.callbacks) called back, \(result.crashes) crashes
                """)
            for finding in result.findings {
                show("seed \(finding.seed): \(finding.finding)\n  world: \(try Self.text(finding.world))")
                for event in finding.story { show("  \(event)") }
            }
            if result.findings.isEmpty { show("every checker passed") }
        }
        if !result.findings.isEmpty { throw ExitCode(1) }
    }

    private func orders(_ range: ClosedRange<UInt64>) async throws {
        let began = ContinuousClock.now
        let result = try await OrderSwarm.run(
            range, broken: broken.flatMap { BrokenOrderRule(rawValue: $0) },
            workers: ProcessInfo.processInfo.activeProcessorCount)
        if json {
            show(try Self.text(result))
        } else {
            let seconds = (ContinuousClock.now - began) / .seconds(1)
            show(
                """
                \(result.days) days of orders in \(Int(seconds.rounded())) s: \(result.orders) orders, \(result.accepted) steps, \
                \(result.refused) refused, \(result.alarms) alarms, \(result.restarts) restarts, \
                figures of \(result.counted) days counted again
                """)
            for finding in result.findings {
                show("seed \(finding.seed): \(finding.finding)")
                for deed in finding.story { show("  \(deed)") }
            }
            if result.findings.isEmpty { show("every checker passed") }
        }
        if !result.findings.isEmpty { throw ExitCode(1) }
    }

    private func compare(_ range: ClosedRange<UInt64>) async throws {
        let table = await TheoryTable.make(range, workers: ProcessInfo.processInfo.activeProcessorCount)
        if json { return show(try Self.text(table)) }
        show("| world | figure | theory | simulated | margin | |")
        show("|---|---|---|---|---|---|")
        for row in table.rows {
            let numbers = [row.theory, row.simulated, row.margin].map { String(format: "%.4f", $0) }.joined(
                separator: " | ")
            show("| \(row.world) | \(row.figure) | \(numbers) | \(row.agrees ? "agrees" : "differs") |")
        }
        if table.rows.contains(where: { !$0.agrees }) { throw ExitCode(1) }
    }

    private func one(_ file: String) throws {
        let described: World
        do {
            described = try JSONDecoder().decode(World.self, from: Data(contentsOf: URL(fileURLWithPath: file)))
        } catch {
            throw ValidationError("\(file) cannot be read as a world: \(error)")
        }
        let problems = described.problems
        guard problems.isEmpty else {
            throw ValidationError("\(file) cannot be run:\n  " + problems.joined(separator: "\n  "))
        }
        let began = ContinuousClock.now
        let outcome = described.run(seed: seed)
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        if json { return show(try Self.text(WorldReport(outcome, seed: seed, seconds: seconds))) }
        show(WorldReport(outcome, seed: seed, seconds: seconds).text)
    }

    private static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
