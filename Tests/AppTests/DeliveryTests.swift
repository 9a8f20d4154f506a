import AsyncHTTPClient
import Crypto
import Engine
import Foundation
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Storage
import Synchronization
import Testing

@testable import App

/// A dispatch to a body's own system: over real HTTP, with a receiver that is away for a day.
@Suite struct DeliveryTests {
    /// A body's system: keeps what it takes by the delivery's number.
    private final class Receiver: Sendable {
        let taken = Mutex<[String: [String]]>([:])
        let key: SymmetricKey

        init(key: SymmetricKey) { self.key = key }

        let isAway = Mutex(true)

        /// Serves while `body` runs, which is given its port.
        func serving(_ body: @escaping @Sendable (Int) async throws -> Void) async throws {
            let router = Router()
            router.post("/orders") { request, _ in
                guard !self.isAway.withLock({ $0 }) else { return HTTPResponse.Status.badGateway }
                let bytes = Data((try await request.body.collect(upTo: 100_000)).readableBytesView)
                let number = request.headers[.init("hotline-delivery")!] ?? ""
                let signature = request.headers[.init("hotline-signature")!] ?? ""
                let expected = HMAC<SHA256>.authenticationCode(for: bytes, using: self.key)
                    .map { String(format: "%02x", $0) }.joined()
                guard signature == "sha256=\(expected)" else { return .forbidden }
                self.taken.withLock { $0[number, default: []].append(String(decoding: bytes, as: UTF8.self)) }
                return .ok
            }
            var logger = Logger(label: "receiver")
            logger.logLevel = .critical
            try await Application(router: router, logger: logger).test(.live) { client in
                try await body(try #require(client.port))
            }
        }
    }

    @Test func aReceiverAwayForADayGetsEverythingOnce() async throws {
        let key = SymmetricKey(data: Data("a key for tests".utf8))
        let receiver = Receiver(key: key)
        try await receiver.serving { port in
            try await Self.aDayAway(receiver, port, key)
        }
    }

    private static func aDayAway(_ receiver: Receiver, _ port: Int, _ key: SymmetricKey) async throws {
        try await TestHotline.with(centre: { $0.bodies[0].webhook = "http://127.0.0.1:\(port)/orders" }) {
            hotline, client in
            let service = DeliveryService(
                store: hotline.store, key: key, citizensKey: key, now: { hotline.clock.now },
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let http = HTTPClient(eventLoopGroupProvider: .singleton)
            let chen = try await Browser.signedIn(client, "chen")
            let path = try await OrderTests.dispatched(chen, to: "housing", ["confidential": true])
            for _ in 0..<60 {
                try await service.deliverDue(with: http)
                hotline.clock.advance(seconds: 1440)
            }
            let again = try await Browser.signedIn(client, "chen")
            let waiting = try await again.get(path).json["deliveries"]?.elements.first { $0["channel"] == "webhook" }
            #expect(waiting?["state"] == "waiting")
            #expect(waiting?["error"] != .null && (waiting?["attempts"]?.number ?? 0) > 20)
            #expect(waiting?["keepsFailing"] == true && waiting?["tries"]?.elements.count == 20)
            #expect(waiting?["tries"]?.elements.last?["error"] == waiting?["error"])
            let leader = try await Browser.signedIn(client, "lei")
            #expect(try await leader.get("/watch").json["all"]?["undelivered"] == 1)
            #expect(try await leader.get("/orders?watch=undelivered").json["rows"]?.elements.count == 1)
            receiver.isAway.withLock { $0 = false }
            for _ in 0..<5 {
                try await service.deliverDue(with: http)
                hotline.clock.advance(seconds: 3600)
            }
            try await http.shutdown()
            // Alarms of the day may be among them.
            let taken = receiver.taken.withLock { $0 }
            #expect(taken.values.allSatisfy { $0.count == 1 }, "each is taken once")
            let messages = taken.values.compactMap { JSON(reading: Data($0[0].utf8), deepest: 8) }
                .filter { $0["about"] == "dispatch" }
            #expect(messages.count == 1)
            let message = try #require(messages.first)
            #expect(message["title"] == "夜间停水")
            #expect(message["name"] == .null && message["phone"] == .null, "she asked for secrecy")
            let done = try await Browser.signedIn(client, "chen").get(path).json["deliveries"]?.elements
                .first { $0["channel"] == "webhook" }
            #expect(done?["state"] == "delivered" && done?["keepsFailing"] == false)
            #expect(done?["tries"]?.elements.last?["error"] == .null)
        }
    }

    @Test func attemptsGrowRareAndEnd() {
        func next(_ attempts: Int, age: Int64) -> Int64? {
            let delivery = Delivery(
                id: 1, order: "o", version: 1, body: "b", about: "dispatch", channel: .webhook, address: "",
                createdAt: Moment(milliseconds: 0), state: .waiting, attempts: attempts)
            let now = Moment(milliseconds: age * 1000)
            return delivery.nextAttempt(after: now)?.milliseconds(since: now)
        }
        #expect(
            [0, 1, 2, 9, 10, 400].map { next($0, age: 60) } == [5000, 10_000, 20_000, 2_560_000, 3_600_000, 3_600_000])
        #expect(next(5, age: 7 * 86_400) == nil)
    }

    private static func service(
        _ hotline: TestHotline, _ key: SymmetricKey, post: LetterPost? = nil
    ) -> DeliveryService {
        DeliveryService(
            store: hotline.store, key: key, citizensKey: hotline.dependencies.citizensKey, post: post,
            now: { hotline.clock.now }, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test func aCitizenIsToldOfTheClosureWithALinkThatOpens() async throws {
        let key = SymmetricKey(data: Data("a key for tests".utf8))
        let receiver = Receiver(key: key)
        receiver.isAway.withLock { $0 = false }
        try await receiver.serving { port in
            try await TestHotline.with(centre: { centre in
                centre.citizens = Centre.Citizens(line: "gov")
                centre.citizens?.address = "https://12345.example.org"
                centre.citizens?.messages = "http://127.0.0.1:\(port)/orders"
            }) { hotline, client in
                try await hotline.store.save(hotline.dependencies.centre.centre, by: .program, at: TestHotline.start)
                let chen = try await Browser.signedIn(client, "chen")
                let (path, order) = try await OrderTests.draft(chen)
                let closed = try await chen.post(
                    path + "/closure", ["version": order["version"] ?? 0, "answer": "今晚恢复。", "readBack": true])
                #expect(closed.json["state"] == "closed")
                let http = HTTPClient(eventLoopGroupProvider: .singleton)
                try await Self.service(hotline, key).deliverDue(with: http)
                try await http.shutdown()
                let messages = receiver.taken.withLock { $0.values.flatMap { $0 } }
                #expect(messages.count == 1)
                let message = JSON(reading: Data((messages.first ?? "").utf8), deepest: 4) ?? .null
                #expect(message["to"] == "13800001234")
                let text = message["text"]?.text(or: nil) ?? ""
                let parts = text.split(separator: "#").last?.split(separator: "&").map { $0.split(separator: "=")[1] }
                let link = try #require(parts)
                let own = try await Browser(client: client).get(
                    "/citizen/orders/\(link[0])", headers: [.hotlineCode: String(link[1])])
                #expect(own.json["answer"] == "今晚恢复。")
                #expect(text.contains("https://12345.example.org/citizen/follow#number="))
            }
        }
    }

    @Test func aBodyIsWrittenTo() async throws {
        let key = SymmetricKey(data: Data("a key for tests".utf8))
        try await TestHotline.with(centre: { $0.bodies[0].email = "orders@housing.example.org" }) { hotline, client in
            let chen = try await Browser.signedIn(client, "chen")
            let path = try await OrderTests.dispatched(chen, to: "housing")
            let http = HTTPClient(eventLoopGroupProvider: .singleton)
            func mailed() async throws -> JSON? {
                try await chen.get(path).json["deliveries"]?.elements.first { $0["channel"] == "email" }
            }
            // The mail program is away, then there.
            let away = LetterPost(command: "/bin/false", from: "hotline@example.org")
            try await Self.service(hotline, key, post: away).deliverDue(with: http)
            #expect(try await mailed()?["error"] == "/bin/false: ended with 1")
            hotline.clock.advance(seconds: 60)
            let file = hotline.folder.appendingPathComponent("letter").path
            let post = LetterPost(command: "/usr/bin/tee \(file)", from: "hotline@example.org")
            try await Self.service(hotline, key, post: post).deliverDue(with: http)
            try await http.shutdown()
            #expect(try await mailed()?["state"] == "delivered")
            let letter = try String(contentsOfFile: file, encoding: .utf8)
            #expect(letter.hasPrefix("From: hotline@example.org\nTo: orders@housing.example.org\nSubject: =?utf-8?B?"))
            let text = letter.split(separator: "\n\n", maxSplits: 1).last.map(String.init) ?? ""
            let body = Data(base64Encoded: text, options: .ignoreUnknownCharacters).map {
                String(decoding: $0, as: UTF8.self)
            }
            #expect(body?.contains("翠苑一区三幢从昨晚停水。") == true)
            #expect(!letter.contains("13800001234") && body?.contains("王女士") == false)
        }
    }

    @Test func aSubjectIsWrittenInWordsThatFit() {
        let words = LetterPost.encoded("[20261122-000001] " + String(repeating: "夜间停水\n", count: 20)).split(
            separator: "\n ")
        #expect(words.allSatisfy { $0.count <= 75 })
        #expect(words.count > 3)
    }
}
