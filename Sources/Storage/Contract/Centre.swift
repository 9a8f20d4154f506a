import Engine

/// An organisation that answers (受理中心): its lines, queues, bodies, sites and agents. Written as a JSON file by an
/// administrator, kept as one row a version.
package struct Centre: Sendable, Equatable, Codable {
    package var id: String
    package var name: String
    package var englishName: String
    package var lines: [Line]
    package var queues: [Queue]
    package var bodies: [Named]
    package var sites: [Named]
    package var agents: [Agent]
    /// How long what is kept; without rules, for good.
    package var retention: [RetentionRule]?

    package init(
        id: String, name: String, englishName: String, lines: [Line], queues: [Queue], bodies: [Named], sites: [Named],
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

    /// A body or a site.
    package struct Named: Sendable, Equatable, Codable {
        package var id: String
        package var name: String
        package var englishName: String

        package init(id: String, name: String, englishName: String) {
            self.id = id
            self.name = name
            self.englishName = englishName
        }
    }

    package struct Agent: Sendable, Equatable, Codable {
        /// The agent number callers hear.
        package var id: AgentID
        package var queues: [QueueID]
        /// The address of her SIP phone, `sip:5001@192.0.2.7:5060`; nil when she uses the browser.
        package var phone: String?

        package init(id: AgentID, queues: [QueueID], phone: String?) {
            self.id = id
            self.queues = queues
            self.phone = phone
        }
    }

    package var setup: Setup {
        Setup(
            lines: lines.map { Engine.Line(id: $0.id, number: $0.number, queue: $0.queue) },
            queues: queues.map {
                Engine.Queue(
                    id: $0.id, offerSeconds: $0.offerSeconds, wrapUpLimitSeconds: $0.wrapUpLimitSeconds,
                    capacity: $0.capacity)
            },
            agents: agents.map { agent in
                AgentProfile(
                    id: agent.id, queues: agent.queues, device: agent.phone.map { .phone(uri: $0) } ?? .browser)
            })
    }

    /// What is wrong with it, each with what to do; empty when it can be used.
    package var problems: [String] {
        var problems: [String] = []
        func repeated(_ what: String, _ names: [String]) {
            for (name, uses) in Dictionary(grouping: names, by: { $0 }).sorted(by: { $0.key < $1.key })
            where uses.count > 1 {
                problems.append("\(what) \(name) is there \(uses.count) times; keep one")
            }
        }
        repeated("line", lines.map(\.id.text))
        repeated("line number", lines.map(\.number))
        repeated("queue", queues.map(\.id.text))
        repeated("agent", agents.map(\.id.text))
        repeated("body", bodies.map(\.id))
        repeated("site", sites.map(\.id))
        let known = Set(queues.map(\.id))
        for line in lines where !known.contains(line.queue) {
            problems.append("line \(line.id) wants queue \(line.queue), which is not there; add it or name another")
        }
        for agent in agents {
            for queue in agent.queues where !known.contains(queue) {
                problems.append("agent \(agent.id) wants queue \(queue), which is not there; add it or name another")
            }
        }
        for queue in queues {
            if !(1...300).contains(queue.offerSeconds) {
                problems.append("queue \(queue.id): offerSeconds is 1 to 300")
            }
            if !(1...100_000).contains(queue.capacity) { problems.append("queue \(queue.id): capacity is 1 to 100000") }
            if let limit = queue.wrapUpLimitSeconds, !(0...86_400).contains(limit) {
                problems.append("queue \(queue.id): wrapUpLimitSeconds is 0 to 86400, or null for no limit")
            }
        }
        for line in lines where TelephoneNumber(line.number) == nil {
            problems.append("line \(line.id): \(line.number) is no telephone number")
        }
        problems += RetentionPolicy.problems(in: retention ?? [], lines: Set(lines.map(\.id)))
        if sites.isEmpty { problems.append("there is no site to sign in at; add one") }
        return problems
    }
}
