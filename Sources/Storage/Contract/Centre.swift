import Engine

/// An organisation that answers (受理中心): its lines, queues, bodies, sites and agents. Written as a JSON file by an
/// administrator, kept as one row a version.
package struct Centre: Sendable, Equatable, Codable {
    package var id: String
    package var name: String
    package var englishName: String
    package var lines: [Line]
    package var queues: [Queue]
    package var bodies: [Body]
    package var sites: [Named]
    /// Phones that are anybody's; whoever works in the browser, at a desk or at home, needs none.
    package var seats: [Seat]?
    package var agents: [Agent]
    /// How long what is kept; without rules, for good.
    package var retention: [RetentionRule]?

    /// By which policy the clocks of its orders run; `hangzhou` if absent. A line may have its own.
    package var policy: String?
    /// What matters can be about.
    package var categories: [Category]?
    /// What is taken from citizens over the web; without it nothing is.
    package var citizens: Citizens?

    // What older files do not have; without it the switchboard's own defaults hold.

    /// Other centres that share lines or help out; this one is among them by its own id.
    package var centres: [Named]?
    package var skills: [Named]?
    /// Kinds of breaks.
    package var breaks: [Named]?
    package var hours: [Hours]?
    package var rules: [RoutingRule]?
    package var priorityStepSeconds: Int?
    package var preferenceStepSeconds: Int?
    package var pauseSeconds: Int?
    package var missesAllowed: Int?
    package var redialSeconds: Int?

    package init(
        id: String, name: String, englishName: String, lines: [Line], queues: [Queue], bodies: [Body], sites: [Named],
        agents: [Agent]
    ) {
        self.id = id
        self.name = name
        self.englishName = englishName
        self.lines = lines
        self.queues = queues
        self.bodies = bodies
        self.sites = sites
        self.agents = agents
    }

    package struct Line: Sendable, Equatable, Codable {
        package var id: LineID
        package var number: String
        package var name: String
        package var englishName: String
        package var queue: QueueID
        /// File of the greeting below the prompts' folder, without `.wav`.
        package var greeting: String
        package var script: [ScriptStep]
        package var centre: CentreID?
        package var requires: [Skill]?
        package var priority: Int?
        /// Without them it is always open.
        package var hours: HoursID?
        package var policy: String?

        package init(
            id: LineID, number: String, name: String, englishName: String, queue: QueueID, greeting: String,
            script: [ScriptStep]
        ) {
            self.id = id
            self.number = number
            self.name = name
            self.englishName = englishName
            self.queue = queue
            self.greeting = greeting
            self.script = script
        }
    }

    /// One thing to say, shown beside the form. `{agent}` stands for the agent's number.
    package struct ScriptStep: Sendable, Equatable, Codable {
        package var title: String
        package var englishTitle: String
        package var text: String
        package var englishText: String
    }

    package struct Queue: Sendable, Equatable, Codable {
        package var id: QueueID
        package var name: String
        package var englishName: String
        package var offerSeconds: Int
        package var wrapUpLimitSeconds: Int?
        package var capacity: Int
        package var centre: CentreID?
        package var strategy: Engine.Queue.Strategy?
        package var priority: Int?
        package var overflow: [Overflow]?
        package var announceSeconds: Int?
        package var callbackTries: Int?
        package var callbackRetrySeconds: Int?

        package init(
            id: QueueID, name: String, englishName: String, offerSeconds: Int, wrapUpLimitSeconds: Int?, capacity: Int
        ) {
            self.id = id
            self.name = name
            self.englishName = englishName
            self.offerSeconds = offerSeconds
            self.wrapUpLimitSeconds = wrapUpLimitSeconds
            self.capacity = capacity
        }
    }

    /// Who handles orders (承办单位).
    package struct Body: Sendable, Equatable, Codable {
        package var id: String
        package var name: String
        package var englishName: String
        /// The body above it: a county's city, a street's county.
        package var parent: String?
        /// Where its own system is told of orders besides its page.
        package var webhook: String?
        /// Where it is written to besides, when `mail.from` says from whom.
        package var email: String?
        /// `["08:30-12:00", "14:00-17:30"]` on each working day, where it keeps others than the policy's.
        package var hours: WorkingHours?

        package init(id: String, name: String, englishName: String) {
            self.id = id
            self.name = name
            self.englishName = englishName
        }
    }

    /// A branch of the catalogue: what a matter is about, and who usually handles it.
    package struct Category: Sendable, Equatable, Codable {
        package var id: String
        package var name: String
        package var englishName: String
        package var body: String?
        /// What its orders have to say besides.
        package var particulars: [Particular]?

        package init(id: String, name: String, englishName: String) {
            self.id = id
            self.name = name
            self.englishName = englishName
        }
    }

    /// Of the bodies that keep hours of their own.
    package var bodyHours: [BodyID: BodyHours] {
        let own = bodies.compactMap { body in
            body.hours.map { (BodyID(body.id), BodyHours($0, name: body.name, englishName: body.englishName)) }
        }
        return Dictionary(own, uniquingKeysWith: { first, _ in first })
    }

    /// What the orders of a category have to say besides.
    package func particulars(of category: String?) -> [Particular] {
        categories?.first { $0.id == category }?.particulars ?? []
    }

    /// What citizens file on the web page or through programs.
    package struct Citizens: Sendable, Equatable, Codable {
        /// The line their orders belong to.
        package var line: LineID
        /// Whether anyone may read over Open311 what was filed, without names and numbers; else a client reads only its own.
        package var publishes: Bool?
        /// How the pages are reached from outside, `https://…` without a slash at the end; for links in messages.
        package var address: String?
        /// A gateway for short messages: with it a citizen is told when her order is closed, and how to say what came of it.
        package var messages: String?

        package init(line: LineID) { self.line = line }
    }

    /// A desk with a phone (座席), at which whoever sits down answers.
    package struct Seat: Sendable, Equatable, Codable {
        package var id: String
        package var name: String
        package var englishName: String
        package var site: String
        /// `sip:A12@192.0.2.7:5060`.
        package var phone: String
    }

    package struct Agent: Sendable, Equatable {
        /// The agent number callers hear.
        package var id: AgentID
        package var queues: [AgentProfile.Membership]
        /// The address of her SIP phone, `sip:5001@192.0.2.7:5060`; nil when she uses the browser.
        package var phone: String?
        package var centre: CentreID?
        package var skills: [Skill]?

        package init(id: AgentID, queues: [QueueID], phone: String?) {
            self.id = id
            self.queues = queues.map { AgentProfile.Membership($0) }
            self.phone = phone
        }
    }

    /// When a line is open, as people write it: `"08:30-12:00"`. Monday first, an empty day is closed.
    package struct Hours: Sendable, Equatable, Codable {
        package var id: HoursID
        package var name: String?
        package var englishName: String?
        package var week: [[String]]
        package var exceptions: [Exception]?

        package struct Exception: Sendable, Equatable, Codable {
            package var day: String
            package var open: [String]
        }
    }
}

extension Centre.Agent: Codable {
    private enum Key: String, CodingKey {
        case id, queues, phone, centre, skills
    }

    /// A queue is its id, or `{"queue": "tax", "preference": 1}`.
    private enum Membership: Codable {
        case id(QueueID)
        case preferred(AgentProfile.Membership)

        init(from decoder: any Decoder) throws {
            if let id = try? decoder.singleValueContainer().decode(QueueID.self) {
                self = .id(id)
            } else {
                self = .preferred(try AgentProfile.Membership(from: decoder))
            }
        }

        func encode(to encoder: any Encoder) throws {
            switch self {
            case .id(let id): try id.encode(to: encoder)
            case .preferred(let membership): try membership.encode(to: encoder)
            }
        }
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        id = try container.decode(AgentID.self, forKey: .id)
        queues = try container.decode([Membership].self, forKey: .queues).map { membership in
            switch membership {
            case .id(let id): AgentProfile.Membership(id)
            case .preferred(let membership): membership
            }
        }
        phone = try container.decodeIfPresent(String.self, forKey: .phone)
        centre = try container.decodeIfPresent(CentreID.self, forKey: .centre)
        skills = try container.decodeIfPresent([Skill].self, forKey: .skills)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(id, forKey: .id)
        try container.encode(
            queues.map { $0.preference == 0 ? Membership.id($0.queue) : .preferred($0) }, forKey: .queues)
        try container.encodeIfPresent(phone, forKey: .phone)
        try container.encodeIfPresent(centre, forKey: .centre)
        try container.encodeIfPresent(skills, forKey: .skills)
    }
}

/// A centre as it was kept once: every change is a version of its own.
package struct CentreVersion: Sendable, Equatable {
    package let centre: Centre
    package let version: Int
    package let at: Moment
    /// Nil for the program itself, such as an import.
    package let savedBy: PersonID?

    package init(centre: Centre, version: Int, at: Moment, savedBy: PersonID?) {
        self.centre = centre
        self.version = version
        self.at = at
        self.savedBy = savedBy
    }

    /// For the switchboard, which notes with every call by which version it was routed.
    package var setup: Setup {
        var setup = centre.setup
        setup.version = version
        return setup
    }
}
