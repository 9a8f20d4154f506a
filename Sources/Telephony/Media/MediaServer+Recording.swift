import Foundation

extension MediaServer {
    /// Records this person and whoever they talk with until the leg is closed. One recording a leg.
    package func startRecording(leg name: String, as recording: String) async throws {
        precondition(Recordings.isPlain(recording), "a recording's name is plain: \(recording)")
        try await inTurn([name]) {
            let leg = try leg(name)
            guard let hub = leg.hub else { throw MediaError.notReady(name) }
            guard leg.recording == nil else { throw MediaError.recording("\(name) is being recorded") }
            try recordings.begin(
                Recordings.Note(
                    name: recording, call: RTPEngineProcess.callPrefix + name, hubPort: hub.port,
                    startedAt: Int64(Date().timeIntervalSince1970 * 1_000_000_000)))
            do {
                try await client.send("start recording", ["call-id": leg.call])
                legs[name]?.recording = recording
            } catch {
                recordings.cancel(recording)
                throw error
            }
        }
    }

    /// Turns a recording whose leg is closed into a stereo 8 kHz WAV: left the person, right the other side. The WAV is
    /// readable by us alone, complete when it appears, and the packets it was made of are removed.
    package func finishRecording(_ recording: String, to path: String) async throws -> RecordingSummary {
        // Its packets are removed afterwards; under a call that goes on, the rest would be lost.
        if let leg = legs.values.first(where: { $0.recording == recording }) { throw MediaError.notReady(leg.name) }
        return try await recordings.finish(recording, to: path)
    }

    /// Of a leg that is closed and in which nobody talked.
    package func discardRecording(_ recording: String) async throws { try await recordings.discard(recording) }

    /// Those a former hotline, or a crash of rtpengine, left.
    package nonisolated func unfinishedRecordings() -> [String] { recordings.unfinished() }
}
