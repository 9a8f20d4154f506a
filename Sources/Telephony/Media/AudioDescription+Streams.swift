extension String {
    /// The session's part and the first audio stream alone. rtpengine would negotiate video with a hub that has none.
    func withFirstAudioOnly() -> String {
        let (session, streams) = sections()
        guard let audio = streams.first(where: { $0.first?.hasPrefix("m=audio ") == true }) else { return self }
        // A group names streams that are no longer there.
        let kept = streams.count > 1 ? session.filter { !$0.hasPrefix("a=group:") } : session
        return (kept + audio).joined(separator: "\r\n") + "\r\n"
    }

    /// An answer to `offer`: as many streams in the same order, all but the first audio refused (RFC 3264, 6).
    func refusingOtherStreams(of offer: String) -> String {
        let offered = offer.sections().streams
        let (session, answered) = sections()
        guard offered.count > 1, let audio = answered.first,
            let place = offered.firstIndex(where: { $0.first?.hasPrefix("m=audio ") == true })
        else { return self }
        let streams = offered.enumerated().map { index, stream in
            index == place ? audio : [Self.refused(stream.first ?? "")]
        }
        return (session + streams.joined()).joined(separator: "\r\n") + "\r\n"
    }

    private static func refused(_ line: String) -> String {
        var parts = line.split(separator: " ").map(String.init)
        if parts.count > 1 { parts[1] = "0" }
        return parts.joined(separator: " ")
    }

    private func sections() -> (session: [String], streams: [[String]]) {
        var session: [String] = []
        var streams: [[String]] = []
        for line in split(whereSeparator: \.isNewline).map(String.init) {
            if line.hasPrefix("m=") {
                streams.append([line])
            } else if streams.isEmpty {
                session.append(line)
            } else {
                streams[streams.count - 1].append(line)
            }
        }
        return (session, streams)
    }
}
