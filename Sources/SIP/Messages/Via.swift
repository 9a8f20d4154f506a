/// One hop's Via value (RFC 3261 §20.42), with `received` and `rport` of RFC 3581 among its parameters.
package struct Via: Hashable, Sendable, CustomStringConvertible {
    /// Every branch made by RFC 3261 starts with it; then the branch alone names the transaction (§8.1.1.7).
    package static let magicCookie = "z9hG4bK"

    package var transport: String
    package var host: String
    package var port: UInt16?
    package var parameters = Parameters()

    package init(transport: String = "UDP", host: String, port: UInt16?, branch: String) {
        self.transport = transport
        self.host = host
        self.port = port
        parameters["branch"] = branch
        parameters.append("rport")
    }

    init?(bytes: ArraySlice<UInt8>) {
        var scanner = ByteScanner(bytes)
        for expected in ["SIP", "2.0"] {
            scanner.skipSpace()
            guard scanner.takeToken().text.equalsIgnoringCase(expected) else { return nil }
            scanner.skipSpace()
            guard scanner.consume(.slash) else { return nil }
        }
        scanner.skipSpace()
        transport = scanner.takeToken().text
        guard !transport.isEmpty, scanner.peek()?.isSpace == true else { return nil }
        scanner.skipSpace()
        if scanner.peek() == UInt8(ascii: "[") {
            let address = scanner.take { $0 != UInt8(ascii: "]") && !$0.isSpace }
            guard scanner.consume(UInt8(ascii: "]")) else { return nil }
            host = address.text + "]"
        } else {
            host = scanner.take { $0.isToken }.text
        }
        guard !host.isEmpty else { return nil }
        scanner.skipSpace()
        if scanner.consume(.colon) {
            scanner.skipSpace()
            guard let number = scanner.takeNumber(upTo: 65535), number > 0 else { return nil }
            port = UInt16(number)
        }
        guard let parameters = Parameters(scanning: &scanner) else { return nil }
        self.parameters = parameters
    }

    package var branch: String? { parameters["branch"] }

    var sentBy: String { host.lowercased() + ":\(port ?? 5060)" }

    package var description: String {
        "SIP/2.0/" + transport + " " + host + (port.map { ":\($0)" } ?? "") + parameters.text
    }

    /// Notes where the request really came from (RFC 3261 §18.2.1, RFC 3581 §4).
    mutating func noteSource(_ source: PeerAddress) {
        if parameters["rport"] != nil {
            parameters["rport"] = String(source.port)
            parameters["received"] = source.ip
        } else if host != source.ip && host != source.hostText {
            parameters["received"] = source.ip
        }
    }

    /// Where the response goes. The address is always the one the request came from, whatever the Via claims, so a
    /// forged Via cannot aim our answers at a third party; `maddr` is not followed for the same reason.
    func responseAddress(source: PeerAddress) -> PeerAddress {
        PeerAddress(ip: source.ip, port: parameters["rport"] != nil ? source.port : port ?? 5060)
    }
}
