/// Who answers, and what she is doing now.
package struct Agent: Sendable, Equatable, Codable {
    package var profile: AgentProfile
    package var site: SiteID?
    package var state: State
    package var since: Moment
    /// Who has been idle longest is offered the next call; kept through an offer that came to nothing.
    package var idleSince: Moment
    /// Nothing is offered to an agent who would not hear it.
    package var reachable: Bool
    /// What she asked for while a call kept her.
    package var afterCall: AskedState?

    package var id: AgentID { profile.id }

    package enum State: Sendable, Equatable, Codable {
        case offline
        case ready
        case offered(OfferID, CallID)
        case onCall(CallID)
        case wrapUp(CallID)
        case onBreak(BreakReason)
    }

    package enum BreakReason: String, Sendable, Codable {
        /// She asked for it, or has just signed in.
        case asked
        /// She did not take what was offered; not offered more until she says so.
        case missedOffer
        /// Her phone could not be reached.
        case unreachable
    }

    package enum AskedState: String, Sendable, Codable, CaseIterable {
        case ready
        case onBreak = "break"
    }

    package var isSignedIn: Bool { state != .offline }

    package var call: CallID? {
        switch state {
        case .onCall(let call): call
        case .offline, .ready, .offered, .wrapUp, .onBreak: nil
        }
    }
}
