import Engine
import Foundation
import SIP

/// The steps of a call, each run after the one before it.
extension CallControl {
    // MARK: The citizen arrives

    func greet(_ call: CallID, _ line: LineID) async {
        guard let live = calls[call], let leg = live.citizen, let media else {
            return mediaFailed(call, MediaError.voiceOff)
        }
        do {
            if let offer = live.offer {
                let answer = try await media.openInbound(leg: leg.token, offer: offer)
                endpoint?.perform(.accept(leg, sdp: answer))
                await startGreeting(call)
            } else {
                let offer = try await media.openOutbound(leg: leg.token, kind: .phone)
                calls[call]?.awaitsAnswer = true
                endpoint?.perform(.accept(leg, sdp: offer))
            }
        } catch {
            endpoint?.perform(.reject(leg, status: 488))
            mediaFailed(call, error)
        }
    }

    func startGreeting(_ call: CallID) async {
        guard let live = calls[call], let leg = live.citizen else { return }
        // Whoever is turned away says nothing that anybody will listen to.
        if let message = live.opening { return await say(call, message) }
        await startRecording(call, leg)
        let greeting = settings.lines.first { $0.id == live.line }?.greeting ?? "greeting"
        await play(call, greeting) { self.tell(.greeted(call)) }
    }

    func playMusic(_ call: CallID) async {
        calls[call]?.sounds += 1
        guard let leg = calls[call]?.citizen, let media else { return }
        do {
            try await media.play(leg: leg.token, file: settings.prompt("queue-music"), repeats: MediaServer.forever)
        } catch {
            logger.error("queue music cannot be played", metadata: ["error": "\(error)"])
        }
    }

    func refuse(_ call: CallID, _ reason: Engine.EndReason) async {
        guard let live = calls.removeValue(forKey: call) else { return }
        live.steps.finish()
        guard let leg = live.citizen else { return }
        owners[leg] = nil
        endpoint?.perform(.reject(leg, status: reason == .queueFull ? 486 : 503))
    }

    // MARK: An agent is offered the call

    func ring(_ offer: Offer) async {
        guard case .phone(let uri) = offer.device, let media else { return }
        let leg = newLeg("phone")
        guard let live = calls[offer.call], let destination = Self.address(uri) else {
            tell(.offerFailed(offer.id, .unreachable))
            return
        }
        calls[offer.call]?.phone = leg
        owners[leg] = Owner(call: offer.call, party: .agent, offer: offer)
        do {
            let sdp = try await media.openOutbound(leg: leg.token, kind: .phone, toward: live.citizen?.token)
            let from = settings.lines.first { $0.id == live.line }?.number ?? "hotline"
            endpoint?.perform(
                .invite(OutboundCall(leg: leg, to: uri, destination: destination, from: from, sdp: sdp)))
        } catch {
            forgetPhone(offer.call)
            tell(.offerFailed(offer.id, .mediaFailed))
        }
    }

    func withdraw(_ offer: Offer) async {
        guard let leg = calls[offer.call]?.phone, owners[leg]?.offer?.id == offer.id else { return }
        endpoint?.perform(.hangUp(leg, Reason(cause: 200, text: "taken back")))
        forgetPhone(offer.call)
    }

    /// The phone's leg is no longer this call's: whatever is still heard of it concerns nobody.
    func forgetPhone(_ call: CallID) {
        guard let leg = calls[call]?.phone else { return }
        calls[call]?.phone = nil
        owners[leg] = nil
        closeMedia(leg.token)
    }

    // MARK: They talk

    func connect(_ call: CallID, _ agent: AgentID) async {
        calls[call]?.agent = agent
        // Whatever she was being told has been cut short; its end must not bring the music back.
        calls[call]?.sounds += 1
        if let phone = calls[call]?.phone { owners[phone]?.offer = nil }
        guard let citizen = calls[call]?.citizen, let media else { return mediaFailed(call, MediaError.voiceOff) }
        // Her page took the call and lost its leg: another agent can serve the citizen.
        guard let other = agentLeg(call) else { return tell(.connectFailed(call, .unreachable)) }
        do {
            // The citizen hears the agent's number, and the agent hears her from the first moment.
            let announcement = announcement(of: agent)
            let length = try await media.join(citizen.token, other, announcing: announcement)
            bridged(call)
            tell(.connected(call))
            if announcement != nil { endAnnouncement(after: length ?? .zero, to: citizen, of: call) }
        } catch {
            mediaFailed(call, error)
        }
    }

    func bridged(_ call: CallID) {
        calls[call]?.bridged = true
        // From here on the citizen is on the line as one who called us.
        calls[call]?.isBeingCalled = false
        calls[call]?.callback = .notOffered
    }

    private func announcement(of agent: AgentID) -> String? {
        do {
            return try settings.announcements.agentNumber(agent.text)
        } catch {
            logger.error("an agent's number cannot be announced", metadata: ["agent": "\(agent)", "error": "\(error)"])
            return nil
        }
    }

    /// Unless music has taken its place by then: she was put on hold, or waits again.
    private func endAnnouncement(after length: Duration, to citizen: LegID, of call: CallID) {
        calls[call]?.sounds += 1
        let mine = calls[call]?.sounds
        later(length) {
            await self.step(call) {
                guard await self.calls[call]?.sounds == mine else { return }
                try? await self.media?.endAnnouncement(to: citizen.token)
            }
        }
    }

    /// An agent's page was made anew in the middle of a call: her fresh leg takes the place of the old.
    func rejoin(_ call: CallID, _ leg: String) async {
        guard let live = calls[call], live.bridged, agentLeg(call) == leg, let citizen = live.citizen, let media else {
            return
        }
        do {
            try await media.join(citizen.token, leg)
            if live.muted { try await media.mute(leg) }
            if live.held { try await media.hold(leg: citizen.token, music: settings.prompt("hold-music")) }
        } catch {
            logger.error("an agent's fresh leg is not joined", metadata: ["call": "\(call)", "error": "\(error)"])
        }
    }

    func hold(_ call: CallID, _ on: Bool) async {
        calls[call]?.sounds += 1
        calls[call]?.held = on
        guard let citizen = calls[call]?.citizen, let media else { return }
        do {
            if on {
                try await media.hold(leg: citizen.token, music: settings.prompt("hold-music"))
            } else {
                try await media.resume(leg: citizen.token)
            }
        } catch {
            logger.error("hold failed", metadata: ["call": "\(call)", "error": "\(error)"])
        }
    }

    func mute(_ call: CallID, _ on: Bool) async {
        calls[call]?.muted = on
        guard let leg = agentLeg(call), let media else { return }
        do {
            if on { try await media.mute(leg) } else { try await media.unmute(leg) }
        } catch {
            logger.error("mute failed", metadata: ["call": "\(call)", "error": "\(error)"])
        }
    }

    // MARK: It ends

    /// The agent's side goes, the citizen stays; unless he was only being called, and is called again later.
    func release(_ call: CallID, _ agent: AgentID) async {
        guard let live = calls[call] else { return }
        if live.isBeingCalled {
            await letGo(call)
        } else if let citizen = live.citizen {
            try? await media?.park(citizen.token)
        }
        if live.phone == nil, let own = browserLegs[agent]?.name { try? await media?.stopPlaying(leg: own) }
        if let phone = live.phone { endpoint?.perform(.hangUp(phone, nil)) }
        if live.phone == nil, let own = browserLegs[agent]?.name { try? await media?.unmute(own) }
        forgetPhone(call)
        calls[call]?.pendingNumber = nil
        calls[call]?.agent = nil
        calls[call]?.bridged = false
        calls[call]?.held = false
        calls[call]?.muted = false
    }

    func finish(_ call: CallID, _ reason: Engine.EndReason) async {
        guard let live = calls.removeValue(forKey: call) else { return }
        live.steps.finish()
        for leg in [live.citizen, live.phone].compactMap({ $0 }) where owners.removeValue(forKey: leg) != nil {
            endpoint?.perform(.hangUp(leg, Reason(text: reason.rawValue)))
        }
        if let agent = live.agent, live.phone == nil, let own = browserLegs[agent]?.name {
            // The tone of a call that never came about, and any mute, end with it.
            try? await media?.stopPlaying(leg: own)
            try? await media?.unmute(own)
        }
        guard let media else { return }
        await media.close(legs: Set([live.citizen, live.phone].compactMap { $0?.token }))
        if let recording = live.recording { finishRecording(recording, of: call) }
    }

    func closeMedia(_ leg: String) {
        guard let media else { return }
        jobsEnd.yield { await media.close(leg: leg) }
    }

    func mediaFailed(_ call: CallID, _ error: any Error) {
        logger.error("a call has no sound", metadata: ["call": "\(call)", "error": "\(error)"])
        if calls[call]?.isTurnedAway == true { return step(call) { await self.finish(call, .mediaFailed) } }
        tell(.connectFailed(call, .mediaFailed))
        if calls[call]?.agent == nil { tell(.hungUp(call, .citizen, .mediaFailed)) }
    }

    func rejectedMedia(_ owner: Owner, _ error: any Error) {
        if let offer = owner.offer {
            forgetPhone(owner.call)
            tell(.offerFailed(offer.id, .mediaFailed))
        } else {
            mediaFailed(owner.call, error)
        }
    }
}
