import Engine
import HummingbirdTesting
import Storage
import Testing

@testable import App

/// Commands that hold for a line, who waits to be called back, and what a leader hears of.
@Suite struct TakeoverTests {
    /// A second centre with a queue of its own, as the file would have it.
    @Sendable static func addBackup(_ centre: inout Centre) {
        centre.centres = [.init(id: "backup", name: "备份", englishName: "Backup")]
        centre.queues.append(
            .init(
                id: "backup", name: "备份", englishName: "Backup", offerSeconds: 18, wrapUpLimitSeconds: nil, capacity: 9)
        )
        centre.queues[1].centre = "backup"
        centre.agents[0].queues = [.init("backup")]
    }

    @Test func aTakeoverIsAskedApprovedByAnotherAndEnded() async throws {
        try await TestHotline.with(centre: Self.addBackup) { hotline, client in
            let lei = try await Browser.signedIn(client, "lei")
            let admin = try await Browser.signedIn(client, "admin")
            let asked = try await lei.post("/takeovers", ["line": "gov", "queue": "backup", "percent": 100])
            #expect(asked.status == 201)
            #expect(asked.json["state"] == "asked" && asked.json["askedBy"] == "Lei")
            #expect(asked.json["mayApprove"] == false)
            let path = "/takeovers/\(asked.json["id"]?.text(or: nil) ?? "")"
            #expect(try await lei.post("\(path)/approval").code == "approvalByAnother")
            #expect(try await admin.get("/takeovers").json["takeovers"]?.elements.first?["mayApprove"] == true)

            let chen = try await CallTests.ready(client)
            hotline.arrive("c1")
            try await hotline.settle()
            #expect(try await chen.get("/desk").json["state"] == "ready", "nobody has approved it")
            let approved = try await admin.post("\(path)/approval").json
            #expect(approved["state"] == "inForce" && approved["approvedBy"] == "Admin")
            hotline.arrive("c2", number: "13900005678")
            try await hotline.settle()
            #expect(try await chen.get("/desk").json["offer"]?["call"] == "c2")
            let ended = try await lei.delete(path).json
            #expect(ended["state"] == "ended" && ended["endedBy"] == "Lei")
            #expect(try await lei.delete(path).code == "takeoverOver")
            let rows = try await hotline.store.auditRows(page: Page()).rows
            let told = rows.map(\.action).filter { $0.hasPrefix("takeover") }
            #expect(told == ["takeover.end", "takeover.approve", "takeover.ask"])
        }
    }

    @Test func aTakeoverThatCannotBeIsRefused() async throws {
        try await TestHotline.with { _, client in
            let lei = try await Browser.signedIn(client, "lei")
            let command: JSON = ["line": "gov", "queue": "gov", "percent": 50]
            #expect(try await lei.post("/takeovers", command).code == "takeoverImpossible", "its own centre")
            let unknown = try await lei.post("/takeovers", ["line": "none", "queue": "none", "percent": 50])
            #expect(Set(unknown.fields.keys) == ["line", "queue"])
            #expect(try await lei.post("/takeovers", ["line": "gov", "queue": "gov", "percent": 0]).status == 422)
            #expect(try await lei.post("/takeovers/none/approval").status == 404)
            #expect(try await lei.delete("/takeovers/none").status == 404)
        }
    }

    @Test func anEmergencyHoldsUntilItIsTakenBack() async throws {
        try await TestHotline.with { hotline, client in
            let lei = try await Browser.signedIn(client, "lei")
            #expect(try await lei.put("/lines/gov/emergency", ["on": true]).status == 200)
            #expect(try await lei.get("/routing").json["lines"]?.elements.first?["emergency"] == true)
            hotline.switchboard.tell(.arrived("c1", line: "gov", number: "13800001234"))
            try await hotline.settle()
            #expect(await hotline.switchboard.read { $0.calls["c1"]?.phase } == .leaving(.emergency))
            #expect(try await lei.put("/lines/gov/emergency", ["on": false]).status == 200)
            #expect(try await lei.get("/routing").json["lines"]?.elements.first?["emergency"] == false)
            #expect(try await lei.put("/lines/none/emergency", ["on": true]).status == 404)
        }
    }

    @Test func whoWaitsToBeCalledBackIsListedInTurn() async throws {
        try await TestHotline.with { hotline, client in
            hotline.arrive("c1")
            hotline.arrive("c2", number: "13900005678")
            try await hotline.settle()
            try await hotline.switchboard.ask(.callbackAsked("c2", number: "13900005678"))
            let rows = try await Browser.signedIn(client, "lei").get("/callbacks").json["callbacks"]?.elements ?? []
            #expect(rows.count == 1)
            #expect(rows[0]["number"] == "139****5678" && rows[0]["position"] == 2 && rows[0]["tries"] == 0)
            #expect(rows[0]["state"] == "waiting")
        }
    }

    @Test func aLeaderHearsOfAPromiseThatWasNotKept() async throws {
        try await TestHotline.with { hotline, client in
            let chen = try await Browser.signedIn(client, "chen")
            for (number, call) in ["13800001234", "13900005678"].enumerated() {
                hotline.arrive(CallID("c\(number)"), number: call)
                hotline.switchboard.tell(.hungUp(CallID("c\(number)"), .citizen, .callerHungUp))
            }
            try await hotline.settle()
            let promised = hotline.clock.now.adding(seconds: 600)
            for call in ["c0", "c1"] {
                #expect(
                    try await chen.put("/missed-calls/\(call)/promise", ["promisedBy": JSON(promised)]).status == 200)
            }
            #expect(try await chen.post("/missed-calls/c1/closure", ["note": "已联系"]).status == 200)
            let lei = await hotline.topics.open(for: try await TopicsTests.caller("lei", hotline), after: nil)
            hotline.clock.advance(seconds: 599)
            try await hotline.topics.noteLatePromises()
            #expect(try await hotline.topics.take(lei.id)?.alerts.contains { $0.kind == .promiseLate } == false)
            hotline.clock.advance(seconds: 1)
            try await hotline.topics.noteLatePromises()
            let news = try #require(try await hotline.topics.take(lei.id))
            let late = news.alerts.filter { $0.kind == .promiseLate }.map(\.view)
            #expect(late.count == 1 && late[0]["call"] == "c0" && late[0]["owner"] == "Chen")
            #expect(late[0]["number"] == "138****1234" && late[0]["at"] == JSON(promised))
            hotline.clock.advance(seconds: 5)
            try await hotline.topics.noteLatePromises()
            #expect(try await hotline.topics.take(lei.id)?.topics.contains(.alerts) == false, "told once")
        }
    }

    @Test func aLeaderHearsOfACallerNobodyMayServe() async throws {
        try await TestHotline.with { hotline, client in
            let lei = await hotline.topics.open(for: try await TopicsTests.caller("lei", hotline), after: nil)
            let chen = await hotline.topics.open(for: try await TopicsTests.caller("chen", hotline), after: nil)
            _ = try await hotline.topics.take(lei.id)
            _ = try await hotline.topics.take(chen.id)
            hotline.arrive("c1")
            hotline.arrive("c2")
            try await hotline.settle()
            let news = try #require(try await hotline.topics.take(lei.id))
            #expect(news.topics.contains(.alerts))
            #expect(news.alerts.map(\.kind) == [.nobodyFor] && news.alerts[0].line == "gov", "one a line")
            #expect(try await hotline.topics.take(chen.id)?.topics.contains(.alerts) == false)
        }
    }
}
