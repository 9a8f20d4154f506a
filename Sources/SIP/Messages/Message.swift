/// A request. `fault` is set on one that came in well enough framed to be answered and too broken to be carried out.
package struct Request: Hashable, Sendable {
    package var method: Method
    package var uri: URI
    package var vias: [Via]
    package var from: NameAddress
    package var to: NameAddress
    package var callID: String
    package var sequence: UInt32
    package var headers: Headers
    package var body: [UInt8]
    package var fault: ParseError?

    package init(
        method: Method, uri: URI, vias: [Via] = [], from: NameAddress, to: NameAddress, callID: String,
        sequence: UInt32, headers: Headers = [:], body: [UInt8] = []
    ) {
        self.method = method
        self.uri = uri
        self.vias = vias
        self.from = from
        self.to = to
        self.callID = callID
        self.sequence = sequence
        self.headers = headers
        self.body = body
    }

    /// A response to it (RFC 3261 §8.2.6.2), with our tag in To unless the request brought one.
    package func response(_ status: Int, _ reason: String? = nil, tag: String? = nil) -> Response {
        var to = to
        if to.tag == nil, status > 100, let tag { to.tag = tag }
        return Response(
            status: status, reason: reason ?? StatusPhrase.of(status), vias: vias, from: from, to: to, callID: callID,
            sequence: sequence, method: method)
    }
}

/// A response. `sequence` and `method` are its CSeq.
package struct Response: Hashable, Sendable {
    package var status: Int
    package var reason: String
    package var vias: [Via]
    package var from: NameAddress
    package var to: NameAddress
    package var callID: String
    package var sequence: UInt32
    package var method: Method
    package var headers: Headers = [:]
    package var body: [UInt8] = []

    package var isProvisional: Bool { status < 200 }
    package var isSuccess: Bool { status >= 200 && status < 300 }
}

package enum Message: Hashable, Sendable {
    case request(Request)
    case response(Response)
}

/// The usual reason phrases (RFC 3261 §21).
package enum StatusPhrase {
    private static let phrases = [
        100: "Trying", 180: "Ringing", 181: "Call Is Being Forwarded", 182: "Queued", 183: "Session Progress",
        200: "OK", 202: "Accepted", 302: "Moved Temporarily", 400: "Bad Request", 401: "Unauthorized",
        403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 407: "Proxy Authentication Required",
        408: "Request Timeout", 410: "Gone", 415: "Unsupported Media Type", 416: "Unsupported URI Scheme",
        420: "Bad Extension", 480: "Temporarily Unavailable", 481: "Call/Transaction Does Not Exist",
        482: "Loop Detected", 483: "Too Many Hops", 484: "Address Incomplete", 486: "Busy Here",
        487: "Request Terminated", 488: "Not Acceptable Here", 491: "Request Pending", 500: "Server Internal Error",
        501: "Not Implemented", 503: "Service Unavailable", 504: "Server Time-out", 505: "Version Not Supported",
        600: "Busy Everywhere", 603: "Decline",
    ]

    package static func of(_ status: Int) -> String { phrases[status] ?? "Unspecified" }
}
