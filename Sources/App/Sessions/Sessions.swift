import Engine
import Foundation
import HTTPTypes
import Hummingbird
import Storage

/// Signing in, knowing who is signed in, signing out.
struct Sessions: Sendable {
    let store: any Store
    let passwords: Passwords
    let throttle: SignInThrottle
    let now: @Sendable () -> Moment
    private let known = KnownSessions()

    static let cookie = "hotline_session"
    /// A shift and the way home; after it one signs in again.
    static let lifeSeconds: Int64 = 12 * 3600

    /// Who sent the request; nil without a session, with one that has run out, and for one who may no longer sign in.
    func caller(of request: Request) async throws -> Caller? {
        guard let token = Self.token(in: request.headers) else { return nil }
        let digest = Secret.digest(token)
        let now = now()
        return try await known.caller(digest: digest, at: now) {
            guard let found = try await store.session(digest: digest, at: now), found.person.active else { return nil }
            return Caller(person: found.person, session: found.session)
        }
    }

    /// Opens a session. The token goes to the browser and nowhere else; what is kept is its digest.
    /// - Parameter secure: whether the browser is to send the token over TLS only.
    func signIn(
        login: String, password: String, address: String?, secure: Bool
    ) async throws -> (caller: Caller, cookie: String) {
        let start = now()
        if let wait = await throttle.begin(login: login, address: address, at: start) {
            throw Problem.tooManyAttempts(seconds: wait)
        }
        let person = try await store.person(login: login)
        let isRight: Bool
        do {
            isRight = try await passwords.verify(password, stored: person?.passwordHash)
        } catch is Passwords.Busy {
            throw Problem.tooManyAttempts(seconds: 2)
        }
        guard let person, isRight, person.active else {
            // The login itself is not kept: people type their password into the wrong field.
            let subject = person.map { "person:\($0.id)" } ?? "person:unknown"
            try await store.note(
                AuditRow(
                    at: start, actor: AuditActor(person: nil, address: address), action: "session.refused",
                    subject: subject))
            throw Problem.wrongPassword
        }
        await throttle.succeeded(login: login, address: address)
        return try await open(for: person, address: address, secure: secure)
    }

    private func open(
        for person: StoredPerson, address: String?, secure: Bool
    ) async throws -> (caller: Caller, cookie: String) {
        let token = Secret.token()
        let start = now()
        let session = StoredSession(
            digest: Secret.digest(token), person: person.id, csrfToken: Secret.token(), createdAt: start,
            expiresAt: start.adding(seconds: Self.lifeSeconds))
        try await store.open(session)
        try await note("session.open", person, address)
        return (Caller(person: person, session: session), setCookie(token, seconds: Self.lifeSeconds, secure: secure))
    }

    /// Ends the session and returns the cookie that takes the old one away.
    func signOut(_ caller: Caller, address: String?, secure: Bool) async throws -> String {
        try await store.closeSession(digest: caller.session.digest)
        known.forget { $0.session.digest == caller.session.digest }
        try await note("session.close", caller.person, address)
        return setCookie("", seconds: 0, secure: secure)
    }

    func setPreferences(_ preferences: Preferences, of person: PersonID) async throws {
        try await store.setPreferences(preferences, of: person)
        known.forget { $0.person.id == person }
    }

    private func note(_ action: String, _ person: StoredPerson, _ address: String?) async throws {
        try await store.note(
            AuditRow(
                at: now(), actor: AuditActor(person: person.id, address: address), action: action,
                subject: "person:\(person.id)"))
    }

    private func setCookie(_ token: String, seconds: Int64, secure: Bool) -> String {
        "\(Self.cookie)=\(token); Path=/; HttpOnly; SameSite=Strict; Max-Age=\(seconds)" + (secure ? "; Secure" : "")
    }

    private static func token(in headers: HTTPFields) -> String? {
        for header in headers[values: .cookie] {
            for pair in header.utf8.split(separator: UInt8(ascii: ";")) {
                let sides = pair.split(separator: UInt8(ascii: "="), maxSplits: 1)
                guard sides.count == 2, sides[0].drop(while: { $0 == UInt8(ascii: " ") }).elementsEqual(cookie.utf8)
                else { continue }
                return sides[1].count == 64 ? String(Substring(sides[1])) : nil
            }
        }
        return nil
    }
}
