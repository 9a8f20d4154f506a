import Engine

/// Many random days of orders, each made from its seed and watched by checkers; a day that fails is made short.
package enum OrderSwarm {
    package struct Finding: Sendable, Codable {
        package let seed: UInt64
        package let finding: String
        /// The deeds that lead to it, as few as do.
        package let story: [String]
    }

    package struct Result: Sendable, Codable {
        package var days = 0
        package var orders = 0
        package var accepted = 0
        package var refused = 0
        package var alarms = 0
        package var restarts = 0
        /// Days whose figures were counted again.
        package var counted = 0
        package var findings: [Finding] = []

        mutating func add(_ other: Result) {
            days += other.days
            orders += other.orders
            accepted += other.accepted
            refused += other.refused
            alarms += other.alarms
            restarts += other.restarts
            counted += other.counted
            findings += other.findings
        }
    }

    /// Runs every seed, as many at once as there are processors, and stops looking for more after `most` findings.
    package static func run(
        _ seeds: ClosedRange<UInt64>, broken: BrokenOrderRule? = nil, workers: Int, most: Int = 3
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result.self) { group in
            var result = Result()
            var next: UInt64? = seeds.lowerBound
            func add() {
                guard let seed = next, result.findings.count < most else { return }
                next = seed < seeds.upperBound ? seed + 1 : nil
                group.addTask { try await one(seed, broken: broken) }
            }
            for _ in 0..<workers { add() }
            while let one = try await group.next() {
                result.add(one)
                add()
            }
            return result
        }
    }

    /// Every so many days are written into a real store and their figures counted again: that takes as long as several others.
    private static let figuresEach: UInt64 = 10

    package static func one(_ seed: UInt64, broken: BrokenOrderRule? = nil) async throws -> Result {
        let counts = seed % figuresEach == 0
        let world = counts ? OrderWorld(seed: seed).withoutSurprises : OrderWorld(seed: seed)
        let day = OrderDay.make(world, seed: seed, broken: broken)
        var result = Result()
        result.days = 1
        result.orders = day.register.kept.count
        result.accepted = day.counts.accepted
        result.refused = day.counts.refused
        result.alarms = day.counts.alarms
        result.restarts = day.counts.restarts
        if let finding = day.finding {
            let (short, last) = shorten(day, finding, broken)
            result.findings = [Finding(seed: seed, finding: last, story: short.map(\.text))]
        } else if counts {
            result.counted = 1
            if let wrong = try await OrderFigures(day: day, broken: broken).wrong() {
                let story = try await shorten(day, figure: wrong, broken)
                result.findings = [Finding(seed: seed, finding: wrong, story: story.map(\.text))]
            }
        }
        return result
    }

    // MARK: Shortening

    /// Enough for some hundred deeds; each takes milliseconds.
    private static let mostTries = 1500

    private static func shorten(_ day: OrderDay, _ finding: String, _ broken: BrokenOrderRule?) -> ([OrderDeed], String)
    {
        var (deeds, last) = (day.deeds, finding)
        let kind = kind(finding)
        func found(_ deeds: [OrderDeed]) -> String? {
            OrderDay.replay(day.world, deeds, broken: broken).finding.flatMap { Self.kind($0) == kind ? $0 : nil }
        }
        guard found(deeds) != nil else { return (deeds, finding) }
        var (size, tries) = (deeds.count / 2, 0)
        while size > 0 {
            var start = 0
            while start < deeds.count, tries < mostTries {
                tries += 1
                var fewer = deeds
                fewer.removeSubrange(start..<min(start + size, deeds.count))
                if let still = found(fewer) { (deeds, last) = (fewer, still) } else { start += size }
            }
            size /= 2
        }
        return (deeds, last)
    }

    /// The same for a wrong figure, with fewer tries: each is a store. Whole orders go first.
    private static func shorten(_ day: OrderDay, figure wrong: String, _ broken: BrokenOrderRule?) async throws
        -> [OrderDeed]
    {
        var deeds = day.deeds
        for number in day.register.kept.keys.sorted() {
            let fewer = deeds.filter { $0.order != number }
            let replayed = OrderDay.replay(day.world, fewer, broken: broken)
            guard replayed.finding == nil else { continue }
            if try await OrderFigures(day: replayed, broken: broken).wrong() != nil { deeds = fewer }
        }
        return deeds
    }

    /// What was found, whichever order and whenever.
    private static func kind(_ finding: String) -> String {
        String(finding.components(separatedBy: " at ")[0].filter { !$0.isNumber })
    }
}
