/// What the user agent reports. Every leg that was `invited` or asked for by `invite` or `resume` gets exactly one
/// ending: `cancelled`, `rejected` or `ended`, and nothing after it.
package enum Event: Hashable, Sendable {
    /// A call arrives; 100 Trying is sent. Answer with `ring`, `accept` or `reject`.
    case invited(Invitation)
    /// Ending: the caller gave up before an answer; 487 is sent.
    case cancelled(LegID, Reason?)
    /// The dialog stands: our 2xx is sent, or the peer's 2xx came and is acknowledged. Comes before `answered`.
    case established(LegID, DialogFacts)
    /// The ACK of our 2xx arrived, with the peer's answer when our 2xx made the offer.
    case confirmed(LegID, sdp: String?)
    /// A provisional response other than 100 to our INVITE.
    case ringing(LegID, status: Int, sdp: String?)
    /// A 2xx to our INVITE; it is acknowledged. Without SDP only when a 183 brought the answer, or the peer is broken.
    case answered(LegID, sdp: String?)
    /// Ending: our INVITE was refused. 408 also stands for no answer at all, 503 for one that could not be sent.
    case rejected(LegID, status: Int, reason: String)
    /// The peer wants to change the session; nil asks us for an offer. Answer with `answerReinvite` or
    /// `refuseReinvite` within `Configuration.reinviteLimit`.
    case reinvited(LegID, sdp: String?)
    /// The peer's re-INVITE needs no answer any more: he took it back, or the limit passed and 488 was sent.
    case reinviteCancelled(LegID)
    /// The ACK of our 2xx to a re-INVITE arrived, with the peer's answer when ours was the offer.
    case reinviteConfirmed(LegID, sdp: String?)
    case reinviteAnswered(LegID, sdp: String?)
    /// The session stays as it was. After 491 (both asked at once) try again in 0 to 4 s (RFC 3261 §14.1).
    case reinviteRejected(LegID, status: Int, reason: String)
    /// Ending.
    case ended(LegID, EndReason)
    /// The answer to `probe`.
    case probed(LegID, alive: Bool)

    package var leg: LegID {
        switch self {
        case .invited(let invitation): invitation.leg
        case .cancelled(let leg, _), .established(let leg, _), .confirmed(let leg, _), .ringing(let leg, _, _),
            .answered(let leg, _), .rejected(let leg, _, _), .reinvited(let leg, _), .reinviteCancelled(let leg),
            .reinviteConfirmed(let leg, _), .reinviteAnswered(let leg, _), .reinviteRejected(let leg, _, _),
            .ended(let leg, _), .probed(let leg, _):
            leg
        }
    }

    package var isEnding: Bool {
        switch self {
        case .cancelled, .rejected, .ended: true
        default: false
        }
    }
}

package enum EndReason: Hashable, Sendable {
    /// The peer's BYE, with its Reason header.
    case hungUpByPeer(Reason?)
    /// Our `hangUp` is done: the BYE is answered, or nobody answers it.
    case hungUp
    /// Our `reject`, or `hangUp` of an unanswered inbound leg.
    case refused(status: Int)
    /// No ACK came to our 2xx within 32 s; a BYE was sent.
    case notAcknowledged
    /// Nobody told us within `Configuration.answerLimit` what to do with the inbound leg; 480 was sent.
    case unanswered
    /// The peer no longer knows the dialog (481, or 408, to our re-INVITE); a BYE was sent.
    case lost
    /// The facts given to `resume` are none of ours.
    case notResumable
}

/// A call that arrives.
package struct Invitation: Hashable, Sendable {
    package struct Party: Hashable, Sendable {
        package var display: String?
        /// The number or name; empty when the URI names nobody.
        package var user: String
        package var uri: String
    }

    package var leg: LegID
    /// From: what the caller's side claims.
    package var caller: Party
    /// The Request-URI: whom this call is for.
    package var called: Party
    /// P-Asserted-Identity (RFC 3325), from a trunk only: a device may not assert who it is.
    package var asserted: Party?
    /// The offer; nil asks us to make it in the 2xx, and `confirmed` then brings the answer.
    package var sdp: String?
    package var callID: String
    package var source: PeerAddress
    package var peer: TrustedPeer
    /// All other headers, for what trunks say in their own ways (Diversion, X-…).
    package var headers: Headers
}
