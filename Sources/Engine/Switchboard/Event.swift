/// What happens to a switchboard. Journaled before it is acted on; raw facts of the world and requests of people alike.
package enum Event: Sendable, Equatable, Codable {
    case configured(Setup)
    /// The program has started; no leg or timer from before is there any more.
    case started

    case signedIn(AgentID, site: SiteID)
    case signedOut(AgentID)
    case asked(AgentID, Agent.AskedState)
    case reachable(AgentID)
    case unreachable(AgentID)

    case arrived(CallID, line: LineID, number: String)
    case greeted(CallID)
    /// A dialog stands; `facts` are enough to end it after a crash.
    case legUp(CallID, Party, facts: String)
    case accepted(OfferID, AgentID)
    /// Her device could not be rung, or she pushed the call away.
    case offerFailed(OfferID, EndReason)
    case connected(CallID)
    /// An accepted or placed call could not be bridged.
    case connectFailed(CallID, EndReason)
    case placed(CallID, AgentID, line: LineID, number: String, CallRecord.Purpose)
    case hungUp(CallID, Party, EndReason)
    case hangUpAsked(AgentID)
    case holdAsked(AgentID, on: Bool)
    case muteAsked(AgentID, on: Bool)

    case timerFired(TimerID)
}

/// What the switchboard wants done. Carried out in order, after the event that caused it is in the journal.
package enum Action: Sendable, Equatable, Codable {
    /// Answer the citizen and play the line's greeting; `greeted` comes back when it has been heard.
    case greet(CallID, LineID)
    case playMusic(CallID)
    case ring(Offer)
    case withdraw(Offer)
    /// Announce the agent's number to the citizen and bridge the two; `connected` comes back.
    case connect(CallID, AgentID)
    case dial(CallID, AgentID, LineID, number: String)
    case hold(CallID, on: Bool)
    case mute(CallID, on: Bool)
    /// Let go of the agent's side only; the citizen goes on waiting.
    case release(CallID, AgentID)
    /// End the call for whoever is on it.
    case hangUp(CallID, EndReason)
    /// Turn an INVITE away before it is answered.
    case refuse(CallID, EndReason)
    /// Send the BYE of a dialog left over from before a restart.
    case endLeg(facts: String)
    case startTimer(TimerID, seconds: Int)
    case cancelTimer(TimerID)
    /// The call's row as it now stands.
    case record(CallRecord)
    /// What this agent's desk shows has changed.
    case show(AgentID)
}

package enum TimerID: Hashable, Sendable, Codable {
    case offer(OfferID)
    case wrapUp(AgentID, CallID)
    /// She has been unreachable for a while: her caller goes back to the queue.
    case lost(AgentID)
    /// She has been unreachable for long: she is signed out.
    case gone(AgentID)
}

/// Why the switchboard will not do what a person asked.
package enum SwitchboardRefusal: String, Error, Sendable, Codable, CaseIterable {
    case unknownAgent, notSignedIn, agentBusy, offerGone, noCall, notReachable, unknownLine
}
