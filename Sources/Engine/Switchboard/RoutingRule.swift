/// A business rule (业务规则): callers whom it fits are treated as it says.
package struct RoutingRule: Sendable, Equatable, Codable {
    package let id: RuleID
    package var when: Condition
    package var then: Treatment

    package init(id: RuleID, when: Condition, then: Treatment) {
        self.id = id
        self.when = when
        self.then = then
    }

    /// All that is named must be so; what is not named does not matter.
    package struct Condition: Sendable, Equatable, Codable {
        package var lines: [LineID]?
        /// The beginnings of numbers; whole numbers for people who are known.
        package var numbers: [String]?
        package var regions: [String]?
        package var language: SkillID?
        /// He has called at least so often within the time of a redial, this call included.
        package var attempts: Int?
        package var hasOpenOrder: Bool?

        package init(
            lines: [LineID]? = nil, numbers: [String]? = nil, regions: [String]? = nil, language: SkillID? = nil,
            attempts: Int? = nil, hasOpenOrder: Bool? = nil
        ) {
            self.lines = lines
            self.numbers = numbers
            self.regions = regions
            self.language = language
            self.attempts = attempts
            self.hasOpenOrder = hasOpenOrder
        }

        func fits(_ record: CallRecord, _ facts: CallerFacts) -> Bool {
            if let lines, !lines.contains(record.line) { return false }
            if let numbers, !numbers.contains(where: { record.number.hasPrefix($0) }) { return false }
            if let regions, !regions.contains(where: { $0 == facts.region }) { return false }
            if let language, language != facts.language { return false }
            if let attempts, record.attempt ?? 1 < attempts { return false }
            if let hasOpenOrder, hasOpenOrder != (facts.orderAgent != nil) { return false }
            return true
        }
    }

    package struct Treatment: Sendable, Equatable, Codable {
        package var queue: QueueID?
        /// Added to the needs there are.
        package var requires: [Skill]?
        /// Steps of priority added; negative ones put him behind.
        package var priority: Int?
        /// For so long he waits for the agent who took his open order (首问责任), if she is at work.
        package var ownAgentSeconds: Int?

        package init(
            queue: QueueID? = nil, requires: [Skill]? = nil, priority: Int? = nil, ownAgentSeconds: Int? = nil
        ) {
            self.queue = queue
            self.requires = requires
            self.priority = priority
            self.ownAgentSeconds = ownAgentSeconds
        }
    }
}

/// What is known of a caller beyond his number; told while he hears the greeting, or later.
package struct CallerFacts: Sendable, Equatable, Codable {
    /// Who took his order that is still open.
    package var orderAgent: AgentID?
    /// What he chose to speak.
    package var language: SkillID?
    package var region: String?

    package init(orderAgent: AgentID? = nil, language: SkillID? = nil, region: String? = nil) {
        self.orderAgent = orderAgent
        self.language = language
        self.region = region
    }
}

/// When callers of a queue have waited too long, or would: other ways to be served.
package struct Overflow: Sendable, Hashable {
    package let when: Trigger
    package let to: Target

    package init(_ when: Trigger, to: Target) {
        self.when = when
        self.to = to
    }

    package enum Trigger: Sendable, Hashable {
        case waited(seconds: Int)
        /// As many wait already when he comes.
        case length(Int)
        /// The wait to be expected when he comes.
        case forecast(seconds: Int)
        /// No agent who could serve him is signed in when he comes.
        case nobody
    }

    package enum Target: Sendable, Hashable {
        /// Agents of this queue serve him too; he keeps his place, and those of the first go on serving him.
        case queue(QueueID)
        /// He is told that he may be called back and keep his place (虚拟排队).
        case callback
        /// He may leave a message, which is a missed call with a voice.
        case voicemail
    }
}

/// When a line is answered.
package struct OpeningHours: Sendable, Equatable, Codable {
    package let id: HoursID
    /// On each day of the week, Monday first; minutes from midnight, `510..<1080`. Several stretches leave out lunch.
    package var week: [[Range<Int>]]
    package var exceptions: [Exception]

    /// A day that differs; a holiday is never open.
    package struct Exception: Sendable, Equatable, Codable {
        package let day: LocalDay
        package let open: [Range<Int>]

        package init(_ day: LocalDay, open: [Range<Int>]) {
            self.day = day
            self.open = open
        }
    }

    package init(id: HoursID, week: [[Range<Int>]], exceptions: [Exception] = []) {
        self.id = id
        self.week = week
        self.exceptions = exceptions
    }

    package func isOpen(at moment: Moment, _ wall: WallClock) -> Bool {
        let day = wall.day(of: moment)
        let minute = Int(moment.milliseconds(since: wall.start(of: day)) / 60_000)
        let stretches = exceptions.first { $0.day == day }?.open ?? (week.isEmpty ? [] : week[day.weekday % week.count])
        return stretches.contains { $0.contains(minute) }
    }
}

/// Calls of a line that another centre answers (话务迁移): by a command that one person gives and another approves.
package struct Takeover: Sendable, Equatable, Codable {
    package let id: TakeoverID
    package let line: LineID
    /// Of the centre that helps.
    package let queue: QueueID
    /// Of the calls that fit, in steps of 1.
    package let percent: Int
    package let numbers: [String]?
    package let regions: [String]?
    package let language: SkillID?
    package let askedBy: PersonID
    package let askedAt: Moment
    package internal(set) var approvedBy: PersonID?
    package internal(set) var approvedAt: Moment?
    package internal(set) var endedBy: PersonID?
    package internal(set) var endedAt: Moment?
    /// What has come together towards the next call that goes over: 100 is one.
    var due = 0

    package var isInForce: Bool { approvedAt != nil && endedAt == nil }

    package init(
        id: TakeoverID, line: LineID, queue: QueueID, percent: Int, numbers: [String]? = nil, regions: [String]? = nil,
        language: SkillID? = nil, askedBy: PersonID, askedAt: Moment
    ) {
        self.id = id
        self.line = line
        self.queue = queue
        self.percent = percent
        self.numbers = numbers
        self.regions = regions
        self.language = language
        self.askedBy = askedBy
        self.askedAt = askedAt
    }

    private var condition: RoutingRule.Condition {
        RoutingRule.Condition(lines: [line], numbers: numbers, regions: regions, language: language)
    }

    /// Whether this call goes over. Of a hundred that fit exactly `percent` do, spread evenly (Bresenham's line), and so on
    /// every run and machine.
    mutating func takes(_ record: CallRecord, _ facts: CallerFacts) -> Bool {
        guard isInForce, condition.fits(record, facts) else { return false }
        due += percent
        guard due >= 100 else { return false }
        due -= 100
        return true
    }
}
