import Engine
import Foundation
import Testing

@testable import Training

/// Among those that go one after the other.
extension DispatchTrainerTests {
    @Suite struct CatalogueTests {
        /// Two bodies' matters, of two categories, told in ways of their own, and questions answered in the call.
        static func orders(_ count: Int) -> [TaughtOrder] {
            let things = ["水管爆裂停水", "自来水发黄", "电梯停运困人", "屋面渗水物业推诿"]
            return (0..<count).map { number in
                let thing = things[number % 4]
                let isWater = number % 4 < 2
                let asks = number % 5 == 0
                return TaughtOrder(
                    told: .init(
                        title: (asks ? "咨询" : "") + thing + "（\(number)）",
                        what: asks
                            ? "来电人想问\(thing)第\(number)次怎样办理" : "来电人反映\(number)号楼\(thing)，要求尽快处理，已经第\(number)天",
                        place: "第\(number % 7)小区", line: "市民服务热线"),
                    kind: asks ? "consultation" : "complaint", category: isWater ? "supply" : "estate",
                    body: asks ? nil : isWater ? "water" : "housing")
            }
        }

        @Test func proposesWhatPastOrdersTaught() throws {
            let catalogue = try CatalogueTrainer().train(Self.orders(200))
            func propose(
                _ what: String, known: @escaping (DispatchCatalogue.Label, String) -> Bool = { _, _ in true }
            ) -> [DispatchCatalogue.Label: Proposal] {
                catalogue.propose(
                    for: .init(title: "", what: what, place: "第3小区", line: "市民服务热线"), isKnown: known,
                    categoryName: { $0 })
            }
            let found = propose("来电人反映小区水管爆裂停水，要求尽快处理")
            #expect(found[.body]?.label == "water" && found[.kind]?.label == "complaint")
            #expect(found[.category]?.label == "supply")
            // What decided is cut from what was asked, or is the name of the place, the category or the line.
            for proposal in found.values {
                #expect(proposal.confidence >= DispatchCatalogue.leastConfidence)
                let asked = ["来电人反映小区水管爆裂停水，要求尽快处理", "第3小区", "supply", "市民服务热线"]
                #expect(proposal.words.allSatisfy { word in asked.contains { $0.contains(word) } }, "\(proposal.words)")
            }
            #expect(propose("你好").isEmpty, "says nothing yet")
            #expect(propose("鼙鼓齐鸣旌旗猎猎").isEmpty, "knows none of it")
            let strange = "路口红绿灯坏了三天，早高峰车流拥堵得厉害，孩子上学穿行很危险，停水"
            #expect(catalogue.body?.familiarity(subject: "", detail: strange) ?? 1 < DispatchCatalogue.leastFamiliarity)
            #expect(propose(strange).isEmpty, "knows one word of it, and would be sure")
            #expect(propose("来电人反映小区水管爆裂停水") { label, _ in label != .body }[.body] == nil, "a body that is gone")
        }

        @Test func theFileGivesTheSameAndNoOther() throws {
            let catalogue = try CatalogueTrainer().train(Self.orders(120))
            let data = catalogue.encoded()
            #expect(try DispatchCatalogue(encoded: data) == catalogue)
            for length in stride(from: 0, to: data.count, by: max(1, data.count / 200)) {
                #expect(throws: DispatchModel.FileProblem.self) { try DispatchCatalogue(encoded: data.prefix(length)) }
            }
            #expect(throws: DispatchModel.FileProblem.damaged) { try DispatchCatalogue(encoded: data + [0]) }
            // No text of an order is in it.
            #expect(data.range(of: Data("水管爆裂".utf8)) == nil)
        }

        @Test func tooFewTeachNothing() throws {
            #expect(throws: CatalogueTrainer.Problem.tooFew(99)) { try CatalogueTrainer().train(Self.orders(99)) }
            let alike = (0..<100).map { number in
                TaughtOrder(
                    told: .init(title: "停水", what: "第\(number)栋停水", place: "", line: ""), kind: "help",
                    category: number < 4 ? "rare" : nil, body: "water")
            }
            #expect(throws: CatalogueTrainer.Problem.nothingToTell) { try CatalogueTrainer().train(alike) }
        }
    }
}
