/// How long a promise is: `2 hours`, `5 working-days`.
package struct Length: Sendable, Hashable {
    package let count: Int
    package let unit: Unit

    package enum Unit: String, Sendable, Codable, CaseIterable {
        /// By the clock on the wall, nights and holidays counted, to the second.
        case minutes, hours
        /// Calendar days; the last ends at 23:59:59.
        case days
        /// Working days; the last ends at 23:59:59.
        case workingDays = "working-days"
        /// Within a body's working hours, lunch and nights left out, to the second.
        case workingHours = "working-hours"
    }

    /// Longer than ten years is a slip of the pen.
    package static let counts = 1...5000

    package init(_ count: Int, _ unit: Unit) {
        precondition(Self.counts.contains(count), "a promise of \(count) \(unit.rawValue)")
        self.count = count
        self.unit = unit
    }

    /// Reads `2 hours`; nil for anything else.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: " ")
        guard parts.count == 2, let count = Int(parts[0]), Self.counts.contains(count),
            let unit = Unit(rawValue: String(parts[1]))
        else { return nil }
        self.init(count, unit)
    }

    package var text: String { "\(count) \(unit.rawValue)" }

    /// For people.
    package var words: (zh: String, en: String) {
        switch unit {
        case .minutes: (zh: "\(count) 分钟", en: count == 1 ? "1 minute" : "\(count) minutes")
        case .hours: (zh: "\(count) 小时", en: count == 1 ? "1 hour" : "\(count) hours")
        case .days: (zh: "\(count) 天", en: count == 1 ? "1 day" : "\(count) days")
        case .workingDays: (zh: "\(count) 个工作日", en: count == 1 ? "1 working day" : "\(count) working days")
        case .workingHours: (zh: "\(count) 个工作小时", en: count == 1 ? "1 working hour" : "\(count) working hours")
        }
    }
}

extension Length: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let length = Length(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "not a length: \(text); write \"2 hours\" or \"5 working-days\"")
        }
        self = length
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
