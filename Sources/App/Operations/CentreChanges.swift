import Engine
import Foundation
import Storage

/// What a version of the centre changed: thing by thing, and of each what stood there and what stands there now.
enum CentreChanges {
    static let schema = Schema.named(
        "RoutingChange",
        .object([
            .init("version", .count), .init("at", .time), .init("by", .nullable(.anyText)),
            .init(
                "changes",
                .list(
                    .object([
                        .init("part", .anyText), .init("id", .nullable(.anyText)), .init("field", .nullable(.anyText)),
                        .init("from", .anything), .init("to", .anything),
                    ]))),
        ]))

    /// More than this is another file, not a change; the rest is in the file.
    private static let most = 50

    static func view(_ version: CentreVersion, after before: CentreVersion?, _ people: People) -> JSON {
        [
            "version": JSON(version.version), "at": JSON(version.at), "by": JSON(version.savedBy.map(people.name)),
            "changes": .array(
                before.map { Array(changes(from: json($0.centre), to: json(version.centre)).prefix(most)) } ?? []),
        ]
    }

    private static func json(_ centre: Centre) -> [String: JSON] {
        guard let data = try? JSONEncoder().encode(centre),
            case .object(let members)? = JSON(reading: data, deepest: 64)
        else { preconditionFailure("a centre does not write as an object") }
        return members
    }

    private static func changes(from old: [String: JSON], to new: [String: JSON]) -> [JSON] {
        var found: [JSON] = []
        for part in Set(old.keys).union(new.keys).sorted() where old[part] != new[part] {
            guard let before = things(old[part]), let after = things(new[part]) else {
                found.append(change(part, nil, nil, old[part], new[part]))
                continue
            }
            for (id, thing) in before.named where after.named[id] == nil {
                found.append(change(part, id, nil, .object(thing), nil))
            }
            for id in after.order {
                guard let now = after.named[id] else { continue }
                guard let then = before.named[id] else {
                    found.append(change(part, id, nil, nil, .object(now)))
                    continue
                }
                for field in Set(then.keys).union(now.keys).sorted() where then[field] != now[field] {
                    found.append(change(part, id, field, then[field], now[field]))
                }
            }
            if before.order.filter({ after.named[$0] != nil }) != after.order.filter({ before.named[$0] != nil }) {
                found.append(change(part, nil, "order", names(before.order), names(after.order)))
            }
        }
        return found
    }

    /// A list of things that have ids; nil for what is none. No list is an empty one.
    private static func things(_ value: JSON?) -> (order: [String], named: [String: [String: JSON]])? {
        guard let value else { return ([], [:]) }
        guard case .array(let elements) = value else { return nil }
        var things: (order: [String], named: [String: [String: JSON]]) = ([], [:])
        for element in elements {
            guard case .object(let members) = element, case .string(let id)? = members["id"] else { return nil }
            if things.named[id] == nil { things.order.append(id) }
            things.named[id] = members
        }
        return things
    }

    private static func names(_ order: [String]) -> JSON { .array(order.map(JSON.string)) }

    private static func change(_ part: String, _ id: String?, _ field: String?, _ from: JSON?, _ to: JSON?) -> JSON {
        ["part": .string(part), "id": JSON(id), "field": JSON(field), "from": from ?? .null, "to": to ?? .null]
    }
}
