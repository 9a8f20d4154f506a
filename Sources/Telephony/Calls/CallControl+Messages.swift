import Engine
import SIP

/// What a citizen hears from the machine besides greeting and music.
extension CallControl {
    /// Of one who is not answered yet it is the first thing she hears.
    func inform(_ call: CallID, _ message: SpokenMessage) async {
        guard let live = calls[call], let leg = live.citizen, owners[leg] != nil else { return }
        switch message {
        case .callbackOffered:
            // Not to one whom we cannot call: the music goes on.
            guard live.number != nil, settings.trunk != nil else { return }
            calls[call]?.callback = .offered
        case .callbackPromised: calls[call]?.callback = .promised
        case .closed, .emergency, .full, .voicemail: break
        }
        guard live.up.isEmpty, live.recording == nil else { return await say(call, message) }
        calls[call]?.opening = message
        await greet(call, live.line)
    }

    /// 1 after the offer asks for it. He is called at the number he calls from: one that he could type in might be anybody's.
    func handle(_ press: KeyPress) {
        guard press.key == "1", let owner = owners[LegID(press.leg)], owner.party == .citizen,
            let live = calls[owner.call], live.callback == .offered, let number = live.number
        else { return }
        tell(.callbackAsked(owner.call, number: number))
    }

    func say(_ call: CallID, _ message: SpokenMessage) async {
        calls[call]?.sounds += 1
        let mine = calls[call]?.sounds
        await play(call, message.prompt) {
            self.jobsEnd.yield { await self.step(call) { await self.said(call, message, sound: mine) } }
        }
    }

    private func said(_ call: CallID, _ message: SpokenMessage, sound: Int?) async {
        if calls[call]?.isTurnedAway == true { return await finish(call, .emergency) }
        tell(.told(call, message))
        guard calls[call]?.sounds == sound else { return }
        switch message {
        case .callbackPromised: await letGo(call)
        case .callbackOffered: await playMusic(call)
        case .closed, .emergency, .full, .voicemail: break
        }
    }

    /// Plays a prompt to the citizen and goes on when it has been heard; at once if it is missing, which must not cost her the
    /// call.
    func play(_ call: CallID, _ prompt: String, then next: @escaping @Sendable () -> Void) async {
        guard let leg = calls[call]?.citizen, let media else { return }
        do {
            let length = try await media.play(leg: leg.token, file: settings.prompt(prompt))
            later(length ?? .zero) { next() }
        } catch {
            logger.error("a prompt cannot be played", metadata: ["prompt": "\(prompt)", "error": "\(error)"])
            next()
        }
    }

    /// Her place in the queue and what it means; the music goes on after it.
    func announce(_ call: CallID, _ before: Int, _ waitSeconds: Int?) async {
        guard let leg = calls[call]?.citizen, let media else { return }
        calls[call]?.sounds += 1
        let mine = calls[call]?.sounds
        do {
            let file = try settings.announcements.place(before: before, waitSeconds: waitSeconds)
            let length = try await media.play(leg: leg.token, file: file)
            later(length ?? .zero) {
                await self.step(call) {
                    // She talks by now, or hears something else.
                    guard await self.calls[call]?.sounds == mine else { return }
                    await self.playMusic(call)
                }
            }
        } catch {
            logger.error("a place cannot be announced", metadata: ["error": "\(error)"])
        }
    }

    /// The call goes on without the citizen's leg, until she is called in her turn; nobody has talked in it yet.
    func letGo(_ call: CallID) async {
        calls[call]?.callback = .notOffered
        calls[call]?.isBeingCalled = false
        guard let leg = calls[call]?.citizen else { return }
        calls[call]?.citizen = nil
        calls[call]?.up.remove(leg)
        if owners.removeValue(forKey: leg) != nil {
            endpoint?.perform(.hangUp(leg, Reason(text: "will be called back")))
        }
        await media?.close(leg: leg.token)
        guard let recording = calls[call]?.recording else { return }
        calls[call]?.recording = nil
        do {
            try await media?.discardRecording(recording)
        } catch {
            logger.error("a recording of waiting is left", metadata: ["call": "\(call)", "error": "\(error)"])
        }
    }
}

extension SpokenMessage {
    /// The prompt's name.
    fileprivate var prompt: String {
        switch self {
        case .closed: "closed"
        case .emergency: "emergency"
        case .full: "full"
        case .callbackOffered: "callback-offered"
        case .callbackPromised: "callback-promised"
        case .voicemail: "voicemail"
        }
    }
}
