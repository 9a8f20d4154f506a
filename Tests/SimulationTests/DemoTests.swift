import Engine
import Foundation
import Storage
import TestSupport
import Testing

@testable import Simulation

/// The demonstration in a real database.
@Suite struct DemoTests {
    @Test(arguments: DemoHistoryTests.moments) func isPreparedOnceAndFillsEveryList(at now: Moment) async throws {
        try await withStore { store in
            let logins = try await Demo.prepare(store: store, at: now, passwordHash: { "hash of \($0.count)" })

            #expect(
                Set(logins.map(\.login)).isSuperset(of: ["5001", "5010", "leader1", "housing", "director", "admin"]))
            #expect(Set(logins.map(\.password)).count == logins.count)
            let centre = try #require(try await store.centre())
            #expect(centre.problems == [])
            let people = try await store.people()
            #expect(people.count == logins.count)
            #expect(
                people.allSatisfy { person in person.agent.map { id in centre.agents.contains { $0.id == id } } ?? true
                })
            #expect(
                people.allSatisfy { person in
                    person.body.map { id in centre.bodies.contains { $0.id == id.text } } ?? true
                })

            let orders = try await store.count(OrderFilter())
            #expect((150...250).contains(orders))
            let again = try await Demo.prepare(store: store, at: now.adding(seconds: 60), passwordHash: { $0 })
            #expect(again == [])
            #expect(try await store.count(OrderFilter()) == orders)
            try await everyListHasSomethingToShow(in: store, at: now)
        }
    }

    private func everyListHasSomethingToShow(in store: any Store, at now: Moment) async throws {
        for state in WorkOrder.State.allCases {
            var filter = OrderFilter()
            filter.states = [state]
            #expect(try await store.count(filter) > 0, "no order is \(state)")
        }
        for body in DemoCentre.centre.bodies {
            var filter = OrderFilter()
            filter.body = BodyID(body.id)
            #expect(try await store.count(filter) > 0, "no order for \(body.id)")
        }
        var overdue = OrderFilter()
        overdue.dueBefore = now
        #expect((1...30).contains(try await store.count(overdue)))
        let open = try await store.openMissedCalls()
        #expect((1...40).contains(open), "\(open) missed calls are open")
        let newest = try await store.orders(OrderFilter(), sort: .newest, page: Page(limit: 1)).rows
        let call = try #require(newest.first?.call)
        #expect(try await store.call(call)?.order == newest.first?.id)
    }

    /// A start that was broken off after the people is taken up where it was.
    @Test func aBrokenStartIsFinished() async throws {
        try await withStore { store in
            struct Broken: Error {}
            let now = DemoHistoryTests.moments[0]
            await #expect(throws: Broken.self) {
                _ = try await Demo.prepare(
                    store: store, at: now,
                    passwordHash: { password in
                        if try await store.people().count == 5 { throw Broken() }
                        return password
                    })
            }
            let logins = try await Demo.prepare(store: store, at: now, passwordHash: { $0 })
            let people = try await store.people()
            #expect(people.count == logins.count)
            for login in logins {
                #expect(people.first { $0.login == login.login }?.passwordHash == login.password)
            }
        }
    }

    private func withStore(_ work: (any Store) async throws -> Void) async throws {
        try await StoreKind.chosen.withLocation { location in
            let store = try await location.openStore()
            try await work(store)
            try await store.close()
        }
    }
}
