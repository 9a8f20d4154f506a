/// The little we need to know of a session description: where its first audio stream listens and in which way it flows.
///
/// rtpengine does the negotiating; this only finds ports and writes the plain description of a hub.
package struct AudioDescription: Sendable, Equatable {
    package enum Direction: String, Sendable {
        case sendrecv, sendonly, recvonly, inactive

        /// What the other side answers.
        var mirrored: Direction {
            switch self {
            case .sendonly: .recvonly
            case .recvonly: .sendonly
            case .sendrecv, .inactive: self
            }
        }
    }

    package var address: String
    package var port: Int
    package var transport = "RTP/AVP"
    package var payloadTypes: [Int] = [0]
    /// The payload type of RFC 4733 key presses at 8 kHz, if offered.
    package var telephoneEvent: Int?
    package var direction = Direction.sendrecv
    /// The first payload type's codec, e.g. `PCMA`.
    package var codec = "PCMU"

    /// Longest description taken; a browser's with all its candidates is 3 KB.
    static let maximumLength = 32_000

    package init(address: String, port: Int, telephoneEvent: Int? = nil) {
        self.address = address
        self.port = port
        self.telephoneEvent = telephoneEvent
    }

    package init(parsing text: String) throws(MediaError) {
        guard text.utf8.count <= Self.maximumLength else { throw .unusableDescription("too long") }
        var session: String?
        var own: String?
        var found: (port: Int, transport: String, types: [Int])?
        var direction = Direction.sendrecv
        // The static types of RFC 3551 a description may leave unnamed.
        var names = [0: "PCMU", 8: "PCMA", 9: "G722", 18: "G729"]
        for line in text.split(whereSeparator: \.isNewline) {
            let value = line.dropFirst(2)
            if line.hasPrefix("m=") {
                if found != nil { break }
                let parts = value.split(separator: " ")
                guard parts.count >= 4, parts[0] == "audio", let port = Int(parts[1].prefix { $0 != "/" }) else {
                    continue
                }
                found = (port, String(parts[2]), parts[3...].compactMap { Int($0) })
            } else if line.hasPrefix("c=") {
                let address = value.split(separator: " ").last.map(String.init)
                if found == nil { session = address } else { own = address }
            } else if line.hasPrefix("a="), let way = Direction(rawValue: String(value)) {
                direction = way
            } else if line.hasPrefix("a=rtpmap:"), found != nil {
                let parts = line.dropFirst(9).split(separator: " ")
                if parts.count == 2 { names[Int(parts[0]) ?? -1] = String(parts[1]) }
                if parts.count == 2, parts[1].lowercased() == "telephone-event/8000" {
                    telephoneEvent = Int(parts[0])
                }
            }
        }
        guard let found, let address = own ?? session else { throw .unusableDescription("no audio") }
        guard (0...65_535).contains(found.port) else { throw .unusableDescription("port") }
        self.address = address
        self.port = found.port
        self.transport = found.transport
        self.payloadTypes = found.types
        self.direction = direction
        let name = found.types.first.flatMap { names[$0] } ?? "PCMU"
        self.codec = name.hasSuffix("/8000") ? String(name.dropLast(5)) : name
    }

    /// A hub's description: PCMU, and key presses under the number rtpengine chose on this leg.
    package func text(telephoneEvent: Int?, direction: Direction = .sendrecv) -> String {
        let family = address.contains(":") ? "IP6" : "IP4"
        var lines = [
            "v=0", "o=- 1 1 IN \(family) \(address)", "s=-", "c=IN \(family) \(address)", "t=0 0",
            "m=audio \(port) RTP/AVP 0" + (telephoneEvent.map { " \($0)" } ?? ""), "a=rtpmap:0 PCMU/8000",
        ]
        if let telephoneEvent {
            lines += ["a=rtpmap:\(telephoneEvent) telephone-event/8000", "a=fmtp:\(telephoneEvent) 0-15"]
        }
        lines += ["a=\(direction.rawValue)", "a=ptime:20", ""]
        return lines.joined(separator: "\r\n")
    }
}

extension String {
    /// The same description under an origin of ours: one session number for the leg's life and a version that grows,
    /// as a party may ignore a re-offer whose version it has seen (RFC 3264, 8).
    func withOrigin(session: UInt32, version: Int, address: String) -> String {
        split(separator: "\r\n", omittingEmptySubsequences: true)
            .map { line in
                line.hasPrefix("o=")
                    ? "o=- \(session) \(version) IN \(address.contains(":") ? "IP6" : "IP4") \(address)"
                    : String(line)
            }
            .joined(separator: "\r\n") + "\r\n"
    }
}
