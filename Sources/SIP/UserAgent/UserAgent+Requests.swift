extension UserAgent {
    /// A request from the network: a retransmission, part of a dialog, or a new matter (RFC 3261 §8.2, §12.2.2).
    mutating func receive(_ received: Request, from source: PeerAddress) {
        var request = received
        request.vias[0].noteSource(source)
        if request.method == .ack { return receiveACK(request, from: source) }
        if let number = serverTransactionOfKey[TransactionKey(serverSideOf: request)] {
            return repeatResponse(of: number)
        }
        let leg = legOfDialog[DialogKey(peersRequest: request)]
        guard let peer = configuration.peer(at: source) else {
            if let leg, legs[leg]?.dialog?.isPeer(source.ip) == true {
                return receive(request, inside: leg, from: source)
            }
            return turnAwayStranger(request, at: source)
        }
        if let fault = request.fault {
            return refuse(request, at: source, fault == .version ? 505 : 400, fault.phrase)
        }
        if request.method == .cancel { return receiveCancel(request, from: source) }
        if let leg { return receive(request, inside: leg, from: source) }
        guard Method.allowed.contains(request.method) else { return refuseMethod(request, at: source) }
        guard request.to.tag == nil, request.method != .bye else { return refuse(request, at: source, 481) }
        guard !refusesExtensions(request, at: source) else { return }
        if request.method == .options { return answerOptions(request, at: source) }
        receiveInvite(request, from: source, peer)
    }

    // MARK: Refusals that leave no state

    /// The INVITE comes again when this gets lost, and gets the same answer; the ACK that follows matches nothing.
    mutating func refuse(
        _ request: Request, at source: PeerAddress, _ status: Int, _ reason: String? = nil, headers: [Header] = []
    ) {
        var response = request.response(status, reason, tag: statelessTag(for: request))
        for header in headers { response.headers.append(header) }
        send(MessageWriter.bytes(of: response), to: request.vias[0].responseAddress(source: source))
    }

    private mutating func turnAwayStranger(_ request: Request, at source: PeerAddress) {
        counts.strangers += 1
        guard strangerAllowance.take(at: now) else { return }
        refuse(request, at: source, 403)
    }

    private mutating func refuseMethod(_ request: Request, at source: PeerAddress) {
        let status = Method.definedElsewhere.contains(request.method) ? 405 : 501
        refuse(request, at: source, status, headers: [Self.allow])
    }

    /// We support no option tag, so each required one is too much (§8.2.2.3).
    private mutating func refusesExtensions(_ request: Request, at source: PeerAddress) -> Bool {
        let required = request.headers[all: "Require"].filter { !$0.isEmpty }
        guard !required.isEmpty else { return false }
        refuse(request, at: source, 420, headers: [Header("Unsupported", required.joined(separator: ", "))])
        return true
    }

    private mutating func answerOptions(_ request: Request, at source: PeerAddress) {
        refuse(request, at: source, 200, headers: [contact, Self.allow, Header("Accept", "application/sdp")])
    }

    // MARK: A new call

    private mutating func receiveInvite(_ request: Request, from source: PeerAddress, _ peer: TrustedPeer) {
        switch request.uri {
        case .sip, .other(scheme: "tel", rest: _): break
        case .other: return refuse(request, at: source, 416)
        }
        guard openInvites[MergeKey(request)] == nil else { return refuse(request, at: source, 482) }
        guard request.hasReadableBody else {
            return refuse(request, at: source, 415, headers: [Header("Accept", "application/sdp")])
        }
        let tag = makeToken()
        let dialog: Dialog
        do throws(ParseError) {
            dialog = try Dialog(answering: request, localTag: tag, from: source)
        } catch {
            return refuse(request, at: source, 400, error.phrase)
        }
        guard legs.count < configuration.maximumLegs - configuration.reservedLegs,
            transactionCount < configuration.maximumTransactions
        else {
            counts.overload += 1
            let retryAfter = Header("Retry-After", String(configuration.retryAfter))
            return refuse(request, at: source, 503, headers: [retryAfter])
        }
        let id = LegID(makeToken())
        let number = openInvite(request, from: source, localTag: tag, leg: id)
        openInvites[MergeKey(request)] = number
        var leg = Leg(id: id, phase: .invited, dialog: dialog)
        leg.invite = number
        legs[id] = leg
        legOfDialog[dialog.key] = id
        start(.patience, of: id, after: configuration.answerLimit)
        report(.invited(invitation(leg: id, request, from: source, peer)))
    }

    private func invitation(
        leg: LegID, _ request: Request, from source: PeerAddress, _ peer: TrustedPeer
    ) -> Invitation {
        let asserted = request.headers[all: "P-Asserted-Identity"].compactMap { NameAddress($0) }
        return Invitation(
            leg: leg,
            caller: Invitation.Party(request.from),
            called: Invitation.Party(display: nil, user: request.uri.user, uri: request.uri.description),
            asserted: peer.kind == .trunk ? asserted.first.map { Invitation.Party($0) } : nil,
            sdp: request.sdp, callID: request.callID, source: source, peer: peer, headers: request.headers)
    }

    /// A transaction for an INVITE; 100 Trying goes out at once, so that the peer stops sending it again.
    private mutating func openInvite(
        _ request: Request, from source: PeerAddress, localTag: String, leg: LegID
    ) -> UInt64 {
        let number = openServer(
            request, from: source, localTag: localTag, leg: leg,
            .invite(InviteServerTransaction(timing: configuration.timing)))
        respond(number, request.response(100))
        return number
    }

    // MARK: CANCEL

    /// §9.2. It must come from where its INVITE came from, or anybody who saw a branch could end the call.
    private mutating func receiveCancel(_ request: Request, from source: PeerAddress) {
        guard let number = serverTransactionOfKey[TransactionKey(serverSideOf: request, as: .invite)],
            let transaction = serverTransactions[number], transaction.source.ip == source.ip
        else { return refuse(request, at: source, 481) }
        let response = request.response(200, tag: transaction.localTag)
        send(MessageWriter.bytes(of: response), to: request.vias[0].responseAddress(source: source))
        guard transaction.isOpenInvite else { return }
        respond(number, transaction.request.response(487, tag: transaction.localTag))
        guard let id = transaction.leg, var leg = legs[id] else { return }
        if leg.peerReinvite == number {
            leg.peerReinvite = nil
            legs[id] = leg
            cancel(.reinvite, of: id)
            report(.reinviteCancelled(id))
        } else if leg.invite == number {
            end(id, .cancelled(id, request.reason))
        }
    }

    // MARK: ACK

    private mutating func receiveACK(_ request: Request, from source: PeerAddress) {
        if let number = serverTransactionOfKey[TransactionKey(serverSideOf: request)],
            let transaction = serverTransactions[number], case .invite(var machine) = transaction.machine,
            machine.state == .completed
        {
            let actions = machine.receiveACK()
            serverTransactions[number]?.machine = .invite(machine)
            return carryOut(actions, ofServer: number)
        }
        guard let id = legOfDialog[DialogKey(peersRequest: request)], var leg = legs[id],
            let answer = leg.unacknowledged, answer.sequence == request.sequence,
            configuration.peer(at: source) != nil || leg.dialog?.isPeer(source.ip) == true
        else { return }
        leg.unacknowledged = nil
        cancel(.retransmission, of: id)
        cancel(.acknowledgement, of: id)
        if answer.isReinvite {
            legs[id] = leg
            return report(.reinviteConfirmed(id, sdp: request.sdp))
        }
        leg.phase = .confirmed
        legs[id] = leg
        report(.confirmed(id, sdp: request.sdp))
        if leg.isUnwanted { sendBye(id, because: .hungUp) }
    }

    // MARK: Inside a dialog

    private mutating func receive(_ request: Request, inside id: LegID, from source: PeerAddress) {
        guard var leg = legs[id], var dialog = leg.dialog else { return }
        if let fault = request.fault {
            return refuse(request, at: source, fault == .version ? 505 : 400, fault.phrase)
        }
        guard Method.allowed.contains(request.method) else { return refuseMethod(request, at: source) }
        guard !refusesExtensions(request, at: source) else { return }
        // Out of order: something later was already done (§12.2.2).
        let isLate =
            request.method == .invite
            ? request.sequence <= dialog.remoteSequence : request.sequence < dialog.remoteSequence
        guard !isLate else { return refuse(request, at: source, 500, "Out of order") }
        dialog.remoteSequence = request.sequence
        leg.dialog = dialog
        legs[id] = leg
        switch request.method {
        case .bye: receiveBye(request, of: leg, from: source)
        case .invite: receiveReinvite(request, of: leg, from: source)
        default: answerOptions(request, at: source)
        }
    }

    /// §15.1.2. When the table of transactions is full the BYE is answered all the same; a repetition then gets 481.
    private mutating func receiveBye(_ request: Request, of leg: Leg, from source: PeerAddress) {
        let response = request.response(200)
        if transactionCount < configuration.maximumTransactions {
            let number = openServer(
                request, from: source, localTag: request.to.tag ?? "", leg: nil,
                .other(NonInviteServerTransaction(timing: configuration.timing)))
            respond(number, response)
        } else {
            send(MessageWriter.bytes(of: response), to: request.vias[0].responseAddress(source: source))
        }
        switch leg.phase {
        case .invited: end(leg.id, .cancelled(leg.id, request.reason))
        case .closing: end(leg.id, .ended(leg.id, leg.endReason))
        default: end(leg.id, .ended(leg.id, .hungUpByPeer(request.reason)))
        }
    }

    /// §14.2.
    private mutating func receiveReinvite(_ request: Request, of leg: Leg, from source: PeerAddress) {
        guard leg.phase != .closing else { return refuse(request, at: source, 481) }
        guard leg.ownReinvite == nil else { return refuse(request, at: source, 491) }
        guard leg.phase == .confirmed, leg.unacknowledged == nil, leg.peerReinvite == nil else {
            // Between 0 and 10 s, says §14.2; 1 s is past the round trip that has to finish.
            return refuse(request, at: source, 500, headers: [Header("Retry-After", "1")])
        }
        guard request.hasReadableBody else {
            return refuse(request, at: source, 415, headers: [Header("Accept", "application/sdp")])
        }
        guard transactionCount < configuration.maximumTransactions else {
            counts.overload += 1
            return refuse(
                request, at: source, 503, headers: [Header("Retry-After", String(configuration.retryAfter))])
        }
        let number = openInvite(request, from: source, localTag: request.to.tag ?? "", leg: leg.id)
        legs[leg.id]?.peerReinvite = number
        start(.reinvite, of: leg.id, after: configuration.reinviteLimit)
        report(.reinvited(leg.id, sdp: request.sdp))
    }
}

extension DialogKey {
    init(peersRequest request: Request) {
        callID = request.callID
        localTag = request.to.tag ?? ""
        remoteTag = request.from.tag ?? ""
    }
}

extension Dialog {
    /// Whether an address is the peer's: where he first spoke from, or where we send to.
    func isPeer(_ ip: String) -> Bool {
        if ip == peer.ip { return true }
        guard let address = IPAddress(ip) else { return false }
        return address == IPAddress(nextHop.ip) || address == IPAddress(peer.ip)
    }
}

extension Invitation.Party {
    init(_ address: NameAddress) {
        self.init(display: address.display, user: address.uri.user, uri: address.uri.description)
    }
}

extension Request {
    var sdp: String? { body.isEmpty ? nil : String(decoding: body, as: UTF8.self) }

    /// Without a Content-Type a body is taken for SDP, as old phones leave it out.
    var hasReadableBody: Bool {
        guard !body.isEmpty, let type = headers[first: "Content-Type"] else { return true }
        return type.prefix { $0 != ";" }.trimmingSpace.equalsIgnoringCase("application/sdp")
    }
}

extension Response {
    var sdp: String? { body.isEmpty ? nil : String(decoding: body, as: UTF8.self) }
}

extension Substring {
    var trimmingSpace: String { ArraySlice(utf8).trimmed.text }
}
