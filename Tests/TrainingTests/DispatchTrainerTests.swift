import Engine
import Foundation
import Testing

@testable import Training

/// One after the other: liblinear draws from C's `rand`, which is one for the process.
@Suite(.serialized) struct DispatchTrainerTests {
    /// Invented messages of three bodies, each with one word that tells and words that all of them use.
    static let messages: [LabelledMessage] = {
        let tellers = [("水务局", "自来水"), ("运输局", "公交车"), ("城管局", "垃圾桶")]
        let places = ["东门", "西街", "南桥", "北路", "中心广场", "河边", "学校旁", "小区里"]
        let troubles = ["有问题", "三天没人管", "请派人看看", "什么时候解决", "希望改善"]
        return tellers.flatMap { label, word in
            places.flatMap { place in
                troubles.map { trouble in
                    LabelledMessage(
                        label: label, subject: "\(place)的\(word)\(trouble)", detail: "我住在\(place)，\(word)\(trouble)。")
                }
            }
        }
    }()

    @Test func learnsWhatTellsBodiesApartAndSaysWhich() throws {
        let model = try DispatchTrainer().train(Self.messages)
        #expect(model.labels == ["城管局", "水务局", "运输局"].sorted())
        for message in Self.messages {
            #expect(model.propose(subject: message.subject, detail: "", limit: 1)[0].label == message.label)
        }
        let proposal = model.propose(subject: "新村公交车太少", detail: "", limit: 1)[0]
        #expect(proposal.label == "运输局")
        #expect(proposal.confidence > 0.8)
        #expect(proposal.words.first == "公交车")
    }

    @Test func whatItNeverSawGetsLowConfidence() throws {
        let model = try DispatchTrainer().train(Self.messages)
        for text in ["", "quite another matter", "鸟鸣嘤嘤"] {
            let proposals = model.propose(subject: text, detail: "", limit: 3)
            #expect(proposals.count == 3)
            #expect(proposals.allSatisfy { $0.confidence < 0.5 && $0.words == [] })
        }
    }

    @Test func theSameSeedGivesTheSameFile() throws {
        let once = try DispatchTrainer(seed: 3).train(Self.messages).encoded()
        #expect(try DispatchTrainer(seed: 3).train(Self.messages).encoded() == once)
        #expect(try DispatchModel(encoded: once).encoded() == once)
    }

    @Test func twoLabelsAreEnough() throws {
        let model = try DispatchTrainer().train(Self.messages.filter { $0.label != "城管局" })
        #expect(model.propose(subject: "自来水", detail: "", limit: 1)[0].label == "水务局")
        #expect(model.propose(subject: "公交车", detail: "", limit: 1)[0].label == "运输局")
    }

    @Test func oneMessageOfALabelIsEnoughNotToFail() throws {
        let rare = LabelledMessage(label: "气象局", subject: "台风什么时候来", detail: "")
        let model = try DispatchTrainer().train(Self.messages + [rare])
        #expect(model.labels.count == 4)
        #expect(model.propose(subject: "公交车", detail: "", limit: 1)[0].label == "运输局")
    }

    @Test func whatCannotBeLearntFromIsRefused() {
        func problem(_ messages: [LabelledMessage]) -> DispatchTrainer.Problem? {
            do throws(DispatchTrainer.Problem) {
                _ = try DispatchTrainer().train(messages)
                return nil
            } catch { return error }
        }
        let one = LabelledMessage(label: "a", subject: "水", detail: "")
        #expect(problem([]) == .noMessages)
        #expect(problem([one, one]) == .oneLabel("a"))
        #expect(problem([one, LabelledMessage(label: "b", subject: "水！", detail: "")]) == .alike)
        let many = (0...DispatchModel.mostLabels).map { LabelledMessage(label: "\($0)", subject: "\($0)", detail: "") }
        #expect(problem(many) == .tooManyLabels(1025))
    }

    @Test func evaluationAsksOnlyWhatWasNotTaught() throws {
        let evaluation = try DispatchEvaluation(
            of: Self.messages, grouping: .both, folds: 4, trainer: DispatchTrainer())
        #expect(evaluation.messages == 120)
        #expect(evaluation.groups == 120)
        #expect(evaluation.card.macroF1 == 1)
        #expect(evaluation.foldMacroF1 == [1, 1, 1, 1])
        #expect((0..<0.5).contains(evaluation.calibrationError))
        #expect(evaluation.card.lines.allSatisfy { $0.messages == 40 })
        // Labels by chance, each text many times: knowing it by heart must not help.
        let repeated = (0..<200).map {
            LabelledMessage(label: $0 % 2 == 0 ? "a" : "b", subject: "\($0 / 20)", detail: "")
        }
        let blind = try DispatchEvaluation(of: repeated, grouping: .subject, folds: 5, trainer: DispatchTrainer())
        #expect(blind.groups == 10)
        #expect(blind.card.accuracy <= 0.6)
    }

    @Test func tooFewMessagesForTheFoldsAreRefused() {
        let two = ["水", "车"].map { LabelledMessage(label: $0, subject: $0, detail: "") }
        #expect(throws: DispatchEvaluation.Problem.tooFewGroups(groups: 2, folds: 5)) {
            try DispatchEvaluation(of: two, grouping: .both, folds: 5, trainer: DispatchTrainer())
        }
    }

    @Test func aMissingTextGoesByTheOther() {
        let messages = [("水", ""), ("水", "甲"), ("", "甲"), ("", "水"), ("车", "甲")].map {
            LabelledMessage(label: "a", subject: $0.0, detail: $0.1)
        }
        let subject = MessageGrouping.subject.keys(of: messages)
        #expect(subject[0] == subject[1] && Set(subject).count == 4)
        let detail = MessageGrouping.detail.keys(of: messages)
        #expect(detail[1] == detail[2] && detail[1] == detail[4] && Set(detail).count == 3)
        let both = MessageGrouping.both.keys(of: messages)
        #expect(both[0] == both[1] && both[0] == both[2] && both[0] == both[4] && Set(both).count == 2)
    }

    @Test func confidenceIsOffByWhatItIsOff() {
        var bins = ConfidenceBins()
        #expect(bins.error == 0)
        for right in [true, true, true, false] { bins.count(confidence: 0.85, isRight: right) }
        for right in [true, true] { bins.count(confidence: 1, isRight: right) }
        #expect(abs(bins.error - 0.4 / 6) < 1e-12)
    }
}
