import Engine

/// Whether a centre's rules can be followed, and by whom.
extension Centre {
    package var routingProblems: [RoutingProblem] {
        var found = namesThatAreNot + numbersOutside + loops
        // Who can be reached is only worth asking where all names are there.
        if found.isEmpty { found = callersWithoutAnybody }
        var seen: Set<RoutingProblem> = []
        return found.filter { seen.insert($0).inserted }
    }

    // MARK: Names

    private var namesThatAreNot: [RoutingProblem] {
        let queueNames = Set(queues.map(\.id.text))
        let lineNames = Set(lines.map(\.id.text))
        let skillNames = Set((skills ?? []).map(\.id))
        let hoursNames = Set((hours ?? []).map(\.id.text))
        let centreNames = Set((centres ?? []).map(\.id)).union([id])
        var problems: [RoutingProblem] = []
        func want(_ name: String?, in names: Set<String>, _ kind: RoutingProblem.Kind, _ place: RoutingProblem.Place) {
            if let name, !names.contains(name) { problems.append(.unknown(place, kind, name)) }
        }
        for line in lines {
            want(line.queue.text, in: queueNames, .queue, .line(line.id))
            want(line.centre?.text, in: centreNames, .centre, .line(line.id))
            want(line.hours?.text, in: hoursNames, .hours, .line(line.id))
            for skill in line.requires ?? [] { want(skill.id.text, in: skillNames, .skill, .line(line.id)) }
        }
        for queue in queues {
            want(queue.centre?.text, in: centreNames, .centre, .queue(queue.id))
            for overflow in queue.overflow ?? [] {
                if case .queue(let other) = overflow.to { want(other.text, in: queueNames, .queue, .queue(queue.id)) }
            }
        }
        for agent in agents {
            want(agent.centre?.text, in: centreNames, .centre, .agent(agent.id))
            for membership in agent.queues { want(membership.queue.text, in: queueNames, .queue, .agent(agent.id)) }
            for skill in agent.skills ?? [] { want(skill.id.text, in: skillNames, .skill, .agent(agent.id)) }
        }
        for rule in rules ?? [] {
            for line in rule.when.lines ?? [] { want(line.text, in: lineNames, .line, .rule(rule.id)) }
            want(rule.when.language?.text, in: skillNames, .skill, .rule(rule.id))
            want(rule.then.queue?.text, in: queueNames, .queue, .rule(rule.id))
            for skill in rule.then.requires ?? [] { want(skill.id.text, in: skillNames, .skill, .rule(rule.id)) }
        }
        return problems
    }

    // MARK: Numbers

    private var numbersOutside: [RoutingProblem] {
        var problems: [RoutingProblem] = []
        func check(_ value: Int?, _ range: ClosedRange<Int>, _ field: String, _ place: RoutingProblem.Place) {
            if let value, !range.contains(value) { problems.append(.outside(place, field, value, range)) }
        }
        func levels(_ skills: [Skill]?, _ place: RoutingProblem.Place) {
            for skill in skills ?? [] where !Skill.levels.contains(skill.level) {
                problems.append(.level(place, skill))
            }
        }
        check(priorityStepSeconds, 0...3600, "priorityStepSeconds", .centre)
        check(preferenceStepSeconds, 0...3600, "preferenceStepSeconds", .centre)
        check(pauseSeconds, 0...3600, "pauseSeconds", .centre)
        check(missesAllowed, 1...100, "missesAllowed", .centre)
        check(redialSeconds, 0...604_800, "redialSeconds", .centre)
        for line in lines {
            check(line.priority, Self.priorities, "priority", .line(line.id))
            levels(line.requires, .line(line.id))
        }
        for queue in queues {
            let place = RoutingProblem.Place.queue(queue.id)
            check(queue.priority, Self.priorities, "priority", place)
            check(queue.announceSeconds, 10...3600, "announceSeconds", place)
            check(queue.callbackTries, 1...20, "callbackTries", place)
            check(queue.callbackRetrySeconds, 1...86_400, "callbackRetrySeconds", place)
            for overflow in queue.overflow ?? [] {
                switch overflow.when {
                case .waited(let seconds): check(seconds, 1...86_400, "waited", place)
                case .length(let length): check(length, 0...100_000, "length", place)
                case .forecast(let seconds): check(seconds, 1...86_400, "forecast", place)
                case .nobody: break
                }
            }
        }
        for agent in agents {
            for membership in agent.queues { check(membership.preference, 0...9, "preference", .agent(agent.id)) }
            levels(agent.skills, .agent(agent.id))
        }
        for rule in rules ?? [] {
            check(rule.when.attempts, 1...100, "attempts", .rule(rule.id))
            check(rule.then.priority, Self.priorities, "priority", .rule(rule.id))
            check(rule.then.ownAgentSeconds, 1...3600, "ownAgentSeconds", .rule(rule.id))
            levels(rule.then.requires, .rule(rule.id))
        }
        for each in hours ?? [] {
            if each.week.count != 7 { problems.append(.week(each.id)) }
            problems += each.contradictions
        }
        return problems
    }

    /// Steps; a hundred of a minute each are longer than anybody waits.
    private static let priorities = -100...100

    // MARK: Overflow

    private func overflowTargets(of queue: QueueID) -> [QueueID] {
        (queues.first { $0.id == queue }?.overflow ?? []).compactMap {
            if case .queue(let other) = $0.to { other } else { nil }
        }
    }

    /// Each circle once, from the first of its queues. A queue that flows into itself is one too.
    private var loops: [RoutingProblem] {
        var problems: [RoutingProblem] = []
        var inCircle: Set<QueueID> = []
        for queue in queues.map(\.id) where !inCircle.contains(queue) {
            if let circle = path(from: queue, backTo: queue, [queue]) {
                inCircle.formUnion(circle)
                problems.append(.overflowLoop(circle + [queue]))
            }
        }
        return problems
    }

    private func path(from queue: QueueID, backTo start: QueueID, _ soFar: [QueueID]) -> [QueueID]? {
        for next in overflowTargets(of: queue) {
            if next == start { return soFar }
            if !soFar.contains(next), let found = path(from: next, backTo: start, soFar + [next]) { return found }
        }
        return nil
    }

    // MARK: Callers

    /// Callers of each line, as the line says and as each rule alone would have it.
    private var callersWithoutAnybody: [RoutingProblem] {
        var problems: [RoutingProblem] = []
        for line in lines { problems += nobody(for: line.requires ?? [], in: line.queue, .line(line.id)) }
        for rule in rules ?? [] {
            for line in lines where rule.when.lines?.contains(line.id) ?? true {
                let language = rule.when.language.map { [Skill($0)] } ?? []
                let needs = (line.requires ?? []) + language + (rule.then.requires ?? [])
                problems += nobody(for: needs, in: rule.then.queue ?? line.queue, .rule(rule.id))
            }
        }
        return problems
    }

    private func nobody(for needs: [Skill], in queue: QueueID, _ place: RoutingProblem.Place) -> [RoutingProblem] {
        let reached = [queue] + overflowTargets(of: queue)
        let members = agents.filter { agent in agent.queues.contains { reached.contains($0.queue) } }
        guard agents.contains(where: { $0.queues.contains { $0.queue == queue } }) else {
            return [.noAgents(queue, place)]
        }
        let missing = needs.filter { need in !members.contains { ($0.skills ?? []).cover([need]) } }
        if !missing.isEmpty { return missing.map { .nobodyHas(place, $0, reached) } }
        guard members.contains(where: { ($0.skills ?? []).cover(needs) }) else {
            return [.nobodyHasAll(place, needs, reached)]
        }
        return []
    }
}
