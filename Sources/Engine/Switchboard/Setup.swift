/// What the switchboard must know of the centre: its lines, queues and agents. A change of it is an event.
package struct Setup: Sendable, Equatable, Codable {
    package var lines: [Line]
    package var queues: [Queue]
    package var agents: [AgentProfile]

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
    package let queue: QueueID

    package init(id: LineID, number: String, queue: QueueID) {
        self.id = id
        self.number = number
        self.queue = queue
    }
}

/// Where callers wait (队列).
package struct Queue: Sendable, Equatable, Codable {
    package let id: QueueID
    /// Rings this long before the call goes to the next agent; longer and callers hang up first.
    package let offerSeconds: Int
    /// After this she is ready again without asking; nil waits for her, 0 knows no wrap-up.
    package let wrapUpLimitSeconds: Int?
    /// More callers than this, greeted and waiting together, hear busy: each holds a port of the media server.
    package let capacity: Int

    package init(id: QueueID, offerSeconds: Int = 18, wrapUpLimitSeconds: Int? = nil, capacity: Int = 5000) {
        self.id = id
        self.offerSeconds = offerSeconds
        self.wrapUpLimitSeconds = wrapUpLimitSeconds
        self.capacity = capacity
    }
}

/// What is known of an agent apart from what she is doing.
package struct AgentProfile: Sendable, Equatable, Codable {
    /// Her number (工号), which callers hear.
    package let id: AgentID
    package let queues: [QueueID]
    package let device: Device

    package init(id: AgentID, queues: [QueueID], device: Device) {
        self.id = id
        self.queues = queues
        self.device = device
    }
}

/// What she hears and speaks with.
package enum Device: Sendable, Equatable, Codable {
    /// The page itself, over one leg that stays up all shift.
    case browser
    /// A SIP phone at a fixed address, `sip:5001@192.0.2.7:5060`; one leg a call.
    case phone(uri: String)
}
