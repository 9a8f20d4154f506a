import Engine
import Foundation
import SIP

extension CallControl {
    /// What Telephony must know of the centre and the machine.
    package struct Settings: Sendable {
        package var sip: SIPEndpoint.Options
        /// Where calls to citizens are sent; nil forbids them.
        package var trunk: PeerAddress?
        package var lines: [LineSettings]
        /// Folder of the prompts, `queue-music.wav` among them.
        package var prompts: String
        package var announcements: Announcements
        /// No RTP for so long, and no answer when asked, means the party has vanished.
        package var vanishedAfter: Duration
        /// Told apart from the legs of other runs of the program.
        package var run: String

        package init(
            sip: SIPEndpoint.Options, trunk: PeerAddress?, lines: [LineSettings], prompts: String,
            announcements: Announcements, vanishedAfter: Duration = .seconds(60), run: String
        ) {
            self.sip = sip
            self.trunk = trunk
            self.lines = lines
            self.prompts = prompts
            self.announcements = announcements
            self.vanishedAfter = vanishedAfter
            self.run = run
        }

        func prompt(_ name: String) -> String { "\(prompts)/\(name).wav" }
    }

    package struct LineSettings: Sendable {
        package let id: LineID
        package let number: String
        package let greeting: String

        package init(id: LineID, number: String, greeting: String) {
            self.id = id
            self.number = number
            self.greeting = greeting
        }
    }

    /// What Telephony lets others know besides the switchboard's events.
    package struct Notices: Sendable {
        /// Whether a new call may be taken now; false while the journal cannot be written.
        package let mayTakeCalls: @Sendable () async -> Bool
        /// One was not, and heard the emergency message: she is to be called back.
        package let turnedAway: @Sendable (CallID, LineID, _ number: String) async -> Void
        /// The recording of a call can be played: path below the recordings' folder.
        package let recorded: @Sendable (CallID, String) async -> Void
        /// An agent's browser leg is gone, for rtpengine is; her page must make another.
        package let browserLegLost: @Sendable (AgentID) async -> Void
        /// The folder for recordings that are done: `CALL.wav`.
        package let recordings: String

        package init(
            mayTakeCalls: @escaping @Sendable () async -> Bool,
            turnedAway: @escaping @Sendable (CallID, LineID, _ number: String) async -> Void,
            recorded: @escaping @Sendable (CallID, String) async -> Void,
            browserLegLost: @escaping @Sendable (AgentID) async -> Void,
            recordings: String
        ) {
            self.mayTakeCalls = mayTakeCalls
            self.turnedAway = turnedAway
            self.recorded = recorded
            self.browserLegLost = browserLegLost
            self.recordings = recordings
        }
    }
}
