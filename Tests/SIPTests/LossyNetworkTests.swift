import Testing

@testable import SIP

/// Many calls over a network that loses, doubles and reorders, users on both sides doing what users do. In the end both
/// sides agree, each leg has had exactly one ending, and nothing is left.
@Suite struct LossyNetworkTests {
    @Test(arguments: UInt64(0)..<40) func bothSidesAgreeWhateverTheNetworkDoes(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var network = Network(seed: seed) {
            $0.answerLimit = .seconds(60)
            $0.ringLimit = .seconds(50)
        }
        network.faults.loss = [0, 0.1, 0.3, 0.6][Int(seed % 4)]
        network.faults.duplication = [0, 0.2][Int(seed / 4 % 2)]
        network.faults.delay = 1...(seed % 3 == 0 ? 10 : 900)
        var legs: [PeerAddress: [LegID]] = [:]
        for step in 0..<60 {
            let from = Bool.random(using: &generator) ? Network.alice : Network.bob
            let to = from == Network.alice ? Network.bob : Network.alice
            if step < 20 {
                let leg = LegID("out-\(step)")
                network.perform(
                    .invite(
                        OutboundCall(
                            leg: leg, to: "sip:1@\(to.ip)", destination: to, from: "\(step)", sdp: "offer")), at: from)
            }
            for address in [Network.alice, Network.bob] {
                legs[address] = network.events(at: address).map(\.leg).uniqued
                guard let leg = legs[address]?.randomElement(using: &generator) else { continue }
                network.perform(Self.command(for: leg, &generator), at: address)
            }
            network.run(for: .milliseconds(Int.random(in: 0...3000, using: &generator)))
        }
        hangUpAll(&network)
        network.run(for: .seconds(200))
        hangUpAll(&network)
        network.run(for: .seconds(200))
        network.expectEmpty("seed \(seed)")
        for address in [Network.alice, Network.bob] { expectOneEnding(network.events(at: address), seed) }
    }

    /// Over a network that gets something through in time, what one side hears is what the other did.
    @Test(arguments: UInt64(0)..<30) func aCallIsMadeDespiteLoss(seed: UInt64) throws {
        var network = Network(seed: seed)
        network.faults = Network.Faults(loss: 0.3, duplication: 0.2, delay: 1...400)
        network.react = { _, event in
            switch event {
            case .invited(let invitation): [.ring(invitation.leg), .accept(invitation.leg, sdp: "answer")]
            case .reinvited(let leg, _): [.answerReinvite(leg, sdp: "held")]
            default: []
            }
        }
        let leg = LegID("a")
        network.perform(
            .invite(
                OutboundCall(leg: leg, to: "sip:1@10.0.0.2", destination: Network.bob, from: "2", sdp: "offer")),
            at: Network.alice)
        network.run(for: .seconds(31))
        network.perform(.reinvite(leg, sdp: "hold"), at: Network.alice)
        network.run(for: .seconds(31))
        network.perform(.hangUp(leg), at: Network.alice)
        network.run(for: .seconds(70))
        let bob = try #require(network.invitation).leg
        #expect(
            network.events(at: Network.alice).filter { if case .established = $0 { false } else { true } }.suffix(3)
                == [
                    .answered(leg, sdp: "answer"), .reinviteAnswered(leg, sdp: "held"), .ended(leg, .hungUp),
                ])
        #expect(
            network.events(at: Network.bob).filter { if case .established = $0 { false } else { true } }.suffix(4) == [
                .confirmed(bob, sdp: nil), .reinvited(bob, sdp: "hold"), .reinviteConfirmed(bob, sdp: nil),
                .ended(bob, .hungUpByPeer(nil)),
            ])
        network.expectEmpty("seed \(seed)")
    }

    private static func command(for leg: LegID, _ generator: inout SeededGenerator) -> Command {
        switch Int.random(in: 0..<14, using: &generator) {
        case 0, 1: .ring(leg)
        case 2, 3, 4: .accept(leg, sdp: "answer")
        case 5: .reject(leg, status: 486)
        case 6: .cancel(leg)
        case 7: .hangUp(leg)
        case 8, 9: .reinvite(leg, sdp: "again")
        case 10, 11: .answerReinvite(leg, sdp: "fine")
        case 12: .refuseReinvite(leg)
        default: .probe(leg)
        }
    }

    private func hangUpAll(_ network: inout Network) {
        for address in [Network.alice, Network.bob] {
            for leg in network.events(at: address).map(\.leg).uniqued { network.perform(.hangUp(leg), at: address) }
        }
    }

    private func expectOneEnding(_ events: [Event], _ seed: UInt64) {
        var ended: Set<LegID> = []
        for event in events {
            if case .probed = event { continue }
            #expect(!ended.contains(event.leg), "seed \(seed): \(event) after its leg's ending")
            if event.isEnding { ended.insert(event.leg) }
        }
        #expect(ended == Set(events.compactMap { if case .probed = $0 { nil } else { $0.leg } }), "seed \(seed)")
    }
}

extension [LegID] {
    /// Each once, in the order of its first mention.
    var uniqued: [LegID] {
        var seen: Set<LegID> = []
        return filter { seen.insert($0).inserted }
    }
}
