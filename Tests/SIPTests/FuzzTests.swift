import Testing

@testable import SIP

/// Damaged messages, by the thousand. Nothing may trap, and nothing may stay.
@Suite struct FuzzTests {
    private static func corpus(tag: String) -> [String] {
        let invite = MessageParserTests.invite(
            "Max-Forwards: 70\nRecord-Route: <sip:10.0.0.9;lr>,\"x\" <sip:10.0.0.8>\nContent-Length: 3", body: "v=0")
        let head = """
            Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK1;rport
            From: "Wang" <sip:13800000000@10.0.0.1>;tag=a
            To: <sip:12345@hotline.example>;tag=\(tag)
            Call-ID: 1@10.0.0.1
            """
        return [
            invite,
            "ACK sip:12345@hotline.example SIP/2.0\n\(head)\nCSeq: 1 ACK",
            "CANCEL sip:12345@hotline.example SIP/2.0\n\(head)\nCSeq: 1 CANCEL\nReason: SIP;cause=200;text=\"x\\\"\"",
            "BYE sip:10.0.0.2 SIP/2.0\n\(head.replacing("bK1", with: "bK2"))\nCSeq: 2 BYE\nReason: Q.850;cause=16",
            "INVITE sip:10.0.0.2 SIP/2.0\n\(head.replacing("bK1", with: "bK3"))\nCSeq: 3 INVITE\nContact: <sip:[::1]:5>",
            "OPTIONS sip:10.0.0.2 SIP/2.0\n\(head.replacing("bK1", with: "bK4"))\nCSeq: 4 OPTIONS\nk: timer",
            "SIP/2.0 200 OK\n\(head)\nCSeq: 1 INVITE\nContact: <sip:10.0.0.1>\nRecord-Route: <sip:10.0.0.9;lr>",
            "SIP/2.0 183 Early\n\(head)\nCSeq: 1 INVITE\nContact: <sip:10.0.0.1>\n\nv=0",
        ]
    }

    /// Bytes that mean something to the parser come more often than chance would have them.
    private static let meaningful = Array("\r\n\t :;,<>\"\\@?=/%[]()0195SIPz".utf8) + [0, 0x7f, 0xff, 0xe4]

    private static func mutate(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 0...6, using: &generator) where !bytes.isEmpty {
            let index = Int.random(in: 0..<bytes.count, using: &generator)
            let end = min(bytes.count, index + Int.random(in: 1...40, using: &generator))
            switch Int.random(in: 0..<7, using: &generator) {
            case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes[index] = meaningful.randomElement(using: &generator)!
            case 2: bytes.insert(meaningful.randomElement(using: &generator)!, at: index)
            case 3: bytes.removeSubrange(index..<end)
            case 4: bytes.insert(contentsOf: bytes[index..<end], at: index)
            case 5: bytes.removeSubrange(index...)
            default: bytes.insert(contentsOf: [UInt8](repeating: bytes[index], count: 300), at: index)
            }
        }
        return bytes
    }

    @Test(arguments: UInt64(0)..<8) func nothingTrapsAndNothingStays(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var network = Network(seed: seed, addresses: [Network.bob]) { $0.answerLimit = .seconds(20) }
        var tag = "b"
        network.react = { _, event in
            if case .confirmed(let leg, _) = event { return [.reinvite(leg, sdp: "y")] }
            guard case .invited(let invitation) = event else { return [] }
            return [[.accept(invitation.leg, sdp: "x")], [.ring(invitation.leg)], []][Int(seed % 3)]
        }
        let call = OutboundCall(
            leg: LegID("out"), to: "sip:1@10.0.0.1", destination: Network.alice, from: "2", sdp: "offer")
        network.perform(.invite(call), at: Network.bob)
        var parsedCount = 0
        for round in 0..<1_000 {
            let text = Self.corpus(tag: tag).randomElement(using: &generator)!
            let bytes = Self.mutate(wire(text), &generator)
            if let message = try? MessageParser.parse(bytes) {
                parsedCount += 1
                // What is written again says the same. (Not so for bytes that are no text, or control characters.)
                if bytes.allSatisfy({ $0 < 0x7f && ($0 >= 0x20 || $0 == 13 || $0 == 10) }) {
                    let again = try MessageParser.parse(message.bytes)
                    #expect(try MessageParser.parse(again.bytes) == again, "seed \(seed)")
                }
            }
            network.inject(bytes, from: Network.alice, to: Network.bob)
            network.run(for: .milliseconds(Int.random(in: 0...400, using: &generator)))
            // The dialogs the user agent makes are fuzzed too, so messages name the newest.
            guard round % 20 == 0 else { continue }
            if let key = network.hosts[Network.bob]?.userAgent.legOfDialog.keys.max(by: { $0.localTag < $1.localTag }) {
                tag = key.localTag
            }
        }
        #expect(parsedCount > 150)
        for event in network.events(at: Network.bob) { network.perform(.hangUp(event.leg), at: Network.bob) }
        network.run(for: .seconds(200))
        network.expectEmpty("seed \(seed)")
    }
}
