import Engine
import Storage

/// By which clocks orders run, and what a change of them would mean.
enum PolicyOperations {
    static let all: [Operation] = [
        Operation(
            id: "listPolicies", method: .get, path: "/policies",
            summary: Sentence("时限规则", "The policies, each as it is in force"), access: .needs(.readOrders),
            answers: [.ok(.object([.init("rows", .list(policySchema))]))]
        ) { exchange in
            let office = exchange.office
            let inUse = office.policies.policy(for: office.centre, at: exchange.now).name
            return .json(["rows": .array(try office.policies.all(at: exchange.now).map { try view($0, inUse: inUse) })])
        },
        Operation(
            id: "listPolicyVersions", method: .get, path: "/policies/{name}/versions",
            summary: Sentence("时限规则的历次版本", "What was saved of a policy, newest first; the last 50"),
            access: .needs(.readOrders), answers: [.ok(.object([.init("rows", .list(versionSchema))]))],
            handle: versions),
        Operation(
            id: "savePolicy", method: .put, path: "/policies/{name}",
            summary: Sentence("保存时限规则", "Save a new version of a policy"), access: .needs(.routing),
            form: .object([
                .init("version", .integer(0...1_000_000)), .init("inForceFrom", .time), .init("reason", .text(1...500)),
                .init("policy", content),
            ]), answers: [.ok(policySchema)], refusals: [.conflict], handle: save),
        Operation(
            id: "tryPolicy", method: .post, path: "/policies/trial",
            summary: Sentence("试算未保存的规则", "When orders would be due by a policy that is not saved; changes nothing"),
            access: .needs(.readOrders),
            form: .object(
                [.init("policy", content), .init("from", .nullable(.time), required: false)] + matter
                    + [.init("line", .id, required: false)]),
            answers: [.ok(.object([.init("rows", .list(tried))]))], handle: trial),
        Operation(
            id: "previewDeadline", method: .get, path: "/policies/{name}/deadline",
            summary: Sentence("试算到期时间", "When an order would be due"), access: .needs(.readOrders),
            query: [.init("clock", .words(ClockName.self)), .init("from", .text(16...40))] + matter,
            answers: [.ok(.object(deadline))], refusals: [.notFound], handle: preview),
        Operation(
            id: "listAlarms", method: .get, path: "/alarms",
            summary: Sentence("预警与督促", "Steps of ladders that were taken, newest first"),
            access: .needs(.superviseOrders),
            query: Exchange.paging, answers: [.ok(CallViews.rows(of: alarm))], refusals: [.notFound]
        ) { exchange in
            .json(CallViews.page(try await exchange.office.store.alarms(page: exchange.page), view))
        },
    ]

    private static let content = Schema.text(2...100_000)

    private static let matter: [Schema.Property] = [
        .init("kind", .words(Kind.self)), .init("urgency", .words(Urgency.self)),
        .init("category", .id, required: false), .init("body", .id, required: false),
    ]

    private static let deadline: [Schema.Property] = [
        .init("due", .time), .init("dueText", .anyText), .init("provisional", .flag),
        .init("explanation", .list(.object([.init("zh", .anyText), .init("en", .anyText)]))),
    ]

    private static let tried = Schema.named(
        "TriedMoment",
        .object([
            .init("moment", .oneOf(["given"] + TellingMoment.Name.allCases.map(\.rawValue))), .init("at", .time),
            .init("atText", .anyText), .init("holiday", .nullable(.anyText)),
            .init("clocks", .list(.object([.init("clock", .words(ClockName.self))] + deadline))),
        ]))

    private static let policySchema = Schema.named(
        "Policy",
        .object([
            .init("name", .anyText), .init("version", .count), .init("inUse", .flag), .init("zh", .anyText),
            .init("en", .anyText), .init("source", .anyText), .init("verify", .nullable(.anyText)),
            .init("content", .anything),
        ]))

    private static let versionSchema = Schema.named(
        "PolicyVersion",
        .object([
            .init("version", .count), .init("at", .time), .init("by", .nullable(.anyText)), .init("inForceFrom", .time),
            .init("reason", .anyText), .init("content", .anything),
        ]))

    private static let alarm = Schema.named(
        "Alarm",
        .object([
            .init("order", .id), .init("number", .anyText), .init("title", .anyText), .init("body", .nullable(.id)),
            .init("clock", .words(ClockName.self)), .init("does", .words(ClockPolicy.Rung.Deed.self)),
            .init("tells", .list(.words(ClockPolicy.Rung.Told.self))), .init("dueAt", .time), .init("at", .time),
        ]))

    private static func view(_ current: CurrentPolicies.Current, inUse: String) throws -> JSON {
        let policy = current.policy
        return [
            "name": .string(policy.name), "version": JSON(current.reference.version),
            "inUse": .bool(policy.name == inUse),
            "zh": .string(policy.title.zh), "en": .string(policy.title.en), "source": .string(policy.source),
            "verify": JSON(policy.verify), "content": try RuleForms.json(policy),
        ]
    }

    // MARK: Versions

    private static let mostVersions = 50

    /// Those of a built-in policy that nobody has changed are none.
    private static func versions(_ exchange: Exchange) async throws -> Answer {
        let (policies, name) = (exchange.office.policies, exchange.path["name"] ?? "")
        guard policies.current(name, at: exchange.now) != nil || !policies.versions(of: name).isEmpty else {
            throw Problem.notFound
        }
        let people = try await exchange.office.staff.people()
        let saved = policies.versions(of: name).suffix(mostVersions).reversed()
        return .json([
            "rows": .array(
                try saved.map {
                    [
                        "version": JSON($0.version), "at": JSON($0.at), "by": JSON($0.savedBy.map(people.name)),
                        "inForceFrom": JSON($0.inForceFrom), "reason": .string($0.reason),
                        "content": try RuleForms.json($0.policy),
                    ]
                })
        ])
    }

    private static func save(_ exchange: Exchange) async throws -> Answer {
        struct Form: Decodable {
            let version: Int
            let inForceFrom: Moment
            let reason: String
            let policy: String
        }
        let form = try exchange.form(Form.self)
        let office = exchange.office
        let policy = try RuleForms.policy(form.policy, in: office.centre)
        guard policy.name == exchange.path["name"] else {
            throw RuleForms.invalid(
                "policy.name", Sentence("规则里的名称与地址不一致。", "The name in the policy is not the one in the address."))
        }
        let saved = try await office.store.save(
            policy, basedOn: form.version, inForceFrom: form.inForceFrom, reason: form.reason, by: exchange.actor,
            at: exchange.now)
        office.policies.keep(saved)
        let inUse = office.policies.policy(for: office.centre, at: exchange.now).name
        return .json(
            try view(.init(policy: policy, reference: .init(name: policy.name, version: saved.version)), inUse: inUse))
    }

    // MARK: Trials

    private static func preview(_ exchange: Exchange) async throws -> Answer {
        let policies = exchange.office.policies
        guard let policy = policies.current(exchange.path["name"] ?? "", at: exchange.now)?.policy,
            let kind = exchange.word("kind", as: Kind.self), let urgency = exchange.word("urgency", as: Urgency.self),
            let clock = exchange.word("clock", as: ClockName.self)
        else { throw Problem.notFound }
        guard let from = exchange.text("from").flatMap({ Moment(iso8601: $0) }) else {
            throw RuleForms.invalid(
                "from", Sentence("请写成 2026-02-13T16:50:00+08:00。", "Write it as 2026-02-13T16:50:00+08:00."))
        }
        let matter = ClockPolicy.Matter(
            kind: kind, urgency: urgency, category: exchange.text("category"),
            body: exchange.text("body").map { BodyID($0) })
        let hours = matter.body.flatMap { exchange.office.centre.bodyHours[$0] }
        guard
            let deadline = policy.deadline(
                clock, for: matter, from: from, calendar: policies.calendar, hours: hours)
        else { throw Problem.notFound }
        return .json(.object(view(deadline, policy.calendar(policies.calendar).clock)))
    }

    /// Each clock of an order like this, at the moments where deadlines are easily got wrong; or from one moment only.
    private static func trial(_ exchange: Exchange) async throws -> Answer {
        struct Form: Decodable {
            let policy: String
            let kind: Kind
            let urgency: Urgency
            let category: String?
            let body: BodyID?
            let line: LineID?
            let from: Moment?
        }
        let form = try exchange.form(Form.self)
        let known = exchange.office.policies.calendar
        let policy = try RuleForms.policy(form.policy, in: exchange.office.centre)
        let matter = ClockPolicy.Matter(
            kind: form.kind, urgency: form.urgency, category: form.category, line: form.line, body: form.body)
        let hours = form.body.flatMap { exchange.office.centre.bodyHours[$0] }
        let wall = policy.calendar(known).clock
        func row(_ name: String, _ at: Moment, _ holiday: String? = nil) -> JSON {
            let clocks = ClockName.allCases.compactMap { clock in
                policy.deadline(clock, for: matter, from: at, calendar: known, hours: hours).map { deadline in
                    JSON.object(view(deadline, wall).merging(["clock": .string(clock.rawValue)]) { $1 })
                }
            }
            return [
                "moment": .string(name), "at": JSON(at), "atText": .string(wall.iso8601(at)), "holiday": JSON(holiday),
                "clocks": .array(clocks),
            ]
        }
        if let from = form.from { return .json(["rows": [row("given", from)]]) }
        let moments = TellingMoment.all(after: exchange.now, in: policy.calendar(known))
        return .json(["rows": .array(moments.map { row($0.name.rawValue, $0.at, $0.holiday) })])
    }

    private static func view(_ deadline: Deadline, _ wall: WallClock) -> [String: JSON] {
        [
            "due": JSON(deadline.due), "dueText": .string(wall.iso8601(deadline.due)),
            "provisional": .bool(deadline.provisional),
            "explanation": .array(deadline.steps.map { ["zh": .string($0.zh), "en": .string($0.en)] }),
        ]
    }

    private static func view(_ raised: RaisedAlarm) -> JSON {
        let alarm = raised.alarm
        return [
            "order": JSON(alarm.order), "number": .string(raised.number), "title": .string(raised.title),
            "body": alarm.key.body.isEmpty ? JSON(raised.body) : .string(alarm.key.body),
            "clock": .string(alarm.key.clock.rawValue), "does": .string(alarm.does.rawValue),
            "tells": .array(alarm.tells.map { .string($0.rawValue) }), "dueAt": JSON(alarm.dueAt),
            "at": JSON(alarm.at),
        ]
    }
}
