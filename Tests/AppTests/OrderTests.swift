import Engine
import HTTPTypes
import HummingbirdTesting
import Storage
import Testing

@testable import App

@Suite struct OrderTests {
    static func fields(_ changes: [String: JSON] = [:]) -> JSON {
        let fields: [String: JSON] = [
            "kind": "help", "urgency": "extra-urgent", "title": "夜间停水", "what": "翠苑一区三幢从昨晚停水。", "where": "翠苑一区三幢",
            "when": "昨晚八点起", "wish": "尽快恢复供水", "name": "王女士", "phone": "13800001234", "confidential": false,
        ]
        return .object(fields.merging(changes) { $1 })
    }

    /// A draft, and the path to it.
    static func draft(_ browser: Browser, _ changes: [String: JSON] = [:]) async throws -> (path: String, order: JSON) {
        let reply = try await browser.post(
            "/orders", ["call": nil, "line": "gov", "fields": fields(changes)])
        #expect(reply.status == 201)
        return ("/orders/\(try #require(reply.json["id"]?.text(or: nil)))", reply.json)
    }

    static func dispatched(_ browser: Browser, to body: String, _ changes: [String: JSON] = [:]) async throws -> String
    {
        let (path, order) = try await draft(browser, changes)
        let reply = try await browser.post(
            path + "/dispatch", ["version": order["version"] ?? 0, "body": .string(body), "readBack": true])
        #expect(reply.status == 200)
        return path
    }

    @Test func theWholeLoop() async throws {
        try await TestHotline.with { hotline, client in
            let chen = try await Browser.signedIn(client, "chen")
            let housing = try await Browser.signedIn(client, "housing")
            let (path, order) = try await Self.draft(chen)
            #expect(order["number"] == "20261122-000001")
            #expect(order["phone"] == "138****1234")
            #expect(order["allowed"]?.elements.contains("dispatch") == true)
            #expect(try await housing.get(path).status == 404, "a draft is nobody's but the agents'")

            var version: JSON = order["version"] ?? 0
            func step(_ browser: Browser, _ noun: String, _ form: [String: JSON]) async throws -> JSON {
                hotline.clock.advance(seconds: 60)
                let reply = try await browser.post(
                    "\(path)/\(noun)", .object(form.merging(["version": version]) { $1 }))
                #expect(reply.status == 200, "\(noun): \(reply.message ?? "")")
                version = reply.json["version"] ?? 0
                return reply.json
            }
            let sent = try await step(chen, "dispatch", ["body": "housing", "readBack": true])
            #expect(sent["state"] == "dispatched")
            #expect(sent["clock"]?["name"] == "respond")
            #expect(sent["clocks"]?.elements.count == 2)
            #expect(try await step(housing, "signature", [:])["state"] == "signed")
            #expect(try await step(housing, "contacts", ["note": "已联系，约今晚上门。"])["clock"]?["name"] == "resolve")
            #expect(try await step(housing, "answer", ["text": "阀门已修好，恢复供水。"])["state"] == "answered")
            let closed = try await step(housing, "closure", [:])
            #expect(closed["state"] == "closed")
            #expect(closed["clock"] == .null)
            let missedHer = try await step(
                chen, "follow-ups", ["reached": false, "satisfaction": nil, "solved": nil, "note": "无人接听", "call": nil])
            #expect(missedHer["state"] == "closed")
            let done = try await step(
                chen, "follow-ups",
                [
                    "reached": true, "satisfaction": 5, "solved": true, "contacted": false, "note": "", "call": nil,
                ])
            #expect(done["state"] == "followedUp")
            #expect(done["satisfaction"] == 5)
            #expect(
                done["followUps"]?.elements.map { $0["contacted"] } == [.null, false], "she was not asked, then was")
            #expect(
                done["history"]?.elements.compactMap { $0["action"]?.text(or: nil) } == [
                    "create", "dispatch", "sign", "contact", "answer", "close", "followUp", "followUp",
                ])
            #expect(done["history"]?.elements.last?["by"] == "Chen")
            let rows = try await chen.get("/orders?state=followedUp&mine=true&limit=1")
            #expect(rows.json["rows"]?.elements.count == 1)
            #expect(rows.json["rows"]?.elements.first?["agent"] == "5001")
        }
    }

    @Test func closedAtOnceWithTheAnswerGiven() async throws {
        try await TestHotline.with { _, client in
            let chen = try await Browser.signedIn(client, "chen")
            let (path, order) = try await Self.draft(chen, ["kind": "consultation"])
            let version = order["version"] ?? 0
            let unread = try await chen.post(path + "/closure", ["version": version, "answer": "办理时间为工作日。"])
            #expect(unread.fields["readBack"] == "请先向来电人复述并确认。")
            let closed = try await chen.post(
                path + "/closure", ["version": version, "answer": "办理时间为工作日。", "readBack": true])
            #expect(closed.json["state"] == "closed")
        }
    }

    @Test func aStaleVersionOverwritesNothing() async throws {
        try await TestHotline.with { _, client in
            let chen = try await Browser.signedIn(client, "chen")
            let (path, order) = try await Self.draft(chen)
            let version = order["version"] ?? 0
            let first = try await chen.put(path + "/draft", ["version": version, "fields": Self.fields(["wish": "甲"])])
            #expect(first.status == 200)
            let second = try await chen.put(
                path + "/draft", ["version": version, "fields": Self.fields(["wish": "乙"])])
            #expect(second.code == "staleVersion")
            #expect(try await chen.get(path).json["fields"]?["wish"] == "甲")
        }
    }

    @Test func anotherBodysOrderIsNotThere() async throws {
        try await TestHotline.with { _, client in
            let chen = try await Browser.signedIn(client, "chen")
            let water = try await Browser.signedIn(client, "water")
            let path = try await Self.dispatched(chen, to: "housing")
            let absent = try await water.get("/orders/none")
            for reply in [
                try await water.get(path), try await water.get(path + "/phone"),
                try await water.post(path + "/signature", ["version": 2]),
                try await water.post(path + "/contacts", ["version": 2, "note": "x"]),
            ] {
                #expect(reply.status == 404)
                #expect(reply.bytes == absent.bytes, "it answers word for word like one that never was")
            }
            #expect(try await water.get("/orders").json["rows"] == [])
            #expect(try await water.get("/orders?body=housing").json["rows"] == [])
        }
    }

    @Test func anAgentChangesHerOwnDraftsOnly() async throws {
        try await TestHotline.with { _, client in
            let chen = try await Browser.signedIn(client, "chen")
            let wu = try await Browser.signedIn(client, "wu")
            let lei = try await Browser.signedIn(client, "lei")
            let (path, _) = try await Self.draft(chen)
            #expect(try await wu.get(path).status == 200, "agents see all orders")
            #expect(try await wu.get(path).json["allowed"] == ["label", "link"])
            #expect(try await wu.post(path + "/discard", ["version": 1, "reason": "重复"]).code == "notAllowed")
            #expect(try await lei.post(path + "/discard", ["version": 1, "reason": "重复"]).json["state"] == "discarded")
        }
    }

    @Test func whatIsMissingIsSaidFieldByField() async throws {
        try await TestHotline.with { _, client in
            let chen = try await Browser.signedIn(client, "chen")
            let (path, _) = try await Self.draft(chen, ["kind": "", "title": "　", "what": ""])
            let reply = try await chen.post(path + "/dispatch", ["version": 1, "body": "housing", "readBack": true])
            #expect(reply.status == 422)
            #expect(reply.fields.keys.sorted() == ["kind", "title", "what"])
            let nowhere = try await chen.post(path + "/dispatch", ["version": 1, "body": "nowhere", "readBack": true])
            #expect(nowhere.fields.keys.sorted() == ["body"])
            let urgent = try await chen.put(
                path + "/draft", ["version": 1, "fields": Self.fields(["urgency": "urgent"])])
            #expect(urgent.fields.keys.sorted() == ["urgency"], "Hangzhou has no such urgency")
        }
    }

    @Test func theNumberIsSeenWholeOnlyWithATrace() async throws {
        try await TestHotline.with { hotline, client in
            let chen = try await Browser.signedIn(client, "chen")
            let (path, order) = try await Self.draft(chen)
            #expect(order["fields"]?["phone"] == "138****1234")
            #expect(try await chen.get(path + "/phone").json["phone"] == "13800001234")
            let audit = try await hotline.store.auditRows(page: .init(limit: 1)).rows.first
            #expect(audit?.action == "phone.view")
            #expect(audit?.actor.person == "p-chen")
        }
    }

    @Test func aMaskedNumberSentBackMeansUnchanged() async throws {
        try await TestHotline.with { _, client in
            let chen = try await Browser.signedIn(client, "chen")
            let (path, _) = try await Self.draft(chen)
            let kept = try await chen.put(
                path + "/draft", ["version": 1, "fields": Self.fields(["phone": "138****1234", "wish": "x"])])
            #expect(kept.status == 200)
            #expect(try await chen.get(path + "/phone").json["phone"] == "13800001234")
            let other = try await chen.put(
                path + "/draft", ["version": 2, "fields": Self.fields(["phone": "139****9999"])])
            #expect(other.fields.keys.sorted() == ["phone"])
            let changed = try await chen.put(
                path + "/draft", ["version": 2, "fields": Self.fields(["phone": "0571-8765 4321"])])
            #expect(changed.json["phone"] == "057****4321")
        }
    }

    @Test func aNameKeptInConfidenceIsKept() async throws {
        try await TestHotline.with { _, client in
            let chen = try await Browser.signedIn(client, "chen")
            let path = try await Self.dispatched(chen, to: "housing", ["confidential": true])
            var names: [String: JSON] = [:]
            for login in ["chen", "wu", "lei", "housing", "director", "admin"] {
                names[login] = try await Browser.signedIn(client, login).get(path).json["fields"]?["name"]
            }
            #expect(
                names == [
                    "chen": "王女士", "wu": "***", "lei": "王女士", "housing": "***", "director": "***", "admin": "***",
                ])
            #expect(try await Browser.signedIn(client, "wu").get(path + "/phone").status == 403)
        }
    }

    @Test func listsPageByCursorAndFilter() async throws {
        try await TestHotline.with { hotline, client in
            let chen = try await Browser.signedIn(client, "chen")
            for index in 1...5 {
                hotline.clock.advance(seconds: 1)
                _ = try await Self.draft(
                    chen, ["title": .string("第 \(index) 件"), "kind": index == 3 ? "praise" : "help"])
            }
            var titles: [String] = []
            var cursor = ""
            repeat {
                let page = try await chen.get("/orders?limit=2\(cursor)")
                titles += page.json["rows"]?.elements.compactMap { $0["title"]?.text(or: nil) } ?? []
                cursor = page.json["next"]?.text(or: nil).map { "&cursor=\($0)" } ?? ""
            } while !cursor.isEmpty
            #expect(titles == ["第 5 件", "第 4 件", "第 3 件", "第 2 件", "第 1 件"])
            #expect(try await chen.get("/orders?kind=praise").json["rows"]?.elements.count == 1)
            #expect(try await chen.get("/orders?agent=5002").json["rows"] == [])
            #expect(try await chen.get("/orders?cursor=nonsense").status == 404)
            #expect(try await chen.get("/orders?limit=101").fields.keys.sorted() == ["limit"])
            #expect(try await chen.get("/orders?sate=draft").fields.keys.sorted() == ["sate"])
        }
    }
}
