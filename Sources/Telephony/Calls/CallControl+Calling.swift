import Engine
import Foundation
import SIP

/// Calls that we place: an agent's own, and those to whoever asked to be called back.
extension CallControl {
    func dial(_ call: CallID, _ agent: AgentID, _ number: String, _ device: Device) async {
        calls[call]?.agent = agent
        calls[call]?.sounds += 1
        // She took a callback with it.
        if let phone = calls[call]?.phone { owners[phone]?.offer = nil }
        // He still hears that he may hang up: there is no need to, and calling him would find him engaged.
        if let citizen = calls[call]?.citizen, owners[citizen] != nil { return await connect(call, agent) }
        await letGo(call)
        guard let media, settings.trunk != nil else { return tell(.hungUp(call, .citizen, .unreachable)) }
        if calls[call]?.phone != nil { return await dialCitizen(call, number) }
        guard case .phone(let uri) = device else { return await dialCitizen(call, number) }
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
        calls[call]?.isBeingCalled = true
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
                bridged(owner.call)
                tell(.connected(owner.call))
            } catch {
                mediaFailed(owner.call, error)
            }
        } else {
            mediaFailed(owner.call, MediaError.notReady("nobody to talk with"))
        }
    }
}
