import Foundation

/// "工号 5 0 0 1 为您服务": the agent's number put together of a centre's recorded digits.
package struct AgentNumberAnnouncement: Sendable {
    /// Holds `digit-0.wav` to `digit-9.wav`, `agent-number.wav` and `at-your-service.wav`.
    package let prompts: String
    /// Where what was put together is kept; a thousand agents are 60 MB.
    package let cache: String

    package init(prompts: String, cache: String) {
        self.prompts = prompts
        self.cache = cache
    }

    /// The file to play. Made once; made again when a prompt is newer than it, so a re-recorded digit is heard at once.
    package func file(for number: String) throws -> String {
        guard !number.isEmpty, number.utf8.count <= 12, number.utf8.allSatisfy({ (48...57).contains($0) }) else {
            throw MediaError.unplayable("an agent number is 1 to 12 digits")
        }
        let parts = ["agent-number"] + number.map { "digit-\($0)" } + ["at-your-service"]
        let sources = parts.map { "\(prompts)/\($0).wav" }
        let path = "\(cache)/agent-\(number).wav"
        let newest = try sources.map(Self.changed).max() ?? .distantPast
        if let made = try? Self.changed(path), made >= newest { return path }

        var whole = WAV(samples: [])
        for (index, source) in sources.enumerated() {
            let part = try WAV(contentsOf: source)
            if index == 0 { whole = WAV(rate: part.rate, channels: part.channels, samples: []) }
            guard part.rate == whole.rate, part.channels == whole.channels else {
                throw MediaError.unplayable("\(source) differs in rate or channels")
            }
            whole.samples += part.samples
        }
        try FileManager.default.createDirectory(atPath: cache, withIntermediateDirectories: true)
        // Written aside and renamed: rtpengine may be reading the old one.
        let draft = "\(cache)/.agent-\(number)-\(UInt32.random(in: .min ... .max)).wav"
        try whole.write(to: draft)
        guard rename(draft, path) == 0 else { throw MediaError.unplayable(path) }
        return path
    }

    private static func changed(_ path: String) throws -> Date {
        try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date ?? .distantPast
    }
}
