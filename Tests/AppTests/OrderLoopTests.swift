import Engine
import Foundation
import HTTPTypes
import HummingbirdTesting
import Storage
import Testing

@testable import App

/// The ways of an order over the API, as those who work with it go them.
@Suite struct OrderLoopTests {
    /// One order and the version its last change made.
    private actor Matter {
        let path: String
        private let hotline: TestHotline
        private var version: JSON

        init(_ hotline: TestHotline, _ path: String, version: JSON) {
            self.hotline = hotline
            self.path = path
            self.version = version
        }

        @discardableResult
        func step(_ browser: Browser, _ noun: String, _ form: [String: JSON] = [:], after seconds: Int64 = 60)
            async throws -> JSON
        {
            hotline.clock.advance(seconds: seconds)
            let reply = try await browser.post("\(path)/\(noun)", .object(form.merging(["version": version]) { $1 }))
            #expect(reply.status == 200, "\(noun): \(reply.message ?? "") \(reply.fields)")
            version = reply.json["version"] ?? 0
            return reply.json
        }

        func refused(_ browser: Browser, _ noun: String, _ form: [String: JSON] = [:]) async throws -> Browser.Reply {
            let reply = try await browser.post("\(path)/\(noun)", .object(form.merging(["version": version]) { $1 }))
            #expect(reply.status >= 400, "\(noun)")
            return reply
        }
    }

    private static let fume: [String: JSON] = [
        "kind": "complaint", "urgency": "ordinary", "title": "楼下餐馆油烟扰民", "what": "餐馆油烟直排，夜里也不停。",
    ]

    private static func dispatched(
        _ hotline: TestHotline, _ browser: Browser, to body: String, _ fields: [String: JSON], category: String? = nil
    ) async throws -> Matter {
        let (path, order) = try await OrderTests.draft(browser, fields)
        let matter = Matter(hotline, path, version: order["version"] ?? 0)
        if let category { try await matter.step(browser, "labels", ["category": .string(category), "tags": ["油烟"]]) }
        try await matter.step(browser, "dispatch", ["body": .string(body), "readBack": true])
        return matter
    }

    private static func withCatalogue(
        _ test: @escaping @Sendable (TestHotline, any TestClientProtocol) async throws -> Void
    ) async throws {
        try await TestHotline.with(
            centre: { $0.categories = [.init(id: "fume", name: "餐饮油烟", englishName: "Fumes")] }, test)
    }

    /// A fume complaint made twice; two bodies dispute by clauses of one law; coordination rules, and binds; the second call
    /// lands as an urge; closed within five working days.
    @Test func aFumeComplaintOfHangzhou() async throws {
        try await Self.withCatalogue { hotline, client in
            let chen = try await Browser.signedIn(client, "chen")
            let wu = try await Browser.signedIn(client, "wu")
            let lei = try await Browser.signedIn(client, "lei")
            let housing = try await Browser.signedIn(client, "housing")
            let water = try await Browser.signedIn(client, "water")
            let matter = try await Self.dispatched(hotline, chen, to: "housing", Self.fume, category: "fume")
            let path = matter.path
            try await matter.step(housing, "objection", ["basis": "大气污染防治法第八十一条第一款", "suggests": "water"])
            #expect(try await chen.get(path).json["state"] == "disputed")
            #expect(try await matter.refused(housing, "signature").code == "wrongState")
            let ruled = try await matter.step(lei, "ruling", ["body": "water", "ruling": "依第八十一条第三款由水务局主办"])
            #expect(ruled["state"] == "dispatched" && ruled["body"] == "water")
            #expect(try await housing.get(path).status == 404, "it is another body's now")

            // She calls again: the agent sees her open order, and urges it.
            let known = try await wu.get("/orders?q=油烟").json["rows"]?.elements.first
            #expect(known?["id"]?.text(or: nil).map { "/orders/\($0)" } == path)
            #expect(try await matter.step(wu, "urges", ["note": "市民今日再次来电催促"])["state"] == "dispatched")
            #expect(
                try await matter.refused(water, "objection", ["basis": "同上", "suggests": nil]).code == "wrongState")

            try await matter.step(water, "signature", after: 3600)
            let shared = try await matter.step(
                water, "shares", ["body": "housing", "role": "coHandler", "note": "协助查看烟道"])
            #expect(try await housing.get(path).json["allowed"]?.elements.contains("signShare") == true)
            #expect(shared["clocks"]?.elements.contains { $0["body"] == "housing" } == true)
            #expect(try await matter.refused(water, "answer", ["text": "已整改"]).code == "wrongState")
            try await matter.step(housing, "share-signature")
            try await matter.step(housing, "share-answer", ["text": "烟道符合规定"])
            // Two days later, and signed in again.
            hotline.clock.advance(seconds: 2 * 86_400)
            let later = try await Browser.signedIn(client, "water")
            try await matter.step(later, "contacts", ["note": "已上门查看"])
            try await matter.step(later, "answer", ["text": "已责令停业整改并安装净化设备"])
            let closed = try await matter.step(later, "closure")
            let resolve = closed["clocks"]?.elements.first { $0["name"] == "resolve" && $0["body"] == .null }
            #expect(resolve?["state"] == "met")
            #expect(resolve?["due"] == JSON(WallClock.china.lastSecond(of: LocalDay("2026-11-27")!)))
            let ruling = try #require(try await hotline.store.ruling(category: "fume"))
            #expect(ruling.body == "water" && ruling.objected == "housing")
            let deliveries = closed["history"]?.elements.compactMap { $0["action"]?.text(or: nil) }
            #expect(deliveries?.contains("urge") == true && deliveries?.contains("rule") == true)
        }
    }

    /// An extra-urgent plea: responded to within two hours, closed within twelve, and the result is with who took it.
    @Test func anExtraUrgentPlea() async throws {
        try await TestHotline.with { hotline, client in
            let chen = try await Browser.signedIn(client, "chen")
            let water = try await Browser.signedIn(client, "water")
            let matter = try await Self.dispatched(hotline, chen, to: "water", [:])
            try await matter.step(water, "signature", after: 600)
            try await matter.step(water, "contacts", ["note": "医护已联系"], after: 3000)
            try await matter.step(water, "answer", ["text": "已列入重点观察并开展疏导"], after: 6 * 3600)
            let closed = try await matter.step(water, "closure")
            #expect(closed["clocks"]?.elements.allSatisfy { $0["state"] == "met" } == true)
            #expect(closed["clocks"]?.elements.count == 2)
            let mine = try await chen.get("/orders?mine=true&state=closed").json["rows"]?.elements.first
            #expect(mine?["id"] == closed["id"])
            #expect(try await chen.get(matter.path).json["answer"] == "已列入重点观察并开展疏导")
        }
    }

    @Test func aBadVerdictIsReviewedAndDoneAgain() async throws {
        try await TestHotline.with { hotline, client in
            let chen = try await Browser.signedIn(client, "chen")
            let lei = try await Browser.signedIn(client, "lei")
            let housing = try await Browser.signedIn(client, "housing")
            let matter = try await Self.dispatched(hotline, chen, to: "housing", Self.fume)
            try await matter.step(housing, "signature")
            try await matter.step(housing, "answer", ["text": "已整改"])
            try await matter.step(housing, "closure")
            let bad = try await matter.step(
                chen, "follow-ups", ["reached": true, "satisfaction": 2, "solved": false, "note": "仍有油烟", "call": nil])
            #expect(bad["state"] == "reviewing")
            #expect(try await matter.refused(chen, "redo", ["body": "water", "reason": "x"]).code == "notAllowed")
            let again = try await matter.step(lei, "redo", ["body": "water", "reason": "未解决"])
            #expect(again["state"] == "dispatched" && again["body"] == "water" && again["closedAt"] == .null)
            #expect(again["followUps"]?.elements.count == 1)
            #expect(try await lei.get("/orders?state=reviewing").json["rows"] == [])
        }
    }

    @Test func mergingByNumberAndBack() async throws {
        try await TestHotline.with { hotline, client in
            let chen = try await Browser.signedIn(client, "chen")
            let lei = try await Browser.signedIn(client, "lei")
            let first = try await Self.dispatched(hotline, chen, to: "housing", Self.fume)
            let number = try #require(try await chen.get(first.path).json["number"]?.text(or: nil))
            let second = try await Self.dispatched(hotline, chen, to: "housing", Self.fume)
            #expect(
                try await second.refused(lei, "merge", ["into": "20260101-000001", "reason": "重复"]).fields["into"]
                    != nil)
            #expect(
                try await second.step(lei, "merge", ["into": .string(number), "reason": "重复"])["state"] == "merged")
            let waits = try await first.refused(chen, "withdrawal", ["reason": "市民来电撤回"])
            #expect(waits.status == 409 && waits.code == "wrongState", "what others told is not hers to take back")
            #expect(try await second.step(lei, "unmerge", ["reason": "不是同一处"])["state"] == "dispatched")
            #expect(try await first.step(chen, "withdrawal", ["reason": "市民来电撤回"])["state"] == "withdrawn")
            let into = try await second.refused(lei, "merge", ["into": .string(number), "reason": "重复"])
            #expect(into.fields["into"] != nil)
        }
    }

    /// The steps of a ladder are taken when their time has come, each once, and after a stop too.
    @Test func nobodyIsLeftUnwarned() async throws {
        try await TestHotline.with { hotline, client in
            let chen = try await Browser.signedIn(client, "chen")
            let lei = try await Browser.signedIn(client, "lei")
            let matter = try await Self.dispatched(hotline, chen, to: "housing", [:])
            let service = AlarmService(office: Office(hotline.dependencies))
            try await service.takeDue()
            #expect(try await lei.get("/alarms").json["rows"] == [])
            hotline.clock.advance(seconds: 3 * 3600)
            for _ in 0..<3 { try await service.takeDue() }
            let rows = try await lei.get("/alarms").json["rows"]?.elements ?? []
            #expect(rows.map { $0["clock"] } == ["respond", "respond"])
            #expect(Set(rows.compactMap { $0["does"]?.text(or: nil) }) == ["warn", "urge"])
            hotline.clock.advance(seconds: 20 * 86_400)
            try await service.takeDue()
            let order = try #require(
                try await hotline.store.orders(OrderFilter(), sort: .newest, page: Page(limit: 1)).rows.first)
            #expect(order.details.supervisedAt != nil)
            #expect(try await hotline.store.alarms(of: order.id).count == 8, "four steps of two clocks")
            let signed = try await matter.step(try await Browser.signedIn(client, "housing"), "signature")
            #expect(signed["state"] == "signed", "an alarm is no change of what somebody wrote")
        }
    }

    @Test func aNoticeThatComesLateMovesDeadlines() async throws {
        try await TestHotline.with { hotline, client in
            let chen = try await Browser.signedIn(client, "chen")
            let lei = try await Browser.signedIn(client, "lei")
            let matter = try await Self.dispatched(hotline, chen, to: "housing", Self.fume)
            let before = try await chen.get(matter.path).json["clock"]?["due"]
            let notice =
                #"{"id": "测试〔2026〕1号", "published": "2026-11-22", "off": [["台风", "2026-11-24", "2026-11-25"]], "work": []}"#
            #expect(try await chen.post("/calendar/notices", ["notice": .string(notice)]).code == "notAllowed")
            #expect(try await lei.post("/calendar/notices", ["notice": "{}"]).fields["notice"] != nil)
            let reply = try await lei.post("/calendar/notices", ["notice": .string(notice)])
            #expect(reply.json["moved"] == 1)
            #expect(try await lei.post("/calendar/notices", ["notice": .string(notice)]).code == "alreadyDone")
            let after = try await chen.get(matter.path).json["clock"]?["due"]
            #expect(before == JSON(WallClock.china.lastSecond(of: LocalDay("2026-11-27")!)))
            #expect(after == JSON(WallClock.china.lastSecond(of: LocalDay("2026-12-01")!)))
            let order = try #require(
                try await hotline.store.orders(OrderFilter(), sort: .newest, page: Page(limit: 1)).rows.first)
            let changes = try await hotline.store.deadlineChanges(of: order.id)
            #expect(changes.map(\.reason) == ["测试〔2026〕1号"])
            #expect(changes.first.map { JSON($0.before) } == before)
        }
    }

    @Test func aPolicyIsSavedAsAVersionAndOldOrdersKeepTheirs() async throws {
        try await TestHotline.with { hotline, client in
            let chen = try await Browser.signedIn(client, "chen")
            let lei = try await Browser.signedIn(client, "lei")
            let old = try await Self.dispatched(hotline, chen, to: "housing", Self.fume)
            let listed = try await lei.get("/policies").json["rows"]?.elements ?? []
            #expect(listed.count == 9)
            let hangzhou = try #require(listed.first { $0["inUse"] == true })
            var text = try #require(hangzhou["content"]).text
            text = text.replacingOccurrences(of: "5 working-days", with: "3 working-days")
            func save(_ version: JSON, _ policy: String) async throws -> Browser.Reply {
                try await lei.put(
                    "/policies/hangzhou",
                    [
                        "version": version, "inForceFrom": JSON(hotline.clock.now), "reason": "试行",
                        "policy": .string(policy),
                    ])
            }
            #expect(try await save(0, #"{"name": "hangzhou"}"#).fields["policy"] != nil)
            #expect(try await save(0, text).json["version"] == 1)
            #expect(try await save(0, text).status == 409)
            let new = try await Self.dispatched(hotline, chen, to: "housing", Self.fume)
            let due = [try await chen.get(old.path).json, try await chen.get(new.path).json].map { $0["clock"]?["due"] }
            #expect(due[0] == JSON(WallClock.china.lastSecond(of: LocalDay("2026-11-27")!)))
            #expect(due[1] == JSON(WallClock.china.lastSecond(of: LocalDay("2026-11-25")!)))
            try await old.step(lei, "policy", ["policy": "hangzhou", "reason": "统一按新规则"])
            #expect(try await chen.get(old.path).json["clock"]?["due"] == due[1])
            let preview = try await chen.get(
                "/policies/dalian/deadline?kind=complaint&urgency=ordinary&clock=contact&from=2026-02-13T16:50:00%2B08:00"
            )
            #expect(preview.json["dueText"] == "2026-02-24T23:59:59+08:00")
        }
    }

    /// A page keeps what was written and sends it again, after midnight too: so it does with what the server cannot do just now.
    @Test func aDayWithoutNumbersIsToldAndPasses() throws {
        let problem = try #require(Problem(refusal: StorageError.dayFull(day: "20261122")))
        #expect(problem.code == .dayFull && problem.status == .serviceUnavailable)
    }

    /// Each refusal has a sentence in both languages, for everybody in every state.
    @Test func everyRefusalHasItsSentence() {
        let refusals: [WorkOrder.Refusal] =
            WorkOrder.State.allCases.map { .wrongState($0, .sign) } + [
                .staleVersion(current: 2), .notYours, .anotherBodys, .notReadBack, .missing([.basis]),
                .tooLong(.note, limit: 5), .badPhone, .unknownUrgency(.urgent), .unknownBody, .badSatisfaction,
                .verdictWithoutContact, .reviewedByCentre, .extensionTooLate(due: Moment(milliseconds: 0)),
                .extensionNotLater, .extensionTooLong(limit: Length(1, .days)), .extensionAsked, .noExtensionAsked,
                .alreadyPaused, .notPaused, .pauseNotAllowed(.expertise), .alreadyShared("x"), .sharesOpen(["x"]),
                .objectsToRuling, .mergedIntoItself, .unknownPolicy("x"), .tooMany(.tags, limit: 20),
                .cannotTakeMerged, .othersWait,
            ]
        for refusal in refusals {
            let problem = Problem(refusal)
            for sentence in [problem.message] + problem.fields.map(\.message) {
                #expect(!sentence.text(in: .zh).isEmpty && !sentence.text(in: .en).isEmpty, "\(refusal)")
            }
        }
    }
}
