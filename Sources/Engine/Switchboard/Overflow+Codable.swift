/// As people write it in a centre's file: `{"waited": 60, "to": {"queue": "tax"}}`, `{"nobody": true, "to": "voicemail"}`.
extension Overflow: Codable {
    private enum Key: String, CodingKey, CaseIterable {
        case waited, length, forecast, nobody, to
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let triggers = Key.allCases.filter { $0 != .to && container.contains($0) }
        guard triggers.count == 1 else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "an overflow has one of waited, length, forecast, nobody"))
        }
        let when: Trigger
        switch triggers[0] {
        case .waited: when = .waited(seconds: try container.decode(Int.self, forKey: .waited))
        case .length: when = .length(try container.decode(Int.self, forKey: .length))
        case .forecast: when = .forecast(seconds: try container.decode(Int.self, forKey: .forecast))
        case .nobody, .to: when = .nobody
        }
        self.init(when, to: try container.decode(Target.self, forKey: .to))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        switch when {
        case .waited(let seconds): try container.encode(seconds, forKey: .waited)
        case .length(let length): try container.encode(length, forKey: .length)
        case .forecast(let seconds): try container.encode(seconds, forKey: .forecast)
        case .nobody: try container.encode(true, forKey: .nobody)
        }
        try container.encode(to, forKey: .to)
    }
}

extension Overflow.Target: Codable {
    private enum Key: String, CodingKey {
        case queue
    }

    package init(from decoder: any Decoder) throws {
        if let container = try? decoder.container(keyedBy: Key.self) {
            self = .queue(try container.decode(QueueID.self, forKey: .queue))
            return
        }
        let word = try decoder.singleValueContainer().decode(String.self)
        switch word {
        case "callback": self = .callback
        case "voicemail": self = .voicemail
        default:
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "to is {\"queue\": …}, \"callback\" or \"voicemail\", not \(word)"))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        switch self {
        case .queue(let queue):
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(queue, forKey: .queue)
        case .callback:
            var container = encoder.singleValueContainer()
            try container.encode("callback")
        case .voicemail:
            var container = encoder.singleValueContainer()
            try container.encode("voicemail")
        }
    }
}
