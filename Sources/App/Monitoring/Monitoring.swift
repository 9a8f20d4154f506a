import Foundation
import HTTPTypes
import Hummingbird

/// What machines ask about this one: `/health` (it serves), `/ready` (it can do its work), `/metrics` (how much it does).
///
/// The first two say nothing that a stranger could use and are open. The figures are for who holds `metrics.token`.
struct Monitoring: Sendable {
    let readiness: Readiness
    let metrics: Metrics
    /// SHA-256 of the token; nil where none is configured, and then there is no such page.
    let tokenDigest: String?

    func answer(_ request: Request, path: String) async throws -> Response? {
        guard ["/health", "/ready", "/metrics"].contains(path) else { return nil }
        guard request.method == .get || request.method == .head else {
            return text("", status: .methodNotAllowed, headers: [.allow: "GET, HEAD"])
        }
        switch path {
        case "/health": return Answer.json(["status": "ok"]).response
        case "/ready": return await ready(Language(accepting: request.headers[.acceptLanguage]))
        default: return try await figures(request)
        }
    }

    private func ready(_ language: Language) async -> Response {
        let parts = await readiness.parts
        let isReady = parts.allSatisfy { $0.problem == nil || !$0.isNeeded }
        let views = parts.map { part -> JSON in
            [
                "name": .string(part.name), "ok": .bool(part.problem == nil),
                "message": JSON(part.problem?.text(in: language)),
            ]
        }
        return Answer.json(
            ["ready": .bool(isReady), "parts": .array(views)], status: isReady ? .ok : .serviceUnavailable
        ).response
    }

    private func figures(_ request: Request) async throws -> Response {
        guard let tokenDigest else { return text("metrics.token is not configured\n", status: .notFound) }
        let given = request.headers[.authorization].flatMap { header in
            header.hasPrefix("Bearer ") ? String(header.dropFirst(7)) : nil
        }
        guard let given, Secret.equal(Secret.digest(given), tokenDigest) else {
            return text("", status: .unauthorized, headers: [.wwwAuthenticate: "Bearer"])
        }
        return text(await metrics.text(readiness: readiness.parts), headers: [.contentType: Metrics.mediaType])
    }

    private func text(
        _ body: String, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
    ) -> Response {
        var headers = headers
        if headers[.contentType] == nil { headers[.contentType] = "text/plain; charset=utf-8" }
        headers[.cacheControl] = "no-store"
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: body)))
    }
}
