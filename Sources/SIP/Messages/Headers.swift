/// One header line. Known names are in their full, usual spelling, so that they compare by equality.
package struct Header: Hashable, Sendable {
    package let name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = HeaderName.canonical(name)
        self.value = value
    }

    init(canonical name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// The headers of a message in their order, without those every message has (Via, From, To, Call-ID, CSeq) and
/// without Content-Length: these are fields of the message, or are computed.
package struct Headers: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    package private(set) var list: [Header] = []

    package init() {}

    package init(dictionaryLiteral elements: (String, String)...) {
        list = elements.map { Header($0, $1) }
    }

    package init(_ list: [Header]) { self.list = list }

    package mutating func append(_ header: Header) { list.append(header) }

    package mutating func append(_ name: String, _ value: String) { list.append(Header(name, value)) }

    package subscript(first name: String) -> String? {
        let name = HeaderName.canonical(name)
        return list.first { $0.name == name }?.value
    }

    /// Every value of a header that may come as a list, on one line or several.
    package subscript(all name: String) -> [String] {
        let name = HeaderName.canonical(name)
        return list.filter { $0.name == name }.flatMap { ArraySlice($0.value.utf8).listElements.map(\.text) }
    }
}

/// Header names: their usual spelling, and the compact forms (RFC 3261 §7.3.3 and the registry).
enum HeaderName {
    private static let usual = [
        "Accept", "Alert-Info", "Allow", "Allow-Events", "Authorization", "Call-ID", "Call-Info", "Contact",
        "Content-Disposition", "Content-Encoding", "Content-Length", "Content-Type", "CSeq", "Date", "Diversion",
        "Expires", "From", "History-Info", "Max-Forwards", "P-Asserted-Identity", "Proxy-Require", "Reason",
        "Record-Route", "Remote-Party-ID", "Replaces", "Require", "Retry-After", "Route", "Server", "Session-Expires",
        "Supported", "To", "Unsupported", "User-Agent", "Via", "Warning",
    ]

    private static let spelling: [String: String] = {
        var table: [String: String] = [:]
        for name in usual { table[name.lowercased()] = name }
        let compact = [
            "a": "Accept-Contact", "b": "Referred-By", "c": "Content-Type", "d": "Request-Disposition",
            "e": "Content-Encoding", "f": "From", "i": "Call-ID", "j": "Reject-Contact", "k": "Supported",
            "l": "Content-Length", "m": "Contact", "o": "Event", "r": "Refer-To", "s": "Subject", "t": "To",
            "u": "Allow-Events", "v": "Via", "x": "Session-Expires",
        ]
        table.merge(compact) { $1 }
        for name in compact.values { table[name.lowercased()] = name }
        return table
    }()

    /// An unknown name gets lower case, so that its spellings are one name too.
    static func canonical(_ name: String) -> String {
        let lowercased = name.lowercased()
        return spelling[lowercased] ?? lowercased
    }
}
