import Engine
import Foundation
import SIP

extension CallControl {
    func startRecording(_ call: CallID, _ leg: LegID) async {
        guard let media, media.canRecord else { return }
        do {
            try await media.startRecording(leg: leg.token, as: call.text)
            calls[call]?.recording = call.text
        } catch {
            // The call goes on: a citizen is worth more than her recording. The call's row says there is none.
            logger.error("a call is not recorded", metadata: ["call": "\(call)", "error": "\(error)"])
        }
    }

    func finishRecording(_ recording: String, of call: CallID) {
        guard let media, mixing.insert(recording).inserted else { return }
        let path = "\(call).wav"
        jobsEnd.yield {
            do {
                let whole = self.notices.recordings + "/" + path
                try FileManager.default.createDirectory(
                    atPath: self.notices.recordings, withIntermediateDirectories: true,
                    attributes: [.posixPermissions: 0o700])
                _ = try await media.finishRecording(recording, to: whole)
                await self.notices.recorded(call, path)
            } catch {
                self.logger.error("a recording was lost", metadata: ["call": "\(call)", "error": "\(error)"])
            }
            await self.mixed(recording)
        }
    }

    private func mixed(_ recording: String) {
        mixing.remove(recording)
    }

    /// What a crash left is finished now; the calls' rows gain their recordings.
    package func finishLeftRecordings() {
        guard let media else { return }
        for recording in media.unfinishedRecordings() {
            finishRecording(recording, of: CallID(recording))
        }
    }
}
