/// Why a call ends, as carried between phones (RFC 3326): `Q.850;cause=16;text="Normal call clearing"`.
package struct Reason: Hashable, Sendable, Codable {
    package var protocolName: String
    package var cause: Int?
    package var text: String?

    package init(protocolName: String = "SIP", cause: Int? = nil, text: String? = nil) {
        self.protocolName = protocolName
        self.cause = cause
        self.text = text
    }

    init?(header: String) {
        var scanner = ByteScanner(header)
        scanner.skipSpace()
        let name = scanner.takeToken()
        guard !name.isEmpty, let parameters = Parameters(scanning: &scanner) else { return nil }
        protocolName = name.text
        if let value = parameters["cause"] {
            var digits = ByteScanner(value)
            cause = digits.takeNumber(upTo: 999).map(Int.init)
        }
        if let value = parameters["text"] {
            var quoted = ByteScanner(value)
            text = quoted.takeQuoted() ?? value
        }
    }

    var header: String {
        var value = protocolName
        if let cause { value += ";cause=\(cause)" }
        if let text {
            value += ";text=\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        }
        return value
    }
}

extension Request {
    var reason: Reason? { headers[all: "Reason"].first.flatMap(Reason.init(header:)) }
}
