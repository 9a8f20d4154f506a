extension UserAgent {
    /// A response from the network (RFC 3261 §8.1.3, §18.1.2). One with several Vias, or with another's Via, was led
    /// astray.
    mutating func receive(_ response: Response, from source: PeerAddress) {
        guard response.vias.count == 1, let via = response.vias.first,
            via.sentBy == "\(configuration.advertised.hostText.lowercased()):\(configuration.advertised.port)"
        else { return }
        let key = TransactionKey(clientSideWith: via.branch ?? "", response.method)
        if let number = clientTransactionOfKey[key] {
            receive(response, inClient: number)
        } else if response.method == .invite, response.isSuccess {
            receiveStray(response, from: source)
        }
    }

    /// A 2xx to an INVITE we know nothing of: it comes from a phone that was ringing when an earlier process died, or
    /// from one that answered after we gave up. Unanswered it would sit in a dead call, so it is acknowledged and hung
    /// up from what the 2xx itself says.
    private mutating func receiveStray(_ response: Response, from source: PeerAddress) {
        guard configuration.peer(at: source) != nil else { return }
        let key = DialogKey(
            callID: response.callID, localTag: response.from.tag ?? "", remoteTag: response.to.tag ?? "")
        if let id = legOfDialog[key], var dialog = legs[id]?.dialog {
            // A dialog that was resumed: only its ACK got lost.
            let ack = dialog.request(.ack, via: makeVia(), acknowledging: response.sequence)
            return send(MessageWriter.bytes(of: ack), to: dialog.nextHop)
        }
        dismiss(response, calling: response.to.uri, at: source)
    }

    /// Acknowledges a 2xx nobody wants and hangs it up; when it comes again only the ACK is sent again. Bounded, for one
    /// INVITE may draw any number of them.
    private mutating func dismiss(_ response: Response, calling uri: URI, at destination: PeerAddress) {
        var dialog = Dialog(confirmedBy: response, calling: uri, at: destination)
        if let stray = strays[dialog.key] { return send(stray.ack, to: stray.destination) }
        guard strayAllowance.take(at: now) else { return }
        counts.strayAnswers += 1
        let ack = MessageWriter.bytes(
            of: dialog.request(.ack, via: makeVia(), acknowledging: response.sequence))
        strays[dialog.key] = (ack, dialog.nextHop)
        send(ack, to: dialog.nextHop)
        var bye = dialog.request(.bye, via: makeVia())
        addUserAgent(&bye)
        _ = openClient(bye, to: dialog.nextHop, for: .stray(dialog.key))
    }

    /// A response the transaction passes on, to whom it is for.
    mutating func deliver(_ response: Response, to owner: ClientTransaction.Owner, from number: UInt64) {
        switch owner {
        case .invite(let leg): deliverToInvite(response, leg, number)
        case .reinvite(let leg): deliverToReinvite(response, leg, number)
        case .bye(let leg):
            if !response.isProvisional { finishBye(leg) }
        case .probe(let leg):
            if !response.isProvisional { finishProbe(leg, alive: response.status != 481 && response.status != 408) }
        case .cancel, .stray: break
        }
    }

    /// No response came, or the request could not be sent.
    mutating func fail(_ owner: ClientTransaction.Owner, _ status: Int) {
        switch owner {
        case .invite(let leg):
            if legs[leg] != nil { end(leg, .rejected(leg, status: status, reason: StatusPhrase.of(status))) }
        case .reinvite(let leg): failReinvite(leg, status, StatusPhrase.of(status))
        case .bye(let leg): finishBye(leg)
        case .probe(let leg): finishProbe(leg, alive: false)
        case .cancel, .stray: break
        }
    }

    // MARK: INVITE

    private mutating func deliverToInvite(_ response: Response, _ id: LegID, _ number: UInt64) {
        if response.isSuccess { return deliverSuccess(response, id, number) }
        guard var leg = legs[id] else { return }
        guard response.isProvisional else {
            return end(id, .rejected(id, status: response.status, reason: response.reason))
        }
        if leg.phase == .calling {
            leg.phase = .proceeding
            legs[id] = leg
            if leg.isUnwanted { return sendCancel(id) }
        }
        if response.status > 100, !leg.isUnwanted {
            report(.ringing(id, status: response.status, sdp: response.sdp))
        }
    }

    private mutating func deliverSuccess(_ response: Response, _ id: LegID, _ number: UInt64) {
        guard let transaction = clientTransactions[number] else { return }
        let tag = response.to.tag ?? ""
        if let acknowledged = transaction.acknowledged {
            // A fork (§13.2.2.4): one call is enough, the second phone is hung up.
            guard acknowledged.tag == tag else {
                return dismiss(response, calling: transaction.request.uri, at: transaction.destination)
            }
            return send(acknowledged.ack, to: acknowledged.destination)
        }
        guard var leg = legs[id] else {
            return dismiss(response, calling: transaction.request.uri, at: transaction.destination)
        }
        var dialog = Dialog(
            confirmedBy: response, calling: transaction.request.uri, at: transaction.destination)
        let ack = MessageWriter.bytes(
            of: dialog.request(.ack, via: makeVia(), acknowledging: response.sequence))
        clientTransactions[number]?.acknowledged = (tag, ack, dialog.nextHop)
        send(ack, to: dialog.nextHop)
        cancel(.patience, of: id)
        leg.invite = nil
        leg.dialog = dialog
        leg.phase = .confirmed
        legs[id] = leg
        legOfDialog[dialog.key] = id
        if leg.isUnwanted { return sendBye(id, because: .hungUp) }
        report(.established(id, dialog.facts(leg: id)))
        report(.answered(id, sdp: response.sdp))
    }

    // MARK: re-INVITE

    private mutating func deliverToReinvite(_ response: Response, _ id: LegID, _ number: UInt64) {
        guard !response.isProvisional else { return }
        guard response.isSuccess else { return failReinvite(id, response.status, response.reason) }
        if let acknowledged = clientTransactions[number]?.acknowledged {
            return send(acknowledged.ack, to: acknowledged.destination)
        }
        guard var leg = legs[id], var dialog = leg.dialog else { return }
        dialog.refreshTarget(response.headers)
        let ack = MessageWriter.bytes(
            of: dialog.request(.ack, via: makeVia(), acknowledging: response.sequence))
        clientTransactions[number]?.acknowledged = (response.to.tag ?? "", ack, dialog.nextHop)
        send(ack, to: dialog.nextHop)
        leg.dialog = dialog
        leg.ownReinvite = nil
        legs[id] = leg
        cancel(.ownReinvite, of: id)
        if leg.phase == .confirmed { report(.reinviteAnswered(id, sdp: response.sdp)) }
    }

    /// §12.2.1.2: 481 and 408 say that the dialog is gone; any other refusal leaves it as it was.
    private mutating func failReinvite(_ id: LegID, _ status: Int, _ reason: String) {
        guard var leg = legs[id] else { return }
        leg.ownReinvite = nil
        legs[id] = leg
        cancel(.ownReinvite, of: id)
        guard leg.phase == .confirmed else { return }
        report(.reinviteRejected(id, status: status, reason: reason))
        if status == 481 || status == 408 { sendBye(id, because: .lost) }
    }

    // MARK: BYE and OPTIONS

    private mutating func finishBye(_ id: LegID) {
        guard let leg = legs[id] else { return }
        end(id, .ended(id, leg.endReason))
    }

    private mutating func finishProbe(_ id: LegID, alive: Bool) {
        guard legs[id] != nil else { return }
        legs[id]?.isProbing = false
        report(.probed(id, alive: alive))
    }
}
