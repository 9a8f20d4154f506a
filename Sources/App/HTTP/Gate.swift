import Engine
import Foundation
import HTTPTypes
import Hummingbird

/// What every request passes before an operation sees it, in this order: the path, the session, the token, the
/// permission, the query, the body. Nothing of a request is looked at for someone who may not make it.
struct Gate: Sendable {
    let office: Office
    /// By how many segments their paths have.
    private let routes: [Int: [(operation: Operation, template: [Substring])]]

    init(office: Office, operations: [Operation]) {
        self.office = office
        let templates = operations.map { (operation: $0, template: $0.path.split(separator: "/")) }
        routes = Dictionary(grouping: templates) { $0.template.count }
    }

    /// No form of ours comes near this; an offer of a browser's voice takes a few thousand bytes.
    static let largestBody = 256 * 1024

    func answer(_ request: Request, path: String, caller: Caller?, context: RequestBasics) async throws -> Response {
        let (operation, parts) = try find(request.method, path)
        let now = office.now()
        try admit(caller, to: operation, request)
        let language = caller?.language ?? Language(accepting: request.headers[.acceptLanguage])
        let own =
            operation.access == .holdsCode
            ? try await office.citizens.order(
                parts["number"] ?? "", code: request.headers[.hotlineCode] ?? "", address: context.address, at: now)
            : nil
        let query = try Query(request.head.path).checked(against: operation.query)
        func handle(_ body: Data) async throws -> Response {
            let exchange = Exchange(
                office: office, request: request, context: context, caller: caller, language: language, now: now,
                path: parts, query: query, body: body, citizensOrder: own)
            return try await operation.handle(exchange).response
        }
        guard !operation.takes.isEmpty else { return try await handle(try await form(of: request, for: operation)) }
        return try await office.uploads.taking(from: context.address) {
            try await handle(try await file(of: request, among: operation.takes))
        }
    }

    private func file(of request: Request, among kinds: [FileKind]) async throws -> Data {
        let refusal = kinds == FileKind.sheets ? Problem.badSheet : .badFile
        guard let type = request.headers[.contentType], let kind = FileKind(contentType: type), kinds.contains(kind)
        else { throw refusal }
        let body = try await request.collected(atMost: kind.mostBytes)
        guard kind.isWhole(body) else { throw refusal }
        return body
    }

    private func find(_ method: HTTPRequest.Method, _ path: String) throws(Problem) -> (Operation, [String: String]) {
        let segments = try Self.segments(of: path)
        let here = routes[segments.count, default: []].compactMap { route in
            Operation.match(segments, route.template).map { (route.operation, $0) }
        }
        // `/reports/day` fits `/reports/{x}` too, if there were one: what is spelt out goes first.
        guard let found = here.filter({ $0.0.method == method }).min(by: { $0.1.count < $1.1.count }) else {
            if here.isEmpty { throw .notFound }
            throw .methodNotAllowed(Set(here.map(\.0.method.rawValue)).sorted())
        }
        guard found.1.values.allSatisfy({ (1...128).contains($0.unicodeScalars.count) && !$0.contains("\0") }) else {
            throw .notFound
        }
        return found
    }

    private static func segments(of path: String) throws(Problem) -> [String] {
        var segments: [String] = []
        for part in path.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
            guard let segment = part.removingPercentEncoding else { throw .notFound }
            segments.append(segment)
        }
        return segments
    }

    private func admit(_ caller: Caller?, to operation: Operation, _ request: Request) throws(Problem) {
        switch operation.access {
        case .anyone, .holdsCode:
            return
        case .signedIn, .needs, .needsEither:
            guard let caller else { throw .signInRequired }
            if operation.wantsToken {
                guard let token = request.headers[.csrfToken], Secret.equal(token, caller.session.csrfToken) else {
                    throw .badToken
                }
            }
            guard operation.admits(caller.person.role) else { throw .notAllowed }
        }
    }

    private func form(of request: Request, for operation: Operation) async throws -> Data {
        guard request.method != .get else { return Data() }
        // A body without the right name is not read at all: a form on another site can send text, but not this type.
        let isJSON = request.headers[.contentType].map(Self.isJSON) ?? false
        if operation.form != nil, !isJSON { throw Problem.unsupportedMediaType }
        let body = try await request.collected(atMost: Self.largestBody)
        if operation.form == nil, body.isEmpty { return body }
        guard isJSON else { throw Problem.unsupportedMediaType }
        guard let value = JSON(reading: body) else { throw Problem.malformed }
        let problems = (operation.form ?? .empty).problems(in: value)
        guard problems.isEmpty else { throw Problem.invalid(problems) }
        return body
    }

    private static func isJSON(_ contentType: String) -> Bool {
        let type = contentType.split(separator: ";").first.map { $0.filter { $0 != " " } } ?? ""
        return type.lowercased() == "application/json"
    }
}

extension Request {
    /// The whole body. Throws `Problem.tooLarge`, as soon as it is known, and `BrokenConnection`.
    func collected(atMost most: Int) async throws -> Data {
        if let length = headers[.contentLength].flatMap(Int.init), length > most { throw Problem.tooLarge }
        var whole = Data()
        do {
            for try await part in body {
                guard whole.count + part.readableBytes <= most else { throw Problem.tooLarge }
                whole.append(contentsOf: part.readableBytesView)
            }
        } catch let problem as Problem {
            throw problem
        } catch {
            throw BrokenConnection(reason: error)
        }
        return whole
    }
}

/// The other side went away, or does not speak HTTP.
struct BrokenConnection: Error {
    let reason: any Error
}

extension HTTPField.Name {
    /// The name is a constant, so that it is valid is checked by the first request of any test.
    static let csrfToken = known("X-CSRF-Token")
    static let hotlineCode = known("Hotline-Code")
    static let lastEventID = known("Last-Event-ID")
    static let referrerPolicy = known("Referrer-Policy")
    static let permissionsPolicy = known("Permissions-Policy")
    static let accelBuffering = known("X-Accel-Buffering")

    static func known(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("\(name) is no name of a header") }
        return name
    }
}
