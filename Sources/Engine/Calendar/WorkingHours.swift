/// When a body works on a working day: stretches of the day without those between them, such as lunch.
package struct WorkingHours: Sendable, Hashable {
    /// Seconds since midnight; in order, none meets the next.
    package let stretches: [Range<Int>]

    /// 09:00-12:00 and 13:30-17:30, the common hours of Chinese offices; a body may have its own.
    package static let office = WorkingHours(stretches: [9 * 3600..<12 * 3600, 13 * 3600 + 1800..<17 * 3600 + 1800])

    private init(stretches: [Range<Int>]) {
        self.stretches = stretches
    }

    /// Reads `["09:00-12:00", "13:30-17:30"]`, `24:00` being the end of the day.
    package init(_ texts: [String]) throws(Malformed) {
        var stretches: [Range<Int>] = []
        for text in texts {
            let ends = text.split(separator: "-", omittingEmptySubsequences: false).map(Self.second)
            guard ends.count == 2, let from = ends[0], let to = ends[1], from < to else { throw Malformed(text: text) }
            if let last = stretches.last, from <= last.upperBound { throw Malformed(text: text) }
            stretches.append(from..<to)
        }
        guard !stretches.isEmpty, stretches.count <= 8 else { throw Malformed(text: texts.joined(separator: " ")) }
        self.stretches = stretches
    }

    package struct Malformed: Error, Sendable, CustomStringConvertible {
        let text: String
        package var description: String {
            "not working hours: \(text); write them in order, as \"09:00-12:00\" and \"13:30-17:30\""
        }
    }

    package var texts: [String] {
        stretches.map { "\(Self.text($0.lowerBound))-\(Self.text($0.upperBound))" }
    }

    private static func text(_ second: Int) -> String {
        "\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2))"
    }

    private static func second(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.count == 2 && $0.utf8.allSatisfy { (48...57).contains($0) } }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), minute < 60, hour * 60 + minute <= 24 * 60
        else { return nil }
        return hour * 3600 + minute * 60
    }
}

extension WorkingHours: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            self = try WorkingHours(try container.decode([String].self))
        } catch let malformed as Malformed {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: malformed.description)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(texts)
    }
}
