/// The dictionaries of a leg's negotiations, as tried with rtpengine 10.5.3.5.
///
/// "Offer" and "answer" are rtpengine's: whose description is given, not who asked whom on the wire.
extension RTPEngineClient {
    private static let hubFlags: Bencode = ["port-latching", "asymmetric", "strict-source"]

    private static let plain: [String: Bencode] = [
        "transport-protocol": "RTP/AVP", "ICE": "remove", "rtcp-mux": ["demux"],
    ]

    /// A page: DTLS-SRTP, RTP and RTCP on one port, and rtpengine the lite side of ICE. Without `ICE-lite: forward`
    /// half the connections fail in a conflict of roles; Chromium 156 connects 7 ms after its answer.
    private static let web: [String: Bencode] = [
        "transport-protocol": "UDP/TLS/RTP/SAVPF", "ICE": "force", "ICE-lite": "forward", "rtcp-mux": ["require"],
        "SDES": ["off"],
    ]

    /// To the hub goes PCMU and key presses; any other codec the party has is taken and transcoded. `strip` in place
    /// of `mask` breaks the answer. A party with PCMU is not transcoded, whatever it likes best.
    private static let hubCodecs: Bencode = [
        "mask": ["all"], "except": ["PCMU", "telephone-event"], "transcode": ["PCMU", "telephone-event"],
    ]

    /// The party offers; returns where the hub listens.
    func offerFromParty(_ leg: MediaLeg, party: String) async throws -> AudioDescription {
        var request = base(leg, from: "party", sdp: party)
        if leg.hub != nil { request["to-tag"] = "hub" }
        request["direction"] = ["party", "hub"]
        request["flags"] = ["port-latching", "strip-extmap"]
        request["codec"] = Self.hubCodecs
        return try AudioDescription(
            parsing: try await describe("offer", request.merging(Self.plain) { mine, _ in mine }))
    }

    /// The hub answers the party's offer; returns the party's answer, in the party's own transport.
    func answerToParty(_ leg: MediaLeg, hub: String) async throws -> String {
        var request = base(leg, from: "party", sdp: hub)
        request["to-tag"] = "hub"
        request["flags"] = Self.hubFlags
        return try await describe("answer", request)
    }

    /// The hub offers; returns what the party is offered.
    func offerToParty(_ leg: MediaLeg, hub: String) async throws -> String {
        try await describe("offer", hubOffer(leg, hub: hub))
    }

    /// The party answers the hub's offer; returns where the hub listens.
    func answerFromParty(_ leg: MediaLeg, party: String) async throws -> AudioDescription {
        var request = base(leg, from: "hub", sdp: party)
        request["to-tag"] = "party"
        request["flags"] = ["port-latching", "strip-extmap"]
        return try AudioDescription(
            parsing: try await describe("answer", request.merging(Self.plain) { mine, _ in mine }))
    }

    private func hubOffer(_ leg: MediaLeg, hub: String) -> [String: Bencode] {
        var request = base(leg, from: "hub", sdp: hub)
        // Without the tag rtpengine takes it for a new party, and DTLS fails.
        if leg.party != nil { request["to-tag"] = "party" }
        request["direction"] = ["hub", "party"]
        switch leg.kind {
        case .browser:
            request["flags"] = ["port-latching", "asymmetric", "strict-source", "generate-mid"]
            return request.merging(Self.web) { mine, _ in mine }
        case .phone:
            request["flags"] = Self.hubFlags
            // Our trunks speak A-law; a phone that has both answers PCMU and nothing is transcoded. Each later offer
            // must have what the party settled on: an answer without a codec in common leaves the hub with none.
            request["codec"] = ["transcode": [.text(leg.partyCodec ?? "PCMA")]]
            request["transport-protocol"] = .text(leg.partyTransport)
            request["ICE"] = "remove"
            request["rtcp-mux"] = ["demux"]
            return request
        }
    }

    private func base(_ leg: MediaLeg, from tag: String, sdp: String) -> [String: Bencode] {
        [
            "call-id": leg.call, "from-tag": .text(tag), "sdp": .text(sdp),
            "replace": ["origin", "session-connection"],
        ]
    }

    private func describe(_ command: String, _ request: [String: Bencode]) async throws -> String {
        guard let sdp = try await send(command, request)["sdp"]?.text else {
            throw MediaError.refused("no description")
        }
        return sdp
    }
}
