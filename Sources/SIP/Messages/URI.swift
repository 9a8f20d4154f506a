/// A URI as SIP uses it: `sip:` and `sips:` taken apart (RFC 3261 §19.1), every other scheme kept whole.
package enum URI: Hashable, Sendable, CustomStringConvertible {
    case sip(SIPURI)
    case other(scheme: String, rest: String)

    package init?(_ text: String) { self.init(bytes: ArraySlice(text.utf8)) }

    init?(bytes: ArraySlice<UInt8>) {
        guard let colon = bytes.firstIndex(of: .colon), let first = bytes.first, first.isLetter else { return nil }
        let scheme = bytes[..<colon]
        let rest = bytes[(colon + 1)...]
        guard scheme.allSatisfy({ $0.isLetter || $0.isDigit || $0 == 0x2b || $0 == 0x2d || $0 == 0x2e }),
            !rest.isEmpty, rest.allSatisfy({ $0.isVisible && $0 != .less && $0 != .greater && $0 != .quote })
        else { return nil }
        switch scheme.text.lowercased() {
        case "sip":
            guard let uri = SIPURI(rest: rest, isSecure: false) else { return nil }
            self = .sip(uri)
        case "sips":
            guard let uri = SIPURI(rest: rest, isSecure: true) else { return nil }
            self = .sip(uri)
        case let name:
            self = .other(scheme: name, rest: rest.text)
        }
    }

    package var description: String {
        switch self {
        case .sip(let uri): uri.description
        case .other(let scheme, let rest): scheme + ":" + rest
        }
    }

    package var sip: SIPURI? {
        if case .sip(let uri) = self { uri } else { nil }
    }

    /// The telephone number or name it leads to: the user part, or what a `tel:` URI names, without parameters and
    /// with its escapes undone. Empty when it names nobody.
    package var user: String {
        let raw =
            switch self {
            case .sip(let uri): uri.user ?? ""
            case .other(_, let rest): rest
            }
        return String(raw.prefix { $0 != ";" }).percentDecoded
    }
}

/// A `sip:` or `sips:` URI. The user part keeps its escapes, for it must come back as it was.
package struct SIPURI: Hashable, Sendable, CustomStringConvertible {
    package var isSecure = false
    package var user: String?
    package var password: String?
    /// A name or an address; an IPv6 address in its brackets.
    package var host: String
    package var port: UInt16?
    package var parameters = Parameters()
    /// What stands behind `?`, unparsed.
    package var headers: String?

    package init(user: String? = nil, host: String, port: UInt16? = nil) {
        self.user = user.map(Self.escaped)
        self.host = host
        self.port = port
    }

    init?(rest: ArraySlice<UInt8>, isSecure: Bool) {
        self.isSecure = isSecure
        var hostPart = rest
        if let at = rest.firstIndex(of: .at) {
            let userInfo = rest[..<at]
            hostPart = rest[(at + 1)...]
            let colon = userInfo.firstIndex(of: .colon)
            user = userInfo[..<(colon ?? userInfo.endIndex)].text
            password = colon.map { userInfo[($0 + 1)...].text }
            if user?.isEmpty == true { return nil }
        }
        var scanner = ByteScanner(hostPart)
        if scanner.consume(UInt8(ascii: "[")) {
            let address = scanner.take { $0.hexValue != nil || $0 == .colon || $0 == 0x2e }
            guard scanner.consume(UInt8(ascii: "]")), !address.isEmpty else { return nil }
            host = "[" + address.text + "]"
        } else {
            let name = scanner.take { $0.isLetter || $0.isDigit || $0 == 0x2d || $0 == 0x2e || $0 == 0x5f }
            guard !name.isEmpty else { return nil }
            host = name.text
        }
        if scanner.consume(.colon) {
            guard let number = scanner.takeNumber(upTo: 65535), number > 0 else { return nil }
            port = UInt16(number)
        }
        while scanner.consume(.semicolon) {
            let pair = scanner.take { $0 != .semicolon && $0 != .question }
            guard !pair.isEmpty else { return nil }
            if let equals = pair.firstIndex(of: .equals) {
                parameters.append(pair[..<equals].text, pair[(equals + 1)...].text)
            } else {
                parameters.append(pair.text)
            }
        }
        if scanner.consume(.question) { headers = scanner.take { _ in true }.text }
        guard scanner.isAtEnd else { return nil }
    }

    package var description: String {
        var text = isSecure ? "sips:" : "sip:"
        if let user {
            text += user
            if let password { text += ":" + password }
            text += "@"
        }
        text += host
        if let port { text += ":\(port)" }
        text += parameters.text
        if let headers { text += "?" + headers }
        return text
    }

    /// A user part that can stand in a URI: what is neither unreserved nor user-unreserved is escaped (§25.1).
    static func escaped(_ user: String) -> String {
        let allowed = Set("-_.!~*'()&=+$,;?/".utf8)
        if user.utf8.allSatisfy({ $0.isLetter || $0.isDigit || allowed.contains($0) }) { return user }
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in user.utf8 {
            if byte.isLetter || byte.isDigit || allowed.contains(byte) {
                bytes.append(byte)
            } else {
                bytes += [.percent, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
