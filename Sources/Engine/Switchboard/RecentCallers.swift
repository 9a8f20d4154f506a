import DequeModule

/// Who called lately, to know a redial from a first call, and a person from his attempts. At most `most` numbers, the longest
/// silent forgotten first: in a flood the newest are the ones who call again.
struct RecentCallers: Sendable, Equatable, Codable {
    private var attempts: [String: Attempts] = [:]
    private var order: Deque<Seen> = []

    /// The attempts of an hour on a day of a million; some 8 MB.
    static let most = 50_000

    private struct Attempts: Sendable, Equatable, Codable {
        var count: Int
        var last: Moment
    }

    private struct Seen: Sendable, Equatable, Codable {
        let number: String
        let at: Moment
    }

    /// Counts a call and says the how manyth it is of this number, each within `seconds` of the one before.
    mutating func count(_ number: String, at now: Moment, within seconds: Int) -> Int {
        // Who hides his number is nobody's redial.
        guard !number.isEmpty else { return 1 }
        forget(before: now.adding(seconds: -Int64(seconds)))
        let count = (attempts[number]?.count ?? 0) + 1
        attempts[number] = Attempts(count: count, last: now)
        order.append(Seen(number: number, at: now))
        return count
    }

    private mutating func forget(before moment: Moment) {
        while let oldest = order.first, oldest.at < moment || order.count >= Self.most {
            order.removeFirst()
            if attempts[oldest.number]?.last == oldest.at { attempts[oldest.number] = nil }
        }
    }
}
