import Foundation

extension World {
    package func run(seed: UInt64) -> Outcome {
        var run = WorldRun(self, seed: seed)
        run.run()
        return run.outcome
    }
}

/// A world's figures, as they are printed: times in seconds, shares from 0 to 1.
package struct WorldReport: Sendable, Codable {
    package let seed: UInt64
    package let offered: Int
    package let answered: Int
    package let abandoned: Int
    package let busy: Int
    package let otherwise: Int
    package let callbacks: Int
    package let people: Int
    package let peopleAnswered: Int
    package let answeredShare: Double?
    package let abandonedShare: Double?
    package let probabilityOfWaiting: Double?
    package let within15s: Double?
    package let meanWait: Double?
    package let meanWaitOfAnswered: Double?
    package let waitP50: Double?
    package let waitP90: Double?
    package let waitP99: Double?
    package let occupancy: Double?
    package let longestQueue: Int
    package let looks: [Outcome.Look]
    package let events: Int
    /// How long the run took.
    package let runSeconds: Double
    package let residentMB: Double

    package init(_ outcome: Outcome, seed: UInt64, seconds: Double) {
        self.seed = seed
        offered = outcome.offered
        answered = outcome.answered
        abandoned = outcome.abandoned
        busy = outcome.busy
        otherwise = outcome.otherwise
        callbacks = outcome.callbacks
        people = outcome.people
        peopleAnswered = outcome.peopleAnswered
        answeredShare = outcome.answeredShare
        abandonedShare = outcome.abandonedShare
        probabilityOfWaiting = outcome.waitedShare
        within15s = outcome.within15sShare
        meanWait = outcome.meanWait
        meanWaitOfAnswered = outcome.meanWaitOfAnswered
        waitP50 = outcome.wait(quantile: 0.5)
        waitP90 = outcome.wait(quantile: 0.9)
        waitP99 = outcome.wait(quantile: 0.99)
        occupancy = outcome.occupancy
        longestQueue = outcome.longestQueue
        looks = outcome.looks
        events = outcome.events
        runSeconds = seconds
        residentMB = Double(residentBytes()) / 1_048_576
    }

    package var text: String {
        func share(_ value: Double?) -> String { value.map { String(format: "%.2f%%", $0 * 100) } ?? "–" }
        func time(_ value: Double?) -> String { value.map { String(format: "%.2f s", $0) } ?? "–" }
        let seen = looks.map { look in
            let time = String(format: "%02d:%02d", Int(look.at) / 3600, Int(look.at) / 60 % 60)
            return "\n\(time): \(look.signedIn) signed in, \(look.talking) talking, \(look.wrapUp) in wrap-up, "
                + "\(look.ready) ready, \(look.onBreak) on break; \(look.waiting) waiting"
        }.joined()
        return """
            offered \(offered) (\(people) people), answered \(answered) (\(peopleAnswered) people), abandoned \(abandoned), \
            busy \(busy), otherwise \(otherwise), called back \(callbacks)
            answered \(share(answeredShare)), abandoned \(share(abandonedShare)) of those let in, within 15 s \(share(within15s))
            had to wait \(share(probabilityOfWaiting)); mean wait \(time(meanWait)), of the answered \(time(meanWaitOfAnswered)), \
            p50 \(time(waitP50)), p90 \(time(waitP90)), p99 \(time(waitP99))
            occupancy \(share(occupancy)), most callers at once \(longestQueue)\(seen)
            \(events) events in \(String(format: "%.2f", runSeconds)) s, \(Int(residentMB)) MB
            """
    }
}
