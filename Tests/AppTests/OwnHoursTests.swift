import Engine
import Testing

@testable import App

/// The working hours of a body in the centre's file.
@Suite struct OwnHoursTests {
    @Test func anOrderSentToItGoesByItsHoursAndSaysSo() async throws {
        try await TestHotline.with(centre: { centre in
            guard let place = centre.bodies.firstIndex(where: { $0.id == "housing" }) else { return }
            centre.bodies[place].hours = try? WorkingHours(["06:00-10:00"])
        }) { hotline, client in
            let chen = try await Browser.signedIn(client, "chen")
            let lei = try await Browser.signedIn(client, "lei")
            let listed = try await lei.get("/policies").json["rows"]?.elements ?? []
            let text = try #require(listed.first { $0["inUse"] == true }?["content"]).text
                .replacingOccurrences(of: "5 working-days", with: "6 working-hours")
            let saved = try await lei.put(
                "/policies/hangzhou",
                ["version": 0, "inForceFrom": JSON(hotline.clock.now), "reason": "试行", "policy": .string(text)])
            #expect(saved.status == 200)
            // It is Sunday; the hours are those of Monday, then of Tuesday.
            for (body, due, told) in [
                ("housing", "2026-11-24T08:00:00+08:00", true), ("water", "2026-11-23T16:30:00+08:00", false),
            ] {
                let path = try await OrderTests.dispatched(
                    chen, to: body, ["urgency": "ordinary", "kind": "complaint"])
                let clocks = try await chen.get(path).json["clocks"]?.elements ?? []
                let resolve = try #require(clocks.first { $0["name"] == "resolve" })
                let preview = try await lei.get(
                    "/policies/hangzhou/deadline?kind=complaint&urgency=ordinary&clock=resolve&body=\(body)"
                        + "&from=2026-11-22T14:05:00%2B08:00")
                #expect(preview.json["dueText"] == .string(due), "what is shown before is what comes of it")
                #expect(resolve["due"] == JSON(Moment(iso8601: due)!), "\(body)")
                let steps = resolve["explanation"]?.elements.compactMap { $0["zh"]?.text(or: nil) } ?? []
                #expect(steps.contains { $0.contains("住建局的工作时间") } == told, "\(steps)")
            }
        }
    }
}
