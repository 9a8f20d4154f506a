import Foundation
import Testing

@testable import Engine
@testable import Simulation

struct SwarmTests {
    @Test(arguments: 1...16) func aFaultyWorldPassesEveryChecker(seed: UInt64) {
        let result = Swarm.one(seed)
        #expect(result.findings.map(\.finding) == [])
    }

    /// As `hotline simulate --broken` does: each mistake is found within fifty worlds.
    @Test(arguments: BrokenRule.allCases) func aMistakeIsFound(rule: BrokenRule) {
        for seed in UInt64(1)...50 {
            var run = WorldRun(Swarm.world(of: seed), seed: seed, broken: rule, checked: true)
            run.run()
            if run.checker?.finding != nil { return }
        }
        Issue.record("\(rule) goes unseen")
    }

    @Test func aFindingIsMadeSmall() throws {
        let world = Swarm.world(of: 1)
        var run = WorldRun(world, seed: 1, broken: .dropsOnOverflow, checked: true)
        run.run()
        let finding = Shrinking(seed: 1, broken: .dropsOnOverflow, mostTries: 60).shrink(
            world, try #require(run.checker?.finding))
        #expect(finding.world.seconds <= world.seconds)
        #expect(!finding.story.isEmpty)
        #expect(finding.story.contains { $0.contains("overflow") })
    }

    @Test func theSameSeedGivesTheSameRun() {
        let (first, second) = (Swarm.one(5), Swarm.one(5))
        #expect(first.events == second.events)
        #expect((first.offered, first.answered, first.callbacks) == (second.offered, second.answered, second.callbacks))
    }
}

struct WorldTests {
    /// Small ones, whose seeds are fixed: what theory knows lies within the margin.
    @Test func theSimulationAgreesWithTheory() async {
        let table = await TheoryTable.make(
            1...6, workers: 2, seconds: 6000, only: ["M/M/5+M, 80% offered", "M/M/1, 60% busy"])
        #expect(table.rows.count == 7)
        for row in table.rows {
            #expect(row.agrees, "\(row.world), \(row.figure): \(row.simulated) and not \(row.theory)")
        }
    }

    /// Values from tables: C(10, 8) = 0.409, and one agent's are the load itself.
    @Test func erlangCIsAsInTheTables() {
        #expect(abs(Theory.erlangC(agents: 10, load: 8) - 0.4092) < 0.0001)
        #expect(abs(Theory.erlangC(agents: 1, load: 0.6) - 0.6) < 0.000001)
        // With patience without end Erlang A is Erlang C.
        let endless = Theory.erlangA(agents: 10, arrivalsPerSecond: 8.0 / 180, service: 180, patience: 1e6)
        #expect(abs(endless.waiting - 0.4092) < 0.002)
    }

    @Test(arguments: [
        Law.exponential(mean: 30), .lognormal(mean: 180, sd: 200), .constant(7), .values([1, 2, 9]),
        .hazard([.init(from: 0, hazard: 0.05), .init(from: 20, hazard: 0.05)]),
    ]) func aLawKeepsItsMean(law: Law) {
        var random = SeededRandom(seed: 3)
        let count = 60_000
        let mean = (0..<count).reduce(0) { sum, _ in sum + law.draw(&random) } / Double(count)
        let known = law.mean.isFinite ? law.mean : 20
        #expect(abs(mean - known) < known * 0.03)
    }

    @Test func whatIsPlannedHappensInOrder() {
        var agenda = Agenda<Int>()
        var random = SeededRandom(seed: 9)
        for number in 0..<2000 { agenda.plan(number, at: Int64(random.int(0...300))) }
        var last: (at: Int64, number: Int) = (-1, -1)
        while let next = agenda.next() {
            #expect(next.at > last.at || next.at == last.at && next.what > last.number)
            last = (next.at, next.what)
        }
        #expect(agenda.count == 0)
    }

    /// The examples that the documentation names can be run.
    @Test func theExamplesCanBeRun() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../docs/worlds")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(files.count >= 3)
        for file in files where file.pathExtension == "json" {
            var world = try JSONDecoder().decode(World.self, from: Data(contentsOf: file))
            #expect(world.problems == [])
            world.seconds = 600
            world.looks = nil
            _ = world.run(seed: 1)
        }
    }

    @Test func aWorldThatCannotBeIsRefused() throws {
        var world = Swarm.world(of: 1)
        world.lines[0].queue = "nowhere"
        world.service = .exponential(mean: -1)
        #expect(world.problems.contains("line \(world.lines[0].id) wants queue nowhere, which is not there"))
        #expect(world.problems.contains("exponential: mean is above 0"))
    }

    /// Redials and a queue that is full: every person who was answered is counted once.
    @Test func peopleAreCountedApartFromAttempts() throws {
        var world = World(
            seconds: 3600, lines: [.init(id: "12345", queue: "q")], queues: [.init(id: "q", capacity: 5)],
            agents: [.init(count: 3, queues: [.init("q")])], arrivals: [.init(line: "12345", perHour: [400])],
            service: .exponential(mean: 120))
        world.patience = .exponential(mean: 60)
        world.redials = .init(afterBusy: 0.9, afterAbandonment: 0.8, delay: .exponential(mean: 30), most: 20)
        let outcome = world.run(seed: 4)
        #expect(outcome.offered > 2 * outcome.people)
        #expect(outcome.answered == outcome.peopleAnswered)
        #expect(outcome.offered == outcome.answered + outcome.abandoned + outcome.busy + outcome.otherwise)
    }
}
