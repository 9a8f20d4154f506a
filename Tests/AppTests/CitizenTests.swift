import Engine
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Storage
import Testing

@testable import App

/// The doors that stand open to everyone.
@Suite struct CitizenTests {
    static let open: @Sendable (inout Centre) -> Void = { $0.citizens = Centre.Citizens(line: "gov") }

    static func matter(_ changes: [String: JSON] = [:]) -> JSON {
        let fields: [String: JSON] = [
            "kind": nil, "title": "路灯不亮", "what": "翠苑一区三幢前的路灯坏了一周。", "where": "翠苑一区三幢", "when": "", "wish": "",
            "name": "王女士", "phone": "13800001234", "confidential": false,
        ]
        return .object(fields.merging(changes) { $1 })
    }

    /// A citizen at the page, the path of her order and what lets her in.
    static func filed(_ client: any TestClientProtocol) async throws -> (Browser, path: String, HTTPFields) {
        let citizen = Browser(client: client)
        let filed = try await citizen.post("/citizen/orders", matter())
        #expect(filed.status == 201)
        let number = try #require(filed.json["number"]?.text(or: nil))
        let code = try #require(filed.json["code"]?.text(or: nil))
        return (citizen, "/citizen/orders/\(number)", [.hotlineCode: code])
    }

    static let photo: Data = Data([
        0xFF, 0xD8, 0xFF, 0xC0, 0x00, 0x04, 0x01, 0x02, 0xFF, 0xDA, 0x00, 0x02, 0x55, 0xFF, 0xD9,
    ])

    @Test func sheFilesAMatterAndFollowsItToTheEnd() async throws {
        try await TestHotline.with(centre: Self.open) { hotline, client in
            let (citizen, path, code) = try await Self.filed(client)
            let received = try await citizen.get(path, headers: code)
            #expect(received.json["stage"] == "received")
            #expect(received.json["may"] == ["withdraw"], "there is nobody to urge yet")

            // Any agent takes it up; here the one who did not take the shift's calls.
            let wu = try await Browser.signedIn(client, "wu")
            let rows = try await wu.get("/orders?filed=true&state=draft").json["rows"]?.elements ?? []
            let id = try #require(rows.first?["id"]?.text(or: nil))
            let draft = try await wu.get("/orders/\(id)")
            #expect(draft.json["source"] == "page")
            #expect(draft.json["history"]?.elements.first?["by"] == .null)
            var saved = try await wu.put(
                "/orders/\(id)/draft",
                ["version": 1, "fields": OrderTests.fields(["urgency": "ordinary", "phone": "138****1234"])])
            #expect(saved.status == 200)
            saved = try await wu.post("/orders/\(id)/dispatch", ["version": 2, "body": "housing", "readBack": true])
            #expect(saved.status == 200)

            let handling = try await citizen.get(path, headers: code)
            #expect(handling.json["stage"] == "handling")
            #expect(handling.json["body"]?["name"] == "住建局")
            #expect(handling.json["due"]?.number != nil)
            #expect(handling.json["answer"] == .null)
            let urged = try await citizen.sendRaw(
                .post, path + "/urges", ByteBuffer(string: #"{"note":"已经一周了"}"#), code)
            #expect(urged.status == 200)
            #expect(try await wu.get("/orders/\(id)").json["history"]?.elements.last?["action"] == "urge")

            let housing = try await Browser.signedIn(client, "housing")
            for (noun, form) in [
                ("signature", [:]), ("contacts", ["note": "内部备注：已派人"]), ("answer", ["text": "已更换灯泡。"]),
                ("closure", [:]),
            ] as [(String, [String: JSON])] {
                let version = try await housing.get("/orders/\(id)").json["version"] ?? 0
                let reply = try await housing.post(
                    "/orders/\(id)/\(noun)", .object(form.merging(["version": version]) { $1 }))
                #expect(reply.status == 200, "\(noun)")
            }
            let closed = try await citizen.get(path, headers: code)
            #expect(closed.json["stage"] == "closed")
            #expect(closed.json["answer"] == "已更换灯泡。")
            #expect(closed.json["may"] == ["followUp"])
            #expect(!String(decoding: closed.bytes, as: UTF8.self).contains("内部备注"))
            let rated = try await citizen.sendRaw(
                .post, path + "/rating",
                ByteBuffer(string: #"{"contacted":true,"solved":false,"satisfaction":2,"note":"还是不亮"}"#), code)
            #expect(rated.json["stage"] == "reviewing")
            let reviewed = try await wu.get("/orders/\(id)").json
            #expect(reviewed["state"] == "reviewing")
            #expect(reviewed["followUps"]?.elements.last?["contacted"] == true)
            #expect(try await hotline.store.verifyAudit(against: []).isWhole)
        }
    }

    @Test func sheTakesItBack() async throws {
        try await TestHotline.with(centre: Self.open) { hotline, client in
            let (citizen, path, code) = try await Self.filed(client)
            func withdraw(_ reason: String) async throws -> Browser.Reply {
                try await citizen.sendRaw(
                    .post, path + "/withdrawal", ByteBuffer(string: #"{"reason":"\#(reason)"}"#), code)
            }
            let wu = try await Browser.signedIn(client, "wu")
            let housing = try await Browser.signedIn(client, "housing")
            let id = try #require(
                try await wu.get("/orders?filed=true").json["rows"]?.elements.first?["id"]?.text(or: nil))
            _ = try await wu.put("/orders/\(id)/draft", ["version": 1, "fields": OrderTests.fields([:])])
            _ = try await wu.post("/orders/\(id)/dispatch", ["version": 2, "body": "housing", "readBack": true])
            #expect(try await withdraw("").status == 422)
            let taken = try await withdraw("物业已修好")
            #expect(taken.json["stage"] == "withdrawn" && taken.json["may"] == [] && taken.json["due"] == .null)
            #expect(taken.json["story"]?.elements.last?["note"] == "物业已修好")
            #expect(try await withdraw("再来一次").code == "wrongState")
            let shown = try await housing.get("/orders/\(id)").json
            #expect(shown["state"] == "withdrawn" && shown["clock"] == .null && shown["clocks"] == [])
            #expect(shown["deliveries"]?.elements.contains { $0["about"] == "withdraw" } == true, "the body is told")
            #expect(try await housing.post("/orders/\(id)/signature", ["version": 4]).code == "wrongState")
            #expect(try await wu.get("/orders?state=withdrawn").json["rows"]?.elements.count == 1)
            #expect(try await hotline.store.verifyAudit(against: []).isWhole)
        }
    }

    @Test func aNumberWithoutItsCodeOpensNothing() async throws {
        try await TestHotline.with(centre: Self.open) { hotline, client in
            let (citizen, path, code) = try await Self.filed(client)
            for wrong in ["", "AAAAAAAA"] {
                #expect(try await citizen.get(path, headers: [.hotlineCode: wrong]).code == "wrongCode")
            }
            #expect(try await citizen.get(path).code == "wrongCode")
            #expect(try await citizen.get("/citizen/orders/20200101-000001", headers: code).code == "wrongCode")
            // Typed as people type: small, in two halves.
            let typed = code[.hotlineCode]!.lowercased()
            #expect(
                try await citizen.get(path, headers: [.hotlineCode: "\(typed.prefix(4)) \(typed.suffix(4))"]).status
                    == 200)
            var last = ""
            for _ in 0..<12 { last = try await citizen.get(path, headers: [.hotlineCode: "BBBBBBBB"]).code ?? "" }
            #expect(last == "tooManyAttempts")
            #expect(try await citizen.get(path, headers: code).code == "tooManyAttempts", "also with the right one")
            hotline.clock.advance(seconds: 3600)
            #expect(try await citizen.get(path, headers: code).status == 200)
        }
    }

    @Test func whatIsFiledIsCheckedAndCounted() async throws {
        try await TestHotline.with { _, client in
            let refused = try await Browser(client: client).post("/citizen/orders", Self.matter())
            #expect(refused.code == "webClosed")
            let door = try await Browser(client: client).get("/citizen")
            #expect(door.json["open"] == false)
        }
        try await TestHotline.with(centre: Self.open) { hotline, client in
            let citizen = Browser(client: client)
            let bad = try await citizen.post(
                "/citizen/orders", Self.matter(["title": "  ", "phone": "", "category": "x"]))
            #expect(Set(bad.fields.keys) == ["title", "phone", "category"])
            for _ in 0..<10 { #expect(try await citizen.post("/citizen/orders", Self.matter()).status == 201) }
            #expect(try await citizen.post("/citizen/orders", Self.matter()).code == "tooManyAttempts")
            #expect(try await citizen.post("/citizen/orders", Self.matter(["phone": "13900001234"])).status == 201)
            hotline.clock.advance(seconds: 86_400)
            #expect(try await citizen.post("/citizen/orders", Self.matter()).status == 201)
        }
    }

    @Test func filesAreTakenByTheirContent() async throws {
        try await TestHotline.with(centre: Self.open) { hotline, client in
            let (citizen, path, code) = try await Self.filed(client)
            func send(_ bytes: Data, _ type: String, as name: String = "灯.jpg") async throws -> Browser.Reply {
                var headers = code
                headers[.contentType] = type
                let query = name.addingPercentEncoding(withAllowedCharacters: .alphanumerics)!
                return try await citizen.sendRaw(
                    .post, path + "/attachments?name=\(query)", ByteBuffer(bytes: bytes), headers)
            }
            let kept = try await send(Self.photo, "image/jpeg")
            #expect(kept.json["attachments"]?.elements.first?["name"] == "灯.jpg")
            for (bytes, type) in [
                (Data("<script>alert(1)</script>".utf8), "image/jpeg"), (Self.photo, "image/png"),
                (Self.photo, "text/html"), (Self.photo.dropLast(2), "image/jpeg"), (Data(), "application/pdf"),
            ] {
                #expect(try await send(bytes, type).code == "badFile")
            }
            #expect(try await send(Data(count: FileKind.mostBytes + 1), "image/jpeg").code == "tooLarge")

            let seen = try await citizen.get(path + "/attachments/1", headers: code)
            #expect(seen.bytes == Self.photo)
            #expect(seen.headers[.contentType] == "image/jpeg")
            #expect(seen.headers[.xContentTypeOptions] == "nosniff")
            #expect(try await citizen.get(path + "/attachments/2", headers: code).status == 404)

            let wu = try await Browser.signedIn(client, "wu")
            let id = try #require(
                try await wu.get("/orders?filed=true").json["rows"]?.elements.first?["id"]?.text(or: nil))
            let staff = try await wu.sendRaw(
                .post, "/orders/\(id)/attachments?name=x.pdf", ByteBuffer(string: "%PDF-1.7\n1 0 obj\n%%EOF\n"),
                [.contentType: "application/pdf"])
            #expect(staff.status == 201)
            #expect(
                try await wu.get("/orders/\(id)/attachments/2").headers[.contentDisposition]?.hasPrefix("attachment")
                    == true)
            #expect(
                try await citizen.get(path + "/attachments/2", headers: code).status == 404,
                "hers are only what she sent")
            for _ in 3...Attachment.most { _ = try await send(Self.photo, "image/jpeg") }
            #expect(try await send(Self.photo, "image/jpeg").code == "tooManyFiles")
            let rows = try await hotline.store.auditRows(page: Page(limit: 100)).rows.map(\.action)
            #expect(rows.contains("attachment.add") && rows.contains("attachment.view"))
        }
    }

    @Test func anAgentTellsTheCodeAndTheLookIsNoted() async throws {
        try await TestHotline.with { hotline, client in
            let chen = try await Browser.signedIn(client, "chen")
            let (path, order) = try await OrderTests.draft(chen)
            let told = try await chen.get(path + "/code")
            let code = try #require(told.json["code"]?.text(or: nil))
            let number = try #require(order["number"]?.text(or: nil))
            let mine = try await Browser(client: client).get("/citizen/orders/\(number)", headers: [.hotlineCode: code])
            #expect(mine.json["title"] == "夜间停水")
            #expect(try await hotline.store.auditRows(page: Page()).rows.contains { $0.action == "code.view" })
            let housing = try await Browser.signedIn(client, "housing")
            #expect(try await housing.get(path + "/code").code == "notAllowed")
        }
    }
}

/// A limit of so many in a span, by name.
@Suite struct RateLimitTests {
    @Test func soManyAndNoMore() async {
        let limit = RateLimit(2, each: 60)
        let start = TestHotline.start
        #expect(await limit.take("a", at: start) == nil)
        #expect(await limit.take("a", at: start.adding(seconds: 10)) == nil)
        #expect(await limit.take("a", at: start.adding(seconds: 20)) == 40)
        #expect(await limit.take("b", at: start.adding(seconds: 20)) == nil)
        #expect(await limit.take("a", at: start.adding(seconds: 60)) == nil)
    }
}
