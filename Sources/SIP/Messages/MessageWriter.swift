/// Writes messages. Control characters in any value become spaces, so that no text from outside, a display name or a
/// reason, can start a header line of its own.
package struct MessageWriter {
    private var bytes: [UInt8] = []

    package static func bytes(of request: Request) -> [UInt8] {
        var writer = MessageWriter()
        writer.bytes.reserveCapacity(1024 + request.body.count)
        writer.line(request.method.name, " ", request.uri.description, " SIP/2.0")
        writer.head(
            request.vias, request.from, request.to, request.callID, request.sequence, request.method, request.headers)
        writer.body(request.body)
        return writer.bytes
    }

    package static func bytes(of response: Response) -> [UInt8] {
        var writer = MessageWriter()
        writer.bytes.reserveCapacity(1024 + response.body.count)
        writer.line("SIP/2.0 ", String(response.status), " ", response.reason)
        writer.head(
            response.vias, response.from, response.to, response.callID, response.sequence, response.method,
            response.headers)
        writer.body(response.body)
        return writer.bytes
    }

    private mutating func head(
        _ vias: [Via], _ from: NameAddress, _ to: NameAddress, _ callID: String, _ sequence: UInt32,
        _ method: Method, _ headers: Headers
    ) {
        for via in vias { line("Via: ", via.description) }
        line("From: ", from.description)
        line("To: ", to.description)
        line("Call-ID: ", callID)
        line("CSeq: ", String(sequence), " ", method.name)
        for header in headers.list { line(header.name, ": ", header.value) }
    }

    private mutating func body(_ body: [UInt8]) {
        line("Content-Length: ", String(body.count))
        line()
        bytes += body
    }

    private mutating func line(_ parts: String...) {
        for part in parts {
            var part = part
            part.withUTF8 { utf8 in
                for byte in utf8 { bytes.append(byte < 0x20 || byte == 0x7f ? .space : byte) }
            }
        }
        bytes.append(.carriageReturn)
        bytes.append(.lineFeed)
    }
}

extension Message {
    package var bytes: [UInt8] {
        switch self {
        case .request(let request): MessageWriter.bytes(of: request)
        case .response(let response): MessageWriter.bytes(of: response)
        }
    }
}
