import Engine
import Foundation
import Storage
import Testing

@testable import App

/// What a supervisor sees before a change of rules is made: the same counting, and nothing changed.
@Suite struct PolicyTests {
    private static func hangzhou(_ browser: Browser) async throws -> String {
        let rows = try await browser.get("/policies").json["rows"]?.elements ?? []
        return try #require(rows.first { $0["name"] == "hangzhou" }?["content"]).text
    }

    private static func trial(_ policy: String, _ more: [String: JSON] = [:]) -> JSON {
        .object(["policy": .string(policy), "kind": "complaint", "urgency": "ordinary"].merging(more) { $1 })
    }

    @Test func aDraftIsTriedAtTellingMomentsAndChangesNothing() async throws {
        try await TestHotline.with { _, client in
            let lei = try await Browser.signedIn(client, "lei")
            let saved = try await Self.hangzhou(lei)
            let draft = saved.replacingOccurrences(of: "5 working-days", with: "3 working-days")
            let rows = try await lei.post("/policies/trial", Self.trial(draft)).json["rows"]?.elements ?? []
            #expect(rows.map { $0["moment"]?.text(or: nil) } == TellingMoment.Name.allCases.map(\.rawValue))
            let friday = try #require(rows.first { $0["moment"] == "friday" })
            #expect(friday["atText"] == "2026-11-27T17:20:00+08:00")
            #expect(friday["clocks"]?.elements.map { $0["dueText"] } == ["2026-12-02T23:59:59+08:00"])
            let at = JSON(Moment(iso8601: "2026-02-14T16:50:00+08:00")!)
            let given = try await lei.post("/policies/trial", Self.trial(draft, ["from": at])).json["rows"]?.elements
            #expect(given?.first?["clocks"]?.elements.first?["dueText"] == "2026-02-26T23:59:59+08:00")
            #expect(try await Self.hangzhou(lei) == saved)
            #expect(try await lei.get("/policies/hangzhou/versions").json["rows"]?.elements.isEmpty == true)
        }
    }

    @Test func whatIsWrongIsToldByTheField() async throws {
        try await TestHotline.with { _, client in
            let lei = try await Browser.signedIn(client, "lei")
            let policy = try await Self.hangzhou(lei)
            for (from, to, field) in [
                ("2 hours", "0 hours", "policy.promises[0].within"),
                (#""80%""#, #""120%""#, "policy.ladder[0].when"),
                (#""clock":"respond""#, #""clock":"respond","bodies":["nobody"]"#, "policy.promises[0].bodies"),
            ] {
                let reply = try await lei.post(
                    "/policies/trial", Self.trial(policy.replacingOccurrences(of: from, with: to)))
                #expect(reply.status == 422 && reply.fields[field] != nil, "\(from): \(reply.fields)")
            }
        }
    }

    @Test func everyVersionIsListedWithItsReason() async throws {
        try await TestHotline.with { hotline, client in
            let lei = try await Browser.signedIn(client, "lei")
            let policy = try await Self.hangzhou(lei)
            for version in 0..<2 {
                let saved = try await lei.put(
                    "/policies/hangzhou",
                    [
                        "version": JSON(version), "inForceFrom": JSON(hotline.clock.now.adding(seconds: 86_400)),
                        "reason": .string("第 \(version) 次"), "policy": .string(policy),
                    ])
                #expect(saved.status == 200)
            }
            let rows = try await lei.get("/policies/hangzhou/versions").json["rows"]?.elements ?? []
            #expect(rows.map { $0["version"] } == [2, 1] && rows.map { $0["reason"] } == ["第 1 次", "第 0 次"])
            #expect(rows.first?["by"] == "Lei")
            #expect(try await lei.get("/policies/none/versions").status == 404)
            let listed = try await lei.get("/policies").json["rows"]?.elements ?? []
            #expect(listed.first { $0["name"] == "hangzhou" }?["version"] == 0, "in force from tomorrow only")
        }
    }

    @Test func aNoticeIsTriedBeforeItIsTakenUp() async throws {
        try await TestHotline.with { _, client in
            let chen = try await Browser.signedIn(client, "chen")
            let lei = try await Browser.signedIn(client, "lei")
            let ordinary: [String: JSON] = ["urgency": "ordinary"]
            let path = try await OrderTests.dispatched(chen, to: "housing", ordinary)
            _ = try await OrderTests.dispatched(chen, to: "housing", ["urgency": "extra-urgent"])
            let notice: JSON = [
                "notice": .string(
                    #"{"id": "测试〔2026〕1号", "published": "2026-11-22", "source": "测试", "off": [["台风", "2026-11-24", "2026-11-25"]], "work": []}"#
                )
            ]
            #expect(try await chen.post("/calendar/notices/trial", notice).code == "notAllowed")
            let before = try await chen.get(path).json
            let tried = try await lei.post("/calendar/notices/trial", notice).json
            #expect(tried["open"] == 2 && tried["moved"] == 1)
            let row = try #require(tried["rows"]?.elements.first)
            #expect(row["number"] == before["number"] && row["before"] == before["clock"]?["due"])
            #expect(row["after"] == JSON(WallClock.china.lastSecond(of: LocalDay("2026-12-01")!)))
            #expect(try await chen.get(path).json["clock"] == before["clock"], "nothing has moved yet")
            #expect(try await lei.post("/calendar/notices", notice).json["moved"] == tried["moved"])
            #expect(try await chen.get(path).json["clock"]?["due"] == row["after"])
            #expect(try await lei.post("/calendar/notices/trial", notice).code == "alreadyDone")
        }
    }
}
