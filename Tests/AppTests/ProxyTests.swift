import HTTPTypes
import Hummingbird
import Testing

@testable import App

/// Whose a request is that came through others.
@Suite struct ProxyTests {
    @Test(arguments: [
        (["203.0.113.9"], "203.0.113.9"),
        // What a sender writes himself stands before what our proxy adds.
        (["198.51.100.1, 203.0.113.9"], "203.0.113.9"), (["198.51.100.1", "203.0.113.9"], "203.0.113.9"),
        // Through two of ours.
        (["203.0.113.9, 10.0.0.6"], "203.0.113.9"), (["2001:DB8::9,10.0.0.6"], "2001:db8::9"),
        // Nothing that can be used: the proxy itself.
        ([], "10.0.0.5"), (["unknown"], "10.0.0.5"), (["203.0.113.9, nonsense"], "10.0.0.5"),
        (["10.0.0.6"], "10.0.0.5"), (["203.0.113.9" + String(repeating: ",10.0.0.6", count: 16)], "10.0.0.5"),
    ]) func aProxyOfOursIsBelieved(said: [String], whose: String) throws {
        let proxies = try #require(Proxies(["10.0.0.5", "10.0.0.6"]))
        #expect(proxies.address(of: request(said), from: "10.0.0.5") == whose)
        #expect(proxies.address(of: request(said), from: "10.0.0.7") == "10.0.0.7", "nobody else is")
        #expect(Proxies.none.address(of: request(said), from: "10.0.0.5") == "10.0.0.5")
    }

    @Test func whatIsNoAddressIsRefused() {
        #expect(Proxies(["10.0.0.5", "proxy.example.org"]) == nil)
        #expect(Proxies(["10.0.0.0/8"]) == nil)
    }

    @Test func theAuditNamesWhomTheProxySpeaksFor() async throws {
        try await TestHotline.with(.live, proxies: ["127.0.0.1"]) { hotline, client in
            let reply = try await Browser(client: client).send(
                .post, "/session", ["login": "chen", "password": .string(TestHotline.password)],
                [.forwardedFor: "203.0.113.9"])
            #expect(reply.status == 201)
            let audit = try await hotline.store.auditRows(page: .init(limit: 1)).rows
            #expect(audit.map(\.action) == ["session.open"])
            #expect(audit.map(\.actor.address) == ["203.0.113.9"])
        }
    }

    /// A browser that came over TLS is not to send the cookie over anything else; one that did not would never send it back.
    @Test(arguments: [("https", true), ("HTTPS", true), ("http", false), ("", false)])
    func theCookieKeepsToTLSThatEndsAtOurProxy(said: String, isSecure: Bool) async throws {
        for (proxies, isBelieved) in [(["127.0.0.1"], true), ([], false)] {
            try await TestHotline.with(.live, proxies: proxies) { _, client in
                let reply = try await Browser(client: client).send(
                    .post, "/session", ["login": "chen", "password": .string(TestHotline.password)],
                    [.forwardedProto: said])
                let cookie = try #require(reply.headers[.setCookie])
                #expect(cookie.contains("; Secure") == (isSecure && isBelieved))
                #expect((reply.headers[.strictTransportSecurity] != nil) == (isSecure && isBelieved))
            }
        }
    }

    private func request(_ said: [String]) -> HTTPRequest {
        var request = HTTPRequest(method: .get, scheme: "http", authority: "localhost", path: "/")
        for line in said { request.headerFields.append(HTTPField(name: .forwardedFor, value: line)) }
        return request
    }
}
