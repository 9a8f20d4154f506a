import Engine
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Storage
import Testing

@testable import App

/// Open311 as its clients speak it. A client from PyPI is in the end-to-end tests.
@Suite struct Open311Tests {
    struct Reply: Sendable {
        let status: Int
        let text: String
        var json: JSON { JSON(reading: Data(text.utf8), deepest: 16) ?? .null }
        func first(_ name: String) -> JSON? { json.elements.first?[name] }
    }

    static func send(
        _ client: any TestClientProtocol, _ path: String, form: [String: String]? = nil
    ) async throws -> Reply {
        let body = form.map { form in
            ByteBuffer(
                string: form.sorted { $0.key < $1.key }.map { name, value in
                    let allowed = CharacterSet.alphanumerics
                    return name.addingPercentEncoding(withAllowedCharacters: allowed)! + "="
                        + value.addingPercentEncoding(withAllowedCharacters: allowed)!
                }.joined(separator: "&"))
        }
        var headers: HTTPFields = [:]
        if body != nil { headers[.contentType] = "application/x-www-form-urlencoded" }
        return try await client.execute(
            uri: "/open311/\(path)", method: body == nil ? .get : .post, headers: headers, body: body
        ) { Reply(status: $0.status.code, text: String(buffer: $0.body)) }
    }

    static func opened(_ publishes: Bool) -> @Sendable (inout Centre) -> Void {
        { centre in
            centre.citizens = Centre.Citizens(line: "gov")
            centre.citizens?.publishes = publishes
            centre.categories = [.init(id: "lamp", name: "路灯", englishName: "Street lamps")]
        }
    }

    static let filing = [
        "api_key": "the key", "service_code": "lamp", "lat": "30.29", "long": "120.12",
        "description": "路灯不亮 & <坏了>，电话 13800001234。",
        "address_string": "翠苑一区", "last_name": "王", "phone": "138 0000 1234",
    ]

    static func withClient(
        publishes: Bool, _ test: @escaping @Sendable (TestHotline, any TestClientProtocol) async throws -> Void
    ) async throws {
        try await TestHotline.with(centre: opened(publishes)) { hotline, client in
            try await hotline.store.save(
                StoredClient(id: "app", name: "随手拍", digest: Secret.digest("the key"), createdAt: TestHotline.start),
                by: .program, at: TestHotline.start)
            try await test(hotline, client)
        }
    }

    @Test func aClientFilesReadsAndUpdates() async throws {
        try await Self.withClient(publishes: false) { _, client in
            #expect(try await Self.send(client, "v2/services.json").first("service_code") == "lamp")
            #expect(try await Self.send(client, "discovery.xml").text.contains("/open311/v2</url>"))
            #expect(try await Self.send(client, "v2/services/lamp.json").json["attributes"] == [])
            let filed = try await Self.send(client, "v2/requests.json", form: Self.filing)
            #expect(filed.status == 201)
            let number = try #require(filed.first("service_request_id")?.text(or: nil))
            let read = try await Self.send(client, "v2/requests/\(number).json?api_key=the+key")
            #expect(read.first("status") == "open")
            #expect(read.first("lat") == .number(30.29))
            #expect(read.first("requested_datetime") == "2026-11-22T14:05:00+08:00")
            let description = read.first("description")?.text(or: nil)
            #expect(description == Self.filing["description"], "it is its own, and said once")
            #expect(try await Self.send(client, "v2/requests/\(number).json").status == 403)
            let xml = try await Self.send(client, "v2/requests.xml?api_key=the+key&status=open&service_code=lamp")
            #expect(xml.text.contains("&amp; &lt;坏了&gt;") && xml.text.contains("<service_requests><request>"))
            #expect(try await Self.send(client, "v2/requests.json?api_key=the+key&status=closed").json == [])

            let chen = try await Browser.signedIn(client, "chen")
            let id = try #require(
                try await chen.get("/orders?filed=true").json["rows"]?.elements.first?["id"]?.text(or: nil))
            let update = try await Self.send(
                client, "v2/servicerequestupdates.json",
                form: ["api_key": "the key", "service_request_id": number, "description": "灯杆也歪了"])
            #expect(update.status == 409, "nobody has it yet: \(update.text)")
            let order = try await chen.get("/orders/\(id)").json
            guard case .object(var fields)? = order["fields"] else { return }
            fields["kind"] = "help"
            _ = try await chen.put("/orders/\(id)/draft", ["version": 1, "fields": .object(fields)])
            let sent = try await chen.post(
                "/orders/\(id)/dispatch", ["version": 2, "body": "housing", "readBack": true])
            #expect(sent.status == 200)
            let again = try await Self.send(
                client, "v2/servicerequestupdates.json",
                form: ["api_key": "the key", "service_request_id": number, "description": "灯杆也歪了"])
            #expect(again.first("update_id") == .string("\(number)-4"))
            let updates = try await Self.send(client, "v2/servicerequestupdates.json?api_key=the+key").json.elements
            #expect(updates.map { $0["status"] } == ["open", "investigating", "investigating"])
            #expect(updates.last?["description"] == "市民补充： 灯杆也歪了")
        }
    }

    @Test func anyoneReadsWhatIsPublishedWithoutNumbers() async throws {
        try await Self.withClient(publishes: true) { _, client in
            let filed = try await Self.send(client, "v2/requests.json", form: Self.filing)
            let number = try #require(filed.first("service_request_id")?.text(or: nil))
            let read = try await Self.send(client, "v2/requests/\(number).json")
            #expect(read.status == 200)
            #expect(!read.text.contains("1380000"))
            #expect(
                try await Self.send(client, "v2/tokens/\(number).json").first("service_request_id") == .string(number))
            let chen = try await Browser.signedIn(client, "chen")
            let (_, taken) = try await OrderTests.draft(chen)
            let other = try #require(taken["number"]?.text(or: nil))
            #expect(try await Self.send(client, "v2/requests/\(other).json").status == 404, "calls are never published")
            #expect(try await Self.send(client, "v2/requests.json").json.elements.count == 1)
        }
    }

    @Test func whatIsWrongIsSaidInItsOwnWay() async throws {
        try await Self.withClient(publishes: false) { hotline, client in
            func status(_ changes: [String: String?]) async throws -> Int {
                var form = Self.filing
                for (name, value) in changes { form[name] = value }
                return try await Self.send(client, "v2/requests.json", form: form).status
            }
            #expect(try await status(["api_key": "another"]) == 403)
            #expect(try await status(["api_key": nil as String?]) == 403)
            #expect(try await status(["service_code": "moon"]) == 404)
            #expect(try await status(["description": " "]) == 400)
            #expect(try await status(["lat": "91"]) == 400)
            #expect(try await status(["lat": nil as String?, "address_string": nil as String?]) == 400)
            #expect(try await status(["phone": "call me"]) == 422)
            #expect(try await status(["description": String(repeating: "长", count: 9000)]) == 422)
            #expect(try await status(["jurisdiction_id": "elsewhere"]) == 404)
            #expect(try await Self.send(client, "v2/requests.json?api_key=the+key&start_date=yesterday").status == 400)
            #expect(
                try await Self.send(
                    client,
                    "v2/requests.json?api_key=the+key&start_date=2026-01-01T00:00:00Z&end_date=2026-11-01T00:00:00Z"
                ).status == 400)
            #expect(try await Self.send(client, "v2/nothing.json").text.contains("\"code\""))
            #expect(try await Self.send(client, "v2/requests").status == 404)
            #expect(try await hotline.store.orders(OrderFilter(), sort: .newest, page: Page()).rows.isEmpty)
            var gone = try await hotline.store.clients()[0]
            gone.revokedAt = hotline.clock.now
            try await hotline.store.save(gone, by: .program, at: hotline.clock.now)
            #expect(try await status([:]) == 403)
        }
    }
}
