import Foundation

extension MediaServer {
    /// Plays a WAV (8 or 16 kHz) to the person of that leg, `repeats` times; returns one pass's length where known.
    ///
    /// A second file replaces the first. Until `stopPlaying` or `join` a partner's voice does not reach this leg:
    /// rtpengine tells no one when a file has ended. First packet after 4 to 12 ms.
    @discardableResult
    package func play(leg name: String, file: String, repeats: Int = 1) async throws -> Duration? {
        try await inTurn([name]) {
            try await startPlaying(name, file: file, repeats: repeats)
        }
    }

    package func stopPlaying(leg name: String) async throws {
        try await inTurn([name]) {
            _ = try leg(name)
            try await endPlaying(name)
        }
    }

    /// An announcement's length has passed and its file has ended by itself: its hearer hears her partner from here on.
    package func endAnnouncement(to name: String) async throws {
        try await inTurn([name]) {
            _ = try leg(name)
            legs[name]?.playing = false
            try await settleBlocks(name)
        }
    }

    /// Music to this person, silence both ways; whoever the leg is joined to stays joined.
    package func hold(leg name: String, music file: String) async throws {
        try await inTurn([name]) {
            _ = try leg(name)
            legs[name]?.held = true
            try await settleBlocks(name)
            try await startPlaying(name, file: file, repeats: Self.forever)
        }
    }

    package func resume(leg name: String) async throws {
        try await inTurn([name]) {
            _ = try leg(name)
            legs[name]?.held = false
            try await endPlaying(name)
            try await settleBlocks(name)
        }
    }

    /// Repeats for queue and hold music: days of it, and still a number rtpengine takes.
    package static let forever = 100_000

    // MARK: -

    @discardableResult
    func startPlaying(_ name: String, file: String, repeats: Int) async throws -> Duration? {
        let leg = try leg(name)
        guard FileManager.default.isReadableFile(atPath: file) else { throw MediaError.unplayable(file) }
        // Blocked first, or the person would hear both for a packet or two.
        legs[name]?.playing = true
        try await settleBlocks(name)
        do {
            let reply = try await client.send(
                "play media",
                [
                    "call-id": leg.call, "from-tag": "party",
                    "file": .text(RTPEngineOptions.absolute(file)), "repeat-times": .integer(max(1, repeats)),
                ])
            return reply["duration"]?.integer.map { .milliseconds($0) }
        } catch MediaError.refused(let reason) {
            try await endPlaying(name)
            throw MediaError.unplayable(reason)
        }
    }

    func endPlaying(_ name: String) async throws {
        let leg = try leg(name)
        guard leg.playing else { return }
        try await client.send("stop media", ["call-id": leg.call, "from-tag": "party"])
        legs[name]?.playing = false
        try await settleBlocks(name)
    }

    /// Tells rtpengine who is not to be heard, where that differs from what it was told.
    func settleBlocks(_ name: String) async throws {
        let leg = try leg(name)
        if leg.shouldBlockParty != leg.partyBlocked {
            try await block(leg, tag: "party", leg.shouldBlockParty)
            legs[name]?.partyBlocked = leg.shouldBlockParty
        }
        if leg.shouldBlockHub != leg.hubBlocked {
            try await block(leg, tag: "hub", leg.shouldBlockHub)
            legs[name]?.hubBlocked = leg.shouldBlockHub
        }
    }

    private func block(_ leg: MediaLeg, tag: String, _ on: Bool) async throws {
        try await client.send(on ? "block media" : "unblock media", ["call-id": leg.call, "from-tag": .text(tag)])
    }
}
