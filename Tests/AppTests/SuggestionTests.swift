import Engine
import Foundation
import HummingbirdTesting
import Storage
import Testing
import Training

@testable import App

/// What an agent is shown beside the form while she writes, and what is kept of it.
@Suite(.serialized) struct SuggestionTests {
    /// A hundred and twenty orders of the last weeks that water and housing kept, and the model they taught.
    private static func teach(_ hotline: TestHotline) async throws {
        let things = [("水管爆裂停水", "water"), ("自来水发黄有异味", "water"), ("电梯停运困人", "housing"), ("屋面渗水物业推诿", "housing")]
        let start = TestHotline.start.adding(seconds: -40 * 86_400)
        let orders = (0..<120).map { number in
            let (thing, body) = things[number % 4]
            let at = start.adding(seconds: Int64(number))
            var order = WorkOrder(
                draft: OrderID("past-\(number)"), number: "20261013-\(String(format: "%06d", number + 1))",
                fields: .init(
                    kind: number % 3 == 0 ? .help : .complaint, title: "\(thing)（\(number)）",
                    what: (number % 3 == 0 ? "来电人请求帮助，" : "来电人投诉，") + "\(number)号楼\(thing)，已经第\(number)天",
                    phone: "139\(10_000_000 + number)"),
                line: "gov", call: nil, takenBy: "p-chen", at: at)
            order.state = .signed
            order.body = BodyID(body)
            order.details.category = body == "water" ? "supply" : "estate"
            (order.dispatchedAt, order.signedAt) = (at, at)
            return ImportedOrder(order, due: OrderDue(next: nil, resolve: nil))
        }
        try await hotline.store.importOrders(orders, by: .program)
        let centre = hotline.dependencies.centre.centre
        let taught = try await TaughtOrders.read(from: hotline.store, centre: centre, most: 1_000)
        #expect(taught.count == 120)
        let kept = try await CatalogueFiles(dataDirectory: hotline.folder.path).keep(
            try CatalogueTrainer().train(taught), orders: taught.count, in: hotline.store, at: hotline.clock.now)
        #expect(kept.version == 1)
        try await hotline.dependencies.catalogue.load(from: hotline.store)
    }

    private static func withCatalogue(
        _ test: @escaping @Sendable (TestHotline, any TestClientProtocol) async throws -> Void
    ) async throws {
        try await TestHotline.with(
            centre: {
                $0.categories = [
                    .init(id: "supply", name: "供水", englishName: "Water supply"),
                    .init(id: "estate", name: "物业", englishName: "Estates"),
                ]
            }, test)
    }

    private static func form(_ what: String, _ more: [String: JSON] = [:]) -> JSON {
        let form: [String: JSON] = ["line": "gov", "title": "", "what": .string(what), "where": ""]
        return .object(form.merging(more) { $1 })
    }

    private static let burst = "来电人投诉，小区水管爆裂停水，已经第三天"

    @Test func proposesNothingWithoutAModel() async throws {
        try await TestHotline.with { _, client in
            let chen = try await Browser.signedIn(client, "chen")
            let reply = try await chen.post("/suggestions", Self.form(Self.burst))
            #expect(reply.json["model"] == .null && reply.json["proposals"]?.elements == [])
            let nowhere = try await chen.post("/suggestions", Self.form(Self.burst, ["line": "no such line"]))
            #expect(nowhere.status == 422 && nowhere.fields["line"] != nil)
            let housing = try await Browser.signedIn(client, "housing")
            #expect(try await housing.post("/suggestions", Self.form(Self.burst)).code == "notAllowed")
        }
    }

    @Test func whatWasProposedIsKeptWithTheOrder() async throws {
        try await Self.withCatalogue { hotline, client in
            try await Self.teach(hotline)
            let chen = try await Browser.signedIn(client, "chen")
            let shown = try await chen.post("/suggestions", Self.form(Self.burst)).json
            #expect(shown["model"]?["version"] == 1 && shown["model"]?["orders"] == 120)
            let proposals = shown["proposals"]?.elements ?? []
            #expect(proposals.map { $0["value"] } == ["complaint", "supply", "water"])
            for proposal in proposals {
                let words = proposal["words"]?.elements.compactMap { $0.text(or: nil) } ?? []
                #expect(words.contains { Self.burst.contains($0) })
            }
            let nothing = try await chen.post("/suggestions", Self.form("您好"))
            #expect(nothing.json["proposals"]?.elements == [], "says nothing yet")

            func proposed(_ value: String, model: JSON = 1) -> JSON {
                ["model": model, "body": ["value": .string(value), "confidence": .number(0.87)], "kind": nil]
            }
            let (path, order) = try await OrderTests.draft(chen)
            let form: [String: JSON] = ["version": order["version"] ?? 0, "body": "water", "readBack": true]
            let future = try await chen.post(
                path + "/dispatch", .object(form.merging(["proposed": proposed("water", model: 2)]) { $1 }))
            #expect(future.status == 422 && future.fields["proposed"] != nil)
            let taken = try await chen.post(
                path + "/dispatch", .object(form.merging(["proposed": proposed("water")]) { $1 }))
            #expect(
                taken.json["proposals"]?.elements == [
                    [
                        "label": "body", "model": 1, "proposed": "water", "confidence": .number(0.87),
                        "chosen": "water",
                        "taken": true,
                    ]
                ])
            let water = try await Browser.signedIn(client, "water")
            #expect(try await water.get(path).json["proposals"]?.elements == [], "no business of the body's")
            let returned = try await water.post(
                path + "/return", ["version": taken.json["version"] ?? 0, "reason": "不在辖区"])
            // Sent on to another body, it is kept as it was.
            let again = try await chen.post(
                path + "/dispatch",
                [
                    "version": returned.json["version"] ?? 0, "body": "housing", "readBack": true,
                    "proposed": proposed("housing"),
                ])
            #expect(again.json["proposals"]?.elements.first?["chosen"] == "water")

            let lei = try await Browser.signedIn(client, "lei")
            let report = try await lei.get("/reports/day?day=2026-11-22").json["values"]
            #expect(report?["proposalTakenRate"]?.elements.last?["numerator"] == 1)
            #expect(report?["returnedAsProposedRate"]?.elements.last?["value"] == 1)
            #expect(report?["returnedOtherwiseRate"]?.elements.last?["value"] == .null)
        }
    }

    @Test func repeatsAreFoundAndCountedApart() async throws {
        try await TestHotline.with { hotline, client in
            let chen = try await Browser.signedIn(client, "chen")
            let wu = try await Browser.signedIn(client, "wu")
            let told: [String: JSON] = [
                "title": "北渡路水管爆裂", "what": "北渡路与金桥街路口自来水管爆裂，水漫到人行道，附近停水。", "where": "北渡路金桥街口",
                "phone": "13800000001",
            ]
            let first = try await OrderTests.dispatched(chen, to: "water", told)
            let id = JSON.string(String(first.dropFirst("/orders/".count)))
            _ = try await OrderTests.dispatched(
                chen, to: "housing", ["title": "楼上装修", "what": "楼上住户夜间装修用电锤拆墙，老人孩子睡不好。", "where": "云锦苑"])

            // A neighbour: by what is told.
            let typed = "金桥街路口水管爆了，自来水漫到人行道上"
            let alike = try await wu.post("/suggestions", Self.form(typed)).json["repeats"]?.elements ?? []
            #expect(alike.count == 1 && alike.first?["id"] == id)
            #expect(alike.first?["sameCaller"] == false && alike.first?["phone"] == "138****0001")
            let isLike =
                if case .number(RepeatIndex.leastLikeness...1)? = alike.first?["likeness"] { true } else { false }
            #expect(isLike)

            // The same caller: by her number, whatever she tells. What she told another agent in confidence is not found by
            // a number that was typed.
            _ = try await OrderTests.dispatched(
                chen, to: "water", ["phone": "13800000001", "title": "举报", "what": "举报水费乱收", "confidential": true])
            let (path, draft) = try await OrderTests.draft(wu, ["phone": "13800000001", "title": "", "what": "路灯不亮"])
            let own = JSON.string(String(path.dropFirst("/orders/".count)))
            let hers = try await wu.post("/suggestions", Self.form("路灯不亮", ["order": own])).json["repeats"]
            #expect(hers?.elements.map { $0["id"] } == [id] && hers?.elements.first?["sameCaller"] == true)
            #expect(hers?.elements.first?["likeness"] == .null)

            // Three orders of two people are one matter of two.
            let merge: [String: JSON] = ["into": id, "reason": "同一事项"]
            let merged = try await wu.post(
                path + "/merge", .object(merge.merging(["version": draft["version"] ?? 0]) { $1 }))
            #expect(merged.json["state"] == "merged" && merged.json["mergedInto"] == id)
            let (other, neighbour) = try await OrderTests.draft(wu, ["phone": "13800000002"])
            _ = try await wu.post(
                other + "/merge", .object(merge.merging(["version": neighbour["version"] ?? 0]) { $1 }))
            let whole = try await chen.get(first).json
            #expect(whole["people"] == 2 && whole["merged"] == 2)
            let rows = try await wu.post("/suggestions", Self.form(typed)).json["repeats"]?.elements
            #expect(rows?.map { $0["id"] } == [id], "what was merged is not offered")
            #expect(rows?.first?["people"] == 2)

            // And apart again.
            let lei = try await Browser.signedIn(client, "lei")
            let version = try await lei.get(other).json["version"] ?? 0
            _ = try await lei.post(other + "/unmerge", ["version": version, "reason": "另一处"])
            #expect(try await chen.get(first).json["people"] == 1)
            let report = try await lei.get("/reports/day?day=2026-11-22").json["values"]
            #expect(report?["ordersCreated"]?.elements.last?["numerator"] == 5)
            #expect(report?["mattersCreated"]?.elements.last?["numerator"] == 4)
        }
    }

    /// A night's teaching: once, and by the clock; then the desk proposes by it.
    @Test func aModelIsTaughtAtNightAndTakenUp() async throws {
        try await Self.withCatalogue { hotline, _ in
            try await Self.teach(hotline)
            let taught = Counter()
            let teaching = DispatchTeaching(
                store: hotline.store, catalogue: hotline.dependencies.catalogue, wall: .china,
                now: { hotline.clock.now }, teach: { _ = taught.next() }, logger: hotline.dependencies.logger)
            #expect(try await !teaching.isDue(nil), "it is afternoon, and there is one of today")
            hotline.clock.advance(seconds: 13 * 3600)
            #expect(try await teaching.isDue(nil), "it is three at night")
            #expect(try await !teaching.isDue(hotline.clock.now.adding(seconds: -60)), "it was tried a minute ago")
            let model = try #require(hotline.dependencies.catalogue.held)
            let file = hotline.folder.appendingPathComponent("dispatch/\(model.taught.digest)")
            try Data("damaged".utf8).write(to: file)
            let fresh = CurrentCatalogue(dataDirectory: hotline.folder.path)
            await #expect(throws: CatalogueFiles.Problem.self) { try await fresh.load(from: hotline.store) }
            #expect(fresh.held == nil && fresh.newestVersion == 1)
        }
    }
}
