import Engine
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
}
