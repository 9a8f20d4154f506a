import NIOCore

extension MediaServer {
    /// A citizen's (or any calling party's) offer; returns our answer. The person is alone: play something.
    package func openInbound(leg name: String, offer: String) async throws -> String {
        try await inTurn([name]) {
            try admit(name)
            var leg = MediaLeg(name: name, kind: .phone, partyOffered: true, heardAt: .now())
            try learn(offer, for: &leg)
            legs[name] = leg
            do {
                return try await negotiate(name, offer: offer)
            } catch {
                await abandon(name)
                throw error
            }
        }
    }

    /// Our offer to a phone or a page. `accept` takes the answer.
    ///
    /// - Parameter other: whom it will be joined to, if that is known. The leg is aimed at her from the start, which saves the
    ///   move; neither hears the other before `join`, for hers is not aimed at this one.
    package func openOutbound(leg name: String, kind: Kind, toward other: String? = nil) async throws -> String {
        try await inTurn([name]) {
            try admit(name)
            var leg = MediaLeg(name: name, kind: kind, partyOffered: false, heardAt: .now())
            leg.hubTelephoneEvent = 101
            let target = other.flatMap { legs[$0]?.hub }
            leg.aimedAt = target?.port
            legs[name] = leg
            do {
                let offered = try await client.offerToParty(leg, hub: hubText(leg, target))
                let description = try AudioDescription(parsing: offered)
                return tell(name, offered, address: description.address)
            } catch {
                await abandon(name)
                throw error
            }
        }
    }

    /// The party's answer to our offer. May come again with another description: a 183 before the 200, a fork.
    package func accept(leg name: String, answer: String) async throws {
        try await inTurn([name]) {
            var leg = try leg(name)
            guard !leg.partyOffered else { throw MediaError.notReady("\(name): the party has offered") }
            let isFirst = leg.party == nil
            try learn(answer, for: &leg)
            leg.partyCodec = try AudioDescription(parsing: answer).codec
            if isFirst {
                leg.hub = try await client.answerFromParty(leg, party: leg.party ?? answer)
                leg.heardAt = .now()
                keep(leg)
            } else {
                keep(leg)
                try await aim(name, at: target(of: name))
            }
            try await settleBlocks(name)
        }
    }

    /// A party's re-INVITE: put on hold at the phone, moved to another address. Returns our answer.
    package func renegotiate(leg name: String, offer: String) async throws -> String {
        try await inTurn([name], withPartners: true) {
            var leg = try leg(name)
            guard let hub = leg.hub else { throw MediaError.notReady(name) }
            let former = leg
            try learn(offer, for: &leg)
            leg.partyOffered = true
            keep(leg)
            let answer: String
            do {
                answer = try await negotiate(name, offer: offer)
            } catch {
                // The party gets a 488 and the conversation goes on as it was.
                keep(former)
                try? await aim(name, at: target(of: name))
                throw error
            }
            try await settleBlocks(name)
            // `port-latching` keeps the hub where it is; should it ever not, the partner must follow.
            if let moved = legs[name]?.hub, moved.port != hub.port, let partner = leg.partner {
                try await aim(partner, at: moved)
            }
            return answer
        }
    }

    /// Ends these persons' media; whoever else they were joined to is alone. Never fails: with rtpengine gone the legs are
    /// too.
    package func close(legs names: Set<String>) async {
        try? await inTurn(names, withPartners: true) {
            for partner in names.compactMap({ legs[$0]?.partner }) where !names.contains(partner) {
                try? await aim(partner, at: nil)
                legs[partner]?.partner = nil
            }
            for name in names { await abandon(name) }
        }
    }

    package func close(leg name: String) async { await close(legs: [name]) }

    /// How long ago the person's last packet came, to about the pause between two questions, at best a second.
    ///
    /// Counts packets, as rtpengine's own `last packet` starts anew with each move of the hub.
    package func lastHeard(leg name: String) async throws -> Duration {
        let query = try await client.send("query", ["call-id": try leg(name).call])
        guard var leg = legs[name] else { throw MediaError.noSuchLeg(name) }
        let stream = query["tags"]?["party"]?["medias"]?.list?.first?["streams"]?.list?.first
        let packets = stream?["stats"]?["packets"]?.integer ?? 0
        if packets > leg.packets {
            leg.packets = packets
            leg.heardAt = .now()
            legs[name]?.packets = leg.packets
            legs[name]?.heardAt = leg.heardAt
        }
        return .nanoseconds((NIODeadline.now() - leg.heardAt).nanoseconds)
    }

    // MARK: -

    private func admit(_ name: String) throws {
        precondition(Recordings.isPlain(name), "a leg's name is plain: \(name)")
        guard legs[name] == nil else { throw MediaError.legExists(name) }
        guard legs.count < Self.maximumLegs else { throw MediaError.busy }
    }

    /// The party's offer through rtpengine to the hub and the hub's answer back.
    private func negotiate(_ name: String, offer: String) async throws -> String {
        let before = try leg(name)
        let hub = try await client.offerFromParty(before, party: before.party ?? offer)
        legs[name]?.hub = hub
        // rtpengine numbers key presses on the hub as the party did; another number in the answer and it drops them.
        legs[name]?.hubTelephoneEvent = hub.telephoneEvent
        let now = try leg(name)
        let target = target(of: name)
        let answered = try await client.answerToParty(now, hub: hubText(now, target))
        legs[name]?.aimedAt = target?.port
        let description = try AudioDescription(parsing: answered)
        // To a party whose codecs rtpengine has none of, it answers with ours.
        let offered = try AudioDescription(parsing: offer).payloadTypes
        guard let chosen = description.payloadTypes.first, offered.contains(chosen) else {
            throw MediaError.unusableDescription("no codec in common")
        }
        return tell(name, answered.refusingOtherStreams(of: offer), address: description.address)
    }

    private func target(of name: String) -> AudioDescription? {
        legs[name]?.partner.flatMap { legs[$0]?.hub }
    }

    private func learn(_ text: String, for leg: inout MediaLeg) throws {
        let description = try AudioDescription(parsing: text)
        guard description.port != 0 else { throw MediaError.unusableDescription("audio refused") }
        leg.party = text.withFirstAudioOnly()
        leg.partyTransport = description.transport
        leg.partyDirection = description.direction
    }

    /// Only what negotiating sets: the leg's turn keeps it still, but `lastHeard` and `forgetAll` do not wait.
    private func keep(_ leg: MediaLeg) {
        guard var kept = legs[leg.name] else { return }
        kept.party = leg.party
        kept.partyTransport = leg.partyTransport
        kept.partyOffered = leg.partyOffered
        kept.partyCodec = leg.partyCodec
        kept.partyDirection = leg.partyDirection
        kept.hub = leg.hub
        kept.heardAt = leg.heardAt
        legs[leg.name] = kept
    }

    private func tell(_ name: String, _ text: String, address: String) -> String {
        guard var leg = legs[name] else { return text }
        let body = text.withOrigin(session: leg.session, version: 0, address: address)
        if body != leg.told {
            leg.version += 1
            leg.told = body
            legs[name] = leg
        }
        return text.withOrigin(session: leg.session, version: leg.version, address: address)
    }

    private func abandon(_ name: String) async {
        guard let leg = legs[name] else { return }
        // When hundreds end at once some find no room; left alone, rtpengine would keep the leg's ports for half a day.
        for turn in 1...5 {
            do {
                try await client.send("delete", ["call-id": leg.call, "delete-delay": 0])
                break
            } catch MediaError.busy {
                try? await Task.sleep(for: .milliseconds(100 * turn))
            } catch {
                break
            }
        }
        legs[name] = nil
    }
}
