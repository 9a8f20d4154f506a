import Engine
import Foundation
import Storage

/// How calls are routed, as a leader sees it: what is set, and how it stands just now.
struct RoutingViews {
    let version: CentreVersion
    let live: Live
    let people: People
    let waitsForRestart: Bool
    let now: Moment

    /// How it stands: what these views need, and no more, so that the switchboard itself is not kept.
    struct Live: Sendable {
        let agents: [AgentID: Engine.Agent]
        let emergencies: [LineID]
        let waiting: [QueueID: Int]
        let delayMs: [QueueID: Int64]

        init(_ switchboard: Switchboard, at now: Moment) {
            agents = Dictionary(uniqueKeysWithValues: switchboard.agents.values.map { ($0.id, $0) })
            emergencies = switchboard.emergencies
            let queues = switchboard.setup.queues.map(\.id)
            waiting = Dictionary(queues.map { ($0, switchboard.waiting(in: $0).count) }) { first, _ in first }
            delayMs = Dictionary(
                queues.compactMap { queue in switchboard.delayMs(of: queue, at: now).map { (queue, $0) } }
            ) { first, _ in first }
        }
    }

    private var centre: Centre { version.centre }

    var all: JSON {
        [
            "version": JSON(version.version),
            "changedAt": version.version == 0 ? .null : JSON(version.at),
            "changedBy": JSON(version.savedBy.map(people.name)), "waitsForRestart": .bool(waitsForRestart),
            "lines": .array(centre.lines.map(view)), "queues": .array(centre.queues.map(view)),
            "agents": .array(centre.agents.map(view)), "skills": Self.names(centre.skills),
            "breaks": Self.names(centre.breaks), "hours": .array((centre.hours ?? []).map(view)),
            "centres": Self.names(Self.centres(centre)), "rules": .array((centre.rules ?? []).map(Self.json)),
        ]
    }

    /// Its own first, if the file does not name it among the others.
    static func centres(_ centre: Centre) -> [Named] {
        let others = centre.centres ?? []
        guard !others.contains(where: { $0.id == centre.id }) else { return others }
        return [Named(id: centre.id, name: centre.name, englishName: centre.englishName)] + others
    }

    static func names(_ named: [Named]?) -> JSON {
        .array(
            (named ?? []).map {
                ["id": .string($0.id), "name": .string($0.name), "englishName": .string($0.englishName)]
            })
    }

    private func view(_ line: Centre.Line) -> JSON {
        [
            "id": JSON(line.id), "queue": JSON(line.queue), "centre": JSON(line.centre ?? centre.home),
            "requires": .array((line.requires ?? []).map(Self.json)), "priority": JSON(line.priority ?? 0),
            "hours": JSON(line.hours), "emergency": .bool(live.emergencies.contains(line.id)),
        ]
    }

    private func view(_ queue: Centre.Queue) -> JSON {
        let members = centre.agents.filter { $0.queues.contains { $0.queue == queue.id } }
        let atWork = members.filter { live.agents[$0.id]?.isAtWork ?? false }
        let defaults = Engine.Queue(id: queue.id)
        return [
            "id": JSON(queue.id), "name": .string(queue.name), "englishName": .string(queue.englishName),
            "centre": JSON(queue.centre ?? centre.home),
            "strategy": .string((queue.strategy ?? defaults.strategy).rawValue),
            "priority": JSON(queue.priority ?? defaults.priority), "offerSeconds": JSON(queue.offerSeconds),
            "wrapUpLimitSeconds": JSON(queue.wrapUpLimitSeconds), "capacity": JSON(queue.capacity),
            "overflow": .array((queue.overflow ?? []).map(Self.json)), "announceSeconds": JSON(queue.announceSeconds),
            "callbackTries": JSON(queue.callbackTries ?? defaults.callbackTries),
            "callbackRetrySeconds": JSON(queue.callbackRetrySeconds ?? defaults.callbackRetrySeconds),
            "agents": JSON(members.count), "atWork": JSON(atWork.count),
            "waiting": JSON(live.waiting[queue.id] ?? 0),
            "delayMs": JSON(live.delayMs[queue.id]),
        ]
    }

    func view(_ agent: Centre.Agent) -> JSON {
        let live = live.agents[agent.id]
        return [
            "agent": JSON(agent.id), "name": JSON(people.under(agent.id).first.map(people.name)),
            "centre": JSON(agent.centre ?? centre.home),
            "queues": .array(
                agent.queues.map { ["queue": JSON($0.queue), "preference": JSON($0.preference)] }),
            "skills": .array((agent.skills ?? []).map(Self.json)),
            "state": .string(live?.state.word ?? "offline"), "reason": JSON(live?.state.reason),
            "pause": JSON(live?.state.pause), "since": JSON(live?.since), "afterCall": JSON(live?.afterCall?.rawValue),
        ]
    }

    private func view(_ hours: Centre.Hours) -> JSON {
        [
            "id": JSON(hours.id), "name": .string(hours.name ?? hours.id.text),
            "englishName": .string(hours.englishName ?? hours.name ?? hours.id.text),
            "week": .array(hours.week.map { .array($0.map(JSON.string)) }),
            "exceptions": .array(
                (hours.exceptions ?? []).map {
                    ["day": .string($0.day), "open": .array($0.open.map(JSON.string))]
                }),
        ]
    }

    /// As in a centre's file, with what is absent left out.
    static func json(_ value: some Encodable) -> JSON {
        guard let data = try? JSONEncoder().encode(value), let json = JSON(reading: data, deepest: 64) else {
            preconditionFailure("\(type(of: value)) does not write as JSON")
        }
        return json
    }

    static let agentSchema = Schema.named(
        "RoutedAgent",
        .object([
            .init("agent", .id), .init("name", .nullable(.anyText)), .init("centre", .id),
            .init("queues", .list(RoutingForms.membership)), .init("skills", .list(RoutingForms.skill)),
            .init("state", .oneOf(["offline", "ready", "offered", "onCall", "wrapUp", "break"])),
            .init("reason", .nullable(.oneOf(["asked", "paused", "notAnswering", "unreachable"]))),
            .init("pause", .nullable(.id)), .init("since", .nullable(.time)),
            .init("afterCall", .nullable(.words(Engine.Agent.AskedState.self))),
        ]))

    private static let named = Schema.list(
        .object([.init("id", .id), .init("name", .anyText), .init("englishName", .anyText)]))

    static let schema = Schema.named(
        "Routing",
        .object([
            .init("version", .count), .init("changedAt", .nullable(.time)), .init("changedBy", .nullable(.anyText)),
            .init("waitsForRestart", .flag),
            .init(
                "lines",
                .list(
                    .object([
                        .init("id", .id), .init("queue", .id), .init("centre", .id),
                        .init("requires", .list(RoutingForms.skill)), .init("priority", .integer(-100...100)),
                        .init("hours", .nullable(.id)), .init("emergency", .flag),
                    ]))),
            .init(
                "queues",
                .list(
                    .object(
                        [
                            .init("id", .id), .init("name", .anyText), .init("englishName", .anyText),
                            .init("centre", .id), .init("agents", .count), .init("atWork", .count),
                            .init("waiting", .count), .init("delayMs", .nullable(.count)),
                        ] + RoutingForms.queueSettings))),
            .init("agents", .list(agentSchema)), .init("skills", named), .init("breaks", named),
            .init(
                "hours",
                .list(
                    .object(
                        [.init("id", .id), .init("name", .anyText), .init("englishName", .anyText)]
                            + RoutingForms.hoursSettings))),
            .init("centres", named), .init("rules", .list(RoutingForms.rule)),
        ]))
}
