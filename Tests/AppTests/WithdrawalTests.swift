import AsyncHTTPClient
import Crypto
import Engine
import Foundation
import Logging
import Storage
import Testing

@testable import App

/// Whom it concerns that a citizen takes her matter back.
@Suite struct WithdrawalTests {
    private static func step(
        _ browser: Browser, _ path: String, _ noun: String, _ form: [String: JSON] = [:]
    ) async throws -> JSON {
        let version = try await browser.get(path).json["version"] ?? 0
        let reply = try await browser.post("\(path)/\(noun)", .object(form.merging(["version": version]) { $1 }))
        #expect(reply.status == 200, "\(noun): \(reply.message ?? "")")
        return reply.json
    }

    private static func told(_ order: JSON, _ about: JSON) -> [JSON?] {
        (order["deliveries"]?.elements ?? []).filter { $0["about"] == about }.map { $0["body"] }
    }

    /// Housing has said that it is not for it, and nobody has sent it on: urging it and taking it back is no news to housing.
    @Test func whoGaveItBackIsToldNothingMore() async throws {
        try await TestHotline.with { _, client in
            let chen = try await Browser.signedIn(client, "chen")
            let housing = try await Browser.signedIn(client, "housing")
            let path = try await OrderTests.dispatched(chen, to: "housing")
            _ = try await Self.step(
                housing, path, "shares", ["body": "water", "role": "coHandler", "note": "协助查看"])
            _ = try await Self.step(housing, path, "return", ["reason": "不属本单位"])
            let urged = try await Self.step(chen, path, "urges", ["note": "市民再次来电"])
            #expect(Self.told(urged, "urge").isEmpty)
            let over = try await Self.step(chen, path, "withdrawal", ["reason": "已自行解决"])
            #expect(over["state"] == "withdrawn" && Self.told(over, "withdraw") == ["water"], "it has a share still")

            let other = try await OrderTests.dispatched(chen, to: "housing")
            let hers = try await Self.step(chen, other, "withdrawal", ["reason": "已自行解决"])
            #expect(Self.told(hers, "withdraw") == ["housing"])
        }
    }

    /// Housing's own system is away when the citizen takes her matter back: it may be working on, and somebody has to call it.
    @Test func aBodyThatWasNotReachedIsOnTheBoardUntilItWasTold() async throws {
        // Nobody listens there.
        try await TestHotline.with(centre: { $0.bodies[0].webhook = "http://127.0.0.1:9/orders" }) { hotline, client in
            let key = SymmetricKey(data: Data("a key for tests".utf8))
            let service = DeliveryService(
                store: hotline.store, key: key, citizensKey: key, now: { hotline.clock.now },
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let http = HTTPClient(eventLoopGroupProvider: .singleton)
            func deliver(_ times: Int) async throws {
                for _ in 0..<times {
                    try await service.deliverDue(with: http)
                    hotline.clock.advance(seconds: 60)
                }
            }
            let chen = try await Browser.signedIn(client, "chen")
            let lei = try await Browser.signedIn(client, "lei")
            func shown() async throws -> [JSON?] {
                let board = try await lei.get("/watch").json
                let rows = try await lei.get("/orders?watch=undelivered&body=housing").json["rows"]?.elements ?? []
                #expect(board["all"]?["overdue"] == 0 && board["all"]?["urged"] == 0)
                #expect(board["all"]?["undelivered"] == JSON(rows.count))
                return rows.map { $0["unreached"] }
            }
            let path = try await OrderTests.dispatched(chen, to: "housing")
            let over = try await Self.step(chen, path, "withdrawal", ["reason": "已自行解决"])
            #expect(over["allowed"]?.elements.contains("tell") == false, "it may be reached yet")
            #expect(try await shown().isEmpty)
            try await deliver(3)
            #expect(try await shown() == [["housing"]])
            #expect(try await chen.get(path).json["allowed"]?.elements.contains("tell") == true)
            let told = try await Self.step(chen, path, "told", ["note": "已电话告知住建局值班室"])
            #expect(told["state"] == "withdrawn" && told["history"]?.elements.last?["action"] == "tell")
            #expect(told["deliveries"]?.elements.allSatisfy { $0["state"] == "delivered" } == true)
            #expect(try await shown().isEmpty)
            try await deliver(2)
            try await http.shutdown()
            let webhook = try await chen.get(path).json["deliveries"]?.elements.filter { $0["channel"] == "webhook" }
            #expect(webhook?.map { $0["attempts"] } == [3, 3], "it is tried no more")
        }
    }
}
