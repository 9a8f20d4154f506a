import Engine
import Foundation
import TestSupport
import Testing

@testable import Storage

extension StoreKind {
    /// Runs with an empty store of its own in which the people of `Someone` are known.
    func with<Result>(_ body: (SQLStore) async throws -> Result) async throws -> Result {
        try await withLocation { location in
            let store = try await location.openSQLStore()
            do {
                for person in Someone.all { try await store.save(person, by: .program, at: .zero) }
                let result = try await body(store)
                try await store.close()
                return result
            } catch {
                try? await store.close()
                throw error
            }
        }
    }
}

extension DatabaseLocation {
    func openSQLStore(centre: String = "main") async throws -> SQLStore {
        guard let store = try await openStore(centre: centre) as? SQLStore else {
            preconditionFailure("there is one kind of store")
        }
        return store
    }
}

/// People for tests.
enum Someone {
    static let agent = StoredPerson(
        id: "p-li", login: "Li", name: "李", role: .agent, agent: "5001", passwordHash: "scrypt$1")
    static let officer = StoredPerson(
        id: "p-wu", login: "wu", name: "吴", role: .officer, body: "water", passwordHash: "scrypt$2")
    static let all = [agent, officer]
}

extension AuditActor {
    static let agent = AuditActor(person: Someone.agent.id, address: "192.0.2.7")
}

extension Moment {
    static let zero = Moment(milliseconds: 0)

    /// Noon in China on 2026-11-22, and some seconds.
    static func noon(_ seconds: Int64 = 0) -> Moment {
        WallClock.china.start(of: LocalDay(year: 2026, month: 11, day: 22)).adding(seconds: 12 * 3600 + seconds)
    }
}

/// Every row of a list, a page at a time.
func all<Row>(limit: Int = 3, _ next: (Page) async throws -> Rows<Row>) async throws -> [Row] {
    var rows: [Row] = []
    var cursor: String?
    repeat {
        let page = try await next(Page(cursor: cursor, limit: limit))
        rows += page.rows
        cursor = page.next
    } while cursor != nil
    return rows
}
