/// What can go wrong with a party's sound. The world's failures, each handled by whoever holds the call: play it on
/// without us, hang up, or tell the supervisor that voice is off.
package enum MediaError: Error, Equatable, Sendable {
    /// No rtpengine binary on this machine: everything but voice still works.
    case voiceOff
    /// rtpengine did not answer within the retransmissions.
    case unreachable
    /// rtpengine answered no, with its reason.
    case refused(String)
    /// More is under way than the bound allows; try again or let the caller go to the emergency message.
    case busy
    case noSuchLeg(String)
    case legExists(String)
    /// The step does not fit what the leg has done so far, e.g. a join before the party answered.
    case notReady(String)
    /// A session description nothing can be done with.
    case unusableDescription(String)
    case unplayable(String)
    case recording(String)
}
