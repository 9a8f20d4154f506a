/// What happens to a switchboard. Journaled before it is acted on; raw facts of the world and requests of people alike.
package enum Event: Sendable, Equatable, Codable {
    case configured(Setup)
    /// The program has started; no leg or timer from before is there any more.
    case started

    /// At a seat; with the seat's own device if it has one.
    case signedIn(AgentID, site: SiteID, device: Device? = nil)
    /// `by` is a leader who did it for her; so below.
    case signedOut(AgentID, by: PersonID? = nil)
    case asked(AgentID, Agent.AskedState, pause: BreakID? = nil, by: PersonID? = nil)
    /// She needs longer for her form: the limit begins anew.
    case wrapUpExtended(AgentID)
    case reachable(AgentID)
    case unreachable(AgentID)

    case arrived(CallID, line: LineID, number: String)
    /// He called when nothing could be written down: he heard the emergency message and was noted elsewhere. At the moment of
    /// his call, which is over.
    case turnedAway(CallID, line: LineID, number: String, at: Moment)
    case callerKnown(CallID, CallerFacts)
    case greeted(CallID)
    /// A message has been heard to its end.
    case told(CallID, SpokenMessage)
    /// He pressed the key, or asked an agent: he is to be called back in his turn.
    case callbackAsked(CallID, number: String)
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

    case takeoverAsked(Takeover)
    case takeoverApproved(TakeoverID, by: PersonID)
    case takeoverEnded(TakeoverID, by: PersonID)
    /// Nobody can answer now: new callers hear the emergency message.
    case emergencyDeclared(LineID, on: Bool, by: PersonID)

    case timerFired(TimerID)
}

/// What the switchboard wants done. Carried out in order, after the event that caused it is in the journal.
package enum Action: Sendable, Equatable, Codable {
    /// Answer the citizen and play the line's greeting; `greeted` comes back when it has been heard.
    case greet(CallID, LineID)
    case playMusic(CallID)
    /// Tell him by a recorded voice; answers the call first if it is not answered. `told` comes back. Music goes on afterwards if
    /// he still waits.
    case tell(CallID, SpokenMessage)
    /// Tell him how many are before him and how long it may take; nil if nobody can say.
    case announce(CallID, before: Int, waitSeconds: Int?)
    case ring(Offer)
    case withdraw(Offer)
    /// Announce the agent's number to the citizen and bridge the two; `connected` comes back.
    case connect(CallID, AgentID)
    case dial(CallID, AgentID, LineID, number: String, device: Device)
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
    /// Her leader should know.
    case alert(Alert)
}

/// What a leader is told at once.
package enum Alert: Sendable, Equatable, Codable {
    /// She has missed as many offers as are allowed.
    case notAnswering(AgentID)
    /// Nobody who is signed in may serve this caller.
    case nobodyFor(CallID, LineID)
}

package enum TimerID: Hashable, Sendable, Codable {
    case offer(OfferID)
    case wrapUp(AgentID, CallID)
    /// She has been unreachable for a while: her caller goes back to the queue.
    case lost(AgentID)
    /// She has been unreachable for long: she is signed out.
    case gone(AgentID)
    /// She has missed an offer and has been left alone for a while.
    case paused(AgentID)
    /// He has waited long enough for an overflow of his queue, by its place in the list.
    case overflow(CallID, Int)
    /// He has waited long enough for the agent who knows his matter.
    case reserved(CallID)
    case announce(CallID)
    /// His message has become long enough.
    case message(CallID)
    /// He may be tried again.
    case callback(CallID)
}

/// Why the switchboard will not do what a person asked.
package enum SwitchboardRefusal: String, Error, Sendable, Codable, CaseIterable {
    case unknownAgent, notSignedIn, agentBusy, offerGone, noCall, notReachable, unknownLine
    /// Another agent is signed in at this phone.
    case seatTaken
    case notInWrapUp, notWaiting, callbackImpossible, unknownTakeover, takeoverOver
    /// Who gives the command may not approve it.
    case approvalByAnother
    /// The helping queue is of the same centre, or not there; or the percentage is not 1 to 100.
    case takeoverImpossible
}
