import Foundation
import Testing

@testable import SIP

/// Whole calls between two user agents.
@Suite struct CallTests {
    let leg = LegID("out")
    var call: OutboundCall {
        OutboundCall(
            leg: leg, to: "sip:12345@10.0.0.2", destination: Network.bob, from: "13800000000", display: "Citizen",
            sdp: "offer")
    }

    @Test func aCallIsSetUpAndHungUp() throws {
        var network = Network()
        network.perform(.invite(call), at: Network.alice)
        network.run(for: .milliseconds(10))
        let invitation = try #require(network.invitation)
        #expect(invitation.caller.user == "13800000000")
        #expect(invitation.caller.display == "Citizen")
        #expect(invitation.called.user == "12345")
        #expect(invitation.sdp == "offer")
        network.perform(.ring(invitation.leg), at: Network.bob)
        network.run(for: .milliseconds(10))
        network.perform(.accept(invitation.leg, sdp: "answer"), at: Network.bob)
        network.run(for: .milliseconds(10))
        #expect(network.events(at: Network.bob).contains(.confirmed(invitation.leg, sdp: nil)))
        #expect(network.events(at: Network.alice).contains(.answered(leg, sdp: "answer")))
        network.perform(.hangUp(leg, Reason(protocolName: "Q.850", cause: 16, text: "bye")), at: Network.alice)
        network.run(for: .milliseconds(10))
        #expect(
            network.takeLog() == [
                "10.0.0.1 > 10.0.0.2 INVITE sip:12345@10.0.0.2 SIP/2.0",
                "10.0.0.2 > 10.0.0.1 SIP/2.0 100 Trying",
                "10.0.0.2 > 10.0.0.1 SIP/2.0 180 Ringing",
                "10.0.0.2 > 10.0.0.1 SIP/2.0 200 OK",
                "10.0.0.1 > 10.0.0.2 ACK sip:10.0.0.2:5060 SIP/2.0",
                "10.0.0.1 > 10.0.0.2 BYE sip:10.0.0.2:5060 SIP/2.0",
                "10.0.0.2 > 10.0.0.1 SIP/2.0 200 OK",
            ])
        #expect(network.events(at: Network.alice).last == .ended(leg, .hungUp))
        #expect(
            network.events(at: Network.bob).last
                == .ended(invitation.leg, .hungUpByPeer(Reason(protocolName: "Q.850", cause: 16, text: "bye"))))
        network.run(for: .seconds(64))
        network.expectEmpty()
    }

    /// A network with a call that Bob was invited to and has not answered.
    private func ringing(configure: (inout Configuration) -> Void = { _ in }) throws -> (Network, LegID) {
        var network = Network(configure: configure)
        network.perform(.invite(call), at: Network.alice)
        network.run(for: .milliseconds(10))
        let invited = try #require(network.invitation).leg
        network.perform(.ring(invited), at: Network.bob)
        network.run(for: .milliseconds(10))
        return (network, invited)
    }

    private func talking() throws -> (Network, LegID) {
        var (network, invited) = try ringing()
        network.perform(.accept(invited, sdp: "answer"), at: Network.bob)
        network.run(for: .milliseconds(10))
        _ = network.takeLog()
        return (network, invited)
    }

    private func expectEnd(
        _ network: Network, alice: Event, bob: Event, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        var network = network
        network.run(for: .seconds(130))
        #expect(network.events(at: Network.alice).filter(\.isEnding) == [alice], sourceLocation: sourceLocation)
        #expect(network.events(at: Network.bob).filter(\.isEnding) == [bob], sourceLocation: sourceLocation)
        network.expectEmpty(sourceLocation: sourceLocation)
    }

    // MARK: Before the answer

    @Test func aCallerWhoGivesUpIsCancelled() throws {
        var (network, invited) = try ringing()
        let reason = Reason(cause: 200, text: "answered elsewhere")
        network.perform(.cancel(leg, reason), at: Network.alice)
        expectEnd(
            network, alice: .rejected(leg, status: 487, reason: "Request Terminated"),
            bob: .cancelled(invited, reason))
    }

    @Test func aCancelWaitsForTheFirstResponse() throws {
        var network = Network()
        network.perform(.invite(call), at: Network.alice)
        network.perform(.cancel(leg), at: Network.alice)
        #expect(network.takeLog() == ["10.0.0.1 > 10.0.0.2 INVITE sip:12345@10.0.0.2 SIP/2.0"])
        network.run(for: .milliseconds(1))
        let invited = try #require(network.invitation).leg
        expectEnd(
            network, alice: .rejected(leg, status: 487, reason: "Request Terminated"), bob: .cancelled(invited, nil))
    }

    @Test func anAnswerThatCrossesACancelIsAcknowledgedAndHungUp() throws {
        var (network, invited) = try ringing()
        network.perform(.accept(invited, sdp: "answer"), at: Network.bob)
        network.perform(.cancel(leg), at: Network.alice)
        network.run(for: .milliseconds(10))
        #expect(!network.events(at: Network.alice).contains(.answered(leg, sdp: "answer")))
        expectEnd(network, alice: .ended(leg, .hungUp), bob: .ended(invited, .hungUpByPeer(nil)))
    }

    @Test func aRefusalReachesTheCaller() throws {
        var (network, invited) = try ringing()
        network.perform(.reject(invited, status: 486), at: Network.bob)
        expectEnd(
            network, alice: .rejected(leg, status: 486, reason: "Busy Here"),
            bob: .ended(invited, .refused(status: 486)))
    }

    @Test func hangingUpAnUnansweredCallRefusesIt() throws {
        var (network, invited) = try ringing()
        network.perform(.hangUp(invited), at: Network.bob)
        network.perform(.accept(invited, sdp: "too late"), at: Network.bob)
        expectEnd(
            network, alice: .rejected(leg, status: 480, reason: "Temporarily Unavailable"),
            bob: .ended(invited, .refused(status: 480)))
    }

    @Test func nobodyThereIsATimeout() {
        var network = Network(addresses: [Network.alice])
        network.perform(.invite(call), at: Network.alice)
        network.run(for: .seconds(33))
        #expect(network.events(at: Network.alice) == [.rejected(leg, status: 408, reason: "Request Timeout")])
        #expect(network.takeLog().count == 7)
        network.expectEmpty()
    }

    @Test func aPeerThatCannotBeReachedFailsAtOnce() {
        var network = Network(addresses: [Network.alice])
        network.perform(.invite(call), at: Network.alice)
        network.handle(.sendFailed(to: Network.bob), at: Network.alice)
        #expect(network.events(at: Network.alice) == [.rejected(leg, status: 503, reason: "Service Unavailable")])
        network.expectEmpty()
    }

    @Test func ringingHasALimit() throws {
        var (network, invited) = try ringing { $0.ringLimit = .seconds(100) }
        network.run(for: .seconds(99))
        // Said again each minute.
        #expect(network.takeLog().filter { $0.hasSuffix("180 Ringing") }.count == 2)
        expectEnd(
            network, alice: .rejected(leg, status: 487, reason: "Request Terminated"), bob: .cancelled(invited, nil))
    }

    @Test func anInvitationNobodyAnswersHasALimit() throws {
        let (network, invited) = try ringing { $0.answerLimit = .seconds(50) }
        expectEnd(
            network, alice: .rejected(leg, status: 480, reason: "Temporarily Unavailable"),
            bob: .ended(invited, .unanswered))
    }

    @Test func aPeerThatNeverAnswersACancelIsForgotten() throws {
        var (network, _) = try ringing()
        network.hosts[Network.bob] = nil
        network.perform(.cancel(leg), at: Network.alice)
        network.run(for: .seconds(33))
        #expect(
            network.events(at: Network.alice).last == .rejected(leg, status: 487, reason: "Request Terminated"))
        network.expectEmpty()
    }

    // MARK: Answered

    @Test func anAnswerWithoutAckIsSentAgainAndHungUp() throws {
        var (network, invited) = try ringing()
        network.hosts[Network.alice] = nil
        network.perform(.accept(invited, sdp: "answer"), at: Network.bob)
        network.run(for: .seconds(31))
        // 0, 0.5, 1.5, 3.5, then every 4 s: 7.5 … 27.5.
        #expect(network.takeLog().filter { $0.hasSuffix("200 OK") }.count == 10)
        network.run(for: .seconds(70))
        #expect(network.events(at: Network.bob).last == .ended(invited, .notAcknowledged))
        network.expectEmpty()
    }

    @Test func hangingUpBeforeTheAckWaitsForIt() throws {
        var (network, invited) = try ringing()
        network.perform(.accept(invited, sdp: "answer"), at: Network.bob)
        _ = network.takeLog()
        network.perform(.hangUp(invited), at: Network.bob)
        #expect(network.takeLog() == [])
        network.run(for: .milliseconds(10))
        expectEnd(network, alice: .ended(leg, .hungUpByPeer(nil)), bob: .ended(invited, .hungUp))
    }

    @Test func bothMayHangUpAtOnce() throws {
        var (network, invited) = try talking()
        network.perform(.hangUp(leg), at: Network.alice)
        network.perform(.hangUp(invited), at: Network.bob)
        expectEnd(network, alice: .ended(leg, .hungUp), bob: .ended(invited, .hungUp))
    }

    @Test func eitherSideMayChangeTheSession() throws {
        var (network, invited) = try talking()
        network.react = { address, event in
            if case .reinvited(let leg, let sdp) = event { return [.answerReinvite(leg, sdp: "yes to \(sdp ?? "-")")] }
            return []
        }
        network.perform(.reinvite(leg, sdp: "hold"), at: Network.alice)
        network.run(for: .milliseconds(10))
        #expect(network.events(at: Network.alice).last == .reinviteAnswered(leg, sdp: "yes to hold"))
        #expect(network.events(at: Network.bob).last == .reinviteConfirmed(invited, sdp: nil))
        network.perform(.reinvite(invited, sdp: "back"), at: Network.bob)
        network.run(for: .milliseconds(10))
        #expect(network.events(at: Network.bob).last == .reinviteAnswered(invited, sdp: "yes to back"))
        network.perform(.hangUp(invited), at: Network.bob)
        expectEnd(network, alice: .ended(leg, .hungUpByPeer(nil)), bob: .ended(invited, .hungUp))
    }

    @Test func twoChangesAtOnceAreBothRefused() throws {
        var (network, invited) = try talking()
        network.perform(.reinvite(leg, sdp: "mine"), at: Network.alice)
        network.perform(.reinvite(invited, sdp: "mine"), at: Network.bob)
        network.run(for: .milliseconds(10))
        #expect(
            network.events(at: Network.alice).last == .reinviteRejected(leg, status: 491, reason: "Request Pending"))
        #expect(
            network.events(at: Network.bob).last == .reinviteRejected(invited, status: 491, reason: "Request Pending"))
        network.perform(.hangUp(leg), at: Network.alice)
        expectEnd(network, alice: .ended(leg, .hungUp), bob: .ended(invited, .hungUpByPeer(nil)))
    }

    @Test func aChangeNobodyAnswersIsRefused() throws {
        var (network, invited) = try talking()
        network.perform(.reinvite(leg, sdp: "hold"), at: Network.alice)
        network.run(for: .seconds(20))
        #expect(
            network.events(at: Network.bob).suffix(2) == [
                .reinvited(invited, sdp: "hold"), .reinviteCancelled(invited),
            ])
        #expect(
            network.events(at: Network.alice).last
                == .reinviteRejected(leg, status: 488, reason: "Not Acceptable Here"))
        network.perform(.hangUp(leg), at: Network.alice)
        expectEnd(network, alice: .ended(leg, .hungUp), bob: .ended(invited, .hungUpByPeer(nil)))
    }

    @Test func hangingUpDuringAChangeLeavesNothing() throws {
        var (network, invited) = try talking()
        network.perform(.reinvite(leg, sdp: "hold"), at: Network.alice)
        network.run(for: .milliseconds(10))
        network.perform(.hangUp(invited), at: Network.bob)
        expectEnd(network, alice: .ended(leg, .hungUpByPeer(nil)), bob: .ended(invited, .hungUp))
    }

    @Test func aProbeTellsWhetherThePeerIsThere() throws {
        var (network, _) = try talking()
        network.perform(.probe(leg), at: Network.alice)
        network.run(for: .milliseconds(10))
        #expect(network.events(at: Network.alice).last == .probed(leg, alive: true))
        network.hosts[Network.bob] = nil
        network.perform(.probe(leg), at: Network.alice)
        network.perform(.probe(leg), at: Network.alice)
        network.run(for: .seconds(33))
        #expect(network.events(at: Network.alice).filter { $0 == .probed(leg, alive: false) }.count == 1)
        network.perform(.hangUp(leg), at: Network.alice)
        network.run(for: .seconds(33))
        #expect(network.events(at: Network.alice).last == .ended(leg, .hungUp))
        network.expectEmpty()
    }

    // MARK: Restart

    @Test func aDialogIsHungUpByTheNextProcess() throws {
        var (network, invited) = try talking()
        let facts = network.events(at: Network.alice).compactMap {
            if case .established(_, let facts) = $0 { facts } else { nil }
        }
        network.perform(.probe(leg), at: Network.alice)
        network.hosts[Network.alice] = Network.host(at: Network.alice, seed: 99)
        network.run(for: .milliseconds(10))
        network.perform(.resume(try #require(facts.first)), at: Network.alice)
        network.perform(.hangUp(leg), at: Network.alice)
        expectEnd(network, alice: .ended(leg, .hungUp), bob: .ended(invited, .hungUpByPeer(nil)))
    }

    @Test func aPhoneThatRangAtTheCrashIsHungUpWhenItAnswers() throws {
        var (network, invited) = try ringing()
        network.hosts[Network.alice] = Network.host(at: Network.alice, seed: 99)
        network.faults.duplication = 1
        _ = network.takeLog()
        network.perform(.accept(invited, sdp: "answer"), at: Network.bob)
        network.run(for: .seconds(100))
        #expect(network.events(at: Network.bob).last == .ended(invited, .hungUpByPeer(nil)))
        #expect(Set(network.takeLog().filter { $0.contains("BYE") }).count == 1)
        #expect(network.hosts[Network.alice]?.userAgent.counts.strayAnswers == 1)
        network.expectEmpty()
    }

    @Test func factsSurviveJSONAndForeignOnesAreRefused() throws {
        var (network, invited) = try talking()
        guard
            case .established(_, let facts)? = network.events(at: Network.bob).first(where: {
                if case .established = $0 { true } else { false }
            })
        else { return }
        let decoded = try JSONDecoder().decode(DialogFacts.self, from: JSONEncoder().encode(facts))
        #expect(decoded == facts)
        #expect(facts.leg == invited)
        var foreign = facts
        foreign.leg = LegID("other")
        foreign.target = "nonsense"
        network.perform(.resume(foreign), at: Network.bob)
        #expect(network.events(at: Network.bob).last == .ended(LegID("other"), .notResumable))
    }
}

extension Network {
    var invitation: Invitation? {
        for event in events(at: Network.bob) {
            if case .invited(let invitation) = event { return invitation }
        }
        return nil
    }

    func expectEmpty(_ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation) {
        for host in hosts.values {
            #expect(host.userAgent.legCount == 0, comment, sourceLocation: sourceLocation)
            #expect(host.userAgent.transactionCount == 0, comment, sourceLocation: sourceLocation)
            #expect(host.userAgent.legOfDialog.isEmpty, comment, sourceLocation: sourceLocation)
            #expect(host.userAgent.openInvites.isEmpty, comment, sourceLocation: sourceLocation)
            #expect(host.userAgent.serverTransactionOfKey.isEmpty, comment, sourceLocation: sourceLocation)
            #expect(host.userAgent.clientTransactionOfKey.isEmpty, comment, sourceLocation: sourceLocation)
            #expect(host.userAgent.strays.isEmpty, comment, sourceLocation: sourceLocation)
            #expect(host.timers.isEmpty, comment, sourceLocation: sourceLocation)
        }
    }
}
