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
    var hubTelephoneEvent: Int?

    var partner: String?
    var playing = false
    var muted = false
    var held = false
    var recording: String?
    /// What rtpengine was last told about each end.
    var partyBlocked = false
    var hubBlocked = false

    /// rtpengine relays to a party that said `sendonly` and from one that said `recvonly`, so we stop it ourselves.
    var shouldBlockParty: Bool { muted || held || partyDirection == .recvonly || partyDirection == .inactive }
    var shouldBlockHub: Bool { playing || held || partyDirection == .sendonly || partyDirection == .inactive }

    /// Our origin line towards the party, and what it was last told.
    let session = UInt32.random(in: 1 ... .max)
    var version = 0
    var told = ""

    var packets = 0
    var heardAt: NIODeadline

    var call: Bencode { .text(RTPEngineProcess.callPrefix + name) }
}

/// How a person's leg went; from rtpengine's counters, the last three only where the party sends RTCP.
package struct LegReport: Sendable, Equatable {
    package var packetsFromParty = 0
    package var packetsFromHub = 0
    package var lossPercent: Double?
    package var jitterMilliseconds: Double?
    /// Mean opinion score, 1 to 5.
    package var meanOpinionScore: Double?
}
