/// Who may call us. Everyone else gets a 403 and leaves no trace.
package struct TrustedPeer: Hashable, Sendable, CustomStringConvertible {
    package enum Kind: Hashable, Sendable, Codable {
        /// A carrier's or another centre's gateway: it may assert who calls.
        case trunk
        /// A phone.
        case device
    }

    package var kind: Kind
    let address: IPAddress
    let prefix: Int
    let port: UInt16?
    package let description: String

    /// `10.0.0.1`, `10.0.0.1:5062`, `[2001:db8::1]:5060` or a network, `10.1.0.0/16`. Nil for anything else: a peer
    /// is an address, as names can be forged.
    package init?(_ text: String, kind: Kind) {
        self.kind = kind
        description = text
        let network = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        if let address = IPAddress(String(network[0])) {
            let bits = address.bytes.count * 8
            self.address = address
            port = nil
            guard network.count == 2 else {
                prefix = bits
                return
            }
            guard let length = Int(network[1]), (0...bits).contains(length) else { return nil }
            prefix = length
        } else {
            guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0,
                let address = IPAddress(String(text[..<colon]))
            else { return nil }
            self.address = address
            self.port = port
            prefix = address.bytes.count * 8
        }
    }

    var isOneAddress: Bool { prefix == address.bytes.count * 8 }

    /// How closely it describes the source; the closest of several decides the kind. Nil when it does not.
    func closeness(to source: IPAddress, port sourcePort: UInt16) -> Int? {
        if let port, port != sourcePort { return nil }
        return source.isInside(address, prefix: prefix) ? prefix + (port == nil ? 0 : 1) : nil
    }
}

/// How a user agent presents itself, whom it trusts, and what bounds it.
package struct Configuration: Sendable {
    /// The address in our Via and Contact: where peers reach us, which is not always where we bind.
    package var advertised: PeerAddress
    package var trustedPeers: [TrustedPeer] { didSet { indexPeers() } }
    package var userAgent = "Hotline"
    package var timing = TransactionTiming.udp

    /// A thousand seats, each with a caller and a leg of his own, and twice as many callers waiting.
    package var maximumLegs = 4_000
    /// The last of them are for calls we make, for callers who fill the house must not keep agents from being rung.
    package var reservedLegs = 1_000
    /// What 500 calls a second leave behind: an INVITE and a BYE each, kept for 32 s, twice over.
    package var maximumTransactions = 65_536
    /// How long a 503 asks the peer to stay away, in seconds: the peak should have passed, the caller still be there.
    package var retryAfter = 5
    /// 403s a second to strangers. A misconfigured phone gets its answer; a scanner gets silence and no echo.
    package var strangerAnswersPerSecond = 20
    /// Unknown 2xx a second that are acknowledged and hung up: after a restart, every phone that was ringing.
    package var strayAnswersPerSecond = 200

    /// An inbound leg must be accepted or rejected within this. Carriers give up after three minutes.
    package var answerLimit = Duration.seconds(300)
    /// An outbound leg rings no longer (Timer C of RFC 3261 §16.6); who calls will usually cancel sooner.
    package var ringLimit = Duration.seconds(190)
    /// A re-INVITE must be answered within this, well inside the peer's 32 s.
    package var reinviteLimit = Duration.seconds(15)
    /// A ringing call is said to be so again each minute, lest a proxy's Timer C ends it (§13.3.1.1).
    package var provisionalInterval = Duration.seconds(60)

    /// Peers of one address by it, for a centre may list a thousand phones; networks one after the other.
    private var peersByAddress: [IPAddress: [TrustedPeer]] = [:]
    private var networks: [TrustedPeer] = []

    package init(advertised: PeerAddress, trustedPeers: [TrustedPeer]) {
        self.advertised = advertised
        self.trustedPeers = trustedPeers
        indexPeers()
    }

    private mutating func indexPeers() {
        peersByAddress = Dictionary(grouping: trustedPeers.filter(\.isOneAddress), by: \.address)
        networks = trustedPeers.filter { !$0.isOneAddress }
    }

    /// Whom a source address belongs to.
    func peer(at source: PeerAddress) -> TrustedPeer? {
        guard let address = IPAddress(source.ip) else { return nil }
        var best: (peer: TrustedPeer, closeness: Int)?
        for peer in peersByAddress[address, default: []] + networks {
            guard let closeness = peer.closeness(to: address, port: source.port) else { continue }
            if best.map({ closeness > $0.closeness }) ?? true { best = (peer, closeness) }
        }
        return best?.peer
    }
}

/// So many a second and no more, with a second's worth in hand.
struct Allowance: Sendable {
    private let perSecond: Int
    private var spent = 0
    private var second: Int64 = .min

    init(perSecond: Int) { self.perSecond = perSecond }

    mutating func take(at now: Duration) -> Bool {
        if now.components.seconds != second {
            second = now.components.seconds
            spent = 0
        }
        guard spent < perSecond else { return false }
        spent += 1
        return true
    }
}
