import Testing

@testable import Simulation

struct OrderSwarmTests {
    /// Two of them are written into a store, and their figures counted again.
    @Test(arguments: 9...20) func aDayOfOrdersPassesEveryChecker(seed: UInt64) async throws {
        let result = try await OrderSwarm.one(seed)
        #expect(result.findings.map(\.finding) == [])
        #expect(result.accepted > 0 && result.counted == (seed % 10 == 0 ? 1 : 0))
    }

    /// As `hotline simulate --orders --broken` does: each mistake is found within fifty days.
    @Test(arguments: BrokenOrderRule.allCases.filter { $0 != .countsWhatStands })
    func aMistakeIsFound(rule: BrokenOrderRule) {
        for seed in UInt64(1)...50 where OrderDay.make(OrderWorld(seed: seed), seed: seed, broken: rule).finding != nil
        {
            return
        }
        Issue.record("\(rule) goes unseen")
    }

    @Test func aWrongFigureIsFound() async throws {
        for seed in stride(from: UInt64(10), through: 500, by: 10) {
            if try await !OrderSwarm.one(seed, broken: .countsWhatStands).findings.isEmpty { return }
        }
        Issue.record("a wrong figure goes unseen")
    }

    @Test func aFindingIsMadeShort() async throws {
        let finding = try #require(
            try await OrderSwarm.run(1...9, broken: .losesBody, workers: 1, most: 1).findings.first)
        #expect(finding.finding.contains("no body has it"))
        #expect((3...6).contains(finding.story.count), "begun, dispatched, objected to, ruled: \(finding.story)")
    }

    @Test func theSameSeedGivesTheSameDay() {
        let (first, second) = (OrderDay.make(OrderWorld(seed: 5), seed: 5), OrderDay.make(OrderWorld(seed: 5), seed: 5))
        #expect(first.deeds.map(\.text) == second.deeds.map(\.text))
        #expect(first.register.kept == second.register.kept)
    }
}
