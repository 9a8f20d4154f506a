import App
import ArgumentParser
import Engine
import Foundation
import Storage

struct RetentionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retention",
        abstract: "What is kept how long, what is held, what was removed.",
        discussion: """
            The rules are the centre's: `"retention": [{"content": "orders", "kind": "consultation", "days": 730}, {"content": \
            "recordings", "line": "12345", "days": 180}]` (docs/care.md). `hotline serve` follows them each night.
            """,
        subcommands: [Run.self, Hold.self, Release.self, Holds.self, Removals.self])

    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Removes now what the rules keep no longer; recordings' files go when `hotline serve` next looks."
        )
        @OptionGroup var data: DataOption
        @Flag(help: "Only counts.") var dryRun = false

        func run() async throws {
            try await data.withStore { store in
                let rules = try await store.centre()?.retention ?? []
                guard !rules.isEmpty else { return show("The centre has no rules; everything is kept.") }
                let policy = RetentionPolicy(rules)
                let orders = try await store.removeExpiredOrders(policy, dryRun: dryRun, by: .program, at: .now)
                let recordings = try await store.removeExpiredRecordings(
                    policy, dryRun: dryRun, by: .program, at: .now)
                show(
                    "\(orders) orders' contents and \(recordings) recordings " + (dryRun ? "would be" : "were")
                        + " removed.")
            }
        }
    }

    struct Hold: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Keeps an order with its recordings, or a call, whatever the rules say.")
        @OptionGroup var data: DataOption
        @Argument(help: "order:ID, an order's number, or call:ID.") var subject: String
        @Option(help: "Why, for the record.") var reason: String

        func run() async throws {
            try await data.withStore { store in
                let held = try await HeldSubject.find(subject, in: store)
                do {
                    try await store.hold(held, reason: reason, by: .program, at: .now)
                } catch StoreConflict.notFound {
                    throw ValidationError("there is no \(subject)")
                } catch StoreConflict.alreadyDone {
                    throw ValidationError("\(subject) is held already; see `hotline retention holds`")
                }
                show("\(held) is held.")
            }
        }
    }

    struct Release: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Ends a hold.")
        @OptionGroup var data: DataOption
        @Argument(help: "order:ID, an order's number, or call:ID.") var subject: String

        func run() async throws {
            try await data.withStore { store in
                let held = try await HeldSubject.find(subject, in: store)
                do {
                    try await store.release(held, by: .program, at: .now)
                } catch StoreConflict.notFound {
                    throw ValidationError("\(subject) is not held")
                }
                show("\(held) is held no longer.")
            }
        }
    }

    struct Holds: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists holds, newest first.")
        @OptionGroup var data: DataOption

        func run() async throws {
            try await data.withStore { store in
                try await list({ try await store.holds(page: $0) }) { hold in
                    let end = hold.releasedAt.map { "released \(time($0))" } ?? "held"
                    return "\(hold.subject)\t\(time(hold.placedAt))\t\(end)\t\(hold.reason)"
                }
            }
        }
    }

    struct Removals: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists what was removed, newest first.")
        @OptionGroup var data: DataOption

        func run() async throws {
            try await data.withStore { store in
                try await list({ try await store.removals(page: $0) }) { removal in
                    "\(removal.subject)\t\(removal.content.rawValue)\t\(time(removal.at))\tkept for days: \(removal.keptDays)\t"
                        + removal.digest
                }
            }
        }
    }
}

private enum HeldSubject {
    static func find(_ text: String, in store: any Store) async throws -> HoldSubject {
        if text.hasPrefix("order:") { return .order(OrderID(String(text.dropFirst(6)))) }
        if text.hasPrefix("call:") { return .call(CallID(String(text.dropFirst(5)))) }
        var filter = OrderFilter()
        filter.text = text
        let found = try await store.orders(filter, sort: .newest, page: Page()).rows.first { $0.number == text }
        guard let found else {
            throw ValidationError(
                "there is no order \(text); write order:ID, an order's number as in 20261122-000017, or call:ID")
        }
        return .order(found.id)
    }
}

private func list<Row>(_ next: (Page) async throws -> Rows<Row>, _ line: (Row) -> String) async throws {
    var cursor: String?
    repeat {
        let page = try await next(Page(cursor: cursor, limit: 100))
        for row in page.rows { show(line(row)) }
        cursor = page.next
    } while cursor != nil
}

private func time(_ moment: Moment) -> String {
    Date(timeIntervalSince1970: Double(moment.milliseconds) / 1000).formatted(.iso8601)
}
