extension UserAgent {
    /// A leg's timer fired. One that fires late, for a state the leg has left, does nothing.
    mutating func fire(_ timer: LegTimer, of id: LegID) {
        guard let leg = legs[id] else { return }
        switch timer {
        case .retransmission: repeatAnswer(of: leg)
        case .acknowledgement: missAcknowledgement(of: leg)
        case .patience: losePatience(with: leg)
        case .provisional:
            guard leg.phase == .invited, let number = leg.invite, let provisional = leg.provisional else { return }
            sendProvisional(number, provisional.status, provisional.sdp)
            start(.provisional, of: id, after: configuration.provisionalInterval)
        case .ownReinvite: giveUpReinvite(of: leg)
        case .reinvite:
            guard let number = leg.peerReinvite else { return }
            legs[id]?.peerReinvite = nil
            refuseInvite(number, 488)
            report(.reinviteCancelled(id))
        }
    }

    /// The peer said 100 to our re-INVITE and nothing since: the session is as it was, and the transaction must not stay.
    private mutating func giveUpReinvite(of leg: Leg) {
        guard let number = leg.ownReinvite else { return }
        legs[leg.id]?.ownReinvite = nil
        abandonClient(number)
        if leg.phase == .confirmed {
            report(.reinviteRejected(leg.id, status: 504, reason: StatusPhrase.of(504)))
        }
    }

    private mutating func repeatAnswer(of leg: Leg) {
        guard var answer = leg.unacknowledged else { return }
        send(answer.response, to: answer.destination)
        answer.interval = min(answer.interval * 2, configuration.timing.t2)
        legs[leg.id]?.unacknowledged = answer
        start(.retransmission, of: leg.id, after: answer.interval)
    }

    /// §13.3.1.4: without an ACK the dialog stands, but the session does not: BYE.
    private mutating func missAcknowledgement(of leg: Leg) {
        guard leg.unacknowledged != nil else { return }
        cancel(.retransmission, of: leg.id)
        sendBye(leg.id, because: leg.isUnwanted ? .hungUp : .notAcknowledged)
    }

    private mutating func losePatience(with leg: Leg) {
        switch leg.phase {
        case .invited:
            if let number = leg.invite { refuseInvite(number, 480) }
            end(leg.id, .ended(leg.id, .unanswered))
        case .calling, .proceeding:
            // Timer B comes long before; still the leg must not outlive its limit, whatever the configuration.
            legs[leg.id]?.isUnwanted = true
            if leg.phase == .proceeding { sendCancel(leg.id) } else { abandonInvite(of: leg, 408) }
        case .cancelling:
            // §9.1: no answer to INVITE came within 64*T1 of the CANCEL. A late 2xx is a stray.
            abandonInvite(of: leg, 487)
        case .accepted, .confirmed, .closing: break
        }
    }

    private mutating func abandonInvite(of leg: Leg, _ status: Int) {
        if let number = leg.invite { abandonClient(number) }
        end(leg.id, .rejected(leg.id, status: status, reason: StatusPhrase.of(status)))
    }

    /// Forgets an INVITE before its time. A 2xx that still comes is a stray.
    mutating func abandonClient(_ number: UInt64) {
        for timer in [TransactionTimer.a, .b, .d, .m] { outputs.append(.cancelTimer(.client(number, timer))) }
        forgetClient(number)
    }
}
