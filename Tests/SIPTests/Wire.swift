@testable import SIP

/// A message as written in a test: lines become CRLF lines, a missing empty line at the end is added.
func wire(_ text: String) -> [UInt8] {
    var text = text
    if !text.contains("\n\n") { text += text.hasSuffix("\n") ? "\n" : "\n\n" }
    return Array(text.replacing("\n", with: "\r\n").utf8)
}

func parsed(_ text: String) throws -> Message { try MessageParser.parse(wire(text)) }

func request(_ text: String) throws -> Request {
    guard case .request(let request) = try parsed(text) else { throw ParseError.startLine }
    return request
}

extension [UserAgent.Output] {
    var events: [Event] {
        compactMap { if case .report(let event) = $0 { event } else { nil } }
    }

    var messages: [Message] {
        compactMap { if case .send(let bytes, _) = $0 { try? MessageParser.parse(bytes) } else { nil } }
    }

    var responses: [Response] {
        messages.compactMap { if case .response(let response) = $0 { response } else { nil } }
    }

    var requests: [Request] {
        messages.compactMap { if case .request(let request) = $0 { request } else { nil } }
    }

    var destinations: [PeerAddress] {
        compactMap { if case .send(_, let destination) = $0 { destination } else { nil } }
    }

    var statuses: [Int] { responses.map(\.status) }
}
