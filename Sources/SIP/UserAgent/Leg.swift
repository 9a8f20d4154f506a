/// One call leg as the user agent keeps it.
struct Leg: Sendable {
    enum Phase: Hashable, Sendable {
        /// Inbound, without a final answer. `answerLimit` ends it.
        case invited
        /// Inbound, our 2xx is out and its ACK awaited. 64*T1 ends it.
        case accepted
        /// Outbound, without any answer. Timer B ends it.
        case calling
        /// Outbound, with a provisional answer. `ringLimit` ends it.
        case proceeding
        /// Outbound, our CANCEL is out. 64*T1 ends it.
        case cancelling
        /// Nothing ends it but a BYE or a command: calls may be long. Who notices that media stopped sends a probe.
        case confirmed
        /// Our BYE is out. Its Timer F ends it.
        case closing
    }

    /// A 2xx of ours that is sent until its ACK comes (RFC 3261 §13.3.1.4).
    struct Unacknowledged: Sendable {
        let sequence: UInt32
        let response: [UInt8]
        let destination: PeerAddress
        let isReinvite: Bool
        var interval: Duration
    }

    let id: LegID
    var phase: Phase
    /// Nil only for an outbound leg before its 2xx.
    var dialog: Dialog?
    /// The transaction of the INVITE that began it, while it may still be answered or cancelled.
    var invite: UInt64?
    var unacknowledged: Unacknowledged?
    /// The peer's re-INVITE that waits for an answer.
    var peerReinvite: UInt64?
    /// Our re-INVITE that waits for one.
    var ownReinvite: UInt64?
    var isProbing = false
    /// The last 18x and its SDP, for saying it again.
    var provisional: (status: Int, sdp: String?)?
    /// The user wants it gone, as soon as the protocol lets us.
    var isUnwanted = false
    var hangUpReason: Reason?
    /// What `ended` will say once our BYE is done.
    var endReason = EndReason.hungUp

    init(id: LegID, phase: Phase, dialog: Dialog? = nil) {
        self.id = id
        self.phase = phase
        self.dialog = dialog
    }
}

package enum LegTimer: Hashable, Sendable, CaseIterable {
    /// Send the 2xx again.
    case retransmission
    /// Its ACK never came.
    case acknowledgement
    /// The invitation, the ringing or the CANCEL lasted too long.
    case patience
    /// Send the 18x again.
    case provisional
    /// The user did not answer the peer's re-INVITE.
    case reinvite
    /// The peer did not answer ours.
    case ownReinvite
}

package enum TimerID: Hashable, Sendable {
    case client(UInt64, TransactionTimer)
    case server(UInt64, TransactionTimer)
    case leg(LegID, LegTimer)
}

/// A server transaction with what its machine sends.
struct ServerTransaction: Sendable {
    enum Machine: Sendable {
        case invite(InviteServerTransaction)
        case other(NonInviteServerTransaction)
    }

    let key: TransactionKey
    let request: Request
    let source: PeerAddress
    let destination: PeerAddress
    let localTag: String
    let leg: LegID?
    var machine: Machine
    var lastResponse: [UInt8] = []

    /// An INVITE that still waits for its final answer.
    var isOpenInvite: Bool {
        if case .invite(let machine) = machine { machine.state == .proceeding } else { false }
    }
}

/// A client transaction with what its machine sends, and whom its answer is for.
struct ClientTransaction: Sendable {
    enum Machine: Sendable {
        case invite(InviteClientTransaction)
        case other(NonInviteClientTransaction)
    }

    enum Owner: Hashable, Sendable {
        case invite(LegID)
        case reinvite(LegID)
        case bye(LegID)
        case probe(LegID)
        case cancel
        /// The BYE of a dialog nobody wanted.
        case stray(DialogKey)
    }

    let key: TransactionKey
    let request: Request
    let bytes: [UInt8]
    let destination: PeerAddress
    let owner: Owner
    var machine: Machine
    /// The 2xx we acknowledged: another one with this To tag gets the same ACK, one with another tag is a fork.
    var acknowledged: (tag: String, ack: [UInt8], destination: PeerAddress)?
}
