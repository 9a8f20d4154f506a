/// Reads a datagram as one SIP message (RFC 3261 §7, §25).
///
/// What is needed to answer (Via, From, To, Call-ID, CSeq) must be right, or the datagram is refused as a whole. Other
/// faults of a request are noted in its `fault`, so that the user agent can answer 400. Header values that only some
/// uses need are kept as text and read by who needs them.
package enum MessageParser {
    /// The most a UDP datagram can hold.
    package static let maximumLength = 65_535
    /// A call through several carriers carries some forty lines; five times that is no honest message.
    package static let maximumHeaders = 200
    /// Max-Forwards starts at 70, so no request passed more hops than that.
    package static let maximumVias = 70
    /// RFC 3261 §8.1.1.5: a sequence number is below 2^31.
    package static let maximumSequence: UInt32 = 0x7fff_ffff
    /// Tags, branches and Call-IDs are kept in tables; none we saw is over 130 bytes.
    package static let maximumIdentifier = 256

    package static func parse(_ bytes: [UInt8]) throws(ParseError) -> Message {
        guard bytes.count <= maximumLength else { throw .tooLong }
        var lines = LineReader(bytes)
        guard let first = lines.next() else { throw .empty }
        var envelope = Envelope()
        while let line = lines.next(), !line.isEmpty { try envelope.take(line) }
        envelope.takeBody(lines.rest)
        return isStatusLine(first) ? .response(try response(first, envelope)) : .request(try request(first, envelope))
    }

    private static func isStatusLine(_ line: ArraySlice<UInt8>) -> Bool {
        line.starts(with: "SIP/".utf8)
    }

    private static func response(
        _ line: ArraySlice<UInt8>, _ envelope: Envelope
    ) throws(ParseError) -> Response {
        var scanner = ByteScanner(line)
        guard scanner.take(while: { $0 != .space }).text.equalsIgnoringCase("SIP/2.0") else { throw .version }
        guard scanner.consume(.space), let status = scanner.takeNumber(upTo: 699), status >= 100,
            scanner.isAtEnd || scanner.consume(.space)
        else { throw .status }
        let parts = try envelope.finished()
        // A response cannot be answered, so every fault refuses it.
        if let fault = envelope.fault { throw fault }
        return Response(
            status: Int(status), reason: scanner.rest.text, vias: parts.vias, from: parts.from, to: parts.to,
            callID: parts.callID, sequence: parts.sequence, method: parts.method, headers: envelope.headers,
            body: envelope.body)
    }

    private static func request(
        _ line: ArraySlice<UInt8>, _ envelope: Envelope
    ) throws(ParseError) -> Request {
        guard let space = line.firstIndex(of: .space), let last = line.lastIndex(of: .space), last > space else {
            throw .startLine
        }
        let method = line[..<space]
        let target = line[(space + 1)..<last]
        let version = line[(last + 1)...].text
        guard !method.isEmpty, method.count <= 32, method.allSatisfy({ $0.isToken }) else { throw .startLine }
        let parts = try envelope.finished()
        let uri = URI(bytes: target)
        var request = Request(
            method: Method(method.text), uri: uri ?? .other(scheme: "", rest: ""), vias: parts.vias, from: parts.from,
            to: parts.to, callID: parts.callID, sequence: parts.sequence, headers: envelope.headers,
            body: envelope.body)
        if !version.equalsIgnoringCase("SIP/2.0") {
            request.fault = .version
        } else if uri == nil {
            request.fault = .uri
        } else if parts.method != request.method {
            request.fault = .sequenceMethod
        } else {
            request.fault = envelope.fault
        }
        return request
    }
}

/// Cuts the head of a message into lines. A line that starts with space continues the one before (§7.3.1). A lone LF
/// ends a line too: some senders do so, and no value may hold one.
private struct LineReader {
    private let bytes: [UInt8]
    private var index = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        while index < bytes.count, bytes[index] == .carriageReturn || bytes[index] == .lineFeed { index += 1 }
    }

    var rest: ArraySlice<UInt8> { bytes[index...] }

    mutating func next() -> ArraySlice<UInt8>? {
        guard var line = rawLine() else { return nil }
        guard !line.isEmpty, continues else { return line }
        var joined = Array(line)
        while continues, let more = rawLine() {
            joined.append(.space)
            joined += more.trimmed
        }
        line = ArraySlice(joined)
        return line
    }

    private var continues: Bool { index < bytes.count && (bytes[index] == .space || bytes[index] == 9) }

    private mutating func rawLine() -> ArraySlice<UInt8>? {
        guard index < bytes.count else { return nil }
        let end = bytes[index...].firstIndex(of: .lineFeed) ?? bytes.count
        var line = bytes[index..<end]
        if line.last == .carriageReturn { line.removeLast() }
        index = min(end + 1, bytes.count)
        return line
    }
}

/// The headers of a message while they are read: the ones each message has are taken apart, the rest kept.
private struct Envelope {
    private var vias: [Via] = []
    private var from: NameAddress?
    private var to: NameAddress?
    private var callID: String?
    private var sequence: (number: UInt32, method: Method)?
    private var contentLength: Int?
    private var lineCount = 0
    private(set) var headers = Headers()
    private(set) var body: [UInt8] = []
    private(set) var fault: ParseError?

    mutating func take(_ line: ArraySlice<UInt8>) throws(ParseError) {
        lineCount += 1
        guard lineCount <= MessageParser.maximumHeaders else { throw .tooManyHeaders }
        guard let colon = line.firstIndex(of: .colon) else { return note(.header("header line")) }
        let rawName = line[..<colon].trimmed
        guard !rawName.isEmpty, rawName.allSatisfy({ $0.isToken }) else { return note(.header("header name")) }
        let name = HeaderName.canonical(rawName.text)
        let value = line[(colon + 1)...].trimmed
        switch name {
        case "Via": try takeVias(value)
        case "From": try takeParty(value, name, into: &from)
        case "To": try takeParty(value, name, into: &to)
        case "Call-ID":
            guard callID == nil else { throw .repeated(name) }
            guard !value.isEmpty, value.count <= MessageParser.maximumIdentifier, value.allSatisfy({ $0.isVisible })
            else { throw .header(name) }
            callID = value.text
        case "CSeq": try takeSequence(value)
        case "Content-Length":
            var scanner = ByteScanner(value)
            // A length can be no longer than a datagram, and two must agree.
            guard let number = scanner.takeNumber(upTo: 65_535), scanner.isAtEnd,
                contentLength == nil || contentLength == Int(number)
            else { return note(.contentLength) }
            contentLength = Int(number)
        case "Max-Forwards":
            var scanner = ByteScanner(value)
            if scanner.takeNumber(upTo: 255) == nil || !scanner.isAtEnd { note(.header(name)) }
            fallthrough
        default:
            headers.append(Header(canonical: name, value: value.text))
        }
    }

    private mutating func note(_ error: ParseError) { fault = fault ?? error }

    private mutating func takeVias(_ value: ArraySlice<UInt8>) throws(ParseError) {
        for element in value.listElements {
            guard let via = Via(bytes: element), (via.branch?.utf8.count ?? 0) <= MessageParser.maximumIdentifier else {
                // Only the first must be right: it leads our answer back. The others are carried through.
                if vias.isEmpty { throw .header("Via") }
                note(.header("Via"))
                continue
            }
            guard vias.count < MessageParser.maximumVias else { throw .tooManyHeaders }
            vias.append(via)
        }
    }

    private func takeParty(
        _ value: ArraySlice<UInt8>, _ name: String, into party: inout NameAddress?
    ) throws(ParseError) {
        guard party == nil else { throw .repeated(name) }
        guard let address = NameAddress(bytes: value), (address.tag?.utf8.count ?? 0) <= MessageParser.maximumIdentifier
        else { throw .header(name) }
        party = address
    }

    private mutating func takeSequence(_ value: ArraySlice<UInt8>) throws(ParseError) {
        guard sequence == nil else { throw .repeated("CSeq") }
        var scanner = ByteScanner(value)
        guard let number = scanner.takeNumber(upTo: MessageParser.maximumSequence) else { throw .header("CSeq") }
        guard scanner.peek()?.isSpace == true else { throw .header("CSeq") }
        scanner.skipSpace()
        let method = scanner.takeToken()
        guard !method.isEmpty, scanner.isAtEnd else { throw .header("CSeq") }
        sequence = (number, Method(method.text))
    }

    /// §18.3: in a datagram the body ends where Content-Length says, what follows is padding; a body that is shorter
    /// was cut on its way. Without the header the body is all there is.
    mutating func takeBody(_ rest: ArraySlice<UInt8>) {
        guard let contentLength else {
            body = Array(rest)
            return
        }
        if contentLength > rest.count { note(.contentLength) }
        body = Array(rest.prefix(contentLength))
    }

    func finished() throws(ParseError) -> (
        vias: [Via], from: NameAddress, to: NameAddress, callID: String, sequence: UInt32, method: Method
    ) {
        guard !vias.isEmpty else { throw .missing("Via") }
        guard let from else { throw .missing("From") }
        guard let to else { throw .missing("To") }
        guard let callID else { throw .missing("Call-ID") }
        guard let sequence else { throw .missing("CSeq") }
        return (vias, from, to, callID, sequence.number, sequence.method)
    }
}
