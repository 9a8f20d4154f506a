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
    /// What she asked for, or her leader for her, while a call kept her.
    package var afterCall: AskedState?
    package var afterCallPause: BreakID?
    /// What she hears and speaks with at this seat.
    package internal(set) var device: Device
    /// Offers missed one after the other.
    package internal(set) var misses = 0
    /// Calls taken since she signed in.
    package internal(set) var callsTaken = 0

    package var id: AgentID { profile.id }

    package enum State: Sendable, Equatable, Codable {
        case offline
        case ready
        case offered(OfferID, CallID)
        case onCall(CallID)
        case wrapUp(CallID)
        case onBreak(BreakReason)
    }

    package enum BreakReason: Hashable, Sendable, Codable {
        /// She asked for it, or her leader; nil says of no kind, as just after she has signed in.
        case asked(BreakID?)
        /// She missed an offer; ready again by herself in a moment.
        case paused
        /// She has missed too many; not offered more until she says so.
        case notAnswering
        /// Her phone could not be reached.
        case unreachable
    }

    package enum AskedState: String, Sendable, Codable, CaseIterable {
        case ready
        case onBreak = "break"
        case offline
    }

    package var isSignedIn: Bool { state != .offline }

    /// Ready, and would hear an offer.
    package var isFree: Bool { state == .ready && reachable }

    /// Signed in and not on a break that lasts.
    package var isAtWork: Bool {
        switch state {
        case .offline: false
        case .onBreak(let reason): reason == .paused
        case .ready, .offered, .onCall, .wrapUp: true
        }
    }

    init(_ profile: AgentProfile, at now: Moment) {
        self.profile = profile
        device = profile.device
        state = .offline
        since = now
        idleSince = now
        reachable = profile.device.isAlwaysReachable
    }

    package var call: CallID? {
        switch state {
        case .onCall(let call): call
        case .offline, .ready, .offered, .wrapUp, .onBreak: nil
        }
    }
}
