import Engine
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import App

@Suite struct SessionTests {
    @Test func signingInAndOut() async throws {
        try await TestHotline.with { hotline, client in
            let stranger = Browser(client: client)
            #expect(try await stranger.get("/session").code == "signInRequired")

            let chen = try await Browser.signedIn(client, "CHEN")
            let session = try await chen.get("/session")
            #expect(session.json["person"]?["agent"] == "5001")
            #expect(session.json["permissions"]?.elements.contains("desk") == true)

            let out = try await chen.delete("/session")
            #expect(out.status == 204)
            #expect(out.headers[.setCookie]?.contains("Max-Age=0") == true)
            #expect(try await chen.get("/session").status == 401)

            let audit = try await hotline.store.auditRows(page: .init(limit: 100)).rows.map(\.action)
            #expect(audit.filter { $0.hasPrefix("session.") } == ["session.close", "session.open"])
        }
    }

    @Test func theCookieIsForTheBrowserAlone() async throws {
        try await TestHotline.with { _, client in
            let reply = try await Browser(client: client).post(
                "/session", ["login": "chen", "password": .string(TestHotline.password)])
            let cookie = try #require(reply.headers[.setCookie])
            for attribute in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200"] {
                #expect(cookie.contains(attribute))
            }
            #expect(!cookie.contains("Secure"), "plain HTTP on loopback would never send it back")
        }
    }

    @Test func aSessionRunsOut() async throws {
        try await TestHotline.with { hotline, client in
            let chen = try await Browser.signedIn(client, "chen")
            hotline.clock.advance(seconds: Sessions.lifeSeconds - 1)
            #expect(try await chen.get("/session").status == 200)
            hotline.clock.advance(seconds: 2)
            #expect(try await chen.get("/session").status == 401)
        }
    }

    @Test func namesAreInTheOrderOfTheirTimes() {
        let times = [0, 1, 1_793_000_000_000, 1_793_000_000_001].map(Moment.init(milliseconds:))
        let names = times.map(Secret.id(at:))
        #expect(names == names.sorted())
        #expect(names.allSatisfy { $0.count == 32 && $0.allSatisfy(\.isHexDigit) })
        #expect(Set((0..<1000).map { _ in Secret.id(at: times[2]) }).count == 1000)
    }

    @Test func oneWhoMayNoLongerSignInIsOutWithinASecond() async throws {
        try await TestHotline.with { hotline, client in
            let chen = try await Browser.signedIn(client, "chen")
            #expect(try await chen.get("/session").status == 200)
            var person = try #require(try await hotline.store.person(login: "chen"))
            person.active = false
            try await hotline.store.save(person, by: .program, at: hotline.clock.now)
            hotline.clock.advance(seconds: 1)
            #expect(try await chen.get("/session").status == 401)
            let again = try await Browser(client: client).post(
                "/session", ["login": "chen", "password": .string(TestHotline.password)])
            #expect(again.code == "wrongPassword")
        }
    }

    @Test func guessingIsMadeSlow() async throws {
        try await TestHotline.with { hotline, client in
            let guesser = Browser(client: client)
            for _ in 1...5 {
                let reply = try await guesser.post("/session", ["login": "chen", "password": "wrong"])
                #expect(reply.code == "wrongPassword")
            }
            let right: JSON = ["login": "chen", "password": .string(TestHotline.password)]
            let refused = try await guesser.post("/session", right)
            #expect(refused.status == 429)
            #expect(refused.headers[.retryAfter] == "15")
            hotline.clock.advance(seconds: 15)
            #expect(try await guesser.post("/session", right).status == 201)
            let audit = try await hotline.store.auditRows(page: .init(limit: 100)).rows.map(\.action)
            #expect(audit.count { $0 == "session.refused" } == 5)
        }
    }

    @Test func signingInWantsJSONFromOurOwnPage() async throws {
        try await TestHotline.with { _, client in
            let form = ByteBuffer(string: #"{"login":"chen","password":"a good password"}"#)
            let browser = Browser(client: client)
            let asText = try await browser.sendRaw(.post, "/session", form, [.contentType: "text/plain"])
            #expect(asText.status == 415)
            let elsewhere = try await browser.sendRaw(.post, "/session", form, [.origin: "https://elsewhere.example"])
            #expect(elsewhere.code == "badOrigin")
            let ours = try await browser.sendRaw(.post, "/session", form, [.origin: "http://localhost"])
            #expect(ours.status == 201)
        }
    }

    @Test func aChangeWantsTheToken() async throws {
        try await TestHotline.with { _, client in
            var chen = try await Browser.signedIn(client, "chen")
            chen.token = "0000"
            #expect(try await chen.post("/desk/duty", ["site": "hall"]).code == "badToken")
            chen.token = nil
            #expect(try await chen.delete("/session").code == "badToken")
            #expect(try await chen.get("/session").status == 200)
        }
    }

    @Test func preferencesAreKeptAndSpoken() async throws {
        try await TestHotline.with { _, client in
            let chen = try await Browser.signedIn(client, "chen")
            #expect(try await chen.get("/orders/none").message == "没有找到，可能已删除或您无权查看。")
            let set = try await chen.put(
                "/session/preferences", ["language": "en", "theme": "dark", "textSize": "large"])
            #expect(set.json["preferences"]?["theme"] == "dark")
            #expect(try await chen.get("/orders/none").message == "Not found; it may be gone, or not yours to see.")
        }
    }
}

@Suite struct SignInThrottleTests {
    let start = TestHotline.start

    @Test func waitsDoubleUpToAQuarterOfAnHour() async {
        let throttle = SignInThrottle()
        var now = start
        var waits: [Int64] = []
        while waits.count < 9 {
            if let wait = await throttle.begin(login: "a", address: nil, at: now) {
                waits.append(wait)
                now = now.adding(seconds: wait)
            }
        }
        #expect(waits == [15, 30, 60, 120, 240, 480, 900, 900, 900])
    }

    @Test func anAddressIsHeldBackAcrossLogins() async {
        let throttle = SignInThrottle()
        for index in 1...30 {
            #expect(await throttle.begin(login: "\(index)", address: "192.0.2.1", at: start) == nil)
        }
        #expect(await throttle.begin(login: "another", address: "192.0.2.1", at: start) == 15)
        #expect(await throttle.begin(login: "another", address: "192.0.2.2", at: start) == nil)
    }

    @Test func aRightPasswordForgivesTheLogin() async {
        let throttle = SignInThrottle()
        for _ in 1...4 { _ = await throttle.begin(login: "a", address: nil, at: start) }
        await throttle.succeeded(login: "A", address: nil)
        for _ in 1...5 { #expect(await throttle.begin(login: "a", address: nil, at: start) == nil) }
        #expect(await throttle.begin(login: "a", address: nil, at: start) == 15)
    }
}

@Suite struct PasswordsTests {
    @Test func aPasswordIsKnownByItsStoredForm() async throws {
        let passwords = Passwords(cost: .forTests)
        let stored = try await passwords.hash("打开 sesame")
        #expect(stored.hasPrefix("scrypt$16$8$1$"))
        #expect(try await passwords.verify("打开 sesame", stored: stored))
        #expect(try await !passwords.verify("打开 Sesame", stored: stored))
        #expect(try await !passwords.verify("", stored: nil))
        #expect(try await !passwords.verify("", stored: "scrypt$4294967296$8$1$AAAA$AAAA"))
        #expect(try await passwords.hash("打开 sesame") != stored, "each has its own salt")
    }

    @Test func theStandardCostIsPaid() async throws {
        #expect(try await Passwords().hash("x").hasPrefix("scrypt$32768$8$1$"))
    }

    @Test func randomOnesAreLongAndPlain() {
        let password = Passwords.random()
        #expect(password.count == 20)
        #expect(password.allSatisfy { $0.isASCII && !"0O1lI".contains($0) })
    }
}
