import Engine
import Foundation

/// What queueing theory knows exactly, to hold the simulated switchboard against.
package enum Theory {
    /// The share of callers who must wait for one of `agents`, when `load` of them are busy on the average (M/M/n). Erlang 1917; by the
    /// recursion of Erlang B, which does not overflow.
    package static func erlangC(agents: Int, load: Double) -> Double {
        let blocked = erlangB(agents: agents, load: load)
        let busy = load / Double(agents)
        return blocked / (1 - busy * (1 - blocked))
    }

    static func erlangB(agents: Int, load: Double) -> Double {
        var blocked = 1.0
        for number in 1...agents { blocked = load * blocked / (Double(number) + load * blocked) }
        return blocked
    }

    package struct Figures: Sendable, Codable {
        /// Shares of all who come.
        package var waiting: Double
        package var abandoned: Double
        package var within15s: Double
        /// Seconds, of all who come, until they are served or leave.
        package var meanWait: Double
    }

    /// M/M/n: nobody leaves.
    package static func erlangC(agents: Int, arrivalsPerSecond: Double, service: Double) -> Figures {
        let load = arrivalsPerSecond * service
        let waiting = erlangC(agents: agents, load: load)
        let spare = (Double(agents) - load) / service
        return Figures(
            waiting: waiting, abandoned: 0, within15s: 1 - waiting * exp(-spare * 15), meanWait: waiting / spare)
    }

    /// M/M/n+M: patience is exponential too (Palm 1957; Garnett, Mandelbaum, Reiman 2002). The states of the queue are added up one by
    /// one, which is slow, obvious and exact as long as there are enough of them.
    package static func erlangA(agents: Int, arrivalsPerSecond: Double, service: Double, patience: Double) -> Figures {
        let states = agents + Int(60 * (arrivalsPerSecond * patience + 10))
        // Of each state how likely it is, by birth and death; scaled as they are added.
        var weights = [1.0]
        for state in 1...states {
            let leaving = Double(min(state, agents)) / service + Double(max(0, state - agents)) / patience
            weights.append(weights[state - 1] * arrivalsPerSecond / leaving)
            if weights[state] > 1e200 { for place in weights.indices { weights[place] /= 1e200 } }
        }
        let whole = weights.reduce(0, +)
        let shares = weights.map { $0 / whole }
        let queue = shares.enumerated().reduce(0) { $0 + Double(max(0, $1.offset - agents)) * $1.element }
        let abandoned = queue / patience / arrivalsPerSecond
        return Figures(
            waiting: shares[agents...].reduce(0, +), abandoned: abandoned,
            within15s: within(15, shares, agents: agents, service: service, patience: patience),
            // Little's law.
            meanWait: queue / arrivalsPerSecond)
    }

    /// The share of all who come that is answered within some seconds. Who finds `k` before him in the queue is served after k + 1
    /// departures, each of exponential distance as long as all agents are busy; he himself may leave before. His chance of being
    /// served within the time is found by stepping through it in small steps.
    private static func within(
        _ seconds: Double, _ shares: [Double], agents: Int, service: Double, patience: Double
    ) -> Double {
        let step = 0.002
        // ahead[k]: chance that he waits still and k are before him, at the moment; he comes to it from the states above.
        var ahead = Array(shares[agents...].prefix(4000))
        var served = shares[..<agents].reduce(0, +)
        let turn = Double(agents) / service
        var time = 0.0
        while time < seconds - step / 2 {
            var next = ahead
            for before in ahead.indices {
                let moving = (turn + Double(before) / patience) * step
                let leaving = step / patience
                let part = ahead[before]
                next[before] -= part * (moving + leaving)
                if before == 0 { served += part * moving } else { next[before - 1] += part * moving }
            }
            ahead = next
            time += step
        }
        return served
    }

    /// M/G/n by Allen and Cunneen: the wait of M/M/n times the mean of the squared variations of arrivals (1) and service
    /// (Allen, "Probability, Statistics, and Queueing Theory", 1990).
    package static func allenCunneen(agents: Int, arrivalsPerSecond: Double, service: Double, sd: Double) -> Double {
        let variation = sd / service
        return erlangC(agents: agents, arrivalsPerSecond: arrivalsPerSecond, service: service).meanWait
            * (1 + variation * variation) / 2
    }
}

/// The simulated switchboard beside the theory, over many seeds.
package struct TheoryTable: Sendable, Codable {
    package struct Row: Sendable, Codable {
        package let world: String
        package let figure: String
        package let theory: Double
        package let simulated: Double
        /// Half the width of the interval in which the true mean lies; so wide that of all rows together one falls outside only once in
        /// a hundred tables.
        package let margin: Double
        package let agrees: Bool
    }

    package let seeds: ClosedRange<UInt64>
    package let rows: [Row]

    /// A case: agents, load as a share of them, service in seconds, patience if callers have any, spread of the service.
    private struct Case: Sendable {
        let name: String
        let agents: Int
        let busy: Double
        var service = 180.0
        var patience: Double?
        var sd: Double?

        var arrivals: Double { Double(agents) * busy / service }

        func world(_ seconds: Double) -> World {
            World(
                seconds: seconds * 1.1, warmUpSeconds: seconds / 10, lines: [.init(id: "12345", queue: "q")],
                queues: [.init(id: "q")],
                agents: [.init(count: agents, queues: [.init("q")])],
                arrivals: [.init(line: "12345", perHour: [arrivals * 3600])], rules: nil,
                service: sd.map { .lognormal(mean: service, sd: $0) } ?? .exponential(mean: service), wrapUp: nil,
                patience: patience.map { .exponential(mean: $0) })
        }
    }

    private static let cases = [
        Case(name: "M/M/10, 80% busy", agents: 10, busy: 0.8),
        Case(name: "M/M/50, 92% busy", agents: 50, busy: 0.92),
        Case(name: "M/M/1, 60% busy", agents: 1, busy: 0.6, service: 60),
        Case(name: "M/M/10+M, 110% offered", agents: 10, busy: 1.1, patience: 120),
        Case(name: "M/M/50+M, 100% offered", agents: 50, busy: 1.0, patience: 90),
        Case(name: "M/M/5+M, 80% offered", agents: 5, busy: 0.8, patience: 60),
        Case(name: "M/G/10, lognormal 180 ± 180, 85% busy", agents: 10, busy: 0.85, sd: 180),
        Case(name: "M/G/10, lognormal 180 ± 216, 85% busy", agents: 10, busy: 0.85, sd: 216),
    ]

    /// - Parameters:
    ///   - seconds: how long each run counts, after a tenth of that for warming up.
    ///   - only: the names of some cases; all of them without it.
    package static func make(
        _ seeds: ClosedRange<UInt64>, workers: Int, seconds: Double = 72_000, only: [String]? = nil
    ) async -> TheoryTable {
        let cases = cases.filter { only?.contains($0.name) ?? true }
        var samples: [[Outcome]] = cases.map { _ in [] }
        let work = cases.indices.flatMap { number in seeds.map { (number, $0) } }
        await withTaskGroup(of: (Int, Outcome).self) { group in
            var next = work.makeIterator()
            func add() {
                guard let (number, seed) = next.next() else { return }
                group.addTask { (number, cases[number].world(seconds).run(seed: seed)) }
            }
            for _ in 0..<workers { add() }
            while let (number, outcome) = await group.next() {
                samples[number].append(outcome)
                add()
            }
        }
        let compared = cases.reduce(0) { $0 + ($1.sd == nil ? ($1.patience == nil ? 3 : 4) : 1) }
        let rows = zip(cases, samples).flatMap { Self.rows(of: $0, $1, compared: compared) }
        return TheoryTable(seeds: seeds, rows: rows)
    }

    private static func rows(of one: Case, _ samples: [Outcome], compared: Int) -> [Row] {
        if let sd = one.sd {
            let theory = Theory.allenCunneen(
                agents: one.agents, arrivalsPerSecond: one.arrivals, service: one.service, sd: sd)
            let (mean, margin) = estimate(samples.map { $0.meanWait ?? 0 }, compared: compared)
            // An approximation itself: within a tenth.
            return [
                Row(
                    world: one.name, figure: "mean wait, s", theory: theory, simulated: mean, margin: margin,
                    agrees: abs(mean - theory) <= theory * 0.1)
            ]
        }
        let theory =
            one.patience.map {
                Theory.erlangA(agents: one.agents, arrivalsPerSecond: one.arrivals, service: one.service, patience: $0)
            } ?? Theory.erlangC(agents: one.agents, arrivalsPerSecond: one.arrivals, service: one.service)
        var figures: [(String, Double, (Outcome) -> Double)] = [
            ("had to wait", theory.waiting, { $0.waitedShare ?? 0 }),
            ("mean wait, s", theory.meanWait, { $0.meanWait ?? 0 }),
            ("answered within 15 s", theory.within15s, { $0.within15sShare ?? 0 }),
        ]
        if one.patience != nil { figures.append(("abandoned", theory.abandoned, { $0.abandonedShare ?? 0 })) }
        return figures.map { name, known, figure in
            let (mean, margin) = estimate(samples.map(figure), compared: compared)
            return Row(
                world: one.name, figure: name, theory: known, simulated: mean, margin: margin,
                agrees: abs(mean - known) <= margin)
        }
    }

    /// The mean over the seeds, which are independent, and its margin by the normal law at 99%, divided among all that is compared
    /// (Bonferroni).
    private static func estimate(_ values: [Double], compared: Int) -> (mean: Double, margin: Double) {
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / max(1, count - 1)
        return (mean, normalQuantile(1 - 0.01 / Double(compared) / 2) * (variance / count).squareRoot())
    }

    /// By bisection of the error function.
    static func normalQuantile(_ share: Double) -> Double {
        var (low, high) = (0.0, 10.0)
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if 0.5 * (1 + erf(middle / 2.0.squareRoot())) < share { low = middle } else { high = middle }
        }
        return low
    }
}
