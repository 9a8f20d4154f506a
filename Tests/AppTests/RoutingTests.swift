import Engine
import Foundation
import HummingbirdTesting
import Storage
import Testing

@testable import App

/// How calls are routed is changed while they go on: with a version, refused with reasons, and in force at once.
@Suite struct RoutingTests {
    static func queue(version: JSON, overflow: JSON = []) -> JSON {
        [
            "version": version, "name": "政务", "englishName": "Government", "strategy": "longestIdle", "priority": 0,
            "offerSeconds": 20,
            "wrapUpLimitSeconds": 60, "capacity": 100, "overflow": overflow, "announceSeconds": nil, "callbackTries": 3,
            "callbackRetrySeconds": 300,
        ]
    }

    @Test func aChangeIsAVersionWithWhoAndWhenAndWhat() async throws {
        try await TestHotline.with { hotline, client in
            let lei = try await Browser.signedIn(client, "lei")
            let before = try await lei.get("/routing").json
            #expect(before["version"] == 0 && before["changedBy"] == .null)
            let changed = try await lei.put("/routing/queues/gov", Self.queue(version: 0))
            #expect(changed.status == 200)
            #expect(changed.json["version"] == 1 && changed.json["changedBy"] == "Lei")
            #expect(changed.json["queues"]?.elements.first?["offerSeconds"] == 20)
            let again = try await lei.put("/routing/queues/gov", Self.queue(version: 1))
            #expect(again.json["version"] == 1, "nothing was changed")

            hotline.clock.advance(seconds: 60)
            let skills: JSON = [["id": "english", "name": "英语", "englishName": "English"]]
            #expect(try await lei.put("/routing/skills", ["version": 1, "skills": skills]).status == 200)
            let history = try await lei.get("/routing/history").json["rows"]?.elements ?? []
            #expect(history.map { $0["version"] } == [2, 1])
            #expect(history[0]["by"] == "Lei")
            #expect(history[0]["changes"]?.elements.first?["part"] == "skills")
            #expect(history[0]["changes"]?.elements.first?["id"] == "english")
            #expect(try await hotline.store.auditRows(page: Page()).rows.first?.action == "centre.save")
        }
    }

    @Test func whoComesLaterIsTold() async throws {
        try await TestHotline.with { hotline, client in
            let lei = try await Browser.signedIn(client, "lei")
            let admin = try await Browser.signedIn(client, "admin")
            #expect(try await lei.put("/routing/queues/gov", Self.queue(version: 0)).status == 200)
            let late = try await admin.put("/routing/skills", ["version": 0, "skills": []])
            #expect(late.status == 409 && late.code == "staleVersion")
        }
    }

    /// It holds after the next start; changed before, it would be lost.
    @Test func anImportedFileWaitsForTheNextStart() async throws {
        try await TestHotline.with { hotline, client in
            let lei = try await Browser.signedIn(client, "lei")
            #expect(try await lei.get("/routing").json["waitsForRestart"] == false)
            try await hotline.store.save(hotline.dependencies.centre.centre, by: .program, at: hotline.clock.now)
            #expect(try await lei.get("/routing").json["waitsForRestart"] == true)
            let refused = try await lei.put("/routing/queues/gov", Self.queue(version: 0))
            #expect(refused.status == 409)
            #expect(refused.message?.contains("重启") == true)
        }
    }

    @Test func whatCouldNotWorkIsRefusedWithTheReason() async throws {
        try await TestHotline.with { hotline, client in
            let lei = try await Browser.signedIn(client, "lei")
            let loop = try await lei.put(
                "/routing/queues/gov", Self.queue(version: 0, overflow: [["waited": 30, "to": ["queue": "gov"]]]))
            #expect(loop.status == 422)
            #expect(loop.fields["queues.gov"] == "溢出成了环：政务 → 政务，请去掉其中一条溢出。")

            let rules: JSON = [
                ["id": "english", "when": [:], "then": ["requires": [["id": "english", "level": 5]]]]
            ]
            let unknown = try await lei.put("/routing/rules", ["version": 0, "rules": rules])
            #expect(unknown.fields["rules.english"]?.contains("技能“english”不存在") == true)
            let skills: JSON = [["id": "english", "name": "英语", "englishName": "English"]]
            #expect(try await lei.put("/routing/skills", ["version": 0, "skills": skills]).status == 200)
            let nobody = try await lei.put("/routing/rules", ["version": 1, "rules": rules])
            #expect(nobody.fields["rules.english"]?.contains("没有话务员达到") == true)
            let skilled: JSON = [["id": "english", "level": 5]]
            #expect(
                try await lei.put(
                    "/routing/agents/5001",
                    ["version": 1, "queues": [["queue": "gov", "preference": 0]], "skills": skilled]
                ).status == 200)
            #expect(try await lei.put("/routing/rules", ["version": 2, "rules": rules]).status == 200)
            let taken = try await lei.put(
                "/routing/agents/5001", ["version": 3, "queues": [["queue": "gov", "preference": 0]], "skills": []])
            #expect(taken.fields["rules.english"] != nil, "the last who had it")

            var english = lei
            english.language = "en"
            let none = try await english.put(
                "/routing/lines/gov", ["version": 3, "queue": "none", "requires": [], "priority": 0, "hours": nil])
            #expect(none.fields["lines.gov"]?.contains("不存在") == true)
            #expect(
                try await lei.put("/routing/queues/gov", Self.queue(version: 3, overflow: [["to": "callback"]])).fields[
                    "overflow[0]"] != nil, "no trigger")
        }
    }

    @Test func aChangeReroutesTheNextCaller() async throws {
        try await TestHotline.with { hotline, client in
            let chen = try await CallTests.ready(client)
            let lei = try await Browser.signedIn(client, "lei")
            #expect(
                try await lei.put("/routing/agents/5001", ["version": 0, "queues": [], "skills": []]).status == 200)
            hotline.arrive("c1")
            try await hotline.settle()
            #expect(try await chen.get("/desk").json["state"] == "ready", "she is in no queue any more")
            #expect(
                try await lei.put(
                    "/routing/agents/5001",
                    ["version": 1, "queues": [["queue": "gov", "preference": 0]], "skills": []]
                ).status == 200)
            try await hotline.settle()
            #expect(try await chen.get("/desk").json["state"] == "offered", "who waited is hers now")
            let setup = await hotline.switchboard.read { $0.setup }
            #expect(setup.version == 2)
        }
    }

    @Test func aLeaderSetsAnAgentsState() async throws {
        try await TestHotline.with { hotline, client in
            let lei = try await Browser.signedIn(client, "lei")
            #expect(try await lei.put("/agents/5001/state", ["state": "break"]).code == "notSignedIn")
            #expect(try await lei.put("/agents/none/state", ["state": "break"]).status == 404)
            let chen = try await CallTests.ready(client)
            #expect(try await lei.put("/agents/5001/state", ["state": "break"]).json["state"] == "break")
            #expect(try await chen.get("/desk").json["state"] == "break")
            #expect(
                try await lei.put("/agents/5001/state", ["state": "break", "pause": "none"]).fields["pause"] != nil)
            let rows = try await hotline.store.auditRows(page: Page()).rows
            #expect(rows.contains { $0.action == "agent.break" && $0.subject == "agent:5001" })
        }
    }

    @Test func wrapUpIsExtendedOnlyWhileItLasts() async throws {
        try await TestHotline.with { hotline, client in
            let lei = try await Browser.signedIn(client, "lei")
            #expect(try await lei.put("/routing/queues/gov", Self.queue(version: 0)).status == 200)
            let chen = try await CallTests.ready(client)
            #expect(try await chen.put("/desk/wrap-up/extension").code == "notInWrapUp")
            hotline.arrive("c1")
            try await hotline.settle()
            let desk = try await chen.post("/desk/offers/c1-1/acceptance").json
            #expect(desk["wrapUpLimitSeconds"] == 60)
            hotline.switchboard.tell(.connected("c1"))
            _ = try await chen.delete("/desk/call")
            #expect(try await chen.put("/desk/wrap-up/extension").json["state"] == "wrapUp")
        }
    }
}
