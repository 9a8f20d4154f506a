import Engine
import SIP

/// The agents' browsers: one leg each, made when a page asks for it and kept all shift.
extension CallControl {
    package var isVoiceOn: Bool { media != nil }

    /// A fresh leg for an agent's page; the one before it is closed. Returns its name and the offer for the page.
    package func openBrowserLeg(for agent: AgentID) async throws -> (leg: String, sdp: String) {
        guard let media else { throw MediaError.voiceOff }
        let name = newLeg("browser").token
        let offer = try await media.openOutbound(leg: name, kind: .browser)
        if let former = browserLegs[agent]?.name { closeMedia(former) }
        browserLegs[agent] = BrowserLeg(name: name)
        return (name, offer)
    }

    /// The page's answer. An agent whose page was made anew in the middle of a call hears it again from here.
    package func acceptBrowserLeg(of agent: AgentID, leg: String, answer: String) async throws {
        guard let media, browserLegs[agent]?.name == leg else { throw MediaError.noSuchLeg(leg) }
        try await media.accept(leg: leg, answer: answer)
        guard browserLegs[agent]?.name == leg else { throw MediaError.noSuchLeg(leg) }
        browserLegs[agent]?.answered = true
        guard let call = calls.first(where: { $0.value.agent == agent && $0.value.phone == nil })?.key else { return }
        step(call) { await self.rejoin(call, leg) }
    }

    package func closeBrowserLeg(of agent: AgentID) {
        guard let leg = browserLegs.removeValue(forKey: agent) else { return }
        closeMedia(leg.name)
    }

    // MARK: rtpengine comes and goes

    /// Every sound is gone: the calls end with that as the reason, and pages make new legs once it is back.
    package func mediaLost() async {
        await media?.forgetAll()
        restingMedia = media
        media = nil
        for (call, live) in calls {
            if live.isTurnedAway {
                step(call) { await self.finish(call, .mediaFailed) }
            } else {
                tell(.hungUp(call, .citizen, .mediaFailed))
            }
        }
    }

    package func mediaBack() async {
        media = restingMedia
        let agents = browserLegs.keys.sorted()
        browserLegs = [:]
        finishLeftRecordings()
        for agent in agents { await notices.browserLegLost(agent) }
    }

    // MARK: Vanished parties

    /// A party of whom nothing has been heard for a minute is asked; the phone that does not answer has vanished. There is no
    /// other limit to a call's length.
    func watchForVanished() async {
        let pause = min(settings.vanishedAfter / 2, .seconds(10))
        while (try? await Task.sleep(for: pause)) != nil {
            guard let media else { continue }
            for (leg, owner) in owners where calls[owner.call]?.up.contains(leg) == true {
                if let silence = try? await media.lastHeard(leg: leg.token), silence > settings.vanishedAfter {
                    endpoint?.perform(.probe(leg))
                }
            }
            for (call, live) in calls where live.phone == nil {
                guard let agent = live.agent, let own = agentLeg(call) else { continue }
                guard let silence = try? await media.lastHeard(leg: own), silence > settings.vanishedAfter,
                    calls[call]?.agent == agent, agentLeg(call) == own
                else { continue }
                logger.notice("nothing is heard of an agent's page", metadata: ["agent": "\(agent)"])
                tell(.hungUp(call, .agent, .vanished))
                // No citizen is offered to her until her page has made a leg that can be heard.
                closeBrowserLeg(of: agent)
                await notices.browserLegLost(agent)
            }
        }
    }
}
