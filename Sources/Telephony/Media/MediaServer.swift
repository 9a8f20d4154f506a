import Foundation
import Logging
import NIOCore

/// Carries the voices: each person's leg, and who hears whom.
///
/// Every operation on a leg waits for the one before it. A leg's name is ours (letters, digits, `.`, `_`, `-`, at most
/// 100) and unique while it is open. When rtpengine is lost call `forgetAll`: the legs are gone with it.
package actor MediaServer {
    package enum Kind: Sendable { case phone, browser }

    let client: RTPEngineClient
    let logger: Logger
    let sink: MediaSink
    let recordings: Recordings
    var legs: [String: MediaLeg] = [:]
    private var turns = LegTurns()

    /// Each leg is four ports and a few KB; 4,000 are more than one rtpengine relays.
    package static let maximumLegs = 4_000

    package init(client: RTPEngineClient, recordingDirectory: String, logger: Logger) throws {
        self.client = client
        self.logger = logger
        self.sink = try MediaSink()
        self.recordings = Recordings(directory: recordingDirectory)
    }

    /// False where there is no sound to record.
    package nonisolated var canRecord: Bool { client.hasMedia }

    package var openLegs: [String] { legs.keys.sorted() }

    /// rtpengine died and took every leg with it. Their recordings up to then can still be finished.
    package func forgetAll() {
        legs = [:]
    }

    // MARK: - Who hears whom

    /// Lets two persons talk. Whoever either was talking with is alone again; music, announcement and hold end.
    ///
    /// With an announcement, `a` first hears that file while `b` hears her already; its length is returned, after which
    /// `endAnnouncement` lets her hear `b`. A file that cannot be played costs neither of them the other.
    @discardableResult
    package func join(_ a: String, _ b: String, announcing file: String? = nil) async throws -> Duration? {
        precondition(a != b, "a leg cannot be joined to itself")
        return try await inTurn([a, b], withPartners: true) {
            do {
                return try await connect(a, b, announcing: file)
            } catch {
                // Half a conversation is worse than none: one would speak and not be heard.
                try? await part(a)
                throw error
            }
        }
    }

    private func connect(_ a: String, _ b: String, announcing file: String?) async throws -> Duration? {
        let hubA = try leg(a).hub
        let hubB = try leg(b).hub
        guard let hubA, let hubB else { throw MediaError.notReady("both parties must have answered") }
        for former in [legs[a]?.partner, legs[b]?.partner].compactMap({ $0 }) where former != a && former != b {
            try await aim(former, at: nil)
            legs[former]?.partner = nil
        }
        // Marked before they are moved: if the second move fails, `park` on either finds the other.
        legs[a]?.partner = b
        legs[b]?.partner = a
        for name in [a, b] { legs[name]?.held = false }
        if file != nil {
            legs[a]?.playing = true
            try await settleBlocks(a)
        }
        if legs[a]?.aimedAt != hubB.port { try await aim(a, at: hubB) }
        if legs[b]?.aimedAt != hubA.port { try await aim(b, at: hubA) }
        try await endPlaying(b)
        try await settleBlocks(b)
        if let file {
            do {
                return try await startPlaying(a, file: file, repeats: 1)
            } catch MediaError.unplayable(let reason) {
                logger.error("an announcement cannot be played", metadata: ["file": "\(file)", "error": "\(reason)"])
            }
        }
        try await endPlaying(a)
        try await settleBlocks(a)
        return nil
    }

    /// Alone again: hears nobody and is heard by nobody. The partner is alone too.
    package func park(_ name: String) async throws {
        try await inTurn([name], withPartners: true) {
            _ = try leg(name)
            try await part(name)
        }
    }

    private func part(_ name: String) async throws {
        let partner = legs[name]?.partner
        for each in [name, partner].compactMap({ $0 }) where legs[each]?.hub != nil {
            try await aim(each, at: nil)
            legs[each]?.partner = nil
        }
    }

    /// This person's voice goes nowhere until `unmute`, whoever the leg is joined to.
    package func mute(_ name: String) async throws { try await setMuted(name, true) }
    package func unmute(_ name: String) async throws { try await setMuted(name, false) }

    private func setMuted(_ name: String, _ muted: Bool) async throws {
        try await inTurn([name]) {
            _ = try leg(name)
            legs[name]?.muted = muted
            try await settleBlocks(name)
        }
    }

    /// Points a leg's hub at another's, or at the sink: the leg's last negotiation over again with another hub.
    /// `port-latching` keeps every port, so the party is none the wiser (1 ms).
    ///
    /// `asymmetric` and `strict-source` on the hub: it takes packets from the hub it points at and nobody else, or
    /// the last packets of a former partner could be learnt as the new one's address.
    func aim(_ name: String, at target: AudioDescription?) async throws {
        let leg = try leg(name)
        guard let party = leg.party else { throw MediaError.notReady(name) }
        // Never `legs[name]?.hub = try await …`: the dictionary is opened for the change before the wait, and whoever reads it
        // meanwhile on this actor touches memory that is gone.
        let hub: AudioDescription
        if leg.partyOffered {
            hub = try await client.offerFromParty(leg, party: party)
            _ = try await client.answerToParty(leg, hub: hubText(leg, target))
        } else {
            _ = try await client.offerToParty(leg, hub: hubText(leg, target))
            hub = try await client.answerFromParty(leg, party: party)
        }
        legs[name]?.hub = hub
        legs[name]?.aimedAt = target?.port
    }

    func hubText(_ leg: MediaLeg, _ target: AudioDescription?) -> String {
        (target ?? AudioDescription(address: "127.0.0.1", port: sink.port))
            .text(telephoneEvent: leg.hubTelephoneEvent, direction: leg.partyDirection.mirrored)
    }

    // MARK: - Turns

    func leg(_ name: String) throws -> MediaLeg {
        guard let leg = legs[name] else { throw MediaError.noSuchLeg(name) }
        return leg
    }

    /// Runs with these legs, and with whoever they are joined to, kept still.
    func inTurn<Result: Sendable>(
        _ names: Set<String>, withPartners: Bool = false, _ body: () async throws -> Result
    ) async throws -> Result {
        guard turns.hasRoom(for: names) else { throw MediaError.busy }
        var mine = turns.take(names, withPartners: withPartners, expand: addPartners)
        if mine == nil {
            mine = await withCheckedContinuation { turns.wait(for: names, withPartners: withPartners, wake: $0) }
        }
        defer { turns.end(mine ?? [], expand: addPartners) }
        return try await body()
    }

    private func addPartners(_ names: Set<String>) -> Set<String> {
        names.union(names.compactMap { legs[$0]?.partner })
    }
}
