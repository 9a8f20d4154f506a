/// The `;name=value` list of a URI or a header value, in order. Names compare without case; values are as they came, a
/// quoted one with its quotes.
package struct Parameters: Hashable, Sendable {
    package struct Parameter: Hashable, Sendable {
        package var name: String
        package var value: String?
    }

    package private(set) var list: [Parameter] = []

    package init() {}

    package init(_ pairs: KeyValuePairs<String, String?>) {
        list = pairs.map { Parameter(name: $0.key, value: $0.value) }
    }

    /// Nil when absent, empty when there is no value.
    package subscript(name: String) -> String? {
        get { list.first { $0.name.equalsIgnoringCase(name) }.map { $0.value ?? "" } }
        set {
            let index = list.firstIndex { $0.name.equalsIgnoringCase(name) }
            switch (index, newValue) {
            case (let index?, let value?): list[index].value = value
            case (let index?, nil): list.remove(at: index)
            case (nil, let value?): list.append(Parameter(name: name, value: value))
            case (nil, nil): break
            }
        }
    }

    package mutating func append(_ name: String, _ value: String? = nil) {
        list.append(Parameter(name: name, value: value))
    }

    /// Header parameters up to the end of the value. Anything else than a well-formed list is refused.
    init?(scanning scanner: inout ByteScanner) {
        scanner.skipSpace()
        while scanner.consume(.semicolon) {
            scanner.skipSpace()
            let name = scanner.takeToken()
            guard !name.isEmpty else { return nil }
            scanner.skipSpace()
            var value: String?
            if scanner.consume(.equals) {
                scanner.skipSpace()
                if scanner.peek() == .quote {
                    let start = scanner.index
                    guard scanner.takeQuoted() != nil else { return nil }
                    value = scanner.bytes[start..<scanner.index].text
                } else {
                    let bytes = scanner.take { !$0.isSpace && $0 != .semicolon && $0 != .comma && $0 != .quote }
                    guard !bytes.isEmpty else { return nil }
                    value = bytes.text
                }
            }
            list.append(Parameter(name: name.text, value: value))
            scanner.skipSpace()
        }
        guard scanner.isAtEnd else { return nil }
    }

    var text: String {
        var text = ""
        for parameter in list {
            text += ";" + parameter.name
            if let value = parameter.value { text += "=" + value }
        }
        return text
    }
}
