import Engine
import Foundation
import SIP

/// What happens on the wire, told to the switchboard.
extension CallControl {
    func handle(_ event: SIP.Event) async {
        if case .invited(let invitation) = event { return await invited(invitation) }
        guard let owner = owners[event.leg] else { return }
        if event.isEnding { owners[event.leg] = nil }
        if calls[owner.call]?.isTurnedAway == true { return turnedAway(event, owner) }
        switch event {
        case .invited:
            break
        case .established(let leg, let facts):
            calls[owner.call]?.up.insert(leg)
            tell(.legUp(owner.call, owner.party, facts: Self.text(facts)))
        case .confirmed(let leg, let sdp):
            if calls[owner.call]?.awaitsAnswer == true {
                step(owner.call) { await self.lateAnswer(owner.call, leg, sdp) }
            }
        case .answered(let leg, let sdp):
            step(owner.call) { await self.answered(owner, leg, sdp) }
        case .reinvited(let leg, let sdp):
            step(owner.call) { await self.renegotiate(leg, sdp) }
        case .probed(let leg, let alive):
            guard !alive else { break }
            owners[leg] = nil
            endpoint?.perform(.hangUp(leg, Reason(cause: 408, text: "no sound and no answer")))
            tell(.hungUp(owner.call, owner.party, .vanished))
        case .cancelled:
            tell(.hungUp(owner.call, owner.party, .callerHungUp))
        case .rejected(_, let status, _):
            rejected(owner, Self.reason(status: status))
        case .ended(let leg, let reason):
            ended(owner, leg, reason)
        case .ringing, .reinviteAnswered, .reinviteCancelled, .reinviteConfirmed, .reinviteRejected:
            break
        }
    }

    private func invited(_ invitation: Invitation) async {
        guard let line = settings.lines.first(where: { $0.number == invitation.called.user }) else {
            endpoint?.perform(.reject(invitation.leg, status: 404))
            return
        }
        guard media != nil else {
            endpoint?.perform(.reject(invitation.leg, status: 503, retryAfter: 5))
            return
        }
        let call = CallID(UUID().uuidString.lowercased())
        begin(call, line: line.id)
        calls[call]?.citizen = invitation.leg
        calls[call]?.offer = invitation.sdp
        owners[invitation.leg] = Owner(call: call, party: .citizen)
        // What is no number (anonymous, sip:alice@…) is kept as none: nothing a caller sends can make us dial.
        let claimed = invitation.asserted?.user ?? invitation.caller.user
        let number = TelephoneNumber(claimed)?.text
        calls[call]?.number = number
        guard await notices.mayTakeCalls() else { return turnAway(call) }
        tell(.arrived(call, line: line.id, number: number ?? ""))
        watchForDecision(on: call)
    }

    /// Our INVITE to a phone or a citizen came to nothing.
    private func rejected(_ owner: Owner, _ reason: Engine.EndReason) {
        if let offer = owner.offer {
            forgetPhone(owner.call)
            tell(.offerFailed(offer.id, reason))
        } else {
            tell(.hungUp(owner.call, owner.party, reason))
        }
    }

    private func ended(_ owner: Owner, _ leg: LegID, _ reason: SIP.EndReason) {
        if let offer = owner.offer {
            // Picked up and put down again before the two were bridged: the citizen is offered to the next agent.
            forgetPhone(owner.call)
            tell(.offerFailed(offer.id, .declined))
            return tell(.hungUp(owner.call, .agent, .vanished))
        }
        if owner.party == .citizen, calls[owner.call]?.callback == .promised {
            // He was told that he may. Told to the switchboard it could cross with an agent who takes his turn, and count as a
            // try in vain.
            return step(owner.call) { await self.letGo(owner.call) }
        }
        switch reason {
        case .hungUpByPeer, .hungUp, .refused, .unanswered:
            tell(.hungUp(owner.call, owner.party, owner.party == .citizen ? .callerHungUp : .agentHungUp))
        case .notAcknowledged, .lost, .notResumable:
            tell(.hungUp(owner.call, owner.party, .vanished))
        }
    }

    func renegotiate(_ leg: LegID, _ offer: String?) async {
        guard let media, let offer else {
            endpoint?.perform(.refuseReinvite(leg))
            return
        }
        do {
            endpoint?.perform(.answerReinvite(leg, sdp: try await media.renegotiate(leg: leg.token, offer: offer)))
        } catch {
            endpoint?.perform(.refuseReinvite(leg))
        }
    }

    func lateAnswer(_ call: CallID, _ leg: LegID, _ sdp: String?) async {
        calls[call]?.awaitsAnswer = false
        guard let sdp else { return mediaFailed(call, MediaError.unusableDescription("an ACK without the answer")) }
        do {
            try await media?.accept(leg: leg.token, answer: sdp)
            await startGreeting(call)
        } catch {
            mediaFailed(call, error)
        }
    }

    /// A dialog left from before a restart gets its BYE.
    func endLeg(_ facts: String) {
        guard let facts = try? JSONDecoder().decode(DialogFacts.self, from: Data(facts.utf8)) else {
            logger.error("a leg's facts do not read; its phone must time out")
            return
        }
        endpoint?.perform(.resume(facts))
        endpoint?.perform(.hangUp(facts.leg, Reason(cause: 503, text: "interrupted")))
    }

    private static func text(_ facts: DialogFacts) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        guard let data = try? encoder.encode(facts) else { preconditionFailure("dialog facts are strings and numbers") }
        return String(decoding: data, as: UTF8.self)
    }

    /// What a refusal means for the one who waits (RFC 3261 §21.4, §21.6).
    private static func reason(status: Int) -> Engine.EndReason {
        switch status {
        case 486, 600: .busy
        case 603, 403: .declined
        case 408, 480, 487: .noAnswer
        default: .unreachable
        }
    }

    /// `sip:5001@192.0.2.7:5060`; an address, for names are not looked up.
    static func address(_ uri: String) -> PeerAddress? {
        guard let sip = URI(uri)?.sip else { return nil }
        return PeerAddress(ip: sip.host, port: sip.port ?? 5060)
    }
}
