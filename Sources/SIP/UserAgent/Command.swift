/// What the user agent is asked to do. A command for a leg that is gone, or in a state it does not fit, does nothing:
/// commands and the network's news cross.
package enum Command: Sendable {
    /// 180 or 183 to an inbound leg, the latter with SDP for early media.
    case ring(LegID, status: Int = 180, sdp: String? = nil)
    /// 200 to an inbound leg: the answer, or our offer when the INVITE had none.
    case accept(LegID, sdp: String)
    /// A refusal of an inbound leg, 300 to 699.
    case reject(LegID, status: Int, reason: String? = nil, retryAfter: Int? = nil)
    case invite(OutboundCall)
    /// Takes our INVITE back. Ends with `rejected` (487), or with `ended` when a 2xx crossed it: then the call is
    /// acknowledged and hung up unreported.
    case cancel(LegID, Reason? = nil)
    /// Ends a leg in any state: refuses (480), cancels or sends BYE, as fits.
    case hangUp(LegID, Reason? = nil)
    /// Offers the peer another session. One at a time; a second, or one in a leg not confirmed, is rejected with 491.
    case reinvite(LegID, sdp: String)
    case answerReinvite(LegID, sdp: String)
    case refuseReinvite(LegID, status: Int = 488, reason: String? = nil)
    /// Asks the peer with an OPTIONS in the dialog whether he is still there.
    case probe(LegID)
    /// Takes up a confirmed dialog of an earlier process, so that it can be hung up.
    case resume(DialogFacts)
}

/// A call we make.
package struct OutboundCall: Hashable, Sendable {
    package var leg: LegID
    /// The Request-URI and To, `sip:13800000000@10.0.0.1`.
    package var to: String
    /// Where the INVITE is sent.
    package var destination: PeerAddress
    /// The user of From: the number shown to the callee.
    package var from: String
    package var display: String?
    /// The host of From, where a trunk wants a domain; the advertised host otherwise.
    package var fromHost: String?
    package var sdp: String
    /// Alert-Info, P-Asserted-Identity, X-…. Those the user agent writes itself are left out.
    package var headers: [Header]

    package init(
        leg: LegID, to: String, destination: PeerAddress, from: String, display: String? = nil,
        fromHost: String? = nil, sdp: String, headers: [Header] = []
    ) {
        self.leg = leg
        self.to = to
        self.destination = destination
        self.from = from
        self.display = display
        self.fromHost = fromHost
        self.sdp = sdp
        self.headers = headers
    }
}
