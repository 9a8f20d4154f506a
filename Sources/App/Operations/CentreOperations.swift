import Engine
import Storage

/// What every page needs to name things.
enum CentreOperations {
    static let all: [Operation] = [
        Operation(
            id: "showCentre", method: .get, path: "/centre",
            summary: Sentence("受理中心的热线、队列、单位、职场", "The centre's lines, queues, bodies and sites"), access: .signedIn,
            answers: [.ok(schema)], handle: show)
    ]

    private static let named = Schema.named(
        "Named", .object([.init("id", .id), .init("name", .anyText), .init("englishName", .anyText)]))

    private static let schema = Schema.named(
        "Centre",
        .object([
            .init("version", .count), .init("name", .anyText), .init("englishName", .anyText),
            .init("utcOffsetSeconds", .integer(-64_800...64_800)),
            .init("voice", .object([.init("on", .flag), .init("reason", .nullable(.anyText))])),
            .init(
                "lines",
                .list(
                    .object([
                        .init("id", .id), .init("number", .anyText), .init("name", .anyText),
                        .init("englishName", .anyText), .init("queue", .id),
                        .init(
                            "script",
                            .list(
                                .object([
                                    .init("title", .anyText), .init("englishTitle", .anyText),
                                    .init("text", .anyText), .init("englishText", .anyText),
                                ]))),
                    ]))),
            .init("queues", .list(named)), .init("bodies", .list(named)), .init("sites", .list(named)),
            .init(
                "seats",
                .list(
                    .object([
                        .init("id", .id), .init("name", .anyText), .init("englishName", .anyText), .init("site", .id),
                    ]))),
            .init("skills", .list(named)), .init("breaks", .list(named)), .init("centres", .list(named)),
            .init("kinds", .list(.words(Kind.self))), .init("urgencies", .list(.words(Urgency.self))),
            .init("policy", .object([.init("name", .anyText), .init("source", .anyText)])),
            .init(
                "categories",
                .list(
                    .object([
                        .init("id", .id), .init("name", .anyText), .init("englishName", .anyText),
                        .init("body", .nullable(.id)),
                        .init(
                            "particulars",
                            .list(
                                .object([
                                    .init("id", .id), .init("name", .anyText), .init("englishName", .anyText),
                                    .init("kind", .words(Particular.Kind.self)), .init("required", .flag),
                                    .init("options", .list(named)),
                                ]))),
                    ]))),
        ]))

    private static func show(_ exchange: Exchange) async throws -> Answer {
        let office = exchange.office
        let version = office.currentCentre.version
        let centre = version.centre
        let policy = office.policies.policy(for: centre, at: exchange.now)
        let voice: JSON =
            switch await office.voice.state {
            case .on: ["on": true, "reason": nil]
            case .off(let reason): ["on": false, "reason": .string(reason)]
            }
        return .json([
            "version": JSON(version.version),
            "name": .string(centre.name), "englishName": .string(centre.englishName),
            "utcOffsetSeconds": JSON(office.wallClock.utcOffsetSeconds),
            "voice": voice,
            "lines": .array(centre.lines.map(view)),
            "queues": .array(centre.queues.map { view(id: $0.id.text, $0.name, $0.englishName) }),
            "bodies": .array(centre.bodies.map { view(id: $0.id, $0.name, $0.englishName) }),
            "sites": .array(centre.sites.map { view(id: $0.id, $0.name, $0.englishName) }),
            "seats": .array(
                (centre.seats ?? []).map {
                    [
                        "id": .string($0.id), "name": .string($0.name), "englishName": .string($0.englishName),
                        "site": .string($0.site),
                    ]
                }),
            "skills": RoutingViews.names(centre.skills), "breaks": RoutingViews.names(centre.breaks),
            "centres": RoutingViews.names(RoutingViews.centres(centre)),
            "kinds": .array(Kind.allCases.map { .string($0.rawValue) }),
            "urgencies": .array(policy.urgencies.map { .string($0.rawValue) }),
            "policy": ["name": .string(policy.name), "source": .string(policy.source)],
            "categories": .array(
                (centre.categories ?? []).map {
                    [
                        "id": .string($0.id), "name": .string($0.name),
                        "englishName": .string($0.englishName), "body": JSON($0.body),
                        "particulars": .array(($0.particulars ?? []).map(view)),
                    ]
                }),
        ])
    }

    private static func view(id: String, _ name: String, _ englishName: String) -> JSON {
        ["id": .string(id), "name": .string(name), "englishName": .string(englishName)]
    }

    private static func view(_ particular: Particular) -> JSON {
        [
            "id": .string(particular.id), "name": .string(particular.name),
            "englishName": .string(particular.englishName), "kind": .string(particular.kind.rawValue),
            "required": .bool(particular.required ?? false),
            "options": .array((particular.options ?? []).map { view(id: $0.id, $0.name, $0.englishName) }),
        ]
    }

    private static func view(_ line: Centre.Line) -> JSON {
        [
            "id": JSON(line.id), "number": .string(line.number), "name": .string(line.name),
            "englishName": .string(line.englishName), "queue": JSON(line.queue),
            "script": .array(
                line.script.map { step in
                    [
                        "title": .string(step.title), "englishTitle": .string(step.englishTitle),
                        "text": .string(step.text), "englishText": .string(step.englishText),
                    ]
                }),
        ]
    }
}
