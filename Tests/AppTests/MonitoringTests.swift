import Engine
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import TestSupport
import Testing

@testable import App

struct MonitoringTests {
    @Test func healthAndReadinessAreOpen() async throws {
        try await TestHotline.with { _, client in
            try await client.execute(uri: "/health", method: .get) { #expect($0.status == .ok) }
            let ready = try await Self.whenReady(client)
            #expect(ready["ready"] == true)
            #expect(ready["parts"]?.elements.compactMap { $0["name"] } == ["database", "journal", "voice"])
            try await client.execute(uri: "/health", method: .post) { #expect($0.status == .methodNotAllowed) }
            try await client.execute(uri: "/ready/x", method: .get) { #expect($0.status == .ok, "a page of the app's") }
        }
    }

    @Test func withoutVoiceItIsReadyAndSaysSo() async throws {
        try await TestHotline.with { hotline, client in
            _ = try await Self.whenReady(client)
            await hotline.voice.turn(.off(reason: "no media server"))
            try await client.execute(uri: "/ready", method: .get, headers: [.acceptLanguage: "en"]) { answer in
                #expect(answer.status == .ok)
                let voice = JSON(reading: Data(buffer: answer.body))?["parts"]?.elements[2]
                #expect(voice?["ok"] == false)
                #expect(voice?["message"] == "There is no voice now; you can still write orders.")
            }
        }
    }

    @Test func figuresAreForWhoHoldsTheToken() async throws {
        try await TestHotline.with(metricsToken: "sixteen characters") { hotline, client in
            let chen = try await Browser.signedIn(client, "chen")
            _ = try await chen.get("/orders")
            _ = try await chen.get("/nothing")
            hotline.arrive("c1")
            try await hotline.settle()
            for header in [nil, "Bearer wrong", "sixteen characters"] as [String?] {
                var headers: HTTPFields = [:]
                headers[.authorization] = header
                try await client.execute(uri: "/metrics", method: .get, headers: headers) {
                    #expect($0.status == .unauthorized)
                }
            }
            try await client.execute(
                uri: "/metrics", method: .get, headers: [.authorization: "Bearer sixteen characters"]
            ) { answer in
                #expect(answer.status == .ok)
                let lines = String(buffer: answer.body).split(separator: "\n").map(String.init)
                #expect(lines.contains(#"hotline_calls_waiting{line="gov"} 1"#))
                #expect(lines.contains("hotline_calls 1"))
                #expect(lines.contains(#"hotline_http_requests_total{status="4xx"} 1"#))
                #expect(lines.contains { $0.hasPrefix("hotline_database_changes_total{outcome=\"written\"} ") })
                #expect(lines.contains { $0.hasPrefix("process_resident_memory_bytes ") })
                // The format: a figure's lines stand together under one TYPE.
                let types = lines.filter { $0.hasPrefix("# TYPE ") }
                #expect(Set(types).count == types.count)
                #expect(!lines.contains { $0.contains("13800") })
            }
        }
        try await TestHotline.with { _, client in
            try await client.execute(uri: "/metrics", method: .get) { #expect($0.status == .notFound) }
        }
    }

    @Test func aLogEntryIsALineOfJSON() throws {
        var log = JSONLog(label: "hotline")
        log.metadata["run"] = "7"
        let event = LogEvent(
            level: .warning, message: "a request failed", metadata: ["error": "two\nlines"], source: "App", file: "f",
            function: "g", line: 1)
        let line = log.line(event, at: Date(timeIntervalSince1970: 0))
        #expect(!line.contains("\n"))
        let entry = try #require(JSON(reading: Data(line.utf8)))
        #expect(entry["time"] == "1970-01-01T00:00:00.000Z")
        #expect(entry["level"] == "warning")
        #expect(entry["with"] == ["error": "two\nlines", "run": "7"])
    }

    /// The database is asked for the first time a moment after the start.
    private static func whenReady(_ client: any TestClientProtocol) async throws -> JSON {
        for _ in 0..<600 {
            let (status, json) = try await client.execute(uri: "/ready", method: .get) { answer in
                (answer.status, JSON(reading: Data(buffer: answer.body)) ?? .null)
            }
            if status == .ok { return json }
            try await Task.sleep(for: .milliseconds(100))
        }
        Issue.record("it never became ready")
        return .null
    }
}
