import Engine
import SIP

/// Whoever calls while nothing can be written down: she hears the emergency message and is noted, to be called back. The
/// switchboard knows nothing of her call, so that she is not left ringing until it can act again.
extension CallControl {
    func turnAway(_ call: CallID) {
        guard let live = calls[call] else { return }
        calls[call]?.isTurnedAway = true
        note(call, live)
        guard let leg = live.citizen, owners[leg] != nil else { return }
        calls[call]?.opening = .emergency
        step(call) { await self.greet(call, live.line) }
    }

    /// On the disk, which may be slow: her message does not wait for it.
    private func note(_ call: CallID, _ live: LiveCall) {
        let number = live.number ?? ""
        jobsEnd.yield { await self.notices.turnedAway(call, live.line, number) }
    }

    // MARK: Calls that came just before

    /// Longer than a healthy disk takes to write what is decided, and a phone may ring so long.
    private static let patience: Duration = .seconds(2)

    /// A journal that cannot be written is noticed when it is; whoever called meanwhile rings until somebody looks.
    func watchForDecision(on call: CallID) {
        later(Self.patience) { await self.turnAwayIfUndecided(call) }
    }

    private func turnAwayIfUndecided(_ call: CallID) async {
        guard await !notices.mayTakeCalls() else {
            if calls[call]?.isDecided == false { watchForDecision(on: call) }
            return
        }
        guard calls[call]?.isDecided == false else { return }
        // For when the journal has her arrival after all.
        tell(.hungUp(call, .citizen, .emergency))
        turnAway(call)
    }

    /// The switchboard's word on a call, unless it came too late.
    func decided(_ call: CallID, _ work: @escaping @Sendable () async -> Void) {
        guard calls[call]?.isTurnedAway != true else { return }
        calls[call]?.isDecided = true
        step(call, work)
    }

    // MARK: What happens on the wire

    func turnedAway(_ event: SIP.Event, _ owner: Owner) {
        switch event {
        case .confirmed(let leg, let sdp):
            if calls[owner.call]?.awaitsAnswer == true {
                step(owner.call) { await self.lateAnswer(owner.call, leg, sdp) }
            }
        case .reinvited(let leg, let sdp): step(owner.call) { await self.renegotiate(leg, sdp) }
        case .cancelled, .rejected, .ended: step(owner.call) { await self.finish(owner.call, .callerHungUp) }
        case .invited, .established, .answered, .probed, .ringing, .reinviteAnswered, .reinviteCancelled,
            .reinviteConfirmed, .reinviteRejected:
            break
        }
    }
}
