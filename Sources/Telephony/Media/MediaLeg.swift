import NIOCore

/// One party's media: an rtpengine call of two ends, the party's and the hub's.
///
/// The hub is plain PCMU on loopback. It points at the sink while the person is alone and at another leg's hub while
/// two talk, so that joining, holding and transferring move hubs only and no party is ever renegotiated with.
struct MediaLeg: Sendable {
    let name: String
    let kind: MediaServer.Kind
    /// Whether the latest description of the party was an offer. A moved hub repeats that very negotiation, so that
    /// the codecs come out as they did.
    var partyOffered: Bool
    /// The party's latest description, its first audio stream alone.
    var party: String?
    var partyTransport = "RTP/AVP"
    /// What the party answered our offer with.
    var partyCodec: String?
    var partyDirection = AudioDescription.Direction.sendrecv
    /// Where rtpengine takes what the other side says; nil until both ends are known.
    var hub: AudioDescription?
    /// The port that the hub sends to and hears: the partner's hub, or the sink.
    var aimedAt: Int?
    var hubTelephoneEvent: Int?

    var partner: String?
    var playing = false
    var muted = false
    var held = false
    var recording: String?
    /// What rtpengine was last told about each end.
    var partyBlocked = false
    var hubBlocked = false

    /// Whoever is alone hears nobody, so only a partner is blocked for what is played.
    ///
    /// rtpengine relays to a party that said `sendonly` and from one that said `recvonly`, so we stop it ourselves.
    var shouldBlockParty: Bool { muted || held || partyDirection == .recvonly || partyDirection == .inactive }
    var shouldBlockHub: Bool {
        (playing && partner != nil) || held || partyDirection == .sendonly || partyDirection == .inactive
    }

    /// Our origin line towards the party, and what it was last told.
    let session = UInt32.random(in: 1 ... .max)
    var version = 0
    var told = ""

    var packets = 0
    var heardAt: NIODeadline

    var call: Bencode { .text(RTPEngineProcess.callPrefix + name) }
}
