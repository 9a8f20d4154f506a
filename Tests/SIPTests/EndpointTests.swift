import Testing

@testable import SIP

/// The user agent on real sockets.
@Suite struct EndpointTests {
    @Test(.timeLimit(.minutes(10))) func twoEndpointsCallEachOther() async throws {
        let trusted = [TrustedPeer("127.0.0.1", kind: .trunk)!]
        let options = SIPEndpoint.Options(host: "127.0.0.1", port: 0, trustedPeers: trusted)
        let (heardByBob, bobHears) = AsyncStream.makeStream(of: Event.self)
        let (heardByAlice, aliceHears) = AsyncStream.makeStream(of: Event.self)
        let bob = try await SIPEndpoint.start(options) { bobHears.yield($0) }
        let alice = try await SIPEndpoint.start(options) { aliceHears.yield($0) }
        let leg = LegID("a")
        alice.perform(
            .invite(
                OutboundCall(
                    leg: leg, to: "sip:12345@127.0.0.1", destination: bob.address, from: "5001", sdp: "offer")))
        for await event in heardByBob {
            if case .invited(let invitation) = event { bob.perform(.accept(invitation.leg, sdp: "answer")) }
            if case .confirmed(let leg, _) = event { bob.perform(.hangUp(leg)) }
            if event.isEnding { break }
        }
        var last: Event?
        for await event in heardByAlice {
            last = event
            if event.isEnding { break }
        }
        #expect(last == .ended(leg, .hungUpByPeer(nil)))
        #expect(try await alice.status().legs == 0)
        try await alice.close()
        try await bob.close()
    }

    @Test func boundToEveryAddressItMustBeToldItsOwn() async throws {
        await #expect(throws: SIPEndpoint.AdvertisedHostMissing.self) {
            _ = try await SIPEndpoint.start(.init(host: "0.0.0.0", port: 0, trustedPeers: [])) { _ in }
        }
    }

    /// A destination that is no address cannot be sent to, which is a failed call and no crash.
    @Test(.timeLimit(.minutes(10))) func whatCannotBeSentFails() async throws {
        let (events, heard) = AsyncStream.makeStream(of: Event.self)
        let endpoint = try await SIPEndpoint.start(.init(host: "127.0.0.1", port: 0, trustedPeers: [])) {
            heard.yield($0)
        }
        let leg = LegID("a")
        endpoint.perform(
            .invite(
                OutboundCall(
                    leg: leg, to: "sip:1@trunk.example", destination: PeerAddress(ip: "trunk.example", port: 5060),
                    from: "2", sdp: "")))
        for await event in events {
            #expect(event == .rejected(leg, status: 503, reason: "Service Unavailable"))
            break
        }
        #expect(try await endpoint.status().transactions == 0)
        try await endpoint.close()
        try await endpoint.waitUntilClosed()
    }

    /// More calls at once than a socket buffer holds datagrams for.
    @Test(.timeLimit(.minutes(10))) func hundredsOfCallsAtOnceAllEndWell() async throws {
        let trusted = [TrustedPeer("127.0.0.1", kind: .trunk)!]
        let options = SIPEndpoint.Options(host: "127.0.0.1", port: 0, trustedPeers: trusted)
        let (endings, ended) = AsyncStream.makeStream(of: Event.self)
        let (answers, toAnswer) = AsyncStream.makeStream(of: LegID.self)
        let bob = try await SIPEndpoint.start(options) { event in
            if case .invited(let invitation) = event { toAnswer.yield(invitation.leg) }
        }
        let (established, toHangUp) = AsyncStream.makeStream(of: LegID.self)
        let alice = try await SIPEndpoint.start(options) { event in
            if case .answered(let leg, _) = event { toHangUp.yield(leg) }
            if event.isEnding { ended.yield(event) }
        }
        for number in 0..<500 {
            alice.perform(
                .invite(
                    OutboundCall(
                        leg: LegID("\(number)"), to: "sip:1@127.0.0.1", destination: bob.address, from: "2",
                        sdp: "offer")))
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await leg in answers { bob.perform(.accept(leg, sdp: "answer")) } }
            group.addTask { for await leg in established { alice.perform(.hangUp(leg)) } }
            var count = 0
            for await event in endings {
                guard case .ended(_, .hungUp) = event else {
                    Issue.record("\(event)")
                    break
                }
                count += 1
                if count == 500 { break }
            }
            group.cancelAll()
        }
        #expect(try await bob.status().legs == 0)
        try await alice.close()
        try await bob.close()
    }
}
