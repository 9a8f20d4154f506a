/// Why bytes were not taken as a SIP message. The text goes into the reason phrase of a 400, where one can be sent.
package enum ParseError: Error, Hashable, Sendable {
    /// Nothing but line ends: a keep-alive (RFC 5626 §3.5.1), not a message.
    case empty
    case tooLong
    case tooManyHeaders
    case startLine
    case version
    case status
    case header(String)
    case missing(String)
    case repeated(String)
    case uri
    case contentLength
    case sequenceMethod

    package var phrase: String {
        switch self {
        case .empty: "Empty message"
        case .tooLong: "Message too long"
        case .tooManyHeaders: "Too many headers"
        case .startLine: "Malformed start line"
        case .version: "Version Not Supported"
        case .status: "Malformed status"
        case .header(let name): "Malformed \(name)"
        case .missing(let name): "Missing \(name)"
        case .repeated(let name): "Repeated \(name)"
        case .uri: "Malformed Request-URI"
        case .contentLength: "Content-Length does not fit"
        case .sequenceMethod: "CSeq names another method"
        }
    }
}
