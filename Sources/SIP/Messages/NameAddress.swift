/// The value of From, To, Contact, Route and their like: `"Display" <uri>;parameters`, or a bare URI.
package struct NameAddress: Hashable, Sendable, CustomStringConvertible {
    package var display: String?
    package var uri: URI
    /// The header's parameters. Behind a bare URI they are the header's too, never the URI's (RFC 3261 §20.10).
    package var parameters = Parameters()

    package init(display: String? = nil, uri: URI, tag: String? = nil) {
        self.display = display
        self.uri = uri
        if let tag { self.tag = tag }
    }

    package init?(_ text: String) { self.init(bytes: ArraySlice(text.utf8)) }

    init?(bytes: ArraySlice<UInt8>) {
        var scanner = ByteScanner(bytes)
        scanner.skipSpace()
        if scanner.peek() == .quote {
            guard let quoted = scanner.takeQuoted() else { return nil }
            display = quoted
            scanner.skipSpace()
            guard scanner.peek() == .less else { return nil }
        } else if let bracket = scanner.rest.firstIndex(of: .less) {
            let name = scanner.rest[..<bracket].trimmed
            guard name.allSatisfy({ $0.isToken || $0.isSpace || $0 >= 0x80 }) else { return nil }
            display = name.isEmpty ? nil : name.text
            _ = scanner.take { $0 != .less }
        }
        if scanner.consume(.less) {
            let inner = scanner.take { $0 != .greater }
            guard scanner.consume(.greater), let uri = URI(bytes: inner) else { return nil }
            self.uri = uri
        } else {
            let bare = scanner.take { $0 != .semicolon && !$0.isSpace }
            // A comma or question mark needs the brackets (§20): without them it is unclear whose it is.
            guard !bare.contains(.comma), !bare.contains(.question), let uri = URI(bytes: bare) else { return nil }
            self.uri = uri
        }
        guard let parameters = Parameters(scanning: &scanner) else { return nil }
        self.parameters = parameters
    }

    package var tag: String? {
        get { parameters["tag"] }
        set { parameters["tag"] = newValue }
    }

    package var description: String {
        var text = ""
        if let display {
            let escaped = display.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            text = "\"" + escaped + "\" "
        }
        return text + "<" + uri.description + ">" + parameters.text
    }
}
