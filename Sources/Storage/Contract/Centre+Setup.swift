import Engine

extension Centre {
    /// What the switchboard must know of it. Hours that do not read are left out: `problems` has told of them.
    package var setup: Setup {
        var setup = Setup(
            lines: lines.map { line in
                var made = Engine.Line(
                    id: line.id, number: line.number, queue: line.queue, centre: line.centre ?? home)
                made.requires = line.requires ?? []
                made.priority = line.priority ?? 0
                made.hours = line.hours
                return made
            },
            queues: queues.map(setup),
            agents: agents.map { agent in
                AgentProfile(
                    id: agent.id, centre: agent.centre ?? home, memberships: agent.queues,
                    skills: agent.skills ?? [], device: agent.phone.map { .phone(uri: $0) } ?? .browser)
            })
        setup.rules = rules ?? []
        setup.hours = (hours ?? []).compactMap(\.read)
        setup.priorityStepSeconds = priorityStepSeconds ?? setup.priorityStepSeconds
        setup.preferenceStepSeconds = preferenceStepSeconds ?? setup.preferenceStepSeconds
        setup.pauseSeconds = pauseSeconds ?? setup.pauseSeconds
        setup.missesAllowed = missesAllowed ?? setup.missesAllowed
        setup.redialSeconds = redialSeconds ?? setup.redialSeconds
        return setup
    }

    /// Its own id, to which everything belongs that names no other centre.
    package var home: CentreID { CentreID(id) }

    private func setup(_ queue: Queue) -> Engine.Queue {
        var made = Engine.Queue(
            id: queue.id, centre: queue.centre ?? home, offerSeconds: queue.offerSeconds,
            wrapUpLimitSeconds: queue.wrapUpLimitSeconds, capacity: queue.capacity)
        made.strategy = queue.strategy ?? made.strategy
        made.priority = queue.priority ?? made.priority
        made.overflow = queue.overflow ?? []
        made.announceSeconds = queue.announceSeconds
        made.callbackTries = queue.callbackTries ?? made.callbackTries
        made.callbackRetrySeconds = queue.callbackRetrySeconds ?? made.callbackRetrySeconds
        return made
    }
}

extension Centre.Hours {
    /// Nil if something in it does not read.
    package var read: OpeningHours? {
        let days = week.map { $0.map(Self.stretch) }
        let exceptions = (exceptions ?? []).map { (LocalDay($0.day), $0.open.map(Self.stretch)) }
        guard week.count == 7, !days.joined().contains(nil),
            !exceptions.contains(where: { $0.0 == nil || $0.1.contains(nil) })
        else { return nil }
        return OpeningHours(
            id: id, week: days.map { $0.compactMap(\.self) },
            exceptions: exceptions.map { .init($0.0!, open: $0.1.compactMap(\.self)) })
    }

    /// `08:30-18:00` as minutes from midnight; `24:00` ends a day.
    static func stretch(_ text: String) -> Range<Int>? {
        guard let (from, until) = sides(text), from < until else { return nil }
        return from..<until
    }

    private static func sides(_ text: String) -> (from: Int, until: Int)? {
        let sides = text.split(separator: "-", omittingEmptySubsequences: false).map(minute)
        guard sides.count == 2, let from = sides[0], let until = sides[1] else { return nil }
        return (from, until)
    }

    private static func minute(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2,
            parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (48...57).contains($0) } }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), minute < 60, hour * 60 + minute <= 1440
        else { return nil }
        return hour * 60 + minute
    }

    /// What of it does not read, or says two things of one moment.
    var contradictions: [RoutingProblem] {
        var found = (week + (exceptions ?? []).map(\.open)).flatMap(problems(of:))
        var days: Set<String> = []
        for exception in exceptions ?? [] {
            if LocalDay(exception.day) == nil { found.append(.hours(id, exception.day)) }
            if !days.insert(exception.day).inserted { found.append(.dayTwice(id, exception.day)) }
        }
        return found
    }

    private func problems(of day: [String]) -> [RoutingProblem] {
        var found: [RoutingProblem] = []
        var known: [(text: String, range: Range<Int>)] = []
        for text in day {
            if let range = Self.stretch(text) {
                known.append((text, range))
            } else {
                found.append(Self.sides(text) == nil ? .hours(id, text) : .backwards(id, text))
            }
        }
        known.sort { $0.range.lowerBound < $1.range.lowerBound }
        for (one, other) in zip(known, known.dropFirst()) where one.range.upperBound > other.range.lowerBound {
            found.append(.overlap(id, one.text, other.text))
        }
        return found
    }
}
