import Engine
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@testable import App

/// The registry behind the streams, without a wire: what a reader is told, and what she is spared.
@Suite struct TopicsTests {
    static func caller(_ login: String, _ hotline: TestHotline) async throws -> Caller {
        let person = try #require(try await hotline.store.person(login: login))
        return Caller(
            person: person,
            session: .init(
                digest: login, person: person.id, csrfToken: "", createdAt: hotline.clock.now,
                expiresAt: hotline.clock.now.adding(seconds: 60)))
    }

    @Test func aNewReaderHearsEverythingAnOldOneWhatIsNew() async throws {
        try await TestHotline.with { hotline, client in
            _ = try await CallTests.ready(client)
            let chen = try await Self.caller("chen", hotline)
            let first = await hotline.topics.open(for: chen, after: nil)
            let all = try #require(try await hotline.topics.take(first.id))
            #expect(all.topics == [.desk, .board, .missed, .hello])
            #expect(all.desk?.state.agent.state == .ready)
            let nothing = try #require(try await hotline.topics.take(first.id))
            #expect(nothing.topics.isEmpty && nothing.orders.isEmpty)

            // Something happens at another desk, so that the position moves on.
            try await hotline.settle()
            let position = await hotline.topics.position
            let resumed = await hotline.topics.open(for: chen, after: position)
            let later = try #require(try await hotline.topics.take(resumed.id))
            #expect(!later.topics.contains(.desk), "her desk is older than what she has heard")
            hotline.arrive("c1")
            try await hotline.settle()
            let rang = try #require(try await hotline.topics.take(resumed.id))
            #expect(rang.topics.contains(.desk))
            #expect(rang.desk?.state.offered?.offer.id == "c1-1")
            let again = await hotline.topics.open(for: chen, after: position)
            #expect(try await hotline.topics.take(again.id)?.topics.contains(.desk) == true)
        }
    }

    @Test func aSlowReaderSkipsAndNeverQueues() async throws {
        try await TestHotline.with { hotline, client in
            let browser = try await CallTests.ready(client)
            let chen = try await Self.caller("chen", hotline)
            let stream = await hotline.topics.open(for: chen, after: nil)
            _ = try await hotline.topics.take(stream.id)
            for _ in 1...50 {
                _ = try await browser.put("/desk/state", ["state": "break"])
                _ = try await browser.put("/desk/state", ["state": "ready"])
            }
            let (_, order) = try await OrderTests.draft(browser)
            for version in 1...30 {
                _ = try await browser.put(
                    "/orders/\(order["id"]?.text(or: nil) ?? "")/draft",
                    ["version": JSON(version), "fields": OrderTests.fields()])
            }
            let news = try #require(try await hotline.topics.take(stream.id))
            #expect(news.desk?.state.agent.state == .ready)
            #expect(news.orders.map(\.version) == [31])
        }
    }

    @Test func officersHearOfTheirOwnOrders() async throws {
        try await TestHotline.with { hotline, client in
            let housing = await hotline.topics.open(for: try await Self.caller("housing", hotline), after: nil)
            let water = await hotline.topics.open(for: try await Self.caller("water", hotline), after: nil)
            let path = try await OrderTests.dispatched(try await Browser.signedIn(client, "chen"), to: "housing")
            let heard = try #require(try await hotline.topics.take(housing.id))
            #expect(heard.orders.map { "/orders/\($0.id)" } == [path])
            #expect(heard.orders.map(\.version) == [2], "of the draft she hears nothing")
            #expect(try await hotline.topics.take(water.id)?.orders.isEmpty == true)
            let late = await hotline.topics.open(for: try await Self.caller("housing", hotline), after: 0)
            #expect(try await hotline.topics.take(late.id)?.orders.map(\.version) == [2])
        }
    }

    @Test func aFifthStreamClosesTheOldest() async throws {
        try await TestHotline.with { hotline, _ in
            let chen = try await Self.caller("chen", hotline)
            var streams: [(id: Topics.ReaderID, wakes: AsyncStream<Void>)] = []
            for _ in 1...5 { streams.append(await hotline.topics.open(for: chen, after: nil)) }
            #expect(try await hotline.topics.take(streams[0].id) == nil)
            for stream in streams[1...] { #expect(try await hotline.topics.take(stream.id) != nil) }
            await hotline.topics.closeStreams(ofSession: chen.session.digest)
            #expect(try await hotline.topics.take(streams[4].id) == nil)
        }
    }

    @Test func anEmptyChairIsOfferedNothing() async throws {
        var timing = Topics.Timing()
        timing.unreachableAfter = .zero
        try await TestHotline.with(timing: timing) { hotline, client in
            let browser = try await CallTests.ready(client)
            let chen = try await Self.caller("chen", hotline)
            let stream = await hotline.topics.open(for: chen, after: nil)
            await hotline.topics.close(stream.id)
            while await hotline.switchboard.read({ $0.agents["5001"]?.reachable }) == true {
                try await Task.sleep(for: .milliseconds(5))
            }
            // Her page is back and its voice was never gone.
            _ = await hotline.topics.open(for: chen, after: nil)
            while await hotline.switchboard.read({ $0.agents["5001"]?.reachable }) == false {
                try await Task.sleep(for: .milliseconds(5))
            }
            await hotline.topics.voiceLost(of: "5001")
            try await hotline.settle()
            #expect(try await browser.get("/desk").json["reachable"] == false)
        }
    }

    @Test func anOfferOfVoiceIsRepeatedUntilItIsAnswered() async throws {
        try await TestHotline.with { hotline, client in
            let browser = try await Browser.signedIn(client, "chen")
            let chen = try await Self.caller("chen", hotline)
            _ = try await browser.post("/desk/voice")
            for _ in 1...2 {
                let stream = await hotline.topics.open(for: chen, after: 1_000_000)
                #expect(try await hotline.topics.take(stream.id)?.voice?.leg == "leg-1")
            }
            _ = try await browser.put("/desk/voice", ["leg": "leg-1", "sdp": "v=0"])
            let stream = await hotline.topics.open(for: chen, after: nil)
            let news = try #require(try await hotline.topics.take(stream.id))
            #expect(!news.topics.contains(.voice))
        }
    }

    @Test func missedCallsAreCountedOnceTheDatabaseHasThem() async throws {
        var timing = Topics.Timing()
        timing.tick = .milliseconds(20)
        try await TestHotline.with(timing: timing) { hotline, _ in
            let chen = try await Self.caller("chen", hotline)
            let stream = await hotline.topics.open(for: chen, after: nil)
            #expect(try await hotline.topics.take(stream.id)?.missed?.open == 0)
            hotline.arrive("c1")
            hotline.switchboard.tell(.hungUp("c1", .citizen, .callerHungUp))
            while try await hotline.topics.take(stream.id)?.missed?.open != 1 {
                try await Task.sleep(for: .milliseconds(5))
            }
        }
    }
}

/// Over a real connection.
@Suite struct EventStreamTests {
    @Test func theStreamShowsTheDeskAndGoesOnAfterABreak() async throws {
        try await TestHotline.with(.live) { hotline, client in
            let chen = try await CallTests.ready(client)
            let cookie = try #require(chen.cookie)
            let port = try #require(client.port)
            let desk = try await EventReader.first("desk", port: port, cookie: cookie) { _ in true }
            #expect(desk.contains(#""state":"ready""#))
            let id = try #require(desk.split(separator: "\n").first { $0.hasPrefix("id: ") }?.dropFirst(4))
            hotline.arrive("c1")
            try await hotline.settle()
            let offered = try await EventReader.first("desk", port: port, cookie: cookie, last: String(id)) {
                $0.contains(#""state":"offered""#)
            }
            #expect(offered.contains("138****1234"))
            let hello = try await EventReader.first("hello", port: port, cookie: cookie) { _ in true }
            #expect(!hello.contains("id: "))
            hotline.clock.advance(seconds: 1)
            let board = try await EventReader.first("board", port: port, cookie: cookie) { _ in true }
            #expect(board.contains(#""online":2"#))
        }
    }

    @Test func signingOutEndsTheStream() async throws {
        try await TestHotline.with(.live) { _, client in
            let chen = try await Browser.signedIn(client, "chen")
            let port = try #require(client.port)
            let cookie = try #require(chen.cookie)
            async let rest = EventReader.untilClosed(port: port, cookie: cookie) {
                _ = try await chen.delete("/session")
            }
            #expect(try await rest.contains("event: desk"))
        }
    }
}
