import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import App

/// Somebody at a page. Whatever she is answered must be as the OpenAPI document says.
struct Browser: Sendable {
    let client: any TestClientProtocol
    var cookie: String?
    var token: String?
    var language = "zh-CN"

    struct Reply: Sendable {
        let status: Int
        let json: JSON
        let headers: HTTPFields
        let bytes: Data

        var code: String? { json["error"]?["code"]?.text(or: nil) }
        var message: String? { json["error"]?["message"]?.text(or: nil) }

        /// The sentence for each field that was refused.
        var fields: [String: String] {
            guard case .array(let fields)? = json["error"]?["fields"] else { return [:] }
            return Dictionary(
                fields.compactMap { field in
                    guard let name = field["field"]?.text(or: nil) else { return nil }
                    return (name, field["message"]?.text(or: nil) ?? "")
                }
            ) { first, _ in first }
        }
    }

    /// Signs in with the test's password.
    static func signedIn(_ client: any TestClientProtocol, _ login: String) async throws -> Browser {
        var browser = Browser(client: client)
        let reply = try await browser.post(
            "/session", ["login": .string(login), "password": .string(TestHotline.password)])
        #expect(reply.status == 201)
        browser.cookie = reply.headers[.setCookie].flatMap { $0.split(separator: ";").first.map(String.init) }
        browser.token = reply.json["csrfToken"]?.text(or: nil)
        return browser
    }

    func get(_ path: String, headers: HTTPFields = [:]) async throws -> Reply {
        try await send(.get, path, nil, headers)
    }

    func post(_ path: String, _ form: JSON = [:]) async throws -> Reply { try await send(.post, path, form) }
    func put(_ path: String, _ form: JSON = [:]) async throws -> Reply { try await send(.put, path, form) }
    func delete(_ path: String) async throws -> Reply { try await send(.delete, path, nil) }

    func send(
        _ method: HTTPRequest.Method, _ path: String, _ form: JSON?, _ more: HTTPFields = [:]
    ) async throws -> Reply {
        try await sendRaw(method, path, form.map { ByteBuffer(string: $0.text) }, more)
    }

    func sendRaw(
        _ method: HTTPRequest.Method, _ path: String, _ body: ByteBuffer?, _ more: HTTPFields = [:]
    ) async throws -> Reply {
        var headers: HTTPFields = [.acceptLanguage: language]
        headers[.cookie] = cookie
        headers[.csrfToken] = token
        if body != nil { headers[.contentType] = "application/json" }
        for field in more { headers[field.name] = field.value }
        let reply: Reply = try await client.execute(
            uri: "/api/v1\(path)", method: method, headers: headers, body: body
        ) { response in
            let bytes = Data(response.body.readableBytesView)
            return Reply(
                status: response.status.code, json: JSON(reading: bytes, deepest: 64) ?? .null,
                headers: response.headers,
                bytes: bytes)
        }
        checkPromise(method, path, reply)
        return reply
    }

    private func checkPromise(_ method: HTTPRequest.Method, _ path: String, _ reply: Reply) {
        let segments = path.prefix { $0 != "?" }.split(separator: "/").map(String.init)
        let found = Operations.all.filter {
            $0.method == method && Operation.match(segments, $0.path.split(separator: "/")) != nil
        }
        guard let operation = found.min(by: { $0.pathParameters.count < $1.pathParameters.count }) else { return }
        let place =
            "\(operation.id) answered \(reply.status): \(String(decoding: reply.bytes.prefix(400), as: UTF8.self))"
        if reply.status >= 400 {
            #expect(operation.possibleRefusals.map(\.code).contains(reply.status), "\(place)")
            #expect(Problem.schema.problems(in: reply.json).isEmpty, "\(place)")
            return
        }
        guard let answered = operation.answers.first(where: { $0.status.code == reply.status }) else {
            Issue.record("\(place)")
            return
        }
        switch answered.body {
        case .none: #expect(reply.bytes.isEmpty, "\(place)")
        case .media: break
        case .json(let schema):
            let problems = schema.problems(in: reply.json).map { "\($0.field): \($0.message.en)" }
            #expect(problems.isEmpty, "\(operation.id): \(problems)")
        }
    }
}

extension JSON {
    func text(or none: String?) -> String? {
        if case .string(let text) = self { text } else { none }
    }

    var number: Int64? {
        if case .integer(let number) = self { number } else { nil }
    }

    var elements: [JSON] {
        if case .array(let elements) = self { elements } else { [] }
    }
}
