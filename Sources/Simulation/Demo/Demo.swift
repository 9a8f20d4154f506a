import Engine
import Storage

/// A centre to try the program on: a small city's lines, people and the last two weeks.
package enum Demo {
    /// Puts the demonstration into a store and returns how to sign in. Does nothing and returns nothing if the store has a
    /// centre, the demonstration's or a real one.
    ///
    /// - Parameters:
    ///   - passwordHash: makes what `StoredPerson.passwordHash` holds from a password. The passwords are new each time and
    ///     are nowhere but in what is returned.
    package static func prepare(
        store: any Store, at now: Moment, passwordHash: @Sendable (String) async throws -> String
    ) async throws -> [DemoLogin] {
        guard try await store.centre() == nil else { return [] }
        let wall = WallClock.china
        // Everybody has been there since before the first call.
        let founded = wall.start(of: LocalDay(number: wall.day(of: now).number - DemoHistory.days - 1))
        var logins: [DemoLogin] = []
        for person in DemoPeople.all {
            var person = person
            let login = DemoLogin(person, password: newPassword())
            person.passwordHash = try await passwordHash(login.password)
            try await store.save(person, by: .program, at: founded)
            logins.append(login)
        }
        // A start that was broken off has left its history; it is not written twice.
        if try await store.orders(OrderFilter(), sort: .newest, page: Page(limit: 1)).rows.isEmpty {
            try await DemoHistory(until: now).write(to: store)
        }
        // The centre comes last, for it says that all the rest is there.
        try await store.save(DemoCentre.centre, by: .program, at: founded)
        return logins
    }

    /// Ten characters that are not taken for one another, 49 bits of chance.
    private static func newPassword() -> String {
        let letters = Array("abcdefghjkmnpqrstuvwxyz23456789")
        return String((0..<10).map { _ in letters.randomElement()! })
    }
}

/// How one person of the demonstration signs in.
package struct DemoLogin: Sendable, Equatable {
    package let login: String
    package let password: String
    package let name: String
    package let role: Role
    package let agent: AgentID?
    package let body: BodyID?

    init(_ person: StoredPerson, password: String) {
        login = person.login
        self.password = password
        name = person.name
        role = person.role
        agent = person.agent
        body = person.body
    }
}
