/// What names a dialog at our end (RFC 3261 §12).
package struct DialogKey: Hashable, Sendable {
    let callID: String
    let localTag: String
    let remoteTag: String
}

/// A peer-to-peer relation between us and one phone (RFC 3261 §12): enough to make our requests inside it and to judge
/// the peer's.
///
/// Requests go to the first route, or to the Contact when there is none, if that is an IP literal; else to the address
/// the peer last spoke from, for we ask no DNS and trunks answer where they call from.
package struct Dialog: Hashable, Sendable {
    package let callID: String
    /// Us and the peer, with tags.
    package let local: NameAddress
    package let remote: NameAddress
    package var localSequence: UInt32
    package var remoteSequence: UInt32
    package private(set) var target: URI
    package let routes: [NameAddress]
    /// Where the peer's first message came from, or where our INVITE went.
    package let peer: PeerAddress

    package var key: DialogKey {
        DialogKey(callID: callID, localTag: local.tag ?? "", remoteTag: remote.tag ?? "")
    }

    /// The callee's side, from the INVITE (§12.1.1). Throws what the 400 shall say when nothing we send could reach the
    /// caller: a Contact or Record-Route that is no SIP URI.
    init(answering request: Request, localTag: String, from source: PeerAddress) throws(ParseError) {
        callID = request.callID
        var local = request.to
        local.tag = localTag
        self.local = local
        remote = request.from
        localSequence = 0
        remoteSequence = request.sequence
        target = try Self.contact(of: request.headers)
        routes = try Self.recordRoutes(of: request.headers)
        peer = source
    }

    /// The caller's side, from a 2xx (§12.1.2). A 2xx must be acknowledged whatever it holds, so what is broken in it
    /// falls back: an unusable Contact to the URI we called, unusable routes to none.
    init(confirmedBy response: Response, calling uri: URI, at destination: PeerAddress) {
        callID = response.callID
        local = response.from
        remote = response.to
        localSequence = response.sequence
        remoteSequence = 0
        target = (try? Self.contact(of: response.headers)) ?? uri
        routes = (try? Self.recordRoutes(of: response.headers))?.reversed() ?? []
        peer = destination
    }

    package var nextHop: PeerAddress {
        guard let uri = (routes.first?.uri ?? target).sip, let address = IPAddress(uri.host) else { return peer }
        return PeerAddress(ip: address.text, port: uri.port ?? 5060)
    }

    /// Takes the peer's new Contact from a re-INVITE or its answer (§12.2). One we cannot use changes nothing.
    mutating func refreshTarget(_ headers: Headers) {
        if let contact = try? Self.contact(of: headers) { target = contact }
    }

    /// The next request inside the dialog (§12.2.1.1). ACK carries the number of its INVITE, all others a new one.
    mutating func request(_ method: Method, via: Via, acknowledging sequence: UInt32? = nil) -> Request {
        if sequence == nil { localSequence = min(localSequence &+ 1, MessageParser.maximumSequence) }
        var request = Request(
            method: method, uri: target, vias: [via], from: local, to: remote, callID: callID,
            sequence: sequence ?? localSequence, headers: ["Max-Forwards": "70"])
        var routes = routes
        if let first = routes.first, first.uri.sip?.parameters["lr"] == nil {
            // A strict router of RFC 2543 wants its own address as Request-URI and ours at the end (§12.2.1.1).
            request.uri = first.uri
            routes = routes.dropFirst() + [NameAddress(uri: target)]
        }
        for route in routes { request.headers.append("Route", route.description) }
        return request
    }

    private static func contact(of headers: Headers) throws(ParseError) -> URI {
        let contacts = headers[all: "Contact"]
        guard contacts.count == 1, let contact = NameAddress(contacts[0]), contact.uri.sip != nil else {
            throw contacts.isEmpty ? .missing("Contact") : .header("Contact")
        }
        return contact.uri
    }

    private static func recordRoutes(of headers: Headers) throws(ParseError) -> [NameAddress] {
        var routes: [NameAddress] = []
        for text in headers[all: "Record-Route"] {
            guard let route = NameAddress(text), route.uri.sip != nil else { throw .header("Record-Route") }
            routes.append(route)
        }
        return routes
    }
}

/// A confirmed dialog as it is kept outside the process, so that after a restart its BYE can be sent.
///
/// The sequence number is the one at the time of noting: later re-INVITEs and probes are not noted, so resuming skips
/// far enough ahead (`resumptionGap`); gaps are allowed (RFC 3261 §12.2.2).
package struct DialogFacts: Hashable, Sendable, Codable {
    package var leg: LegID
    package var callID: String
    package var local: String
    package var remote: String
    package var localSequence: UInt32
    package var remoteSequence: UInt32
    package var target: String
    package var routes: [String]
    package var peer: PeerAddress

    /// More requests than one call ever makes: a probe a minute for ten hours is 600.
    static let resumptionGap: UInt32 = 10_000
}

extension Dialog {
    func facts(leg: LegID) -> DialogFacts {
        DialogFacts(
            leg: leg, callID: callID, local: local.description, remote: remote.description,
            localSequence: localSequence, remoteSequence: remoteSequence, target: target.description,
            routes: routes.map(\.description), peer: peer)
    }

    /// Nil when the facts are none of ours.
    init?(resuming facts: DialogFacts) {
        guard let local = NameAddress(facts.local), let remote = NameAddress(facts.remote),
            let target = URI(facts.target), IPAddress(facts.peer.ip) != nil
        else { return nil }
        let routes = facts.routes.compactMap { NameAddress($0) }
        guard routes.count == facts.routes.count else { return nil }
        callID = facts.callID
        self.local = local
        self.remote = remote
        let sequence = UInt64(facts.localSequence) + UInt64(DialogFacts.resumptionGap)
        localSequence = UInt32(min(sequence, UInt64(MessageParser.maximumSequence)))
        remoteSequence = facts.remoteSequence
        self.target = target
        self.routes = routes
        peer = facts.peer
    }
}
