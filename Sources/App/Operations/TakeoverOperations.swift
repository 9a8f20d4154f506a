import Engine
import Storage

/// Commands of leaders that hold for a line at once: another centre answers a part of its calls, or nobody can. Who gives the
/// command may not approve it.
enum TakeoverOperations {
    static let all: [Operation] = [
        Operation(
            id: "listTakeovers", method: .get, path: "/takeovers",
            summary: Sentence("话务迁移指令", "Takeovers asked for, in force and ended"), access: .needs(.routing),
            answers: [.ok(.object([.init("takeovers", .list(schema))]))], handle: list),
        Operation(
            id: "askTakeover", method: .post, path: "/takeovers",
            summary: Sentence("下达话务迁移指令", "Ask that another centre answer calls of a line"), access: .needs(.routing),
            form: .object([
                .init("line", .id), .init("queue", .id), .init("percent", .integer(1...100)),
                .init("numbers", .list(.text(1...32)), required: false),
                .init("regions", .list(.text(1...64)), required: false), .init("language", .id, required: false),
            ]),
            answers: [.created(schema)], refusals: [.conflict, .serviceUnavailable], handle: ask),
        Operation(
            id: "approveTakeover", method: .post, path: "/takeovers/{id}/approval",
            summary: Sentence("批准", "Approve it; another person than who asked"), access: .needs(.routing),
            answers: [.ok(schema)], refusals: [.conflict, .serviceUnavailable],
            handle: { try await change($0, "approve") { .takeoverApproved($0, by: $1) } }),
        Operation(
            id: "endTakeover", method: .delete, path: "/takeovers/{id}", summary: Sentence("结束", "End it"),
            access: .needs(.routing), answers: [.ok(schema)], refusals: [.conflict, .serviceUnavailable],
            handle: { try await change($0, "end") { .takeoverEnded($0, by: $1) } }),
        Operation(
            id: "declareEmergency", method: .put, path: "/lines/{line}/emergency",
            summary: Sentence("应急：来电只听到提示", "Emergency: new callers hear a message only"), access: .needs(.routing),
            form: .object([.init("on", .flag)]), answers: [.ok(.object([.init("line", .id), .init("on", .flag)]))],
            refusals: [.conflict, .serviceUnavailable], handle: declareEmergency),
    ]

    private static let schema = Schema.named(
        "Takeover",
        .object([
            .init("id", .id), .init("line", .id), .init("queue", .id), .init("percent", .integer(1...100)),
            .init("numbers", .nullable(.list(.anyText))), .init("regions", .nullable(.list(.anyText))),
            .init("language", .nullable(.id)), .init("state", .oneOf(["asked", "inForce", "ended"])),
            .init("askedBy", .anyText), .init("askedAt", .time), .init("approvedBy", .nullable(.anyText)),
            .init("approvedAt", .nullable(.time)), .init("endedBy", .nullable(.anyText)),
            .init("endedAt", .nullable(.time)),
            // Whether the person who asks for this list may approve it.
            .init("mayApprove", .flag),
        ]))

    private static func list(_ exchange: Exchange) async throws -> Answer {
        let people = try await exchange.office.staff.people()
        let takeovers = await exchange.office.switchboard.read { $0.takeovers }
        return .json(["takeovers": .array(takeovers.reversed().map { view($0, exchange, people) })])
    }

    private static func ask(_ exchange: Exchange) async throws -> Answer {
        struct Command: Decodable {
            let line: LineID
            let queue: QueueID
            let percent: Int
            let numbers: [String]?
            let regions: [String]?
            let language: SkillID?
        }
        let command = try exchange.form(Command.self)
        let centre = exchange.office.centre
        var problems: [FieldProblem] = []
        if !centre.lines.contains(where: { $0.id == command.line }) {
            problems.append(Problem.noSuch("line", "热线", "line"))
        }
        if !centre.queues.contains(where: { $0.id == command.queue }) {
            problems.append(Problem.noSuch("queue", "队列", "queue"))
        }
        if let language = command.language, !(centre.skills ?? []).contains(where: { $0.id == language.text }) {
            problems.append(Problem.noSuch("language", "语言", "language"))
        }
        guard problems.isEmpty else { throw Problem.invalid(problems) }
        let takeover = Takeover(
            id: TakeoverID(exchange.office.newID()), line: command.line, queue: command.queue,
            percent: command.percent, numbers: command.numbers.nonEmpty, regions: command.regions.nonEmpty,
            language: command.language, askedBy: exchange.me.person.id, askedAt: exchange.now)
        try await exchange.office.ask(.takeoverAsked(takeover))
        return try await note(takeover.id, "ask", exchange, status: .created)
    }

    private static func change(
        _ exchange: Exchange, _ action: String, _ event: (TakeoverID, PersonID) -> Event
    ) async throws -> Answer {
        let id: TakeoverID = exchange.id("id")
        do {
            try await exchange.office.ask(event(id, exchange.me.person.id))
        } catch SwitchboardRefusal.unknownTakeover {
            throw Problem.notFound
        }
        return try await note(id, action, exchange)
    }

    private static func note(
        _ id: TakeoverID, _ action: String, _ exchange: Exchange, status: HTTPStatus = .ok
    ) async throws -> Answer {
        try await exchange.office.note("takeover.\(action)", "takeover:\(id)", exchange)
        let takeovers = await exchange.office.switchboard.read { $0.takeovers }
        guard let takeover = takeovers.first(where: { $0.id == id }) else { throw Problem.notFound }
        return .json(view(takeover, exchange, try await exchange.office.staff.people()), status: status)
    }

    private static func view(_ takeover: Takeover, _ exchange: Exchange, _ people: People) -> JSON {
        let asked = takeover.approvedAt == nil && takeover.endedAt == nil
        return [
            "id": JSON(takeover.id), "line": JSON(takeover.line), "queue": JSON(takeover.queue),
            "percent": JSON(takeover.percent),
            "numbers": takeover.numbers.map { .array($0.map(JSON.string)) } ?? .null,
            "regions": takeover.regions.map { .array($0.map(JSON.string)) } ?? .null,
            "language": JSON(takeover.language),
            "state": asked ? "asked" : takeover.isInForce ? "inForce" : "ended",
            "askedBy": .string(people.name(takeover.askedBy)), "askedAt": JSON(takeover.askedAt),
            "approvedBy": JSON(takeover.approvedBy.map(people.name)), "approvedAt": JSON(takeover.approvedAt),
            "endedBy": JSON(takeover.endedBy.map(people.name)), "endedAt": JSON(takeover.endedAt),
            "mayApprove": .bool(asked && takeover.askedBy != exchange.me.person.id),
        ]
    }

    private static func declareEmergency(_ exchange: Exchange) async throws -> Answer {
        struct Declared: Decodable { let on: Bool }
        let on = try exchange.form(Declared.self).on
        let line: LineID = exchange.id("line")
        guard exchange.office.centre.lines.contains(where: { $0.id == line }) else { throw Problem.notFound }
        try await exchange.office.ask(.emergencyDeclared(line, on: on, by: exchange.me.person.id))
        try await exchange.office.note(on ? "emergency.begin" : "emergency.end", "line:\(line)", exchange)
        return .json(["line": JSON(line), "on": .bool(on)])
    }
}

extension [String]? {
    /// An empty list would fit nobody; it is meant as none.
    fileprivate var nonEmpty: [String]? { self?.isEmpty == false ? self : nil }
}
