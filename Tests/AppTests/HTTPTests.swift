import Engine
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Storage
import TestSupport
import Testing

@testable import App

@Suite struct FormTests {
    @Test func anInvalidFormIsExplainedInBothLanguages() async throws {
        try await TestHotline.with { _, client in
            var chen = try await Browser.signedIn(client, "chen")
            let bad: JSON = [
                "call": nil, "line": 7, "more": true,
                "fields": .object(["kind": "none", "title": .string(String(repeating: "长", count: 201))]),
            ]
            let reply = try await chen.post("/orders", bad)
            #expect(reply.status == 422)
            #expect(reply.message == "有内容需要修改，请看标出的各项。")
            #expect(reply.fields["line"] == "这里应填写文字。")
            #expect(reply.fields["more"] == "没有这一项，请去掉。")
            #expect(reply.fields["fields.what"] == "缺少这一项，请填写。")
            #expect(reply.fields["fields.title"] == "最多 200 个字，请缩短。")
            #expect(reply.fields["fields.kind"]?.contains("consultation") == true)
            _ = try await chen.put(
                "/session/preferences", ["language": "en", "theme": "system", "textSize": "normal"])
            #expect(try await chen.post("/orders", bad).fields["line"] == "This wants a text.")
            chen.cookie = nil
            chen.language = "en-GB,en;q=0.9"
            #expect(try await chen.get("/desk").message == "Please sign in first.")
        }
    }

    @Test func whatIsNotJSONIsNotRead() async throws {
        try await TestHotline.with { _, client in
            let chen = try await Browser.signedIn(client, "chen")
            let bad: [[UInt8]] = [
                Array("{".utf8), Array("".utf8), Array("[1".utf8), Array("{}{}".utf8), [0x7B, 0xFF, 0x7D],
                Array(#"{"site":"\#u{0}"}"#.utf8), Array(#"{"site":"\ud800"}"#.utf8),
                Array((String(repeating: "[", count: 5000) + String(repeating: "]", count: 5000)).utf8),
            ]
            for bytes in bad {
                let reply = try await chen.sendRaw(.post, "/desk/duty", ByteBuffer(bytes: bytes))
                #expect(reply.code == "malformed", "\(String(decoding: bytes.prefix(20), as: UTF8.self))")
            }
            let nul = try await chen.sendRaw(.post, "/desk/duty", ByteBuffer(string: #"{"site":"a\u0000b"}"#))
            #expect(nul.fields["site"] == "文字中有不允许的字符，请重新输入。")
            for path in ["/orders?q=%FF", "/orders?q=%zz"] {
                #expect(try await chen.get(path).code == "malformed")
            }
            #expect(try await chen.get("/orders?n%00o%0Ane=1").fields.keys.sorted() == ["none"], "fit to be shown")
            #expect(try await chen.get("/orders?q=a%00b").fields.keys.sorted() == ["q"])
            #expect(try await chen.get("/orders?limit=2&limit=3").fields["limit"] == "这一项给了不止一次，请只给一次。")
            #expect(try await chen.get("/orders/a%00b").status == 404)
            #expect(try await chen.get("/orders/%FF").status == 404)
        }
    }

    @Test func whatIsTooLargeIsNotReadOn() async throws {
        try await TestHotline.with { _, client in
            let chen = try await Browser.signedIn(client, "chen")
            let large = ByteBuffer(repeating: UInt8(ascii: " "), count: Gate.largestBody + 1)
            #expect(try await chen.sendRaw(.post, "/desk/duty", large).code == "tooLarge")
        }
    }

    @Test func unknownPathsAndMethods() async throws {
        try await TestHotline.with { _, client in
            let chen = try await Browser.signedIn(client, "chen")
            for path in ["/none", "", "/", "/orders/", "/orders//phone", "/../../etc/passwd"] {
                let reply = try await chen.get(path)
                #expect(reply.code == "notFound", "\(path): \(reply.status)")
            }
            let wrong = try await chen.send(.patch, "/orders", [:])
            #expect(wrong.code == "methodNotAllowed")
            #expect(wrong.headers[.allow] == "GET, POST")
        }
    }

    @Test func everyAnswerIsGuarded() async throws {
        try await TestHotline.with { _, client in
            for (path, isAPI) in [("/api/v1/session", true), ("/", false), ("/none.js", false)] {
                try await client.execute(uri: path, method: .get) { reply in
                    #expect(reply.headers[.contentSecurityPolicy]?.contains("frame-ancestors 'none'") == true)
                    #expect(reply.headers[.xContentTypeOptions] == "nosniff")
                    #expect(reply.headers[.referrerPolicy] == "no-referrer")
                    #expect(reply.headers[.strictTransportSecurity] == nil, "not over TLS")
                    #expect((reply.headers[.cacheControl] == "no-store") == isAPI)
                }
            }
        }
    }
}

@Suite struct PagesTests {
    @Test func theAppsOwnAddressesShowItsPage() async throws {
        try await TestHotline.with { _, client in
            for path in ["/", "/desk", "/orders/id-1", "/orders?state=draft"] {
                try await client.execute(uri: path, method: .get) { reply in
                    #expect(reply.status == .ok)
                    #expect(reply.headers[.contentType] == "text/html; charset=utf-8")
                    #expect(String(buffer: reply.body) == "<!doctype html>")
                }
            }
        }
    }

    @Test func filesAreServedOnceUntilTheyChange() async throws {
        try await TestHotline.with { _, client in
            let tag = try await client.execute(uri: "/app.js", method: .get) { reply in
                #expect(reply.headers[.contentType] == "text/javascript; charset=utf-8")
                #expect(reply.headers[.lastModified]?.hasSuffix(" GMT") == true)
                return try #require(reply.headers[.eTag])
            }
            try await client.execute(uri: "/app.js", method: .get, headers: [.ifNoneMatch: tag]) { reply in
                #expect(reply.status == .notModified)
                #expect(reply.body.readableBytes == 0)
            }
            try await client.execute(uri: "/app.js", method: .head) { reply in
                #expect(reply.headers[.contentLength] == "10")
                #expect(reply.body.readableBytes == 0)
            }
            try await client.execute(uri: "/app.js", method: .post) { reply in
                #expect(reply.status == .methodNotAllowed)
            }
        }
    }

    @Test func nothingOutsideTheFolderIsServed() async throws {
        try await TestHotline.with { hotline, client in
            try Data("secret".utf8).write(to: hotline.folder.appendingPathComponent("secret.txt"))
            try FileManager.default.createSymbolicLink(
                at: hotline.folder.appendingPathComponent("pages/link.txt"),
                withDestinationURL: hotline.folder.appendingPathComponent("secret.txt"))
            for path in [
                "/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/a/../../secret.txt",
                "/%2e%2e%2fsecret.txt",
                "//../secret.txt", "/..\\secret.txt", "/link.txt", "/.hidden", "/app.js%00.png", "/%FF.js",
            ] {
                try await client.execute(uri: path, method: .get) { reply in
                    #expect(reply.status == .notFound, "\(path)")
                    #expect(!String(buffer: reply.body).contains("secret"), "\(path)")
                }
            }
        }
    }
}

@Suite struct OpenAPITests {
    @Test func theDocumentListsEveryOperation() async throws {
        try await TestHotline.with { _, client in
            let document = try await Browser(client: client).get("/openapi.json").json
            #expect(document["openapi"] == "3.1.0")
            for operation in Operations.all {
                let described = document["paths"]?[operation.path]?[operation.method.rawValue.lowercased()]
                #expect(described?["operationId"] == .string(operation.id))
                for status in operation.answers.map(\.status) + operation.possibleRefusals {
                    #expect(described?["responses"]?[String(status.code)] != nil, "\(operation.id) \(status)")
                }
            }
        }
    }

    @Test func noTwoOperationsAreOne() {
        #expect(Set(Operations.all.map(\.id)).count == Operations.all.count)
        #expect(Set(Operations.all.map { "\($0.method) \($0.path)" }).count == Operations.all.count)
    }

    @Test func everyShapeThatIsReferredToIsThere() {
        let text = OpenAPIDocument.document.text
        let shapes = OpenAPIDocument.document["components"]?["schemas"]
        for reference in text.matches(of: /#\/components\/schemas\/([A-Za-z]+)/) {
            #expect(shapes?[String(reference.output.1)] != nil)
        }
    }
}

@Suite struct RefusalTests {
    /// One of each, so that each is looked at; the switches behind it have no default.
    @Test func everyRefusalSpeaksBothLanguages() {
        let orders: [WorkOrder.Refusal] =
            WorkOrder.State.allCases.map { .wrongState($0, .sign) } + [
                .staleVersion(current: 2), .notYours, .anotherBodys, .notReadBack, .missing(WorkOrder.Field.allCases),
                .tooLong(.what, limit: 9), .badPhone, .unknownUrgency(.urgent), .unknownBody, .badSatisfaction,
                .verdictWithoutContact,
            ]
        let problems =
            orders.map { Problem($0) } + SwitchboardRefusal.allCases.map { Problem($0) }
            + [StoreConflict.notFound, .loginTaken, .alreadyDone].map { Problem($0) }
            + VoiceRefusal.allCases.map { Problem($0) }
        for problem in problems {
            for sentence in [problem.message] + problem.fields.map(\.message) {
                #expect(sentence.zh.hasSuffix("。"), "\(sentence.zh)")
                #expect(sentence.en.hasSuffix("."), "\(sentence.en)")
                #expect(sentence.en.utf8.allSatisfy { $0 < 128 }, "\(sentence.en)")
            }
            #expect((400..<500).contains(problem.status.code))
        }
    }
}

@Suite struct FirstStartTests {
    @Test func theFirstStartMakesOneAdministrator() async throws {
        try await StoreKind.chosen.withLocation { location in
            let store = try await location.openStore()
            let passwords = Passwords(cost: .forTests)
            let password = try #require(
                try await FirstStart.createAdministrator(in: store, passwords: passwords, at: TestHotline.start))
            let person = try #require(try await store.person(login: FirstStart.login))
            #expect(person.role == .administrator)
            #expect(try await passwords.verify(password, stored: person.passwordHash))
            #expect(
                try await FirstStart.createAdministrator(in: store, passwords: passwords, at: TestHotline.start) == nil)
            try await store.close()
        }
    }
}

@Suite struct CertificateMakerTests {
    @Test func theFilesServeTLSAndTheKeyIsPrivate() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("hotline-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let (certificate, key) = (folder.appendingPathComponent("c.pem"), folder.appendingPathComponent("k.pem"))
        try CertificateMaker.write(hosts: ["hotline.example", "127.0.0.1", "::1"], certificate: certificate, key: key)
        let mode = try FileManager.default.attributesOfItem(atPath: key.path)[.posixPermissions] as? NSNumber
        #expect(mode?.intValue == 0o600)
        let text = try String(contentsOf: certificate, encoding: .utf8)
        #expect(text.hasPrefix("-----BEGIN CERTIFICATE-----"))
        #expect(throws: CertificateMaker.Problem.exists(certificate.path)) {
            try CertificateMaker.write(hosts: ["other"], certificate: certificate, key: key)
        }
        #expect(throws: CertificateMaker.Problem.noName) {
            try CertificateMaker.write(
                hosts: [], certificate: folder.appendingPathComponent("x"), key: folder.appendingPathComponent("y"))
        }
    }
}
