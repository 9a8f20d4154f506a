import Engine
import HummingbirdTesting
import Logging
import Reports
import Storage
import Testing

@testable import App

/// The leaders' board, the whole story of an order, and who else has it open.
@Suite struct WatchTests {
    private static func counts(_ browser: Browser) async throws -> (all: [Int64], bodies: [String: [Int64]]) {
        let watch = try await browser.get("/watch").json
        func numbers(_ json: JSON?) -> [Int64] { Watch.allCases.map { json?[$0.rawValue]?.number ?? -1 } }
        let bodies = (watch["bodies"]?.elements ?? []).map {
            ($0["body"]?.text(or: nil) ?? "", numbers($0["counts"]))
        }
        return (numbers(watch["all"]), Dictionary(uniqueKeysWithValues: bodies))
    }

    private static func step(_ browser: Browser, _ path: String, _ noun: String, _ form: [String: JSON]) async throws {
        let version = try await browser.get(path).json["version"] ?? 0
        let reply = try await browser.post("\(path)/\(noun)", .object(form.merging(["version": version]) { $1 }))
        #expect(reply.status == 200, "\(noun): \(reply.message ?? "")")
    }

    /// Each count opens the list of the orders it counts: page by page, for all bodies and for one.
    @Test func everyCountOpensItsOrders() async throws {
        try await TestHotline.with { hotline, client in
            let chen = try await Browser.signedIn(client, "chen")
            let lei = try await Browser.signedIn(client, "lei")
            let housing = try await Browser.signedIn(client, "housing")
            let ordinary: [String: JSON] = ["urgency": "ordinary"]
            var paths: [String] = []
            for body in ["housing", "housing", "water", "water"] {
                paths.append(try await OrderTests.dispatched(chen, to: body, ordinary))
            }
            try await Self.step(chen, paths[0], "urges", ["note": "市民再次来电"])
            try await Self.step(lei, paths[1], "supervision", ["note": "限期办结"])
            try await Self.step(housing, paths[1], "objection", ["basis": "条例第三条", "suggests": nil])
            #expect(try await Self.counts(lei).all == [0, 0, 1, 1, 1, 0])
            // The last day of all four: they are warned of.
            let alarms = AlarmService(office: Office(hotline.dependencies))
            hotline.clock.advance(seconds: 5 * 86_400)
            try await alarms.takeDue()
            let later = try await Browser.signedIn(client, "lei")
            #expect(try await Self.counts(later).all == [0, 4, 1, 1, 1, 0])
            hotline.clock.advance(seconds: 86_400)
            try await alarms.takeDue()
            let late = try await Browser.signedIn(client, "lei")
            let (all, bodies) = try await Self.counts(late)
            #expect(all == [4, 0, 4, 1, 1, 0], "past its end each is urged by its ladder")
            #expect(bodies == ["housing": [2, 0, 2, 1, 1, 0], "water": [2, 0, 2, 0, 0, 0]])
            for (index, watch) in Watch.allCases.enumerated() {
                for (body, wanted) in [("", all), ("&body=water", bodies["water"] ?? [])] {
                    var (found, cursor) = (0, "")
                    repeat {
                        let page = try await late.get("/orders?watch=\(watch)\(body)&sort=due&limit=1\(cursor)").json
                        found += page["rows"]?.elements.count ?? 0
                        cursor = page["next"]?.text(or: nil).map { "&cursor=\($0)" } ?? ""
                    } while !cursor.isEmpty
                    #expect(found == Int(wanted[index]), "\(watch)\(body)")
                }
            }
            let officer = try await Browser.signedIn(client, "water")
            #expect(try await officer.get("/watch").code == "notAllowed")
            let own = try await officer.get("/orders?watch=overdue").json["rows"]?.elements
            #expect(own?.map { $0["body"] } == ["water", "water"], "an officer sees her own body's")
        }
    }

    @Test func anOrderTellsItsWholeStory() async throws {
        try await TestHotline.with { hotline, client in
            let chen = try await Browser.signedIn(client, "chen")
            let path = try await OrderTests.dispatched(chen, to: "housing", ["urgency": "ordinary"])
            let lei = try await Browser.signedIn(client, "lei")
            let notice =
                #"{"id": "测试〔2026〕2号", "published": "2026-11-22", "off": [["台风", "2026-11-24", "2026-11-24"]], "work": []}"#
            #expect(try await lei.post("/calendar/notices", ["notice": .string(notice)]).json["moved"] == 1)
            let change = try await chen.get(path).json["deadlineChanges"]?.elements.first
            #expect(change?["reason"] == "测试〔2026〕2号" && change?["clock"] == "resolve")
            #expect(change?["after"] == JSON(WallClock.china.lastSecond(of: LocalDay("2026-11-30")!)))
            // Past all steps of its ladder, which are taken now.
            hotline.clock.advance(seconds: 20 * 86_400)
            let late = try await Browser.signedIn(client, "lei")
            try await AlarmService(office: Office(hotline.dependencies)).takeDue()
            let order = try await late.get(path).json
            let alarms = order["alarms"]?.elements ?? []
            #expect(alarms.compactMap { $0["does"]?.text(or: nil) } == ["warn", "urge", "supervise", "notify"])
            #expect(alarms.first?["tells"] == ["body"] && order["supervisedAt"] == JSON(hotline.clock.now))
            #expect(try await Self.counts(late).all == [1, 0, 1, 1, 0, 0], "the ladder's steps count too")
        }
    }

    @Test func theSecondSeesThatTheFirstHasItOpen() async throws {
        try await TestHotline.with(.live) { hotline, client in
            let port = try #require(client.port)
            let chen = try await Browser.signedIn(client, "chen")
            let lei = try await Browser.signedIn(client, "lei")
            let housing = try await Browser.signedIn(client, "housing")
            let path = try await OrderTests.dispatched(chen, to: "water", [:])
            let order = JSON.string(String(path.dropFirst("/orders/".count)))
            let first = await hotline.topics.open(for: try await hotline.caller("lei", lei), after: nil).id
            #expect(try await lei.put("/viewing", ["stream": JSON(first), "order": order]).status == 204)
            #expect(try await chen.put("/viewing", ["stream": JSON(first), "order": order]).status == 404, "not hers")
            #expect(try await housing.put("/viewing", ["stream": 1, "order": order]).status == 404, "another body's")

            let cookie = try #require(chen.cookie)
            _ = try await EventReader.untilClosed(port: port, cookie: cookie) {
                let stream = await hotline.topics.readers.values.first { $0.caller.person.login == "chen" }?.id
                let number = try #require(stream)
                #expect(try await chen.put("/viewing", ["stream": JSON(number), "order": order]).status == 204)
                let reader = try #require(await hotline.topics.readers[number])
                #expect(
                    await hotline.topics.othersViewing(with: reader) == [.init(name: "Lei", since: hotline.clock.now)])
                await hotline.topics.close(first)
                #expect(await hotline.topics.othersViewing(with: reader).isEmpty, "it ends with the stream")
                await hotline.topics.close(number)
                #expect(await hotline.topics.viewers.isEmpty)
            }
        }
    }

    @Test func aPageIsToldWhoElseHasItsOrder() async throws {
        try await TestHotline.with { hotline, client in
            let chen = try await hotline.caller("chen", try await Browser.signedIn(client, "chen"))
            let lei = try await hotline.caller("lei", try await Browser.signedIn(client, "lei"))
            let topics = hotline.topics
            let one = await topics.open(for: chen, after: nil).id
            let two = await topics.open(for: lei, after: nil).id
            _ = try await topics.take(one)
            #expect(await topics.shows("o", on: one, of: chen))
            #expect(try await topics.take(one)?.viewing?.others == [])
            hotline.clock.advance(seconds: 60)
            #expect(await topics.shows("o", on: two, of: lei))
            let seen = try #require(try await topics.take(one)?.viewing)
            #expect(seen.order == "o" && seen.others == [.init(name: "Lei", since: hotline.clock.now)])
            #expect(await topics.shows("p", on: two, of: lei))
            #expect(try await topics.take(one)?.viewing?.others == [], "she went on to another")
        }
    }
}

extension TestHotline {
    /// Somebody signed in, as the program knows her.
    func caller(_ login: String, _ browser: Browser) async throws -> Caller {
        let token = try #require(browser.cookie?.split(separator: "=").last.map(String.init))
        let found = try #require(try await store.session(digest: Secret.digest(token), at: clock.now))
        #expect(found.person.login == login)
        return Caller(person: found.person, session: found.session)
    }
}
