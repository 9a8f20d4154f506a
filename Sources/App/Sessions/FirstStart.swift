import Engine
import Storage

/// What the first start needs before anyone can sign in.
package enum FirstStart {
    package static let login = "admin"

    /// Makes the first administrator if there is nobody yet, and returns her password, which is shown once and kept nowhere;
    /// nil if there are people already.
    package static func createAdministrator(
        in store: any Store, passwords: Passwords = Passwords(), at now: Moment
    ) async throws -> String? {
        guard try await store.people().isEmpty else { return nil }
        let password = Passwords.random()
        let administrator = StoredPerson(
            id: PersonID(String(Secret.token().prefix(16))), login: login, name: "管理员", role: .administrator,
            passwordHash: try await passwords.hash(password))
        try await store.save(administrator, by: .program, at: now)
        return password
    }
}
