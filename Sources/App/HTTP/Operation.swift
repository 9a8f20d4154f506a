import HTTPTypes
import Storage

typealias Language = Preferences.Language

/// One thing the API can do. The table of these (`Operations.all`) is what requests are matched against and what the OpenAPI
/// document is made from, so the two cannot differ.
struct Operation: Sendable {
    let id: String
    let method: HTTPRequest.Method
    /// Below `/api/v1`, with `{names}` for the parts that vary.
    let path: String
    let summary: Sentence
    let access: Access
    /// What may stand in the query; all of it may be left out unless `required`.
    var query: [Schema.Property] = []
    /// nil takes an empty object or nothing at all.
    var form: Schema?
    /// Takes a file of one of these kinds as it is, instead of a form.
    var takes: [FileKind] = []
    let answers: [Answered]
    /// Refusals beyond those that follow from the rest.
    var refusals: [HTTPResponse.Status] = []
    let handle: @Sendable (Exchange) async throws -> Answer

    /// Who may ask for it. There is no default: forgetting it does not compile.
    enum Access: Sendable, Equatable {
        case anyone
        /// The citizen whose order `{number}` is, by the code in the header `Hotline-Code`.
        case holdsCode
        case signedIn
        case needs(Permission)
        /// For what two kinds of people do by different rules.
        case needsEither(Permission, Permission)
    }

    struct Answered: Sendable {
        let status: HTTPResponse.Status
        let body: Body

        enum Body: Sendable {
            case none
            case json(Schema)
            /// One of some media types.
            case media([String])
        }

        static func ok(_ schema: Schema) -> Answered { Answered(status: .ok, body: .json(schema)) }
        static func created(_ schema: Schema) -> Answered { Answered(status: .created, body: .json(schema)) }
        static let noContent = Answered(status: .noContent, body: .none)
    }

    /// Whether a role is let in. Which orders and calls it then finds is another matter.
    func admits(_ role: Role) -> Bool {
        switch access {
        case .anyone, .holdsCode, .signedIn: true
        case .needs(let permission): role.permissions.contains(permission)
        case .needsEither(let one, let other): role.permissions.contains(one) || role.permissions.contains(other)
        }
    }

    /// A change made without a session has no token; nothing that a browser sends by itself opens anything there.
    var wantsToken: Bool { method != .get && wantsSession }
    var wantsSession: Bool { access != .anyone && access != .holdsCode }

    var pathParameters: [String] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
    }

    /// The parts of a request's path that this operation names; nil if the path is not of this kind.
    ///
    /// - Parameter template: its own path in parts, which are made once and not for every request.
    static func match(_ segments: [String], _ template: [Substring]) -> [String: String]? {
        guard template.count == segments.count else { return nil }
        var values: [String: String] = [:]
        for (part, segment) in zip(template, segments) {
            if part.hasPrefix("{") {
                values[String(part.dropFirst().dropLast())] = segment
            } else if part != segment {
                return nil
            }
        }
        return values
    }
}

/// All of them.
enum Operations {
    static let all: [Operation] =
        SessionOperations.all + CentreOperations.all + DeskOperations.all + EventOperations.all + CallOperations.all
        + MissedCallOperations.all + OrderOperations.all + OrderOperations.loop + BoardOperations.all
        + LoopReportOperations.all
        + RoutingOperations.all + RoutingOperations.making
        + Suggestions.all + TakeoverOperations.all + SupervisorOperations.all + PolicyOperations.all
        + CalendarOperations.all + WatchOperations.all + AttachmentOperations.all + SheetOperations.all
        + CitizenOperations.all
        + [OpenAPIDocument.operation]

    static let base = "/api/v1"
}
