import Engine
import Foundation
import HTTPTypes
import HummingbirdTesting
import Storage
import Testing

@testable import App

@Suite struct CallTests {
    /// Agent 5001 on duty with her page's voice up, ready.
    static func ready(_ client: any TestClientProtocol) async throws -> Browser {
        let chen = try await Browser.signedIn(client, "chen")
        #expect(try await chen.post("/desk/duty", ["site": "hall"]).json["state"] == "break")
        #expect(try await chen.post("/desk/voice").status == 202)
        #expect(try await chen.put("/desk/voice", ["leg": "leg-1", "sdp": "v=0 answer"]).status == 200)
        #expect(try await chen.put("/desk/state", ["state": "ready"]).json["state"] == "ready")
        return chen
    }

    @Test func aCallIsTakenHeldAndEnded() async throws {
        try await TestHotline.with { hotline, client in
            let chen = try await Self.ready(client)
            hotline.arrive("c1")
            try await hotline.settle()
            let ringing = try await chen.get("/desk").json
            #expect(ringing["state"] == "offered")
            #expect(ringing["offer"]?["number"] == "138****1234")
            #expect(try await chen.get("/calls/c1").status == 200, "it rings at her desk")

            let talking = try await chen.post("/desk/offers/c1-1/acceptance").json
            #expect(talking["call"]?["phase"] == "connecting")
            #expect(try await chen.post("/desk/offers/c1-1/acceptance").code == "offerGone")
            #expect(try await chen.put("/desk/call/hold", ["on": true]).code == "noCall", "not bridged yet")
            hotline.switchboard.tell(.connected("c1"))
            #expect(try await chen.put("/desk/call/hold", ["on": true]).json["call"]?["held"] == true)
            #expect(try await chen.put("/desk/call/mute", ["on": true]).json["call"]?["muted"] == true)
            #expect(try await chen.delete("/desk/duty").code == "agentBusy")
            hotline.clock.advance(seconds: 90)
            let after = try await chen.delete("/desk/call").json
            #expect(after["state"] == "wrapUp")
            #expect(after["wrapUpOf"] == "c1")
            try await hotline.settle()
            let desk = try await chen.get("/desk").json
            #expect(desk["today"]?["answered"] == 1)
            #expect(desk["today"]?["talkMs"] == 90_000)
        }
    }

    @Test func anAgentSeesHerOwnCallsAndALeaderAll() async throws {
        try await TestHotline.with { hotline, client in
            let chen = try await Self.ready(client)
            hotline.arrive("c1")
            try await hotline.settle()
            _ = try await chen.post("/desk/offers/c1-1/acceptance")
            hotline.switchboard.tell(.connected("c1"))
            hotline.switchboard.tell(.hungUp("c1", .citizen, .callerHungUp))
            hotline.arrive("c2", number: "13900005678")
            hotline.switchboard.tell(.hungUp("c2", .citizen, .callerHungUp))
            try await hotline.settle()
            func ids(_ login: String) async throws -> [JSON] {
                try await Browser.signedIn(client, login).get("/calls").json["rows"]?.elements.compactMap { $0["id"] }
                    ?? []
            }
            #expect(try await ids("chen") == ["c1"])
            #expect(try await ids("wu") == [])
            #expect(Set(try await ids("lei").compactMap { $0.text(or: nil) }) == ["c1", "c2"])
            #expect(try await Browser.signedIn(client, "wu").get("/calls/c1").status == 404)
            #expect(try await Browser.signedIn(client, "lei").get("/calls/c1").status == 200)
        }
    }

    @Test func theCallersHistoryStandsBesideTheNewCall() async throws {
        try await TestHotline.with { hotline, client in
            let chen = try await Self.ready(client)
            let wu = try await Browser.signedIn(client, "wu")
            _ = try await OrderTests.draft(wu)
            hotline.arrive("c1")
            try await hotline.settle()
            _ = try await chen.post("/desk/offers/c1-1/acceptance")
            let caller = try await chen.get("/calls/c1/caller").json
            #expect(caller["number"] == "138****1234")
            #expect(caller["orders"]?["rows"]?.elements.count == 1)
            let order = try await chen.post(
                "/orders", ["call": "c1", "line": "gov", "fields": OrderTests.fields(["phone": ""])])
            #expect(order.json["phone"] == "138****1234", "empty means the caller's own number")
            #expect(try await chen.get("/calls/c1").json["order"] == order.json["id"])
            let notHers = try await wu.post("/orders", ["call": "c1", "line": "gov", "fields": OrderTests.fields()])
            #expect(notHers.fields.keys.sorted() == ["call"])
        }
    }

    @Test func callersWhoWithholdTheirNumberShareNoHistory() async throws {
        try await TestHotline.with { hotline, client in
            let lei = try await Browser.signedIn(client, "lei")
            for call in ["c1", "c2"] as [CallID] { hotline.arrive(call, number: "anonymous") }
            try await hotline.settle()
            #expect(try await lei.get("/calls/c2/caller").json["calls"] == [])
        }
    }

    @Test func weCallOnlyWhomAnOrderOrAMissedCallNames() async throws {
        try await TestHotline.with { hotline, client in
            let chen = try await Self.ready(client)
            let (path, order) = try await OrderTests.draft(chen)
            let id = order["id"] ?? .null
            #expect(try await chen.post("/calls", ["purpose": "order", "reference": "none"]).status == 404)
            #expect(
                try await chen.post("/calls", ["purpose": "order", "reference": id, "number": "110"]).fields.keys
                    .sorted()
                    == ["number"])
            let placed = try await chen.post("/calls", ["purpose": "order", "reference": id]).json["call"]
            #expect(placed?["phase"] == "ringing")
            #expect(placed?["number"] == "138****1234")
            #expect(placed?["order"] == id)
            #expect(try await chen.post("/calls", ["purpose": "order", "reference": id]).code == "agentBusy")
            let call = CallID(try #require(placed?["id"]?.text(or: nil)))
            #expect(await hotline.switchboard.read({ $0.calls[call]?.record.number }) == "13800001234")
            try await hotline.settle()
            #expect(try await chen.get(path).json["calls"] == [JSON(call)])
        }
    }

    @Test func aFollowUpNamesACallThatSheMadeForIt() async throws {
        try await TestHotline.with { hotline, client in
            let chen = try await Self.ready(client)
            let (path, order) = try await OrderTests.draft(chen, ["kind": "consultation"])
            _ = try await chen.post(path + "/closure", ["version": 1, "answer": "已答复", "readBack": true])
            func followUp(_ browser: Browser, _ call: JSON) async throws -> Browser.Reply {
                try await browser.post(
                    path + "/follow-ups",
                    ["version": 2, "reached": true, "satisfaction": 4, "solved": nil, "note": "", "call": call])
            }
            hotline.arrive("c1")
            #expect(try await followUp(chen, "c1").fields.keys.sorted() == ["call"], "not placed for this order")
            _ = try await chen.put("/desk/state", ["state": "break"])
            let desk = try await chen.post("/calls", ["purpose": "followUp", "reference": order["id"] ?? .null])
            let call = desk.json["call"]?["id"] ?? .null
            let wu = try await Browser.signedIn(client, "wu")
            #expect(try await followUp(wu, call).fields.keys.sorted() == ["call"], "somebody else placed it")
            #expect(try await followUp(chen, call).json["state"] == "followedUp")
        }
    }

    @Test func aMissedCallIsClosedWithAReason() async throws {
        try await TestHotline.with { hotline, client in
            let chen = try await Browser.signedIn(client, "chen")
            hotline.arrive("c1")
            hotline.switchboard.tell(.hungUp("c1", .citizen, .callerHungUp))
            try await hotline.settle()
            let open = try await chen.get("/missed-calls?state=open").json["rows"]?.elements
            #expect(open?.first?["attempts"] == 1)
            #expect(try await chen.post("/missed-calls/c1/closure", ["note": " "]).fields.keys.sorted() == ["note"])
            let soon = JSON(hotline.clock.now.adding(seconds: 1800))
            let promised = try await chen.put("/missed-calls/c1/promise", ["promisedBy": soon]).json
            #expect(promised["owner"] == "Chen" && promised["promisedBy"] == soon)
            #expect(try await chen.put("/missed-calls/c1/promise", ["promisedBy": 0]).fields["promisedBy"] != nil)
            let closed = try await chen.post("/missed-calls/c1/closure", ["note": "骚扰电话"]).json
            #expect(closed["state"] == "done")
            #expect(closed["doneBy"] == "Chen")
            #expect(try await chen.post("/missed-calls/c1/closure", ["note": "再关"]).code == "alreadyDone")
            #expect(try await chen.get("/missed-calls?state=open").json["rows"] == [])
        }
    }

    @Test func aRecordingIsPlayedInPartsWithATrace() async throws {
        try await TestHotline.with { hotline, client in
            let lei = try await Browser.signedIn(client, "lei")
            hotline.arrive("c1")
            hotline.switchboard.tell(.hungUp("c1", .citizen, .callerHungUp))
            try await hotline.settle()
            #expect(try await lei.get("/calls/c1/recording").status == 404, "not ready yet")
            let digest = try hotline.files.keep(Data("0123456789".utf8))
            try await hotline.store.setRecording(digest.text, of: "c1")
            let whole = try await lei.get("/calls/c1/recording")
            #expect(whole.headers[.contentType] == "audio/wav")
            #expect(String(decoding: whole.bytes, as: UTF8.self) == "0123456789")
            for (range, status, piece) in [
                ("bytes=2-4", 206, "234"), ("bytes=-3", 206, "789"), ("bytes=8-", 206, "89"),
                ("bytes=3-1", 200, "0123456789"),
                ("lines=1-2", 200, "0123456789"),
            ] {
                let part = try await lei.get("/calls/c1/recording", headers: [.range: range])
                #expect(part.status == status, "\(range)")
                #expect(String(decoding: part.bytes, as: UTF8.self) == piece, "\(range)")
            }
            let beyond = try await lei.get("/calls/c1/recording", headers: [.range: "bytes=10-"])
            #expect(beyond.status == 416)
            #expect(beyond.headers[.contentRange] == "bytes */10")
            let audit = try await hotline.store.auditRows(page: .init(limit: 100)).rows
            #expect(audit.count { $0.action == "recording.play" } == 6)
        }
    }

    @Test func aRecordingThatIsNoFileOfOursIsNotPlayed() async throws {
        try await TestHotline.with { hotline, client in
            let lei = try await Browser.signedIn(client, "lei")
            hotline.arrive("c1")
            try await hotline.settle()
            try Data("secret".utf8).write(to: hotline.folder.appendingPathComponent("secret.wav"))
            let gone = try hotline.files.keep(Data("gone".utf8))
            try hotline.files.remove(gone)
            for path in ["../secret.wav", "/etc/passwd", ".", gone.text] {
                try await hotline.store.setRecording(path, of: "c1")
                #expect(try await lei.get("/calls/c1/recording").status == 404, "\(path)")
            }
        }
    }

    @Test func withoutVoiceNobodyDials() async throws {
        try await TestHotline.with { hotline, client in
            let chen = try await Self.ready(client)
            let (_, order) = try await OrderTests.draft(chen)
            await hotline.voice.turn(.off(reason: "no media server"))
            #expect(
                try await chen.post("/calls", ["purpose": "order", "reference": order["id"] ?? .null]).code
                    == "voiceOff")
            #expect(try await chen.post("/desk/voice").code == "voiceOff")
            #expect(try await chen.get("/centre").json["voice"] == ["on": false, "reason": "no media server"])
        }
    }

    @Test func anOldLegIsNotAnswered() async throws {
        try await TestHotline.with { _, client in
            let chen = try await Browser.signedIn(client, "chen")
            _ = try await chen.post("/desk/voice")
            _ = try await chen.post("/desk/voice")
            #expect(try await chen.put("/desk/voice", ["leg": "leg-1", "sdp": "v=0"]).code == "legGone")
            #expect(try await chen.put("/desk/voice", ["leg": "leg-2", "sdp": "?"]).fields.keys.sorted() == ["sdp"])
            let wu = try await Browser.signedIn(client, "wu")
            #expect(try await wu.post("/desk/voice").code == "noBrowserVoice")
        }
    }

    @Test func boardAndReportCountTheSameCall() async throws {
        try await TestHotline.with { hotline, client in
            let chen = try await Self.ready(client)
            hotline.arrive("c1")
            try await hotline.settle()
            _ = try await chen.post("/desk/offers/c1-1/acceptance")
            hotline.switchboard.tell(.connected("c1"))
            try await hotline.settle()
            let board = try await chen.get("/board").json
            #expect(board["onCall"] == 1)
            #expect(board["answered"] == 1)
            let lei = try await Browser.signedIn(client, "lei")
            let report = try await lei.get("/reports/day?day=2026-11-22").json
            #expect(report["values"]?["answered"]?.elements.first?["value"]?.asDouble == 1)
            let rows = try await lei.get("/reports/day/rows?day=2026-11-22&figure=answered&line=gov").json
            #expect(rows["rows"]?.elements.compactMap { $0["id"] } == ["c1"])
            #expect(try await lei.get("/reports/day/rows?day=2026-11-22&figure=none").status == 404)
            #expect(try await lei.get("/reports/day?day=2026-02-30").fields.keys.sorted() == ["day"])
        }
    }
}

extension JSON {
    var asDouble: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .number(let number): number
        default: nil
        }
    }
}
