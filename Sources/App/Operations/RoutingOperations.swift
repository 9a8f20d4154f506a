import Engine
import Foundation
import HTTPTypes
import Storage

/// How calls find agents: shown with who changed it last, and changed while calls go on. Each change is sent with the version it
/// was made of, is refused with the reason if it could not work, and is a version of the centre.
enum RoutingOperations {
    static let all: [Operation] = [
        Operation(
            id: "showRouting", method: .get, path: "/routing",
            summary: Sentence("话务调度：队列、话务员、技能、规则", "Routing: queues, agents, skills, rules"), access: .needs(.routing),
            answers: [.ok(RoutingViews.schema)], handle: show),
        Operation(
            id: "listRoutingChanges", method: .get, path: "/routing/history",
            summary: Sentence("谁在什么时候改了什么", "Who changed what, and when"), access: .needs(.routing),
            query: Exchange.paging, answers: [.ok(CallViews.rows(of: CentreChanges.schema))], refusals: [.notFound],
            handle: listChanges),
        change(
            id: "changeQueue", path: "/routing/queues/{id}", Sentence("修改队列", "Change a queue"), RoutingForms.queue
        ) { exchange, centre in
            try RoutingForms.checkTriggers(JSON(reading: exchange.body) ?? .null)
            guard let place = centre.queues.firstIndex(where: { $0.id.text == exchange.path["id"] }) else {
                throw Problem.notFound
            }
            try exchange.form(RoutingForms.Queue.self).change(&centre.queues[place])
        },
        change(
            id: "changeLine", path: "/routing/lines/{id}", Sentence("修改热线的调度", "Change where a line's callers go"),
            RoutingForms.line
        ) { exchange, centre in
            guard let place = centre.lines.firstIndex(where: { $0.id.text == exchange.path["id"] }) else {
                throw Problem.notFound
            }
            let form = try exchange.form(RoutingForms.Line.self)
            centre.lines[place].queue = form.queue
            centre.lines[place].requires = RoutingForms.kept(form.requires, centre.lines[place].requires, [])
            centre.lines[place].priority = RoutingForms.kept(form.priority, centre.lines[place].priority, 0)
            centre.lines[place].hours = form.hours
        },
        change(
            id: "changeAgent", path: "/routing/agents/{agent}",
            Sentence("修改话务员的队列与技能", "Change an agent's queues and skills"), RoutingForms.agent
        ) { exchange, centre in
            guard let place = centre.agents.firstIndex(where: { $0.id.text == exchange.path["agent"] }) else {
                throw Problem.notFound
            }
            let form = try exchange.form(RoutingForms.Agent.self)
            try RoutingForms.checkTwice("queues", form.queues.map(\.queue.text))
            try RoutingForms.checkTwice("skills", form.skills.map(\.id.text))
            centre.agents[place].queues = form.queues
            centre.agents[place].skills = RoutingForms.kept(form.skills, centre.agents[place].skills, [])
        },
        change(id: "changeRules", path: "/routing/rules", Sentence("修改业务规则", "Change the rules"), RoutingForms.rules) {
            let rules = try $0.form(RoutingForms.Rules.self).rules
            try RoutingForms.checkTwice("rules", rules.map(\.id.text))
            $1.rules = RoutingForms.kept(rules, $1.rules, [])
        },
        change(id: "changeSkills", path: "/routing/skills", Sentence("修改技能表", "Change the skills"), RoutingForms.skills)
        {
            let skills = try $0.form(RoutingForms.Skills.self).skills
            try RoutingForms.checkTwice("skills", skills.map(\.id))
            $1.skills = RoutingForms.kept(skills, $1.skills, [])
        },
    ]

    /// All changes are alike but for what they change.
    static func change(
        id: String, _ method: HTTPRequest.Method = .put, path: String, _ summary: Sentence, _ form: Schema,
        _ edit: @escaping @Sendable (Exchange, inout Centre) async throws -> Void
    ) -> Operation {
        Operation(
            id: id, method: method, path: path, summary: summary, access: .needs(.routing), form: form,
            answers: [method == .post ? .created(RoutingViews.schema) : .ok(RoutingViews.schema)],
            refusals: [.conflict, .serviceUnavailable]
        ) { exchange in
            let seen = try exchange.form(RoutingForms.Based.self).version
            return try await change(exchange, basedOn: seen, status: method == .post ? .created : .ok, edit)
        }
    }

    static func change(
        _ exchange: Exchange, basedOn seen: Int, status: HTTPResponse.Status = .ok,
        _ edit: @escaping @Sendable (Exchange, inout Centre) async throws -> Void
    ) async throws -> Answer {
        try await exchange.office.currentCentre.change(basedOn: seen, by: exchange.actor, at: exchange.now) {
            try await edit(exchange, &$0)
        }
        return try await show(exchange, status: status)
    }

    private static func show(_ exchange: Exchange) async throws -> Answer { try await show(exchange, status: .ok) }

    private static func show(_ exchange: Exchange, status: HTTPResponse.Status) async throws -> Answer {
        let office = exchange.office
        return .json(
            RoutingViews(
                version: office.currentCentre.version, live: await office.routing(at: exchange.now),
                people: try await office.staff.people(),
                waitsForRestart: try await office.currentCentre.waitsForRestart(),
                now: exchange.now
            ).all, status: status)
    }

    private static func listChanges(_ exchange: Exchange) async throws -> Answer {
        let versions = try await exchange.office.store.centreVersions(page: exchange.page)
        // What the last of this page changed is seen against the one before it, which is on the next.
        var before: [CentreVersion] = Array(versions.rows.dropFirst())
        if versions.next != nil {
            before += try await exchange.office.store.centreVersions(page: Page(cursor: versions.next, limit: 1)).rows
        }
        let people = try await exchange.office.staff.people()
        let rows = versions.rows.enumerated().map { place, version in
            CentreChanges.view(version, after: before.indices.contains(place) ? before[place] : nil, people)
        }
        return .json(["rows": .array(rows), "next": JSON(versions.next)])
    }
}
