import Engine
import Storage
import Testing

@testable import App

/// A category that asks for more than every order says: the item number of a mail enquiry.
@Suite struct ParticularTests {
    private static let mail: @Sendable (inout Centre) -> Void = { centre in
        var category = Centre.Category(id: "mail", name: "邮件查询", englishName: "Mail enquiries")
        category.particulars = [
            Particular(id: "item", name: "邮件号", englishName: "Item number", kind: .mailItem, required: true),
            Particular(id: "from", name: "寄件地址", englishName: "Sent from", kind: .text),
        ]
        centre.categories = [category]
    }

    @Test func itIsAskedForKeptAndFound() async throws {
        try await TestHotline.with(centre: Self.mail) { hotline, client in
            let chen = try await Browser.signedIn(client, "chen")
            let housing = try await Browser.signedIn(client, "housing")
            let known = try await chen.get("/centre").json["categories"]?.elements.first?["particulars"]?.elements
            #expect(known?.map { $0["kind"] } == ["mail-item", "text"])
            let (path, order) = try await OrderTests.draft(chen)
            #expect(order["particulars"] == [])
            var version: JSON = order["version"] ?? 0
            func send(_ noun: String, _ form: [String: JSON]) async throws -> Browser.Reply {
                let form = JSON.object(form.merging(["version": version]) { $1 })
                let reply =
                    try await noun == "draft" ? chen.put("\(path)/\(noun)", form) : chen.post("\(path)/\(noun)", form)
                version = reply.json["version"] ?? version
                return reply
            }
            func save(_ item: String) async throws -> Browser.Reply {
                try await send(
                    "draft",
                    [
                        "fields": OrderTests.fields(),
                        "particulars": [["id": "item", "value": .string(item)], ["id": "from", "value": "杭州"]],
                    ])
            }
            let dispatch: [String: JSON] = ["body": "housing", "readBack": true]
            #expect(try await send("labels", ["category": "mail", "tags": []]).status == 200)
            let missing = try await send("dispatch", dispatch)
            #expect(missing.status == 422 && missing.fields["particulars.item"] == "请填写“邮件号”。")
            #expect(try await save("EA12345678").status == 200, "a draft may be half written")
            #expect(try await send("dispatch", dispatch).fields["particulars.item"]?.contains("13 位") == true)
            #expect(try await save(String(repeating: "1", count: 501)).status == 422)
            #expect(try await save("ea 123456785 cn").status == 200)
            let kept: JSON = [["id": "from", "value": "杭州"], ["id": "item", "value": "EA123456785CN"]]
            #expect(try await send("dispatch", dispatch).json["particulars"] == kept)
            #expect(try await housing.get(path).json["particulars"] == kept)
            for word in ["EA123456785CN", "ea123456785cn", "123456785"] {
                #expect(try await housing.get("/orders?q=\(word)").json["rows"]?.elements.count == 1, "\(word)")
            }
            #expect(try await housing.get("/orders?q=EA123456799CN").json["rows"] == [])
        }
    }

    /// The item number was misheard, and the body has the order already.
    @Test func itIsCorrectedAndTheBodyIsTold() async throws {
        try await TestHotline.with(centre: Self.mail) { _, client in
            let chen = try await Browser.signedIn(client, "chen")
            let wu = try await Browser.signedIn(client, "wu")
            let housing = try await Browser.signedIn(client, "housing")
            let (path, _) = try await OrderTests.draft(chen)
            func send(_ browser: Browser, _ noun: String, _ form: [String: JSON]) async throws -> Browser.Reply {
                let version = try await chen.get(path).json["version"] ?? 0
                let form = JSON.object(form.merging(["version": version]) { $1 })
                return try await noun == "draft"
                    ? browser.put("\(path)/\(noun)", form) : browser.post("\(path)/\(noun)", form)
            }
            func item(_ value: JSON) -> [String: JSON] { ["particulars": [["id": "item", "value": value]]] }
            _ = try await send(chen, "labels", ["category": "mail", "tags": []])
            _ = try await send(chen, "draft", item("EA123456785CN").merging(["fields": OrderTests.fields()]) { $1 })
            #expect(try await send(chen, "dispatch", ["body": "housing", "readBack": true]).status == 200)
            let steps: [(String, [String: JSON])] = [("signature", [:]), ("answer", ["text": "已投递"])]
            for (step, form) in steps {
                #expect(try await send(wu, "particulars", item("RR473124829GB")).code == "notAllowed")
                #expect(try await send(housing, "particulars", item("RR473124829GB")).code == "notAllowed")
                let wrong = try await send(chen, "particulars", item("RR473124820GB"))
                #expect(wrong.status == 422 && wrong.fields["particulars.item"] != nil)
                #expect(try await send(housing, step, form).status == 200)
            }
            let same = try await send(chen, "particulars", item("ea123456785cn"))
            #expect(same.status == 409 && same.message == "附加项没有改动。")
            let order = try await send(chen, "particulars", item("RR473124829GB")).json
            #expect(order["state"] == "answered" && order["particulars"] == [["id": "item", "value": "RR473124829GB"]])
            #expect(order["history"]?.elements.last?["note"] == "item: EA123456785CN → RR473124829GB")
            let told = order["deliveries"]?.elements.filter { $0["about"] == "correct" }
            #expect(told?.map { $0["body"] } == ["housing"])
            #expect(try await housing.get("/orders?q=RR473124829GB").json["rows"]?.elements.count == 1)
            #expect(try await housing.get("/orders?q=EA123456785CN").json["rows"] == [])
            #expect(try await send(housing, "closure", [:]).status == 200)
            #expect(try await send(chen, "particulars", item("EA123456785CN")).code == "wrongState")
        }
    }

    /// A letter lies about: what it says besides has neither her name nor a number to call.
    @Test func aLetterHoldsThemAndNobodysNumber() {
        var centre = Centre(
            id: "main", name: "热线", englishName: "Line", lines: [], queues: [], bodies: [], sites: [], agents: [])
        Self.mail(&centre)
        centre.categories?[0].particulars?.append(
            .init(id: "pick", name: "取件", englishName: "Collected", kind: .text))
        var order = WorkOrder(
            draft: "o", number: "20261122-000001",
            fields: .init(kind: .enquiry, title: "邮件未到", what: "寄出十日未到。", name: "王女士", phone: "13800001234"),
            line: "gov", call: nil, takenBy: nil, at: TestHotline.start)
        order.details.category = "mail"
        order.details.particulars = [
            "item": "EA123456785CN", "from": "文一路 1 号，收件 138-0000 1234，楼号 12", "pick": "王女士本人，0571-88001234",
        ]
        let delivery = Delivery(
            id: 1, order: "o", version: 1, body: "housing", about: "dispatch", channel: .email, address: "",
            createdAt: TestHotline.start, state: .waiting, attempts: 0)
        let text = DeliveryMessage.letter(delivery, order, from: centre).text
        #expect(
            text == """
                寄出十日未到。
                邮件号：EA123456785CN
                寄件地址：文一路 1 号，收件 138****1234，楼号 12
                取件：***本人，057****1234
                """)
    }

    /// The centre's file says what is wrong with it.
    @Test func aCatalogueThatCannotBeAskedIsRefused() {
        func problems(_ change: (inout [Particular]) -> Void) -> Int {
            var centre = Centre(
                id: "main", name: "热线", englishName: "Line", lines: [], queues: [], bodies: [],
                sites: [.init(id: "hall", name: "大厅", englishName: "Hall")], agents: [])
            Self.mail(&centre)
            change(&centre.categories![0].particulars!)
            return centre.problems.count
        }
        #expect(problems { _ in } == 0)
        #expect(problems { $0[1].id = "item" } == 1)
        #expect(problems { $0[0].name = "" } == 1)
        #expect(problems { $0[1].kind = .choice } == 1, "a choice of nothing")
        #expect(problems { $0[1].options = [.init(id: "am", name: "上午", englishName: "Morning")] } == 1)
        #expect(problems { $0 = (0...20).map { .init(id: "\($0)", name: "n", englishName: "n", kind: .text) } } == 1)
    }
}
