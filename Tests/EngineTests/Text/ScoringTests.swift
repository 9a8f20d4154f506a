import Testing

@testable import Engine

@Suite struct ScorecardTests {
    /// By hand: a is right 3 of 4 times and proposed 4 times; b 1 of 2, proposed 2; c's one message was called a.
    @Test func countsAsByHand() {
        var card = Scorecard(labels: ["a", "b", "c", "unused"])
        for (right, proposed) in [(0, 0), (0, 0), (0, 0), (0, 1), (1, 1), (1, 3), (2, 0)] {
            card.count(right: right, proposed: proposed)
        }
        let lines = card.lines
        #expect(lines[0].precision == 3.0 / 4 && lines[0].recall == 3.0 / 4 && lines[0].f1 == 3.0 / 4)
        #expect(lines[1].precision == 1.0 / 2 && lines[1].recall == 1.0 / 2 && lines[1].f1 == 1.0 / 2)
        #expect(lines[2].precision == 0 && lines[2].recall == 0 && lines[2].f1 == 0)
        #expect(lines.map(\.messages) == [4, 2, 1, 0])
        #expect(abs(card.macroF1 - (0.75 + 0.5 + 0) / 3) < 1e-12)
        #expect(abs(card.accuracy - 4.0 / 7) < 1e-12)
    }

    @Test func nothingCountedIsNothing() {
        #expect(Scorecard(labels: ["a"]).macroF1 == 0)
        #expect(Scorecard(labels: []).accuracy == 0)
    }
}

@Suite struct GroupedFoldsTests {
    private let keys = (0..<500).map { "\($0 * $0 % 97)" }

    @Test(arguments: [1, 2, 3, 5, 10], [UInt64(0), 1, 99])
    func noGroupIsSplit(_ count: Int, _ seed: UInt64) {
        let folds = GroupedFolds(keys: keys, count: count, seed: seed)
        #expect(folds.count == count)
        var fold: [String: Int] = [:]
        for (member, key) in keys.enumerated() {
            #expect(fold[key, default: folds.folds[member]] == folds.folds[member])
            fold[key] = folds.folds[member]
        }
        let sizes = (0..<count).map { fold in folds.folds.count { $0 == fold } }
        #expect(sizes.max()! - sizes.min()! <= 25)
    }

    @Test func theSeedDecidesAlone() {
        #expect(GroupedFolds(keys: keys, count: 5, seed: 7) == GroupedFolds(keys: keys, count: 5, seed: 7))
        #expect(GroupedFolds(keys: keys, count: 5, seed: 7) != GroupedFolds(keys: keys, count: 5, seed: 8))
    }

    @Test func thereAreNoMoreThanGroups() {
        #expect(GroupedFolds(keys: ["a", "a", "b"], count: 5, seed: 1).count == 2)
        #expect(GroupedFolds(keys: [], count: 5, seed: 1).folds == [])
    }

    @Test func whatSharesEitherKeyIsTogether() {
        let keys = GroupedFolds.connected(["a", "b", "", "c", "", ""], ["x", "y", "x", "y", "", ""])
        #expect(keys[0] == keys[2])
        #expect(keys[1] == keys[3])
        #expect(Set(keys).count == 4)
    }

    @Test func howATextIsTypedDoesNotMatter() {
        #expect(MessageText.plain("Ａ市 公交，为何不来？") == MessageText.plain("a市公交为何不来"))
        #expect(MessageText.plain("ÀB１２") == "àb12")
        #expect(MessageText.plain(" ，。\n") == "")
    }
}

@Suite struct PlattScaleTests {
    /// Of the scores -1, 0 and 1 a fifth, a half and four fifths have the label: the scale must say so.
    @Test func saysTheShareThatHadTheLabel() {
        var scores: [Double] = []
        var isLabel: [Bool] = []
        for (score, part) in [(-1.0, 200), (0.0, 500), (1.0, 800)] {
            scores += Array(repeating: score, count: 1000)
            isLabel += (0..<1000).map { $0 < part }
        }
        let scale = PlattScale(scores: scores, isLabel: isLabel)
        #expect(abs(scale.probability(-1) - 0.2) < 0.01)
        #expect(abs(scale.probability(0) - 0.5) < 0.01)
        #expect(abs(scale.probability(1) - 0.8) < 0.01)
    }

    @Test(arguments: [[], [true], [false], [true, true], [true, false]])
    func staysAProbabilityHoweverLittleItSaw(_ isLabel: [Bool]) {
        let scale = PlattScale(scores: isLabel.map { $0 ? 50 : -50 }, isLabel: isLabel)
        for score in [-1e9, -1, 0, 1, 1e9] { #expect((0...1).contains(scale.probability(score))) }
    }
}

@Suite struct TemperatureTests {
    /// Odds of two labels that say 98 of 100 where 88 are right: twice as sure as they should be.
    @Test func takesBackWhatIsTooSure() {
        let odds = (0..<1000).map { _ in [4.0, 0.0] }
        let right = (0..<1000).map { $0 < 880 ? 0 : 1 }
        let temperature = Temperature.fitted(odds: odds, right: right)
        #expect(abs(temperature - 2) < 0.05)
        #expect(abs(Temperature.probabilities([4, 0], at: temperature)[0] - 0.88) < 0.01)
    }

    @Test func staysWithinItsRange() {
        #expect(Temperature.range.contains(Temperature.fitted(odds: [[9, 0]], right: [0])))
        #expect(Temperature.range.contains(Temperature.fitted(odds: [[9, 0]], right: [1])))
        #expect(Temperature.range.contains(Temperature.fitted(odds: [], right: [])))
        #expect(Temperature.probabilities([1e9, -1e9], at: 0.5) == [1, 0])
    }
}
