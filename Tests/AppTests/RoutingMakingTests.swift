import Engine
import Foundation
import Storage
import Testing

@testable import App

/// Queues, opening hours and kinds of breaks are made and retired while calls go on.
@Suite struct RoutingMakingTests {
    private static func queue(_ version: JSON, id: JSON = "tax", name: JSON = "税务", overflow: JSON = []) -> JSON {
        guard case .object(var form) = RoutingTests.queue(version: version, overflow: overflow) else { return .null }
        form["id"] = id
        form["name"] = name
        form["englishName"] = "Tax"
        return .object(form)
    }

    private static func line(_ version: JSON, queue: JSON, hours: JSON = nil) -> JSON {
        ["version": version, "queue": queue, "requires": [], "priority": 0, "hours": hours]
    }

    private static func agent(_ version: JSON, _ queues: [String]) -> JSON {
        [
            "version": version,
            "queues": .array(queues.map { ["queue": .string($0), "preference": 0] }), "skills": [],
        ]
    }

    @Test func aQueueIsMadeUsedAndRetired() async throws {
        try await TestHotline.with { hotline, client in
            let chen = try await CallTests.ready(client)
            let lei = try await Browser.signedIn(client, "lei")
            #expect(try await chen.post("/routing/queues", Self.queue(0)).status == 403)
            let made = try await lei.post("/routing/queues", Self.queue(0))
            #expect(made.status == 201 && made.json["queues"]?.elements.last?["name"] == "税务")
            #expect(try await lei.put("/routing/agents/5001", Self.agent(1, ["tax"])).status == 200)
            #expect(try await lei.put("/routing/lines/gov", Self.line(2, queue: "tax")).status == 200)
            hotline.arrive("c1")
            try await hotline.settle()
            #expect(try await chen.get("/desk").json["state"] == "offered", "the next caller waits in it")

            let used = try await lei.delete("/routing/queues/tax?version=3")
            #expect(used.status == 422)
            #expect(used.fields["lines.gov"] == "热线“政务热线”的来电在这里排队，请先给它换一个队列。")
            #expect(used.fields["callers"]?.contains("1 个来电") == true)
            #expect(try await lei.put("/routing/agents/5002", Self.agent(3, ["gov", "tax"])).status == 200)
            #expect(try await lei.put("/routing/lines/gov", Self.line(4, queue: "gov")).status == 200)
            #expect(try await lei.delete("/routing/queues/tax?version=5").fields.keys.sorted() == ["callers"])
            hotline.switchboard.tell(.hungUp("c1", .citizen, .callerHungUp))
            try await hotline.settle()

            #expect(try await lei.delete("/routing/queues/tax?version=4").code == "staleVersion")
            #expect(try await lei.delete("/routing/queues/none?version=5").status == 404)
            let retired = try await lei.delete("/routing/queues/tax?version=5")
            #expect(retired.status == 200)
            #expect(retired.json["queues"]?.elements.map { $0["id"] } == ["gov"])
            #expect(retired.json["agents"]?.elements.first?["queues"] == [], "its agents have left it")
            #expect(await hotline.switchboard.read { $0.setup.queues.map(\.id) } == ["gov"])
            let history = try await lei.get("/routing/history").json["rows"]?.elements ?? []
            #expect(history.count == 6 && history[0]["by"] == "Lei")
            let parts = history[0]["changes"]?.elements.map { $0["part"] }
            #expect(parts == ["agents", "agents", "queues"])
            #expect(try await hotline.store.centreVersion()?.centre.queues.count == 1, "kept for the next start")
        }
    }

    @Test func aQueueThatCouldNotBeIsRefused() async throws {
        try await TestHotline.with { hotline, client in
            let lei = try await Browser.signedIn(client, "lei")
            let same = try await lei.post("/routing/queues", Self.queue(0, id: "gov", name: "政务"))
            #expect(same.status == 422 && same.fields.keys.sorted() == ["id", "name"])
            let loop = try await lei.post(
                "/routing/queues", Self.queue(0, overflow: [["waited": 30, "to": ["queue": "tax"]]]))
            #expect(loop.fields["queues.tax"]?.contains("溢出成了环") == true)
            guard case .object(var abroad) = Self.queue(0) else { return }
            abroad["centre"] = "none"
            #expect(try await lei.post("/routing/queues", .object(abroad)).fields["queues.tax"] != nil)
            #expect(try await lei.get("/routing").json["version"] == 0, "nothing was changed")
        }
    }

    @Test func whoIsToBeCalledBackKeepsTheQueueAndSoDoesATakeover() async throws {
        try await TestHotline.with(centre: {
            $0.centres = [Named(id: "other", name: "备份", englishName: "Backup")]
        }) { hotline, client in
            let lei = try await Browser.signedIn(client, "lei")
            guard case .object(var form) = Self.queue(0) else { return }
            form["centre"] = "other"
            #expect(try await lei.post("/routing/queues", .object(form)).status == 201)
            let takeover: JSON = ["line": "gov", "queue": "tax", "percent": 100]
            let asked = try await lei.post("/takeovers", takeover).json["id"]?.text(or: nil) ?? ""
            let admin = try await Browser.signedIn(client, "admin")
            #expect(try await admin.post("/takeovers/\(asked)/approval").status == 200)
            hotline.arrive("c1")
            hotline.switchboard.tell(.callbackAsked("c1", number: "13800000001"))
            try await hotline.settle()
            let kept = try await lei.delete("/routing/queues/tax?version=1")
            #expect(kept.fields.keys.sorted() == ["callbacks", "takeovers"])
            #expect(kept.fields["callbacks"]?.contains("1 个预约回拨") == true)
        }
    }

    private static let week: JSON = [["08:30-12:00", "13:30-18:00"], [], [], [], [], [], []]

    private static func hours(_ version: JSON, _ week: JSON = week, id: JSON = "day") -> JSON {
        [
            "version": version,
            "hours": [
                [
                    "id": id, "name": "工作日", "englishName": "Workdays", "week": week,
                    "exceptions": [["day": "2026-10-01", "open": []]],
                ]
            ],
        ]
    }

    @Test func hoursAreMadeKeptByALineAndRetired() async throws {
        try await TestHotline.with { hotline, client in
            let lei = try await Browser.signedIn(client, "lei")
            let made = try await lei.put("/routing/hours", Self.hours(0))
            #expect(made.status == 200 && made.json["hours"]?.elements.first?["week"] == Self.week)
            #expect(try await lei.put("/routing/hours", Self.hours(1)).json["version"] == 1, "nothing was changed")
            #expect(try await lei.put("/routing/lines/gov", Self.line(1, queue: "gov", hours: "day")).status == 200)
            // It is a Sunday.
            hotline.switchboard.tell(.arrived("c1", line: "gov", number: "13800000001"))
            try await hotline.settle()
            #expect(await hotline.switchboard.read { $0.calls["c1"]?.phase } == .leaving(.closed))

            let gone = try await lei.put("/routing/hours", ["version": 2, "hours": []])
            #expect(gone.fields["lines.gov"]?.contains("按“工作日”服务") == true)
            for (week, wanted): (JSON, String) in [
                ([["18:00-09:00"], [], [], [], [], [], []], "结束不晚于开始"),
                ([["08:00-12:00", "11:00-18:00"], [], [], [], [], [], []], "重叠"),
                ([["8 点"], [], [], [], [], [], []], "无法识别"), ([[]], "七天"),
            ] {
                let refused = try await lei.put("/routing/hours", Self.hours(2, week))
                #expect(refused.status == 422 && refused.fields["hours.day"]?.contains(wanted) == true)
                #expect(refused.fields["hours.day"]?.contains("“工作日”") == true, "by its name")
            }
            let two = Self.hours(2)["hours"]!.elements
            #expect(
                try await lei.put("/routing/hours", ["version": 2, "hours": .array(two + two)]).fields["hours[1].id"]
                    != nil)
            #expect(try await lei.put("/routing/lines/gov", Self.line(2, queue: "gov")).status == 200)
            #expect(try await lei.put("/routing/hours", ["version": 3, "hours": []]).status == 200)
        }
    }

    @Test func kindsOfBreaksAreMadeTakenAndRetired() async throws {
        try await TestHotline.with { hotline, client in
            let chen = try await CallTests.ready(client)
            let lei = try await Browser.signedIn(client, "lei")
            let meal: JSON = [["id": "meal", "name": "用餐", "englishName": "Meal"]]
            #expect(try await chen.put("/desk/state", ["state": "break", "pause": "meal"]).status == 422)
            #expect(try await lei.put("/routing/breaks", ["version": 0, "breaks": meal]).status == 200)
            let centre = try await chen.get("/centre").json
            #expect(centre["version"] == 1 && centre["breaks"] == meal, "her page learns of it by the version")
            #expect(try await chen.put("/desk/state", ["state": "break", "pause": "meal"]).status == 200)
            let taken = try await lei.put("/routing/breaks", ["version": 1, "breaks": []])
            #expect(taken.fields["agents.5001"] == "工号 5001 正在或即将“用餐”，请等她回来。")
            #expect(try await chen.put("/desk/state", ["state": "ready"]).status == 200)
            #expect(try await lei.put("/routing/breaks", ["version": 1, "breaks": []]).json["breaks"] == [])
            let twice = try await lei.put(
                "/routing/breaks", ["version": 2, "breaks": .array(meal.elements + meal.elements)])
            #expect(twice.fields["breaks[1].id"] != nil)
        }
    }
}
