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
        guard let live = calls[call], let leg = live.citizen, let media else { return }
        await startRecording(call, leg)
        let greeting = settings.lines.first { $0.id == live.line }?.greeting ?? "greeting"
        do {
            let length = try await media.play(leg: leg.token, file: settings.prompt(greeting))
            later(length ?? .zero) { self.tell(.greeted(call)) }
        } catch {
            // A prompt that is missing must not cost the citizen her call.
            logger.error("a greeting cannot be played", metadata: ["prompt": "\(greeting)", "error": "\(error)"])
            tell(.greeted(call))
        }
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
        guard let device = settings.devices[offer.agent] else { return tell(.offerFailed(offer.id, .unreachable)) }
        guard case .phone(let uri) = device, let media else { return }
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
        if let phone = calls[call]?.phone { owners[phone]?.offer = nil }
        guard let citizen = calls[call]?.citizen, let media else { return mediaFailed(call, MediaError.voiceOff) }
        // Her page took the call and lost its leg: another agent can serve the citizen.
        guard let other = agentLeg(call) else { return tell(.connectFailed(call, .unreachable)) }
        do {
            // The citizen hears the agent's number, and the agent hears her from the first moment.
            let announcement = announcement(of: agent)
            let length = try await media.join(citizen.token, other, announcing: announcement)
            calls[call]?.bridged = true
            tell(.connected(call))
            if announcement != nil { endAnnouncement(after: length ?? .zero, to: citizen, of: call) }
        } catch {
            mediaFailed(call, error)
        }
    }

    private func announcement(of agent: AgentID) -> String? {
        do {
            return try settings.announcements.file(for: agent.text)
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

    // MARK: We call

    func dial(_ call: CallID, _ agent: AgentID, _ line: LineID, _ number: String) async {
        calls[call]?.agent = agent
        guard let media, settings.trunk != nil else { return tell(.hungUp(call, .citizen, .unreachable)) }
        guard case .phone(let uri) = settings.devices[agent] else { return await dialCitizen(call, number) }
        // Her own phone first, or the citizen would pick up to silence.
        let leg = newLeg("phone")
        calls[call]?.phone = leg
        calls[call]?.pendingNumber = number
        owners[leg] = Owner(call: call, party: .agent)
        do {
            guard let destination = Self.address(uri) else { throw MediaError.noSuchLeg(uri) }
            let sdp = try await media.openOutbound(leg: leg.token, kind: .phone)
            endpoint?.perform(
                .invite(OutboundCall(leg: leg, to: uri, destination: destination, from: number, sdp: sdp)))
        } catch {
            tell(.hungUp(call, .agent, .unreachable))
        }
    }

    private func dialCitizen(_ call: CallID, _ number: String) async {
        guard let live = calls[call], let media, let trunk = settings.trunk else { return }
        let leg = newLeg("citizen")
        calls[call]?.citizen = leg
        owners[leg] = Owner(call: call, party: .citizen)
        do {
            let sdp = try await media.openOutbound(leg: leg.token, kind: .phone)
            let from = settings.lines.first { $0.id == live.line }?.number ?? "hotline"
            endpoint?.perform(
                .invite(
                    OutboundCall(
                        leg: leg, to: "sip:\(number)@\(trunk.description)", destination: trunk, from: from, sdp: sdp)))
            if let own = agentLeg(call) {
                _ = try? await media.play(leg: own, file: settings.prompt("ring-tone"), repeats: MediaServer.forever)
            }
        } catch {
            mediaFailed(call, error)
        }
    }

    /// Someone we rang picked up: an agent's phone with an offer, her phone before we call out, or the citizen.
    func answered(_ owner: Owner, _ leg: LegID, _ sdp: String?) async {
        guard let media, owners[leg] != nil, let sdp else {
            endpoint?.perform(.hangUp(leg))
            return
        }
        do {
            try await media.accept(leg: leg.token, answer: sdp)
        } catch {
            endpoint?.perform(.hangUp(leg))
            return rejectedMedia(owner, error)
        }
        // She may have hung up meanwhile; her ending has been told.
        guard owners[leg] != nil else { return }
        if let offer = owner.offer {
            tell(.accepted(offer.id, offer.agent))
        } else if owner.party == .agent, let number = calls[owner.call]?.pendingNumber {
            calls[owner.call]?.pendingNumber = nil
            await dialCitizen(owner.call, number)
        } else if owner.party == .citizen, let other = agentLeg(owner.call) {
            await startRecording(owner.call, leg)
            do {
                try await media.join(leg.token, other)
                calls[owner.call]?.bridged = true
                tell(.connected(owner.call))
            } catch {
                mediaFailed(owner.call, error)
            }
        } else {
            mediaFailed(owner.call, MediaError.notReady("nobody to talk with"))
        }
    }

    // MARK: It ends

    /// The agent's side goes, the citizen stays.
    func release(_ call: CallID, _ agent: AgentID) async {
        guard let live = calls[call] else { return }
        if let citizen = live.citizen { try? await media?.park(citizen.token) }
        if let phone = live.phone { endpoint?.perform(.hangUp(phone, nil)) }
        if live.phone == nil, let own = browserLegs[agent]?.name { try? await media?.unmute(own) }
        forgetPhone(call)
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
        tell(.connectFailed(call, .mediaFailed))
        if calls[call]?.agent == nil { tell(.hungUp(call, .citizen, .mediaFailed)) }
    }

    private func rejectedMedia(_ owner: Owner, _ error: any Error) {
        if let offer = owner.offer {
            forgetPhone(owner.call)
            tell(.offerFailed(offer.id, .mediaFailed))
        } else {
            mediaFailed(owner.call, error)
        }
    }

    /// `sip:5001@192.0.2.7:5060`; an address, for names are not looked up.
    static func address(_ uri: String) -> PeerAddress? {
        guard let sip = URI(uri)?.sip else { return nil }
        return PeerAddress(ip: sip.host, port: sip.port ?? 5060)
    }
}
