import Testing

@testable import SIP

/// One user agent against hand-written messages.
@Suite struct UserAgentTests {
    let peer = Network.bob
    var userAgent: UserAgent

    init() {
        userAgent = Network.host(at: Network.alice, seed: 1).userAgent
    }

    private mutating func receive(
        _ text: String, from source: PeerAddress = Network.bob, at now: Duration = .zero
    ) -> [UserAgent.Output] {
        userAgent.handle(.received(wire(text), from: source), at: now)
    }

    private func invite(
        _ lines: String = "", uri: String = "sip:12345@10.0.0.1", contact: String = "<sip:10.0.0.2>",
        branch: String = "1", callID: String = "1"
    )
        -> String
    {
        """
        INVITE \(uri) SIP/2.0
        Via: SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bK\(branch)
        From: "Wang" <sip:13800000000@10.0.0.2>;tag=a
        To: <sip:12345@10.0.0.1>
        Call-ID: \(callID)
        CSeq: 1 INVITE
        Contact: \(contact)\(lines.isEmpty ? "" : "\n" + lines)
        """
    }

    private func other(
        _ method: String, toTag: String? = nil, cseq: Int = 2, branch: String = "2", _ lines: String = ""
    ) -> String {
        """
        \(method) sip:10.0.0.1 SIP/2.0
        Via: SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bK\(branch)
        From: <sip:13800000000@10.0.0.2>;tag=a
        To: <sip:12345@10.0.0.1>\(toTag.map { ";tag=" + $0 } ?? "")
        Call-ID: 1
        CSeq: \(cseq) \(method)\(lines.isEmpty ? "" : "\n" + lines)
        """
    }

    @Test mutating func anInvitationTellsWhoCallsWhom() throws {
        let outputs = receive(
            invite(
                """
                P-Asserted-Identity: "Li" <sip:+8613900000000@ims.example>, <tel:+8613900000000>
                Diversion: <sip:10086@x>
                """, uri: "tel:+86-10-12345"))
        #expect(outputs.statuses == [100])
        guard case .invited(let invitation)? = outputs.events.first else { throw ParseError.empty }
        #expect(invitation.caller.user == "13800000000")
        #expect(invitation.called.user == "+86-10-12345")
        #expect(invitation.asserted?.user == "+8613900000000")
        #expect(invitation.asserted?.display == "Li")
        #expect(invitation.headers[first: "diversion"] == "<sip:10086@x>")
        #expect(invitation.sdp == nil)
        #expect(invitation.peer.kind == .trunk)
    }

    @Test mutating func aRepeatedInviteGetsTheSameAnswerAndNoSecondCall() {
        _ = receive(invite())
        let again = receive(invite())
        #expect(again.statuses == [100])
        #expect(again.events == [])
        // The same call over another path of a forking proxy.
        #expect(receive(invite(branch: "other")).statuses == [482])
        #expect(userAgent.legCount == 1)
    }

    @Test(arguments: [
        (contact: "<tel:1>", lines: "", status: 400), (contact: "*", lines: "", status: 400),
        (contact: "<sip:a>, <sip:b>", lines: "", status: 400), (contact: "<sip:>", lines: "", status: 400),
        (contact: "<sip:10.0.0.2>", lines: "Record-Route: <tel:1>", status: 400),
        (contact: "<sip:10.0.0.2>", lines: "Record-Route: garbage", status: 400),
        (contact: "<sip:10.0.0.2>", lines: "Require: 100rel", status: 420),
        (contact: "<sip:10.0.0.2>", lines: "Content-Length: 7", status: 400),
        (contact: "<sip:10.0.0.2>", lines: "Content-Type: text/plain\n\nhello", status: 415),
    ]) mutating func whatCannotBeCarriedOutIsRefusedAtOnce(contact: String, lines: String, status: Int) {
        let outputs = receive(invite(lines, contact: contact))
        #expect(outputs.statuses == [status])
        #expect(outputs.events == [])
        #expect(receive(invite(lines, contact: contact)).responses == outputs.responses)
        #expect(userAgent.legCount == 0)
        #expect(userAgent.transactionCount == 0)
    }

    @Test mutating func requestsWithoutADialogAreToldSo() {
        #expect(receive(invite(uri: "urn:service:sos")).statuses == [416])
        #expect(receive(other("BYE")).statuses == [481])
        #expect(receive(other("BYE", toTag: "x")).statuses == [481])
        #expect(receive(other("CANCEL")).statuses == [481])
        #expect(receive(other("OPTIONS", toTag: "x")).statuses == [481])
        #expect(receive(other("ACK", toTag: "x")) == [])
        let options = receive(other("OPTIONS")).responses
        #expect(options.map(\.status) == [200])
        #expect(options.first?.headers[first: "Allow"] == "INVITE, ACK, CANCEL, BYE, OPTIONS")
        #expect(receive(other("REGISTER")).statuses == [405])
        #expect(receive(other("UPDATE", toTag: "x")).statuses == [405])
        #expect(receive(other("DANCE")).statuses == [501])
        #expect(receive(other("OPTIONS").replacing("SIP/2.0\n", with: "SIP/3.0\n")).statuses == [505])
        #expect(userAgent.transactionCount == 0)
    }

    @Test mutating func strangersGetAFewAnswersAndLeaveNoTrace() {
        let stranger = PeerAddress(ip: "192.0.2.1", port: 4000)
        var answers = 0
        for _ in 0..<100 { answers += receive(invite(), from: stranger).statuses.filter { $0 == 403 }.count }
        #expect(answers == userAgent.configuration.strangerAnswersPerSecond)
        #expect(receive(other("OPTIONS"), from: stranger, at: .seconds(1)).statuses == [403])
        #expect(receive(other("ACK"), from: stranger, at: .seconds(1)) == [])
        #expect(userAgent.counts.strangers == 101)
        #expect(userAgent.legCount == 0)
        #expect(userAgent.transactionCount == 0)
    }

    @Test mutating func aStrangerCannotEndACall() throws {
        let leg = try #require(receive(invite()).events.first?.leg)
        let ok = userAgent.handle(.command(.accept(leg, sdp: "x")), at: .zero).responses
        let tag = try #require(ok.first?.to.tag)
        let stranger = PeerAddress(ip: "192.0.2.1", port: 4000)
        #expect(receive(other("CANCEL", cseq: 1, branch: "1"), from: stranger).statuses == [403])
        #expect(receive(other("BYE", toTag: tag), from: stranger).statuses == [403])
        #expect(receive(other("ACK", toTag: tag, cseq: 1), from: stranger) == [])
        #expect(receive(other("BYE", toTag: tag)).statuses == [200])
    }

    @Test mutating func overTheBoundNewCallsAreAskedToComeLater() throws {
        userAgent =
            Network.host(
                at: Network.alice, seed: 1,
                {
                    $0.maximumLegs = 3
                    $0.reservedLegs = 1
                }
            ).userAgent
        _ = receive(invite(branch: "1", callID: "1"))
        _ = receive(invite(branch: "2", callID: "2"))
        let refused = receive(invite(branch: "3", callID: "3")).responses
        #expect(refused.map(\.status) == [503])
        #expect(refused.first?.headers[first: "Retry-After"] == "5")
        func call(_ leg: LegID) -> OutboundCall {
            OutboundCall(leg: leg, to: "sip:1@10.0.0.2", destination: peer, from: "2", sdp: "")
        }
        // One leg is kept for calls we make.
        #expect(userAgent.handle(.command(.invite(call(LegID("first")))), at: .zero).events == [])
        let leg = LegID("second")
        #expect(
            userAgent.handle(.command(.invite(call(leg))), at: .zero)
                == [.report(.rejected(leg, status: 503, reason: "Too many legs"))])
        #expect(userAgent.counts.overload == 2)
    }

    @Test mutating func answersGoWhereTheRequestCameFrom() {
        let source = PeerAddress(ip: "10.0.0.77", port: 40000)
        let plain = receive(invite(), from: source)
        #expect(plain.destinations == [PeerAddress(ip: "10.0.0.77", port: 5060)])
        #expect(plain.responses.first?.vias[0].parameters["received"] == "10.0.0.77")
        let symmetric = receive(
            invite(branch: "9;rport", callID: "9"), from: source)
        #expect(symmetric.destinations == [source])
        #expect(symmetric.responses.first?.vias[0].parameters["rport"] == "40000")
    }

    @Test mutating func aLateOfferIsMadeInTheAnswerAndAnsweredInTheAck() throws {
        let leg = try #require(receive(invite()).events.first?.leg)
        let ok = try #require(userAgent.handle(.command(.accept(leg, sdp: "our offer")), at: .zero).responses.first)
        #expect(ok.sdp == "our offer")
        let ack = other("ACK", toTag: ok.to.tag, cseq: 1, "Content-Type: application/sdp\n\ntheir answer")
        #expect(receive(ack).events == [.confirmed(leg, sdp: "their answer")])
        #expect(receive(ack) == [])
    }

    @Test mutating func requestsFollowTheRoutesAndTheContact() throws {
        let cases: [(lines: String, contact: String, line: String, routes: [String], to: PeerAddress)] = [
            ("", "<sip:x@10.0.0.5:5099>", "sip:x@10.0.0.5:5099", [], PeerAddress(ip: "10.0.0.5", port: 5099)),
            ("", "<sip:x@pbx.example>", "sip:x@pbx.example", [], peer),
            (
                "Record-Route: <sip:10.0.0.9:5090;lr>\nRecord-Route: <sip:10.0.0.8;lr>", "<sip:x@10.0.0.5>",
                "sip:x@10.0.0.5", ["<sip:10.0.0.9:5090;lr>", "<sip:10.0.0.8;lr>"],
                PeerAddress(ip: "10.0.0.9", port: 5090)
            ),
            (
                "Record-Route: <sip:10.0.0.9>", "<sip:x@10.0.0.5>", "sip:10.0.0.9", ["<sip:x@10.0.0.5>"],
                PeerAddress(ip: "10.0.0.9", port: 5060)
            ),
        ]
        for (number, route) in cases.enumerated() {
            let invited = receive(
                invite(route.lines, contact: route.contact, branch: "\(number)", callID: "1\(number)"))
            let leg = try #require(invited.events.first?.leg)
            let ok = try #require(userAgent.handle(.command(.accept(leg, sdp: "x")), at: .zero).responses.first)
            #expect(ok.headers[all: "Record-Route"].isEmpty == route.lines.isEmpty)
            let ack = other("ACK", toTag: ok.to.tag, cseq: 1).replacing("Call-ID: 1", with: "Call-ID: 1\(number)")
            _ = receive(ack)
            let outputs = userAgent.handle(.command(.hangUp(leg)), at: .zero)
            let bye = try #require(outputs.requests.first)
            #expect(bye.method == .bye)
            #expect(bye.uri.description == route.line)
            #expect(bye.headers[all: "Route"] == route.routes)
            #expect(outputs.destinations == [route.to])
            #expect(bye.from.tag == ok.to.tag)
            #expect(bye.to.tag == "a")
        }
    }

    @Test mutating func requestsOutOfOrderAreRefused() throws {
        let leg = try #require(receive(invite()).events.first?.leg)
        let tag = userAgent.handle(.command(.accept(leg, sdp: "x")), at: .zero).responses.first?.to.tag
        _ = receive(other("ACK", toTag: tag, cseq: 1))
        #expect(receive(other("OPTIONS", toTag: tag, cseq: 5, branch: "5")).statuses == [200])
        #expect(receive(other("BYE", toTag: tag, cseq: 4, branch: "4")).statuses == [500])
        #expect(receive(other("UPDATE", toTag: tag, cseq: 6, branch: "6")).statuses == [405])
        #expect(receive(other("BYE", toTag: tag, cseq: 7, branch: "7")).statuses == [200])
        #expect(receive(other("BYE", toTag: tag, cseq: 7, branch: "7")).statuses == [200])
        #expect(userAgent.legCount == 0)
    }

    @Test mutating func aCallerMayHangUpBeforeTheAnswerWithABye() throws {
        let leg = try #require(receive(invite()).events.first?.leg)
        let tag = userAgent.handle(.command(.ring(leg)), at: .zero).responses.first?.to.tag
        let outputs = receive(other("BYE", toTag: tag))
        #expect(Set(outputs.statuses) == [200, 487])
        #expect(outputs.events == [.cancelled(leg, nil)])
    }

    @Test mutating func aSecondPhoneThatAnswersIsHungUp() throws {
        let leg = LegID("mine")
        let call = OutboundCall(leg: leg, to: "sip:1@10.0.0.2", destination: peer, from: "2", sdp: "offer")
        let invite = try #require(userAgent.handle(.command(.invite(call)), at: .zero).requests.first)
        func answer(_ tag: String) -> [UInt8] {
            var response = invite.response(200, tag: tag)
            response.headers.append("Contact", "<sip:10.0.0.\(tag)>")
            return MessageWriter.bytes(of: response)
        }
        let first = userAgent.handle(.received(answer("3"), from: peer), at: .zero)
        #expect(first.requests.map(\.method) == [.ack])
        #expect(first.destinations == [PeerAddress(ip: "10.0.0.3", port: 5060)])
        let again = userAgent.handle(.received(answer("3"), from: peer), at: .zero)
        #expect(again.requests == first.requests)
        #expect(again.events == [])
        let second = userAgent.handle(.received(answer("4"), from: peer), at: .zero)
        #expect(second.requests.map(\.method) == [.ack, .bye])
        #expect(second.requests.map(\.to.tag) == ["4", "4"])
        #expect(second.events == [])
        let secondAgain = userAgent.handle(.received(answer("4"), from: peer), at: .zero)
        #expect(secondAgain.requests.map(\.method) == [.ack])
    }

    @Test(arguments: [false, true]) mutating func aReinviteThatOnlyGets100DoesNotStay(hangsUp: Bool) throws {
        let leg = LegID("mine")
        let call = OutboundCall(leg: leg, to: "sip:1@10.0.0.2", destination: peer, from: "2", sdp: "offer")
        let invite = try #require(userAgent.handle(.command(.invite(call)), at: .zero).requests.first)
        _ = userAgent.handle(.received(MessageWriter.bytes(of: invite.response(200, tag: "b")), from: peer), at: .zero)
        let again = try #require(
            userAgent.handle(.command(.reinvite(leg, sdp: "hold")), at: .zero).requests.first)
        _ = userAgent.handle(.received(MessageWriter.bytes(of: again.response(100)), from: peer), at: .zero)
        if hangsUp {
            let bye = try #require(userAgent.handle(.command(.hangUp(leg)), at: .zero).requests.first)
            let done = userAgent.handle(.received(MessageWriter.bytes(of: bye.response(200)), from: peer), at: .zero)
            #expect(done.events == [.ended(leg, .hungUp)])
            // The INVITE waits for more forks, the BYE for late repetitions; the re-INVITE is gone.
            #expect(userAgent.transactionCount == 2)
        } else {
            let outputs = userAgent.handle(.fired(.leg(leg, .ownReinvite)), at: .seconds(64))
            #expect(outputs.events == [.reinviteRejected(leg, status: 504, reason: "Server Time-out")])
            #expect(userAgent.transactionCount == 1)
            #expect(userAgent.legCount == 1)
        }
    }

    @Test mutating func responsesThatAreNotOursAreDropped() throws {
        let stray = """
            SIP/2.0 200 OK
            Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKold
            From: <sip:2@10.0.0.1>;tag=old
            To: <sip:1@10.0.0.2>;tag=b
            Call-ID: old
            CSeq: 1 INVITE
            Contact: <sip:10.0.0.2>
            """
        #expect(receive(stray.replacing("UDP 10.0.0.1", with: "UDP 10.0.0.99")) == [])
        #expect(receive(stray.replacing("From:", with: "Via: SIP/2.0/UDP 10.0.0.9\nFrom:")) == [])
        #expect(receive(stray.replacing("200 OK", with: "180 Ringing")) == [])
        #expect(receive(stray.replacing("1 INVITE", with: "1 BYE")) == [])
        #expect(receive(stray, from: PeerAddress(ip: "192.0.2.1", port: 5060)) == [])
        #expect(receive(stray).requests.map(\.method) == [.ack, .bye])
    }
}
