import Engine
import Foundation
import HTTPTypes
import Hummingbird
import Storage

/// Open311 GeoReport v2 (wiki.open311.org/GeoReport_v2), with the updates that FixMyStreet adds to it: programs file matters for
/// citizens and follow them. A service is a category of the centre, or a kind where it has none.
struct Open311: Sendable {
    let office: Office
    /// Of one client in an hour; a city's busiest day is far below.
    private let filed = RateLimit(2000, each: 3600)
    /// From one address in an hour: a program that asks each two seconds.
    private let read = RateLimit(1800, each: 3600)

    static let path = "/open311"
    /// The longest description, every character of it as nine bytes, fits well.
    private static let largestForm = 128 * 1024
    static let mostRows = 1000

    init(office: Office) { self.office = office }

    /// One request that has been read: who asks and for what.
    struct Asked {
        let now: Moment
        let language: Language
        let address: String?
        /// What stands in the query and, for a change, in the form.
        let values: [String: String]
        /// The program that asks, by its key.
        let client: StoredClient?

        func value(_ name: String) -> String? {
            values[name].flatMap { $0.allSatisfy(\.isWhitespace) ? nil : $0 }
        }
    }

    func respond(to request: Request, path: String, context: RequestBasics) async throws -> Response {
        let language = Language(accepting: request.headers[.acceptLanguage])
        let parts = path.dropFirst(Self.path.count).split(separator: "/")
        let last = parts.last?.split(separator: ".", omittingEmptySubsequences: false) ?? []
        // XML is what every client must read.
        guard last.count >= 2, let format = GeoDocument.Format(rawValue: String(last[last.count - 1])) else {
            return GeoProblem.notFound.response(in: .xml, language)
        }
        let names = parts.dropLast().map(String.init) + [last.dropLast().joined(separator: ".")]
        do {
            return try await answer(request, names, format, language, context)
        } catch let problem as GeoProblem {
            return problem.response(in: format, language)
        } catch let broken as BrokenConnection {
            throw broken.reason
        } catch {
            guard let known = Problem(refusal: error) else { throw error }
            return GeoProblem(known).response(in: format, language)
        }
    }

    private func answer(
        _ request: Request, _ names: [String], _ format: GeoDocument.Format, _ language: Language,
        _ context: RequestBasics
    ) async throws -> Response {
        let (root, status, document) = try await document(
            request.method == .post, names, try await asked(request, language, context),
            endpoint: endpoint(of: request, context))
        return document.response(root, in: format, status: status)
    }

    private func document(
        _ isChange: Bool, _ names: [String], _ asked: Asked, endpoint: String
    ) async throws -> (root: String, status: HTTPResponse.Status, GeoDocument) {
        let centre = office.centre
        if let jurisdiction = asked.value("jurisdiction_id"), jurisdiction != centre.id { throw GeoProblem.notFound }
        switch (isChange, names) {
        case (false, ["discovery"]), (false, ["v2", "discovery"]):
            return ("discovery", .ok, discovery(endpoint))
        case (false, ["v2", "services"]):
            return (
                "services", .ok, .list(of: "service", GeoService.all(of: centre).map { $0.document(asked.language) })
            )
        case (false, let names) where names.count == 3 && names[0] == "v2" && names[1] == "services":
            guard let service = GeoService.all(of: centre).first(where: { $0.code == names[2] }) else {
                throw GeoProblem.notFound
            }
            return ("service_definition", .ok, service.definition)
        case (false, ["v2", "requests"]):
            return ("service_requests", .ok, .list(of: "request", try await requests(asked)))
        case (false, let names) where names.count == 3 && names[0] == "v2" && names[1] == "requests":
            return ("service_requests", .ok, .list(of: "request", [try await request(names[2], asked)]))
        case (true, ["v2", "requests"]):
            return ("service_requests", .created, .list(of: "request", [try await file(asked)]))
        case (false, let names) where names.count == 3 && names[0] == "v2" && names[1] == "tokens":
            // An order has its number at once, so that the number is its own token.
            _ = try await request(names[2], asked)
            let row = GeoDocument.record([("service_request_id", .text(names[2])), ("token", .text(names[2]))])
            return ("service_requests", .ok, .list(of: "request", [row]))
        case (false, ["v2", "servicerequestupdates"]):
            return ("service_request_updates", .ok, .list(of: "request_update", try await updates(asked)))
        case (true, ["v2", "servicerequestupdates"]):
            return ("service_request_updates", .created, .list(of: "request_update", [try await update(asked)]))
        default:
            throw GeoProblem.notFound
        }
    }

    // MARK: Reading a request

    private func asked(_ request: Request, _ language: Language, _ context: RequestBasics) async throws -> Asked {
        guard [.get, .head, .post].contains(request.method) else { throw GeoProblem.notFound }
        let now = office.now()
        if let wait = await read.take(context.address ?? "", at: now) { throw Problem.tooManyAttempts(seconds: wait) }
        var values = try Self.values(
            of: Substring(request.head.path ?? "").split(separator: "?", maxSplits: 1).dropFirst().first)
        if request.method == .post {
            guard request.headers[.contentType]?.lowercased().hasPrefix("application/x-www-form-urlencoded") == true
            else {
                throw GeoProblem(
                    .unsupportedMediaType, "请求应使用 application/x-www-form-urlencoded。",
                    "The request must be application/x-www-form-urlencoded.")
            }
            values.merge(try Self.values(of: Substring(try await Self.form(of: request)))) { _, form in form }
        }
        guard let key = values["api_key"], !key.isEmpty else {
            return Asked(now: now, language: language, address: context.address, values: values, client: nil)
        }
        let digest = Secret.digest(key)
        guard
            let client = try await office.store.clients().first(where: { $0.digest == digest && $0.revokedAt == nil })
        else { throw Self.wrongKey }
        return Asked(now: now, language: language, address: context.address, values: values, client: client)
    }

    static let wrongKey = GeoProblem(
        .forbidden, "api_key 缺失或无效，请向热线申请。", "The api_key is missing or not valid; ask the hotline for one.")

    private static func form(of request: Request) async throws -> String {
        guard let text = String(validating: try await request.collected(atMost: largestForm), as: UTF8.self) else {
            throw Problem.malformed
        }
        return text
    }

    private static func values(of text: Substring?) throws -> [String: String] {
        var values: [String: String] = [:]
        let pairs = (text ?? "").split(separator: "&")
        guard pairs.count <= 64 else { throw Problem.malformed }
        for pair in pairs {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = decoded(sides[0]), let value = decoded(sides.count == 2 ? sides[1] : "") else {
                throw Problem.malformed
            }
            values[name] = value
        }
        return values
    }

    /// Nil for what is not UTF-8, or holds a NUL, at which C libraries end a text.
    private static func decoded(_ text: Substring) -> String? {
        guard let text = text.replacing("+", with: " ").removingPercentEncoding, !text.contains("\0") else {
            return nil
        }
        return text
    }

    /// Of one client so many an hour.
    func count(_ client: StoredClient, at now: Moment) async throws {
        if let wait = await filed.take(client.id.text, at: now) { throw Problem.tooManyAttempts(seconds: wait) }
    }

    // MARK: Discovery

    /// Where whoever asks has found us.
    private func endpoint(of request: Request, _ context: RequestBasics) -> String {
        "\(context.isOverTLS ? "https" : "http")://\(request.head.authority ?? "localhost")\(Self.path)/v2"
    }

    private func discovery(_ endpoint: String) -> GeoDocument {
        let numbers = office.centre.lines.map(\.number).joined(separator: ", ")
        return .record([
            ("changeset", .text("2026-11-26T00:00:00Z")),
            ("contact", .text("\(office.centre.englishName), \(numbers)")),
            ("key_service", .text("hotline client add")),
            (
                "endpoints",
                .list(
                    of: "endpoint",
                    [
                        .record([
                            ("specification", .text("http://wiki.open311.org/GeoReport_v2")), ("url", .text(endpoint)),
                            ("changeset", .text("2026-11-26T00:00:00Z")), ("type", .text("production")),
                            ("formats", .list(of: "format", [.text("text/xml"), .text("application/json")])),
                        ])
                    ])
            ),
        ])
    }
}

/// What may be asked for over Open311.
struct GeoService: Sendable {
    let code: String
    let name: Sentence
    /// Of the order; nil when the service is a category.
    let kind: Kind?

    static func all(of centre: Centre) -> [GeoService] {
        guard centre.citizens != nil else { return [] }
        let categories = (centre.categories ?? []).map {
            GeoService(code: $0.id, name: Sentence($0.name, $0.englishName), kind: nil)
        }
        return categories.isEmpty
            ? Kind.allCases.map { GeoService(code: $0.rawValue, name: $0.words, kind: $0) } : categories
    }

    func document(_ language: Language) -> GeoDocument {
        .record([
            ("service_code", .text(code)), ("service_name", .text(name.text(in: language))),
            ("description", .text(name.text(in: language))), ("metadata", .flag(false)),
            ("type", .text("realtime")), ("keywords", .none), ("group", .none),
        ])
    }

    /// There is nothing more to ask than every request has.
    var definition: GeoDocument {
        .record([("service_code", .text(code)), ("attributes", .list(of: "attribute", []))])
    }
}
