/// The parts of an SDP body (RFC 8866) a telephone system looks at: where audio goes, and in which codecs. SDP that is
/// only handed on, to a media relay or another leg, stays text.
package struct SessionDescription: Hashable, Sendable {
    package enum Direction: String, Hashable, Sendable {
        case both = "sendrecv"
        case send = "sendonly"
        case receive = "recvonly"
        case none = "inactive"
    }

    package struct Codec: Hashable, Sendable {
        package var payload: UInt8
        package var name: String
        package var rate: UInt32
        /// The `fmtp` line's text.
        package var parameters: String?

        package init(payload: UInt8, name: String, rate: UInt32, parameters: String? = nil) {
            self.payload = payload
            self.name = name
            self.rate = rate
            self.parameters = parameters
        }

        package static let pcmu = Codec(payload: 0, name: "PCMU", rate: 8000)
        package static let pcma = Codec(payload: 8, name: "PCMA", rate: 8000)
        package static let g722 = Codec(payload: 9, name: "G722", rate: 8000)
        package static let telephoneEvent = Codec(
            payload: 101, name: "telephone-event", rate: 8000, parameters: "0-15")

        /// What a payload number means without an `rtpmap` (RFC 3551).
        static let fixed: [UInt8: Codec] = [
            0: pcmu, 8: pcma, 9: g722, 18: Codec(payload: 18, name: "G729", rate: 8000),
        ]
    }

    package struct Media: Hashable, Sendable {
        /// `audio`, `video`.
        package var kind: String
        /// 0 refuses the stream (RFC 3264 §6).
        package var port: UInt16
        package var transport: String
        package var codecs: [Codec]
        package var direction: Direction
        /// Its own `c=` address, or the session's.
        package var address: String?

        package init(
            kind: String = "audio", port: UInt16, transport: String = "RTP/AVP", codecs: [Codec],
            direction: Direction = .both, address: String? = nil
        ) {
            self.kind = kind
            self.port = port
            self.transport = transport
            self.codecs = codecs
            self.direction = direction
            self.address = address
        }
    }

    package var address: String?
    package var media: [Media]

    /// A phone offers a stream or two; a body of more wants our time, not our ear.
    static let maximumMedia = 16
    /// Browsers write some 150 lines.
    static let maximumLines = 1_000

    package init(address: String?, media: [Media]) {
        self.address = address
        self.media = media
    }

    /// The stream a call is about.
    package var audio: Media? { media.first { $0.kind == "audio" && $0.port != 0 } }

    /// Nil when it is no SDP, or past the bounds.
    package init?(_ text: String) {
        address = nil
        media = []
        var direction = Direction.both
        let lines = text.utf8.split(maxSplits: Self.maximumLines, whereSeparator: { $0 == 10 || $0 == 13 })
        guard lines.count <= Self.maximumLines, lines.first.map({ String($0) == "v=0" }) == true else { return nil }
        for line in lines {
            guard line.count >= 2, line.dropFirst().first == .equals else { return nil }
            let value = String(Substring(line.dropFirst(2)))
            switch line.first {
            case UInt8(ascii: "m"):
                guard media.count < Self.maximumMedia, var stream = Media(line: value) else { return nil }
                stream.direction = direction
                stream.address = address
                media.append(stream)
            case UInt8(ascii: "c"):
                let address = value.split(separator: " ").dropFirst(2).first.map { String($0.prefix { $0 != "/" }) }
                guard let address else { return nil }
                if media.isEmpty { self.address = address } else { media[media.count - 1].address = address }
            case UInt8(ascii: "a"):
                if let stated = Direction(rawValue: value) {
                    if media.isEmpty { direction = stated } else { media[media.count - 1].direction = stated }
                } else if !media.isEmpty {
                    media[media.count - 1].take(attribute: value)
                }
            default: break
            }
        }
    }

    /// A whole body. `version` must grow with each change in a session (RFC 3264 §8).
    package func text(id: UInt64, version: UInt64) -> String {
        let own = address ?? "0.0.0.0"
        var lines = ["v=0", "o=- \(id) \(version) IN \(Self.family(own)) \(own)", "s=-"]
        lines += ["c=IN \(Self.family(own)) \(own)", "t=0 0"]
        for stream in media {
            let payloads = stream.codecs.map { String($0.payload) }.joined(separator: " ")
            lines.append("m=\(stream.kind) \(stream.port) \(stream.transport) \(payloads)")
            if let address = stream.address, address != self.address {
                lines.append("c=IN \(Self.family(address)) \(address)")
            }
            for codec in stream.codecs {
                lines.append("a=rtpmap:\(codec.payload) \(codec.name)/\(codec.rate)")
                if let parameters = codec.parameters { lines.append("a=fmtp:\(codec.payload) \(parameters)") }
            }
            lines.append("a=\(stream.direction.rawValue)")
        }
        return lines.map { $0 + "\r\n" }.joined()
    }

    private static func family(_ address: String) -> String { address.utf8.contains(.colon) ? "IP6" : "IP4" }
}

extension SessionDescription.Media {
    /// `audio 40000/2 RTP/AVP 0 8 101`. Formats that are no payload numbers (T.38) give no codec.
    fileprivate init?(line: String) {
        let words = line.split(separator: " ")
        guard words.count >= 4, let port = UInt16(words[1].prefix { $0 != "/" }) else { return nil }
        let codecs = words[3...].compactMap { UInt8($0) }.map {
            SessionDescription.Codec.fixed[$0] ?? SessionDescription.Codec(payload: $0, name: "", rate: 0)
        }
        self.init(kind: String(words[0]), port: port, transport: String(words[2]), codecs: codecs)
    }

    /// `rtpmap:101 telephone-event/8000` and `fmtp:101 0-15`; others are not ours.
    fileprivate mutating func take(attribute: String) {
        guard let colon = attribute.firstIndex(of: ":") else { return }
        let words = attribute[attribute.index(after: colon)...].split(separator: " ", maxSplits: 1)
        guard words.count == 2, let payload = UInt8(words[0]),
            let index = codecs.firstIndex(where: { $0.payload == payload })
        else { return }
        switch attribute[..<colon] {
        case "rtpmap":
            let parts = words[1].split(separator: "/")
            guard parts.count >= 2, let rate = UInt32(parts[1]) else { return }
            codecs[index].name = String(parts[0])
            codecs[index].rate = rate
        case "fmtp": codecs[index].parameters = String(words[1])
        default: break
        }
    }
}
