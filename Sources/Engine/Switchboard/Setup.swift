/// What the switchboard must know of its centres: lines, queues, agents and the rules by which calls find them. A change of it
/// is an event.
package struct Setup: Sendable, Equatable, Codable {
    /// Of the business rules; every call keeps the one it was routed by.
    package var version = 0
    package var lines: [Line]
    package var queues: [Queue]
    package var agents: [AgentProfile]
    /// Those that fit a caller apply in this order.
    package var rules: [RoutingRule] = []
    package var hours: [OpeningHours] = []
    package var wall = WallClock.china

    /// One step of priority is worth as much as having waited this much longer, so that nobody starves: whoever comes later
    /// than that goes behind.
    package var priorityStepSeconds = 60
    /// An agent who is free takes a caller of a queue she prefers less, a step for each, only if he has waited this much longer.
    package var preferenceStepSeconds = 30
    /// Who misses an offer is left alone for this long, so that the next one does not ring at an empty desk at once.
    package var pauseSeconds = 10
    /// So many offers missed one after the other, and she is not answering.
    package var missesAllowed = 1
    /// A call from the same number within this time is a redial.
    package var redialSeconds = 3600
    /// More people than this are not promised to be called back: they could not be in a day.
    package var mostCallbacks = 5000

    package init(lines: [Line] = [], queues: [Queue] = [], agents: [AgentProfile] = []) {
        self.lines = lines
        self.queues = queues
        self.agents = agents
    }
}

/// A public number (热线).
package struct Line: Sendable, Equatable, Codable {
    package let id: LineID
    /// What citizens dial, and what they see when we call them.
    package let number: String
    /// Where its callers wait unless a rule says otherwise.
    package let queue: QueueID
    package var centre: CentreID
    package var requires: [Skill] = []
    package var priority = 0
    /// Nil is always open.
    package var hours: HoursID?

    package init(id: LineID, number: String, queue: QueueID, centre: CentreID = "main") {
        self.id = id
        self.number = number
        self.queue = queue
        self.centre = centre
    }
}

/// Where callers wait (队列).
package struct Queue: Sendable, Equatable, Codable {
    package let id: QueueID
    package var centre: CentreID
    /// Rings this long before the call goes to the next agent; longer and callers hang up first.
    package let offerSeconds: Int
    /// After this she is ready again without asking; nil waits for her, 0 knows no wrap-up.
    package let wrapUpLimitSeconds: Int?
    /// More callers than this, greeted and waiting together, hear busy: each holds a port of the media server.
    package let capacity: Int
    /// Which of several free agents goes first.
    package var strategy = Strategy.longestIdle
    package var priority = 0
    package var overflow: [Overflow] = []
    /// How often a caller hears her place and the wait to be expected; nil never.
    package var announceSeconds: Int?
    /// So many tries to reach whoever asked to be called back; then it is a missed call like any other.
    package var callbackTries = 3
    package var callbackRetrySeconds = 300

    package init(
        id: QueueID, centre: CentreID = "main", offerSeconds: Int = 18, wrapUpLimitSeconds: Int? = nil,
        capacity: Int = 5000
    ) {
        self.id = id
        self.centre = centre
        self.offerSeconds = offerSeconds
        self.wrapUpLimitSeconds = wrapUpLimitSeconds
        self.capacity = capacity
    }

    package enum Strategy: String, Sendable, Codable, CaseIterable {
        case longestIdle, fewestCalls, mostSkilled
        /// As the agents stand in the setup.
        case fixedOrder
    }
}

/// What is known of an agent apart from what she is doing.
package struct AgentProfile: Sendable, Equatable, Codable {
    /// Her number (工号), which callers hear.
    package let id: AgentID
    package var centre: CentreID
    package let queues: [Membership]
    package var skills: [Skill]
    package let device: Device

    /// Her part in a queue.
    package struct Membership: Sendable, Equatable, Codable {
        package let queue: QueueID
        /// 0 is what she is there for; of a queue with a greater number she takes callers when others cannot.
        package let preference: Int

        package init(_ queue: QueueID, preference: Int = 0) {
            self.queue = queue
            self.preference = preference
        }
    }

    package init(
        id: AgentID, centre: CentreID = "main", memberships: [Membership], skills: [Skill] = [], device: Device
    ) {
        self.id = id
        self.centre = centre
        queues = memberships
        self.skills = skills
        self.device = device
    }

    package init(id: AgentID, queues: [QueueID], device: Device) {
        self.init(id: id, memberships: queues.map { Membership($0) }, device: device)
    }
}

/// What an agent is able to answer, and how well; or what a caller needs, and how well at least (技能). Languages and dialects are
/// skills.
package struct Skill: Sendable, Hashable, Codable {
    package let id: SkillID
    /// 1 to 9.
    package let level: Int

    package static let levels = 1...9

    package init(_ id: SkillID, level: Int = 1) {
        self.id = id
        self.level = level
    }
}

extension [Skill] {
    /// Whether somebody with these can answer for all that is needed.
    package func cover(_ needed: [Skill]) -> Bool {
        needed.allSatisfy { need in contains { $0.id == need.id && $0.level >= need.level } }
    }

    /// With another need added; of two for the same skill the higher one counts. In order, so that equal needs are equal.
    func needing(_ more: [Skill]) -> [Skill] {
        var needs = self
        for need in more {
            if let known = needs.firstIndex(where: { $0.id == need.id }) {
                needs[known] = Skill(need.id, level: Swift.max(needs[known].level, need.level))
            } else {
                needs.append(need)
            }
        }
        return needs.sorted { $0.id < $1.id }
    }
}

/// What she hears and speaks with.
package enum Device: Sendable, Equatable, Codable {
    /// The page itself, over one leg that stays up all shift.
    case browser
    /// A SIP phone at a fixed address, `sip:5001@192.0.2.7:5060`; one leg a call.
    case phone(uri: String)
}
