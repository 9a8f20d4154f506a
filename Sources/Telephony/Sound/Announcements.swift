import Foundation

/// Sentences put together of a centre's recorded words: "工号 5 0 0 1 为您服务", "您前面还有 十二 位".
package struct Announcements: Sendable {
    /// Holds the words: `digit-0.wav` to `digit-9.wav`, `agent-number.wav` and so on.
    package let prompts: String
    /// Where what was put together is kept; a thousand agents are 60 MB, places and minutes another 20.
    package let cache: String

    /// More callers and minutes than this are not told one by one.
    private static let mostCounted = 200

    package init(prompts: String, cache: String) {
        self.prompts = prompts
        self.cache = cache
    }

    package func agentNumber(_ number: String) throws -> String {
        guard !number.isEmpty, number.utf8.count <= 12, number.utf8.allSatisfy({ (48...57).contains($0) }) else {
            throw MediaError.unplayable("an agent number is 1 to 12 digits")
        }
        return try file("agent-\(number)", ["agent-number"] + number.map { "digit-\($0)" } + ["at-your-service"])
    }

    /// - Parameter waitSeconds: told in whole minutes, rounded up; nil is not told.
    package func place(before: Int, waitSeconds: Int?) throws -> String {
        let count = min(before, Self.mostCounted)
        let minutes = waitSeconds.map { min(max(1, ($0 + 59) / 60), Self.mostCounted) }
        var words = count == 0 ? ["queue-next"] : ["queue-before"] + Self.number(count) + ["queue-people"]
        if let minutes { words += ["wait-about"] + Self.number(minutes) + ["wait-minutes"] }
        return try file("place-\(count)-\(minutes.map(String.init) ?? "none")", words)
    }

    /// A count from 1 to 999 as Chinese says it: 12 is 十二, 105 is 一百零五, 20 is 二十.
    static func number(_ count: Int) -> [String] {
        precondition((1...999).contains(count), "numbers are spoken from 1 to 999")
        let (hundreds, tens, ones) = (count / 100, count / 10 % 10, count % 10)
        var words: [String] = []
        if hundreds > 0 { words += ["number-\(hundreds)", "number-100"] }
        if tens > 0 {
            if tens > 1 || hundreds > 0 { words.append("number-\(tens)") }
            words.append("number-10")
        } else if hundreds > 0, ones > 0 {
            words.append("digit-0")
        }
        if ones > 0 { words.append("number-\(ones)") }
        return words
    }

    /// The file to play. Made once; made again when a word is newer than it, so a re-recorded digit is heard at once.
    private func file(_ name: String, _ words: [String]) throws -> String {
        let sources = words.map { "\(prompts)/\($0).wav" }
        let path = "\(cache)/\(name).wav"
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
        let draft = "\(cache)/.\(name)-\(UInt32.random(in: .min ... .max)).wav"
        try whole.write(to: draft)
        guard rename(draft, path) == 0 else { throw MediaError.unplayable(path) }
        return path
    }

    private static func changed(_ path: String) throws -> Date {
        try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date ?? .distantPast
    }
}
