import Engine

/// Who can hear: offers of voice, and agents whose page is gone.
extension Topics {
    func offerVoice(to agent: AgentID, leg: String, sdp: String) {
        answered.remove(agent)
        voices[agent] = VoiceOffer(leg: leg, sdp: sdp, position: position)
        mark(.voice, of: agent)
    }

    func voiceAnswered(by agent: AgentID, leg: String) {
        if voices[agent]?.leg == leg { voices[agent] = nil }
        answered.insert(agent)
    }

    func endVoice(of agent: AgentID) {
        voices[agent] = nil
        answered.remove(agent)
    }

    /// Telephony has lost the leg under her page, whatever the stream says.
    package func voiceLost(of agent: AgentID) {
        endVoice(of: agent)
        switchboard.tell(.unreachable(agent))
    }

    func arrived(_ agent: AgentID) {
        guard let wait = leaving.removeValue(forKey: agent) else { return }
        wait.cancel()
        // Her page was away for long, but its voice never was: nobody would ask for a new leg, so she is back with the old.
        if answered.contains(agent) { switchboard.tell(.reachable(agent)) }
    }

    /// A page that reloads is back at once; one that is not is gone, and a caller must not be offered to an empty chair. The
    /// task outlives the stream that started it and ends by itself or when a stream opens.
    func left(_ agent: AgentID) {
        guard !isStopping else { return }
        leaving.removeValue(forKey: agent)?.cancel()
        leaving[agent] = Task { [timing] in
            try? await Task.sleep(for: timing.unreachableAfter)
            if !Task.isCancelled { await self.gone(agent) }
        }
    }

    private func gone(_ agent: AgentID) async {
        guard await switchboard.read({ $0.agents[agent]?.device }) == .browser, atDesk[agent] == nil else { return }
        switchboard.tell(.unreachable(agent))
    }
}
