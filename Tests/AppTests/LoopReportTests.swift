import Storage
import Testing

@testable import App

/// The report of the bodies over the API.
@Suite struct LoopReportTests {
    @Test func aFigureOpensItsOrders() async throws {
        try await TestHotline.with { hotline, client in
            let chen = try await Browser.signedIn(client, "chen")
            let water = try await Browser.signedIn(client, "water")
            let lei = try await Browser.signedIn(client, "lei")
            let (path, order) = try await OrderTests.draft(
                chen, ["kind": "help", "urgency": "ordinary", "title": "停水", "what": "整栋楼停水", "phone": "13800001234"])
            _ = try await chen.post(
                "\(path)/dispatch", ["version": order["version"] ?? 0, "body": "housing", "readBack": true])
            let housing = try await Browser.signedIn(client, "housing")
            _ = try await housing.post("\(path)/return", ["version": 2, "reason": "不属本单位"])
            _ = try await chen.post("\(path)/dispatch", ["version": 3, "body": "water", "readBack": true])
            hotline.clock.advance(seconds: 30)
            _ = try await water.post("\(path)/signature", ["version": 4])

            let query = "from=2026-11-22&until=2026-11-22"
            let report = try await lei.get("/reports/loop?\(query)").json
            #expect(report["figures"]?.elements.compactMap { $0["key"] }.first == "received")
            let bodies = try #require(report["rows"]?.elements)
            #expect(bodies.map { $0["body"] } == [.null, "housing", "water"])
            func counted(_ figure: Int) -> [JSON?] { bodies.map { $0["values"]?.elements[figure]["numerator"] } }
            #expect(counted(0) == [1, 1, 1], "one order, though two bodies received it")
            #expect(counted(5) == [1, 1, 0], "housing gave it back")

            let rows = try await lei.get("/reports/loop/rows?\(query)&figure=returned&body=housing").json
            #expect(rows["rows"]?.elements.map { $0["id"] } == [order["id"]])
            #expect(rows["rows"]?.elements.first?["phone"] != "13800001234", "masked here as in every list")
            #expect(try await lei.get("/reports/loop/rows?\(query)&figure=returned&body=water").json["rows"] == [])
            #expect(try await lei.get("/reports/loop/rows?\(query)&figure=none").status == 404)
            #expect(try await lei.get("/reports/loop/rows?\(query)&figure=received&part=denominator").status == 404)
        }
    }

    @Test func thePeriodIsChecked() async throws {
        try await TestHotline.with { _, client in
            let lei = try await Browser.signedIn(client, "lei")
            for query in ["from=2026-11-22&until=2026-11-21", "from=2025-01-01&until=2026-01-02"] {
                #expect(try await lei.get("/reports/loop?\(query)").fields.keys.sorted() == ["until"], "\(query)")
            }
            #expect(try await lei.get("/reports/loop?from=2025-01-01&until=2026-01-01").status == 200)
            #expect(try await lei.get("/reports/loop?from=2025-01-01").fields.keys.sorted() == ["until"])
            let officer = try await Browser.signedIn(client, "water")
            #expect(try await officer.get("/reports/loop?from=2026-11-22&until=2026-11-22").code == "notAllowed")
        }
    }
}
