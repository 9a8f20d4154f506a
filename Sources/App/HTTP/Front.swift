import HTTPTypes
import Hummingbird
import Logging

/// The first and last to touch a request: tells the API from the pages, turns whatever went wrong into an answer, and puts
/// the security headers on everything.
struct Front: HTTPResponder {
    typealias Context = RequestBasics

    let gate: Gate
    let monitoring: Monitoring
    let open311: Open311
    let pages: Pages
    let sessions: Sessions
    let logger: Logger
    let overTLS: Bool
    let proxies: Proxies

    func respond(to request: Request, context: RequestBasics) async throws -> Response {
        var context = context
        context.isOverTLS = overTLS || proxies.saysTLS(of: request.head, from: context.address)
        context.address = proxies.address(of: request.head, from: context.address)
        let target = request.head.path ?? "/"
        let path = String(target.prefix { $0 != "?" && $0 != "#" })
        let isOpen311 = path == Open311.path || path.hasPrefix(Open311.path + "/")
        let isAPI = path == "/api" || path.hasPrefix("/api/") || isOpen311
        var response: Response
        if isAPI {
            let began = ContinuousClock.now
            response =
                try await isOpen311
                ? answerOpen311(request, path: path, context: context)
                : answer(request, path: path, context: context)
            monitoring.metrics.requests.note(status: response.status.code, took: began.duration(to: .now))
        } else if let monitored = try await monitoring.answer(request, path: path) {
            response = monitored
        } else {
            response = await pages.respond(to: request, path: path, context: context)
        }
        secure(&response.headers, isAPI: isAPI, isOverTLS: context.isOverTLS)
        // An answer to HEAD has the headers of the other and never a body; a body would be taken for the next answer.
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func answer(_ request: Request, path: String, context: RequestBasics) async throws -> Response {
        var language = Language(accepting: request.headers[.acceptLanguage])
        do {
            guard !monitoring.readiness.isSilent else { throw Problem.databaseUnavailable }
            let caller = try await sessions.caller(of: request)
            language = caller?.language ?? language
            guard path.hasPrefix(Operations.base + "/") else { throw Problem.notFound }
            let rest = String(path.dropFirst(Operations.base.count))
            return try await gate.answer(request, path: rest, caller: caller, context: context)
        } catch let broken as BrokenConnection {
            // There is nobody to answer; Hummingbird closes the connection.
            throw broken.reason
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            return problem(error, request).response(in: language)
        }
    }

    /// What it refuses it says in its own way; what failed, in ours.
    private func answerOpen311(_ request: Request, path: String, context: RequestBasics) async throws -> Response {
        do {
            guard !monitoring.readiness.isSilent else { throw Problem.databaseUnavailable }
            return try await open311.respond(to: request, path: path, context: context)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            return problem(error, request).response(in: Language(accepting: request.headers[.acceptLanguage]))
        }
    }

    /// The log says which kind of error it was, not its words: those may quote what a citizen said.
    private func problem(_ error: any Error, _ request: Request) -> Problem {
        if let known = Problem(refusal: error) {
            switch known.code {
            case .databaseUnavailable:
                logger.warning("a request found no database", metadata: ["method": "\(request.method)"])
            case .dayFull: logger.warning("the order numbers of this day are used up")
            default: break
            }
            return known
        }
        logger.error(
            "a request failed", metadata: ["method": "\(request.method)", "error": "\(type(of: error))"])
        return .internalError
    }

    private func secure(_ headers: inout HTTPFields, isAPI: Bool, isOverTLS: Bool) {
        headers[.contentSecurityPolicy] = Self.policy
        headers[.xContentTypeOptions] = "nosniff"
        headers[.referrerPolicy] = "no-referrer"
        headers[.permissionsPolicy] = "microphone=(self), camera=(), geolocation=()"
        if isOverTLS { headers[.strictTransportSecurity] = "max-age=31536000" }
        if isAPI { headers[.cacheControl] = "no-store" }
    }

    private static let policy = [
        "default-src 'self'", "script-src 'self'", "style-src 'self'", "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "connect-src 'self'", "object-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'",
    ].joined(separator: "; ")
}
