import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Somebody signed in, as a page is, but quicker.
struct BenchClient: Sendable {
    private let http: HTTPClient
    private let base: String
    private let cookie: String
    private let token: String

    struct Refused: Error, CustomStringConvertible {
        let request: String
        let status: UInt
        let body: String
        var description: String { "\(request) was answered with \(status): \(body)" }
    }

    private static let mostBytes = 4 << 20
    private static let longest = TimeAmount.seconds(60)

    init(pages: String, login: String, password: String) async throws {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        base = pages + "/api/v1"
        var request = HTTPClientRequest(url: base + "/session")
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(try JSONEncoder().encode(["login": login, "password": password]))
        let answer = try await http.execute(request, timeout: Self.longest)
        let body = try await answer.body.collect(upTo: Self.mostBytes)
        struct Session: Decodable { let csrfToken: String }
        guard answer.status == .created, let set = answer.headers["Set-Cookie"].first,
            let pair = set.split(separator: ";").first
        else { throw Refused(request: "POST /session", status: answer.status.code, body: String(buffer: body)) }
        cookie = String(pair)
        token = try JSONDecoder().decode(Session.self, from: Data(body.readableBytesView)).csrfToken
    }

    func close() async throws { try await http.shutdown() }

    /// How long a page of a list took, and its successor.
    func timed(_ path: String, _ query: [String: String]) async throws -> (time: Duration, rows: Int, next: String?) {
        var components = URLComponents()
        components.queryItems = query.map { URLQueryItem(name: $0.key, value: $0.value) }
        var request = HTTPClientRequest(url: base + path + "?" + (components.percentEncodedQuery ?? ""))
        request.headers.add(name: "Cookie", value: cookie)
        let (time, body) = try await send(request, "GET \(path) \(query)", expecting: .ok)
        struct Row: Decodable {}
        struct Rows: Decodable {
            let rows: [Row]
            let next: String?
        }
        let rows = try JSONDecoder().decode(Rows.self, from: Data(body.readableBytesView))
        return (time, rows.rows.count, rows.next)
    }

    /// A new order, as the page sends it.
    static func form(_ complaint: Complaint) throws -> [UInt8] {
        struct Form: Encodable {
            let line = "12345"
            let fields: [String: String]
            let confidential = false
            enum CodingKeys: String, CodingKey { case line, fields }
            enum FieldKeys: String, CodingKey {
                case kind, urgency, title, what, `where`, when, wish, name, phone, confidential
            }

            func encode(to encoder: any Encoder) throws {
                var form = encoder.container(keyedBy: CodingKeys.self)
                try form.encode(line, forKey: .line)
                var written = form.nestedContainer(keyedBy: FieldKeys.self, forKey: .fields)
                for key in [FieldKeys.kind, .urgency, .title, .what, .where, .when, .wish, .name, .phone] {
                    try written.encode(fields[key.rawValue] ?? "", forKey: key)
                }
                try written.encode(confidential, forKey: .confidential)
            }
        }
        let form = Form(fields: [
            "kind": complaint.kind.rawValue, "urgency": "ordinary", "title": complaint.title, "what": complaint.what,
            "where": complaint.place, "name": complaint.name, "phone": complaint.phone,
        ])
        return Array(try JSONEncoder().encode(form))
    }

    func create(form: [UInt8]) async throws -> Duration {
        var request = HTTPClientRequest(url: base + "/orders")
        request.method = .POST
        request.headers.add(name: "Cookie", value: cookie)
        request.headers.add(name: "X-CSRF-Token", value: token)
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(form)
        return try await send(request, "POST /orders", expecting: .created).time
    }

    private func send(
        _ request: HTTPClientRequest, _ name: String, expecting status: HTTPResponseStatus
    ) async throws -> (time: Duration, body: ByteBuffer) {
        let began = ContinuousClock.now
        let answer = try await http.execute(request, timeout: Self.longest)
        let body = try await answer.body.collect(upTo: Self.mostBytes)
        let time = ContinuousClock.now - began
        guard answer.status == status else {
            throw Refused(request: name, status: answer.status.code, body: String(buffer: body))
        }
        return (time, body)
    }
}
