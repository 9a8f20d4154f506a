import Engine

/// A centre for some hours: who calls, who answers, how long they take, what goes wrong. The form is described, with examples, in
/// `docs/simulation.md`.
package struct World: Sendable, Codable, Equatable {
    /// How long calls come, in seconds; those under way then are served to their end.
    package var seconds: Double
    /// Figures begin after so many.
    package var warmUpSeconds: Double?
    package var lines: [Line]
    package var queues: [Queue]
    package var agents: [Crew]
    package var arrivals: [Arrivals]
    package var rules: [RoutingRule]?
    /// What a step of priority is worth, in seconds of waiting.
    package var priorityStepSeconds: Int?
    package var service: Law
    /// Finishing the form after a call; nothing without it.
    package var wrapUp: Law?
    /// How long a caller is willing to wait after the greeting; for ever without it.
    package var patience: Law?
    package var greetingSeconds: Double?
    package var redials: Redials?
    /// The share of callers who press the key when a call back is offered.
    package var callbackShare: Double?
    package var known: Known?
    /// Moments, in seconds, at which to see how many do what.
    package var looks: [Double]?
    package var faults: Faults?

    /// What comes to be known of callers besides their numbers, shares from 0 to 1.
    package struct Known: Sendable, Codable, Equatable {
        /// He has an open order, taken by one of the agents.
        package var openOrder: Double?
        package var languages: [SkillID]?
        package var regions: [String]?
    }

    package struct Line: Sendable, Codable, Equatable {
        package var id: LineID
        package var queue: QueueID
        package var centre: CentreID?
        package var requires: [Skill]?
        package var priority: Int?
        /// Of its callers, where they differ from the others.
        package var service: Law?
        package var patience: Law?
    }

    package struct Queue: Sendable, Codable, Equatable {
        package var id: QueueID
        package var centre: CentreID?
        package var offerSeconds: Int?
        /// 0 without it, if there is no law of wrap-up.
        package var wrapUpLimitSeconds: Int?
        package var capacity: Int?
        package var strategy: Engine.Queue.Strategy?
        package var overflow: [Overflow]?
        package var announceSeconds: Int?
    }

    /// Agents who work alike.
    package struct Crew: Sendable, Codable, Equatable {
        package var count: Int
        package var queues: [AgentProfile.Membership]
        package var skills: [Skill]?
        package var centre: CentreID?
        /// When they come and leave, in seconds; all the time without them. Or several stretches.
        package var from: Double?
        package var until: Double?
        package var shifts: [Shift]?
        /// From the ring to her answer; at once without it.
        package var answer: Law?
        /// Of a hundred offers she pushes away, or does not hear.
        package var declinePercent: Double?
        package var missPercent: Double?
    }

    package struct Shift: Sendable, Codable, Equatable {
        package var from: Double
        package var until: Double
    }

    package struct Arrivals: Sendable, Codable, Equatable {
        package var line: LineID
        /// Calls an hour, an interval after the other, by Poisson's law; the last goes on.
        package var perHour: [Double]?
        package var intervalSeconds: Double?
        /// Or the moments themselves, in seconds.
        package var at: [Double]?
        /// Each of these how many callers at once.
        package var bursts: [Burst]?

        package struct Burst: Sendable, Codable, Equatable {
            package var at: Double
            package var count: Int
        }
    }

    /// Who was not served calls again, so many times at most.
    package struct Redials: Sendable, Codable, Equatable {
        package var afterBusy: Double
        package var afterAbandonment: Double
        package var delay: Law
        package var most: Int
    }

    package struct Faults: Sendable, Codable, Equatable {
        /// Of a hundred messages between desk and centre.
        package var lostPercent: Double?
        package var repeatedPercent: Double?
        /// How late they come; two may overtake each other.
        package var delay: Law?
        /// How long a desk's connection holds, and how long it is away then.
        package var connected: Law?
        package var away: Law?
        /// From one crash of the program to the next; some fall between the journal's write and the action.
        package var crash: Law?
        /// From one step of the machine's clock to the next, and how many seconds it steps, either way.
        package var clockStep: Law?
        package var clockStepSeconds: Double?
        /// How long the journal takes to write a batch.
        package var write: Law?
        /// Her phone dies in the middle of a call, of a hundred calls.
        package var phoneDiesPercent: Double?
        /// Commands of leaders: how often a takeover begins and ends, emergencies, changes of the setup.
        package var commands: Law?

        package init() {}
    }

    /// As the switchboard is set up for it.
    var setup: Setup {
        var setup = Setup(
            lines: lines.map { line in
                var made = Engine.Line(
                    id: line.id, number: line.id.text, queue: line.queue, centre: line.centre ?? "main")
                made.requires = line.requires ?? []
                made.priority = line.priority ?? 0
                return made
            },
            queues: queues.map { queue in
                var made = Engine.Queue(
                    id: queue.id, centre: queue.centre ?? "main", offerSeconds: queue.offerSeconds ?? 18,
                    wrapUpLimitSeconds: queue.wrapUpLimitSeconds ?? (wrapUp == nil ? 0 : nil),
                    capacity: queue.capacity ?? 1_000_000)
                made.strategy = queue.strategy ?? .longestIdle
                made.overflow = queue.overflow ?? []
                made.announceSeconds = queue.announceSeconds
                return made
            },
            agents: [])
        var number = 10_000
        for crew in agents {
            for _ in 0..<crew.count {
                number += 1
                setup.agents.append(
                    AgentProfile(
                        id: AgentID(String(number)), centre: crew.centre ?? "main", memberships: crew.queues,
                        skills: crew.skills ?? [],
                        device: faults == nil ? .phone(uri: "sip:\(number)@192.0.2.1") : .browser))
            }
        }
        setup.rules = rules ?? []
        setup.priorityStepSeconds = priorityStepSeconds ?? setup.priorityStepSeconds
        return setup
    }

    /// What is wrong with it, each with what to do; empty when it can be run.
    package var problems: [String] {
        var problems: [String] = []
        if seconds <= 0 || seconds > 366 * 86_400 { problems.append("seconds is above 0, at most a year") }
        let known = Set(queues.map(\.id))
        for line in lines where !known.contains(line.queue) {
            problems.append("line \(line.id) wants queue \(line.queue), which is not there")
        }
        for crew in agents {
            if !(0...100_000).contains(crew.count) { problems.append("a crew's count is 0 to 100000") }
            for queue in crew.queues where !known.contains(queue.queue) {
                problems.append("a crew wants queue \(queue.queue), which is not there")
            }
        }
        let lineNames = Set(lines.map(\.id))
        for stream in arrivals {
            if !lineNames.contains(stream.line) {
                problems.append("arrivals want line \(stream.line), which is not there")
            }
            if stream.perHour?.contains(where: { $0 < 0 }) == true { problems.append("calls an hour are 0 or more") }
        }
        for shift in agents.flatMap({ $0.shifts ?? [] }) where shift.from >= shift.until {
            problems.append("a shift ends after it begins")
        }
        let laws =
            lines.flatMap { [$0.service, $0.patience] }.compactMap { $0 }
            + [service, wrapUp, patience, redials?.delay].compactMap { $0 } + agents.compactMap(\.answer)
        problems += laws.compactMap(\.problem)
        return problems
    }
}
