import Engine
import HTTPTypes
import Storage

/// Signing in and out, and how a person likes the pages.
enum SessionOperations {
    static let all: [Operation] = [
        Operation(
            id: "signIn", method: .post, path: "/session", summary: Sentence("登录", "Sign in"), access: .anyone,
            form: .object([.init("login", .text(1...100)), .init("password", .text(1...200))]),
            answers: [.created(session)], refusals: [.unauthorized, .forbidden, .tooManyRequests], handle: signIn),
        Operation(
            id: "showSession", method: .get, path: "/session", summary: Sentence("当前登录", "Who is signed in"),
            access: .signedIn, answers: [.ok(session)],
            handle: { .json(view($0.me)) }),
        Operation(
            id: "setPreferences", method: .put, path: "/session/preferences",
            summary: Sentence("个人设置", "Set the preferences"), access: .signedIn, form: preferences,
            answers: [.ok(session)], handle: setPreferences),
        Operation(
            id: "signOut", method: .delete, path: "/session", summary: Sentence("退出登录", "Sign out"), access: .signedIn,
            answers: [.noContent], handle: signOut),
    ]

    private static let preferences = Schema.named(
        "Preferences",
        .object([
            .init("language", .words(Preferences.Language.self)),
            .init("theme", .words(Preferences.Theme.self)),
            .init("textSize", .words(Preferences.TextSize.self)),
        ]))

    private static let session = Schema.named(
        "Session",
        .object([
            .init(
                "person",
                .object([
                    .init("id", .id), .init("login", .anyText), .init("name", .anyText),
                    .init("role", .words(Role.self)),
                    .init("agent", .nullable(.id)), .init("body", .nullable(.id)),
                ])),
            .init("permissions", .list(.words(Permission.self))),
            .init("csrfToken", .anyText),
            .init("preferences", preferences),
        ]))

    private struct Login: Decodable {
        let login: String
        let password: String
    }

    private static func signIn(_ exchange: Exchange) async throws -> Answer {
        // There is no token yet, so another site is told by its Origin; with the media type that a form cannot send, this
        // keeps it from signing somebody in as somebody else.
        if let origin = exchange.request.headers[.origin], !isOurs(origin, host: exchange.request.head.authority) {
            throw Problem.badOrigin
        }
        let login = try exchange.form(Login.self)
        let (caller, cookie) = try await exchange.office.sessions.signIn(
            login: login.login, password: login.password, address: exchange.context.address,
            secure: exchange.context.isOverTLS)
        return .json(view(caller), status: .created, headers: [.setCookie: cookie])
    }

    private static func isOurs(_ origin: String, host: String?) -> Bool {
        guard let host, let scheme = origin.range(of: "://") else { return false }
        return origin[scheme.upperBound...].lowercased() == host.lowercased()
    }

    private static func setPreferences(_ exchange: Exchange) async throws -> Answer {
        let preferences = try exchange.form(Preferences.self)
        let me = exchange.me
        try await exchange.office.sessions.setPreferences(preferences, of: me.person.id)
        var person = me.person
        person.preferences = preferences
        return .json(view(Caller(person: person, session: me.session)))
    }

    private static func signOut(_ exchange: Exchange) async throws -> Answer {
        let cookie = try await exchange.office.sessions.signOut(
            exchange.me, address: exchange.context.address, secure: exchange.context.isOverTLS)
        await exchange.office.topics.closeStreams(ofSession: exchange.me.session.digest)
        return .none(headers: [.setCookie: cookie])
    }

    private static func view(_ caller: Caller) -> JSON {
        let person = caller.person
        return [
            "person": [
                "id": JSON(person.id), "login": .string(person.login), "name": .string(person.name),
                "role": .string(person.role.rawValue), "agent": JSON(person.agent), "body": JSON(person.body),
            ],
            "permissions": .array(person.role.permissions.map { .string($0.rawValue) }),
            "csrfToken": .string(caller.session.csrfToken),
            "preferences": [
                "language": .string(person.preferences.language.rawValue),
                "theme": .string(person.preferences.theme.rawValue),
                "textSize": .string(person.preferences.textSize.rawValue),
            ],
        ]
    }
}
