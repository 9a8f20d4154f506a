import Engine

/// Why the rules of a centre cannot be: they name what is not there, contradict each other, or leave a caller with nobody who
/// could ever serve him. Each says what to do.
package enum RoutingProblem: Hashable, Sendable {
    case unknown(Place, Kind, String)
    case noAgents(QueueID, Place)
    /// Nobody in the queues such callers reach has it.
    case nobodyHas(Place, Skill, [QueueID])
    /// Each is there, but no one has all of them.
    case nobodyHasAll(Place, [Skill], [QueueID])
    case overflowLoop([QueueID])
    case level(Place, Skill)
    case outside(Place, String, Int, ClosedRange<Int>)
    case week(HoursID)
    case hours(HoursID, String)
    /// It ends before it begins.
    case backwards(HoursID, String)
    case overlap(HoursID, String, String)
    case dayTwice(HoursID, String)

    /// Where it is to be mended.
    package enum Place: Hashable, Sendable {
        case line(LineID)
        case queue(QueueID)
        case agent(AgentID)
        case rule(RuleID)
        case hours(HoursID)
        case centre
    }

    package enum Kind: String, Sendable {
        case queue, skill, line, hours, centre
    }

    package var place: Place {
        switch self {
        case .unknown(let place, _, _), .noAgents(_, let place), .nobodyHas(let place, _, _),
            .nobodyHasAll(let place, _, _), .level(let place, _), .outside(let place, _, _, _):
            place
        case .overflowLoop(let queues): .queue(queues[0])
        case .week(let hours), .hours(let hours, _), .backwards(let hours, _), .overlap(let hours, _, _),
            .dayTwice(let hours, _):
            .hours(hours)
        }
    }

    /// How a thing is called, by its id: a file's author knows ids, a leader at a page knows names.
    package typealias Naming = (Kind, String) -> String

    package var en: String { en { $1 } }
    package var zh: String { zh { $1 } }

    package func en(_ name: Naming) -> String {
        let place = place.en(name)
        func names(_ queues: [QueueID], _ separator: String) -> String {
            queues.map { name(.queue, $0.text) }.joined(separator: separator)
        }
        switch self {
        case .unknown(_, let kind, let what):
            return "\(place) wants \(kind.en) \(what), which is not there; add it or name another"
        case .noAgents(let queue, _):
            return
                "\(place) leads to queue \(name(.queue, queue.text)), which has no agents; put some into it or name another"
        case .nobodyHas(_, let skill, let queues):
            return """
                \(place) requires \(name(.skill, skill.id.text)) at level \(skill.level), which no agent of \
                \(names(queues, ", ")) has; give it to one, or require less
                """
        case .nobodyHasAll(_, let skills, let queues):
            let needs = skills.map { "\(name(.skill, $0.id.text)) \($0.level)" }.joined(separator: " and ")
            return """
                \(place) requires \(needs) together, which no one agent of \(names(queues, ", ")) has; give them to one, \
                or require less
                """
        case .overflowLoop(let queues):
            return "overflow goes in a circle: \(names(queues, " → ")); take one of these overflows out"
        case .level(_, let skill):
            return "\(place): the level of \(name(.skill, skill.id.text)) is \(skill.level); it is 1 to 9"
        case .outside(_, let field, let value, let range):
            return "\(place): \(field) is \(value); it is \(range.lowerBound) to \(range.upperBound)"
        case .week:
            return "\(place): a week has seven lists, Monday first; an empty one is closed"
        case .hours(_, let text):
            return "\(place): \(text) does not read; write times as 08:30-18:00 and days as 2026-10-01"
        case .backwards(_, let text):
            return
                "\(place): \(text) ends before it begins; a night is two stretches, one until 24:00 and one from 00:00"
        case .overlap(_, let one, let other):
            return "\(place): \(one) and \(other) overlap; make one of them, or end the first earlier"
        case .dayTwice(_, let day):
            return "\(place): \(day) is there more than once; keep one"
        }
    }

    package func zh(_ name: Naming) -> String {
        let place = place.zh(name)
        func names(_ queues: [QueueID], _ separator: String) -> String {
            queues.map { name(.queue, $0.text) }.joined(separator: separator)
        }
        switch self {
        case .unknown(_, let kind, let what):
            return "\(place)用到的\(kind.zh)“\(what)”不存在，请先添加，或改用别的。"
        case .noAgents(let queue, _):
            return "\(place)会把来电送到队列“\(name(.queue, queue.text))”，但这个队列没有话务员，请先安排话务员，或改用别的队列。"
        case .nobodyHas(_, let skill, let queues):
            return """
                \(place)要求技能“\(name(.skill, skill.id.text))”达到 \(skill.level) 级，但队列“\(names(queues, "、"))”中\
                没有话务员达到，请给一位话务员加上，或降低要求。
                """
        case .nobodyHasAll(_, let skills, let queues):
            let needs = skills.map { "“\(name(.skill, $0.id.text))”\($0.level) 级" }.joined(separator: "和")
            return "\(place)同时要求\(needs)，但队列“\(names(queues, "、"))”中没有一位话务员全部具备，请给一位话务员加上，或减少要求。"
        case .overflowLoop(let queues):
            return "溢出成了环：\(names(queues, " → "))，请去掉其中一条溢出。"
        case .level(_, let skill):
            return "\(place)：技能“\(name(.skill, skill.id.text))”的级别是 \(skill.level)，应为 1 到 9。"
        case .outside(_, let field, let value, let range):
            return "\(place)：\(field) 是 \(value)，应为 \(range.lowerBound) 到 \(range.upperBound)。"
        case .week:
            return "\(place)：一周应有七天，从周一开始；空的一天不服务。"
        case .hours(_, let text):
            return "\(place)：“\(text)”无法识别，时间请写成 08:30-18:00，日期请写成 2026-10-01。"
        case .backwards(_, let text):
            return "\(place)：“\(text)”的结束不晚于开始；跨夜请分成两段，一段到 24:00，一段从 00:00。"
        case .overlap(_, let one, let other):
            return "\(place)：“\(one)”与“\(other)”重叠，请合成一段，或让前一段早些结束。"
        case .dayTwice(_, let day):
            return "\(place)：“\(day)”写了不止一次，请保留一条。"
        }
    }
}

extension RoutingProblem.Place {
    /// As a field of a form.
    package var path: String {
        switch self {
        case .line(let id): "lines.\(id)"
        case .queue(let id): "queues.\(id)"
        case .agent(let id): "agents.\(id)"
        case .rule(let id): "rules.\(id)"
        case .hours(let id): "hours.\(id)"
        case .centre: "centre"
        }
    }

    func en(_ name: RoutingProblem.Naming) -> String {
        switch self {
        case .line(let id): "line \(name(.line, id.text))"
        case .queue(let id): "queue \(name(.queue, id.text))"
        case .agent(let id): "agent \(id)"
        case .rule(let id): "rule \(id)"
        case .hours(let id): "hours \(name(.hours, id.text))"
        case .centre: "the centre"
        }
    }

    func zh(_ name: RoutingProblem.Naming) -> String {
        switch self {
        case .line(let id): "热线“\(name(.line, id.text))”"
        case .queue(let id): "队列“\(name(.queue, id.text))”"
        case .agent(let id): "工号 \(id)"
        case .rule(let id): "规则“\(id)”"
        case .hours(let id): "服务时间“\(name(.hours, id.text))”"
        case .centre: "受理中心"
        }
    }
}

extension RoutingProblem.Kind {
    var en: String { self == .hours ? "opening hours" : rawValue }

    var zh: String {
        switch self {
        case .queue: "队列"
        case .skill: "技能"
        case .line: "热线"
        case .hours: "服务时间"
        case .centre: "受理中心"
        }
    }
}
