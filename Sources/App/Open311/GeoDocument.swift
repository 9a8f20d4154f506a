import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// A document of Open311, written as XML or as JSON. In XML a list's elements have a name, in JSON they have none.
indirect enum GeoDocument: Sendable {
    case none
    case text(String)
    case number(Double)
    case flag(Bool)
    case record([(String, GeoDocument)])
    case list(of: String, [GeoDocument])

    init(_ text: String?) { self = text.map(GeoDocument.text) ?? .none }
    init(_ number: Double?) { self = number.map(GeoDocument.number) ?? .none }

    enum Format: String, Sendable {
        case json, xml

        var mediaType: String {
            switch self {
            case .json: "application/json; charset=utf-8"
            case .xml: "text/xml; charset=utf-8"
            }
        }
    }

    /// - Parameter root: the name of the outermost element; JSON has none.
    func response(_ root: String, in format: Format, status: HTTPResponse.Status = .ok) -> Response {
        let text =
            switch format {
            case .json: json.text
            case .xml: "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\(xml(root))\n"
            }
        return Response(
            status: status, headers: [.contentType: format.mediaType], body: .init(byteBuffer: ByteBuffer(string: text))
        )
    }

    private var json: JSON {
        switch self {
        case .none: .null
        case .text(let text): .string(text)
        case .number(let number): .number(number)
        case .flag(let flag): .bool(flag)
        case .record(let members): .object(Dictionary(members.map { ($0, $1.json) }) { first, _ in first })
        case .list(_, let elements): .array(elements.map(\.json))
        }
    }

    private func xml(_ name: String) -> String {
        switch self {
        case .none: "<\(name)/>"
        case .text(let text): "<\(name)>\(Self.escaped(text))</\(name)>"
        case .number(let number): "<\(name)>\(number)</\(name)>"
        case .flag(let flag): "<\(name)>\(flag)</\(name)>"
        case .record(let members): "<\(name)>\(members.map { $1.xml($0) }.joined())</\(name)>"
        case .list(let element, let elements): "<\(name)>\(elements.map { $0.xml(element) }.joined())</\(name)>"
        }
    }

    /// What XML 1.0 (section 2.2) has no way to write is left out.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\t", "\n", "\u{20}"..."\u{D7FF}", "\u{E000}"..."\u{FFFD}", "\u{10000}"..."\u{10FFFF}":
                escaped.unicodeScalars.append(scalar)
            default: break
            }
        }
        return escaped
    }
}

/// Why a request over Open311 is refused.
struct GeoProblem: Error {
    let status: HTTPResponse.Status
    let description: Sentence

    init(_ status: HTTPResponse.Status, _ zh: String, _ en: String) {
        self.status = status
        description = Sentence(zh, en)
    }

    init(_ problem: Problem) {
        status = problem.status
        let fields = problem.fields
        description = Sentence(
            ([problem.message.zh] + fields.map { "\($0.field)：\($0.message.zh)" }).joined(separator: " "),
            ([problem.message.en] + fields.map { "\($0.field): \($0.message.en)" }).joined(separator: " "))
    }

    static let notFound = GeoProblem(.notFound, "没有找到。", "Not found.")

    func response(in format: GeoDocument.Format, _ language: Language) -> Response {
        GeoDocument.list(
            of: "error",
            [
                .record([
                    ("code", .number(Double(status.code))), ("description", .text(description.text(in: language))),
                ])
            ]
        ).response("errors", in: format, status: status)
    }
}
