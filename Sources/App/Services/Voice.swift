import Engine

/// The voice of agents whose device is their browser. Telephony is behind it; tests put a pretender there.
package protocol Voice: Sendable {
    var state: VoiceState { get async }

    /// Makes a fresh leg for the agent's page, in place of an earlier one, and returns the offer to show it.
    func open(for agent: AgentID) async throws -> (leg: String, sdp: String)
    /// The page's answer to an offer. When it returns, the agent can hear.
    func answer(agent: AgentID, leg: String, sdp: String) async throws
    /// She has left; her leg is taken down. Nothing happens if there is none.
    func close(agent: AgentID) async
}

package enum VoiceState: Sendable, Equatable {
    case on
    /// For people, in the words of the log: no media server, no trunk.
    case off(reason: String)
}

/// What can be wrong with a page's answer. Any other error means that there is no voice now.
package enum VoiceRefusal: Error, Sendable, Equatable, CaseIterable {
    /// A newer offer has replaced this leg.
    case unknownLeg
    /// The media server does not understand the answer.
    case badAnswer
}
