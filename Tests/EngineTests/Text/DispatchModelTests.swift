import Foundation
import Testing

@testable import Engine

@Suite struct DispatchModelTests {
    /// Water, buses and the single gram 了 that means nothing.
    static let model: DispatchModel = {
        let known: [(String, [Float])] = [("水管", [2, -1]), ("公交", [-1, 2]), ("bu", [-1, 1]), ("了", [0, 0])]
        let rows = known.map { text, weights in
            let codes = text.unicodeScalars.map(\.value)
            return (gram: codes.count == 1 ? Gram(codes[0]) : Gram(codes[0], codes[1]), weights: weights)
        }.sorted { $0.gram < $1.gram }
        return DispatchModel(
            labels: ["水务局", "运输局"],
            vocabulary: Vocabulary(grams: rows.map(\.gram), rarity: [1, 1, 1, 1]),
            weights: rows.flatMap(\.weights), biases: [-0.5, -0.75],
            scales: [PlattScale(slope: -4, offset: 0), PlattScale(slope: -4, offset: 0)], temperature: 1)
    }()

    @Test func proposesTheLikeliestFirstWithItsWords() {
        let proposals = Self.model.propose(subject: "水管坏了", detail: "家里水管漏了三天", limit: 9)
        #expect(proposals.map(\.label) == ["水务局", "运输局"])
        #expect(proposals[0].confidence > 0.9)
        #expect(proposals[1].confidence < 0.1)
        #expect(proposals[0].words == ["水管"])
        #expect(proposals[1].words == [])
        #expect(Self.model.propose(subject: "水管坏了", detail: "", limit: 1).count == 1)
        #expect(Self.model.propose(subject: "水管坏了", detail: "", limit: 0) == [])
    }

    @Test func readsAnyWidthAndCaseAndShowsWhatWasTyped() {
        let proposals = Self.model.propose(subject: "ＢＵＳ stop", detail: "", limit: 1)
        #expect(proposals[0].label == "运输局")
        #expect(proposals[0].words == ["ＢＵＳ"] || proposals[0].words == ["ＢＵ"])
        #expect(Self.model.propose(subject: "The Buses are late", detail: "", limit: 1)[0].words == ["Buses"])
    }

    @Test func joinsNoWordsAcrossMarks() {
        #expect(Self.model.propose(subject: "水，管", detail: "", limit: 1)[0].words == [])
        #expect(Self.model.propose(subject: "水", detail: "管", limit: 1)[0].words == [])
    }

    @Test(arguments: ["", " \n\t", "，。！", "\0", "completely different", "🚰"])
    func whatItKnowsNothingOfCouldBeAny(_ text: String) {
        let proposals = Self.model.propose(subject: text, detail: text, limit: 2)
        #expect(proposals.count == 2)
        #expect(proposals.allSatisfy { (0.2...0.8).contains($0.confidence) && $0.words == [] })
    }

    @Test func readsNoFurtherThanItSays() {
        let long = String(repeating: "天", count: MessageText.mostCharacters * 2)
        let text = MessageText(subject: long, detail: "水管")
        #expect(text.folded.count <= MessageText.mostCharacters + 1)
        #expect(Self.model.propose(subject: long, detail: "水管", limit: 1)[0].words == [])
        #expect(MessageText(subject: "", detail: long).folded.count == MessageText.mostCharacters)
    }
}

@Suite struct DispatchModelFileTests {
    private let model = DispatchModelTests.model

    @Test func comesBackAsItWas() throws {
        let data = model.encoded()
        #expect(try DispatchModel(encoded: data) == model)
        // A slice does not begin at 0.
        #expect(try DispatchModel(encoded: (Data([1, 2, 3]) + data).dropFirst(3)) == model)
    }

    @Test func whatIsCutOffIsRefused() {
        let data = model.encoded()
        for length in data.indices {
            #expect(throws: DispatchModel.FileProblem.self) { try DispatchModel(encoded: data.prefix(length)) }
        }
        #expect(throws: DispatchModel.FileProblem.damaged) { try DispatchModel(encoded: data + [0]) }
    }

    @Test func anyByteChangedIsRefused() {
        let data = model.encoded()
        for place in data.indices {
            for change: UInt8 in [1, 0x80, 0xFF] {
                var changed = data
                changed[place] ^= change
                #expect(throws: DispatchModel.FileProblem.self) { try DispatchModel(encoded: changed) }
            }
        }
    }

    /// The sum is right, so that what is behind it must hold by itself.
    @Test func whatIsWrongInsideIsRefusedOrCanBeUsed() {
        let data = model.encoded()
        for place in 8..<data.count - 8 {
            for change: UInt8 in [1, 0x40, 0x80, 0xFF] {
                var changed = data.dropLast(8)
                changed[place] ^= change
                changed = DispatchModel.sealed(changed)
                if let model = try? DispatchModel(encoded: changed) {
                    let proposals = model.propose(subject: "水管坏了", detail: "bus", limit: 5)
                    #expect(proposals.allSatisfy { (0...1).contains($0.confidence) })
                }
            }
        }
    }

    @Test func saysWhatIsWrong() {
        func problem(_ data: Data) -> DispatchModel.FileProblem? {
            do throws(DispatchModel.FileProblem) {
                _ = try DispatchModel(encoded: data)
                return nil
            } catch { return error }
        }
        #expect(problem(Data()) == .foreign)
        #expect(problem(Data("label\tsubject\tdetail\n".utf8)) == .foreign)
        var newer = model.encoded()
        newer[8] = 2
        #expect(problem(newer) == .version(2))
        #expect(problem(model.encoded().dropLast()) == .damaged)
        #expect(DispatchModel.FileProblem.version(2).description.contains("train it again"))
    }
}
