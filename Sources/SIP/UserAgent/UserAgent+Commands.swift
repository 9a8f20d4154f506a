extension UserAgent {
    mutating func perform(_ command: Command) {
        switch command {
        case .ring(let leg, let status, let sdp): ring(leg, status, sdp)
        case .accept(let leg, let sdp): accept(leg, sdp)
        case .reject(let leg, let status, let reason, let retryAfter):
            let headers = retryAfter.map { [Header("Retry-After", String($0))] } ?? []
            reject(leg, status, reason, headers)
        case .invite(let call): invite(call)
        case .cancel(let leg, let reason):
            if legs[leg]?.dialog == nil { hangUp(leg, reason) }
        case .hangUp(let leg, let reason): hangUp(leg, reason)
        case .reinvite(let leg, let sdp): reinvite(leg, sdp)
        case .answerReinvite(let leg, let sdp): answerReinvite(leg, sdp)
        case .refuseReinvite(let leg, let status, let reason): refuseReinvite(leg, status, reason)
        case .probe(let leg): probe(leg)
        case .resume(let facts): resume(facts)
        }
    }

    // MARK: Inbound

    private mutating func ring(_ id: LegID, _ status: Int, _ sdp: String?) {
        precondition((101...199).contains(status), "ring with \(status)")
        guard var leg = legs[id], leg.phase == .invited, let number = leg.invite else { return }
        leg.provisional = (status, sdp)
        legs[id] = leg
        sendProvisional(number, status, sdp)
        start(.provisional, of: id, after: configuration.provisionalInterval)
    }

    mutating func sendProvisional(_ number: UInt64, _ status: Int, _ sdp: String?) {
        guard let response = dialogResponse(number, status, sdp) else { return }
        respond(number, response)
    }

    private mutating func accept(_ id: LegID, _ sdp: String) {
        guard var leg = legs[id], leg.phase == .invited, let number = leg.invite, let dialog = leg.dialog,
            let response = dialogResponse(number, 200, sdp)
        else { return }
        leg.phase = .accepted
        leg.invite = nil
        legs[id] = leg
        cancel(.patience, of: id)
        if leg.provisional != nil { cancel(.provisional, of: id) }
        respondUntilAcknowledged(number, response, id, isReinvite: false)
        report(.established(id, dialog.facts(leg: id)))
    }

    /// §13.3.1.4: a 2xx is sent again until its ACK comes, whatever the transport, for the ACK comes end to end.
    private mutating func respondUntilAcknowledged(
        _ number: UInt64, _ response: Response, _ id: LegID, isReinvite: Bool
    ) {
        guard let transaction = serverTransactions[number] else { return }
        respond(number, response)
        let timing = configuration.timing
        legs[id]?.unacknowledged = Leg.Unacknowledged(
            sequence: transaction.request.sequence, response: MessageWriter.bytes(of: response),
            destination: transaction.destination, isReinvite: isReinvite, interval: timing.t1)
        start(.retransmission, of: id, after: timing.t1)
        start(.acknowledgement, of: id, after: timing.patience)
    }

    /// A response that makes or keeps a dialog: with our tag and Contact, and the routes it came by (§12.1.1).
    private func dialogResponse(_ number: UInt64, _ status: Int, _ sdp: String?) -> Response? {
        guard let transaction = serverTransactions[number], transaction.isOpenInvite else { return nil }
        var response = transaction.request.response(status, tag: transaction.localTag)
        for header in transaction.request.headers.list where header.name == "Record-Route" {
            response.headers.append(header)
        }
        response.headers.append(contact)
        response.headers.append(Self.allow)
        if let sdp {
            response.headers.append("Content-Type", "application/sdp")
            response.body = Array(sdp.utf8)
        }
        return response
    }

    private mutating func reject(_ id: LegID, _ status: Int, _ reason: String?, _ headers: [Header]) {
        precondition((300...699).contains(status), "reject with \(status)")
        guard let leg = legs[id], leg.phase == .invited, let number = leg.invite else { return }
        refuseInvite(number, status, reason, headers)
        end(id, .ended(id, .refused(status: status)))
    }

    mutating func refuseInvite(_ number: UInt64, _ status: Int, _ reason: String? = nil, _ headers: [Header] = []) {
        guard let transaction = serverTransactions[number], transaction.isOpenInvite else { return }
        var response = transaction.request.response(status, reason, tag: transaction.localTag)
        for header in headers { response.headers.append(header) }
        respond(number, response)
    }

    // MARK: Outbound

    private mutating func invite(_ call: OutboundCall) {
        precondition(legs[call.leg] == nil, "leg \(call.leg) is in use")
        guard let to = URI(call.to), to.sip != nil else {
            return report(.rejected(call.leg, status: 416, reason: StatusPhrase.of(416)))
        }
        guard legs.count < configuration.maximumLegs else {
            counts.overload += 1
            return report(.rejected(call.leg, status: 503, reason: "Too many legs"))
        }
        let host = call.fromHost ?? configuration.advertised.hostText
        let from = NameAddress(
            display: call.display, uri: .sip(SIPURI(user: call.from, host: host)), tag: makeToken())
        var request = Request(
            method: .invite, uri: to, vias: [makeVia()], from: from, to: NameAddress(uri: to), callID: makeToken(),
            sequence: 1, headers: ["Max-Forwards": "70"], body: Array(call.sdp.utf8))
        addUserAgent(&request)
        addOffer(&request)
        let own = Set(request.headers.list.map(\.name) + ["Via", "From", "To", "Call-ID", "CSeq", "Content-Length"])
        for header in call.headers where !own.contains(header.name) && header.name.utf8.allSatisfy(\.isToken) {
            request.headers.append(header)
        }
        legs[call.leg] = Leg(id: call.leg, phase: .calling)
        start(.patience, of: call.leg, after: configuration.ringLimit)
        let number = openClient(request, to: call.destination, for: .invite(call.leg))
        legs[call.leg]?.invite = number
    }

    func addUserAgent(_ request: inout Request) {
        request.headers.append(Header(canonical: "User-Agent", value: configuration.userAgent))
    }

    private func addOffer(_ request: inout Request) {
        request.headers.append(contact)
        request.headers.append(Self.allow)
        request.headers.append(Header(canonical: "Content-Type", value: "application/sdp"))
    }

    // MARK: Ending

    private mutating func hangUp(_ id: LegID, _ reason: Reason?) {
        guard var leg = legs[id], !leg.isUnwanted else { return }
        leg.isUnwanted = true
        leg.hangUpReason = reason
        legs[id] = leg
        switch leg.phase {
        case .invited: reject(id, 480, nil, reason.map { [Header(canonical: "Reason", value: $0.header)] } ?? [])
        case .proceeding: sendCancel(id)
        case .confirmed: sendBye(id, because: .hungUp)
        // The BYE waits for the ACK (§15), the CANCEL for a provisional response (§9.1).
        case .accepted, .calling: break
        case .cancelling, .closing: break
        }
    }

    mutating func sendCancel(_ id: LegID) {
        guard let leg = legs[id], let number = leg.invite, let transaction = clientTransactions[number] else { return }
        var request = transaction.request.companion(.cancel)
        if let reason = leg.hangUpReason { request.headers.append("Reason", reason.header) }
        legs[id]?.phase = .cancelling
        start(.patience, of: id, after: configuration.timing.patience)
        _ = openClient(request, to: transaction.destination, for: .cancel)
    }

    mutating func sendBye(_ id: LegID, because reason: EndReason) {
        guard var leg = legs[id], var dialog = leg.dialog, leg.phase != .closing else { return }
        var request = dialog.request(.bye, via: makeVia())
        addUserAgent(&request)
        if let reason = leg.hangUpReason { request.headers.append("Reason", reason.header) }
        leg.dialog = dialog
        leg.phase = .closing
        leg.endReason = reason
        let openReinvite = leg.peerReinvite
        leg.peerReinvite = nil
        leg.unacknowledged = nil
        legs[id] = leg
        if let openReinvite {
            cancel(.reinvite, of: id)
            refuseInvite(openReinvite, 487)
        }
        _ = openClient(request, to: dialog.nextHop, for: .bye(id))
    }

    /// Takes a leg out and reports its one ending. Nothing of it stays but transactions, which end by themselves.
    mutating func end(_ id: LegID, _ event: Event) {
        guard let leg = legs.removeValue(forKey: id) else { return }
        if let key = leg.dialog?.key { legOfDialog[key] = nil }
        // An INVITE without a final answer would be sent to us, or kept by us, for ever (§15.1.2).
        for number in [leg.invite, leg.peerReinvite].compactMap({ $0 }) { refuseInvite(number, 487) }
        if let number = leg.ownReinvite { abandonClient(number) }
        for timer in LegTimer.allCases { cancel(timer, of: id) }
        report(event)
    }

    // MARK: Inside a dialog

    private mutating func reinvite(_ id: LegID, _ sdp: String) {
        guard var leg = legs[id], var dialog = leg.dialog, !leg.isUnwanted else { return }
        guard leg.phase == .confirmed, leg.ownReinvite == nil, leg.peerReinvite == nil, leg.unacknowledged == nil else {
            return report(.reinviteRejected(id, status: 491, reason: StatusPhrase.of(491)))
        }
        var request = dialog.request(.invite, via: makeVia())
        addUserAgent(&request)
        addOffer(&request)
        request.body = Array(sdp.utf8)
        leg.dialog = dialog
        legs[id] = leg
        let number = openClient(request, to: dialog.nextHop, for: .reinvite(id))
        legs[id]?.ownReinvite = number
        start(.ownReinvite, of: id, after: configuration.timing.patience * 2)
    }

    private mutating func answerReinvite(_ id: LegID, _ sdp: String) {
        guard var leg = legs[id], let number = leg.peerReinvite, let transaction = serverTransactions[number],
            let response = dialogResponse(number, 200, sdp)
        else { return }
        leg.peerReinvite = nil
        leg.dialog?.refreshTarget(transaction.request.headers)
        legs[id] = leg
        cancel(.reinvite, of: id)
        respondUntilAcknowledged(number, response, id, isReinvite: true)
    }

    private mutating func refuseReinvite(_ id: LegID, _ status: Int, _ reason: String?) {
        precondition((300...699).contains(status), "refuseReinvite with \(status)")
        guard let number = legs[id]?.peerReinvite else { return }
        legs[id]?.peerReinvite = nil
        cancel(.reinvite, of: id)
        refuseInvite(number, status, reason)
    }

    private mutating func probe(_ id: LegID) {
        guard var leg = legs[id] else { return report(.probed(id, alive: false)) }
        guard var dialog = leg.dialog, leg.phase == .confirmed else { return report(.probed(id, alive: true)) }
        guard !leg.isProbing else { return }
        var request = dialog.request(.options, via: makeVia())
        addUserAgent(&request)
        leg.dialog = dialog
        leg.isProbing = true
        legs[id] = leg
        _ = openClient(request, to: dialog.nextHop, for: .probe(id))
    }

    private mutating func resume(_ facts: DialogFacts) {
        guard legs[facts.leg] == nil else { return }
        guard let dialog = Dialog(resuming: facts), legOfDialog[dialog.key] == nil else {
            return report(.ended(facts.leg, .notResumable))
        }
        legs[facts.leg] = Leg(id: facts.leg, phase: .confirmed, dialog: dialog)
        legOfDialog[dialog.key] = facts.leg
    }
}
