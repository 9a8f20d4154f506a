extension UserAgent {
    // MARK: Server side

    mutating func openServer(
        _ request: Request, from source: PeerAddress, localTag: String, leg: LegID?,
        _ machine: ServerTransaction.Machine
    ) -> UInt64 {
        let number = makeNumber()
        let key = TransactionKey(serverSideOf: request)
        serverTransactions[number] = ServerTransaction(
            key: key, request: request, source: source, destination: request.vias[0].responseAddress(source: source),
            localTag: localTag, leg: leg, machine: machine)
        serverTransactionOfKey[key] = number
        return number
    }

    mutating func respond(_ number: UInt64, _ response: Response) {
        guard var transaction = serverTransactions[number] else { return }
        transaction.lastResponse = MessageWriter.bytes(of: response)
        let actions: [InviteServerTransaction.Action]
        switch transaction.machine {
        case .invite(var machine):
            actions = machine.respond(status: response.status)
            transaction.machine = .invite(machine)
        case .other(var machine):
            actions = machine.respond(status: response.status)
            transaction.machine = .other(machine)
        }
        serverTransactions[number] = transaction
        carryOut(actions, ofServer: number)
    }

    mutating func repeatResponse(of number: UInt64) {
        guard let transaction = serverTransactions[number] else { return }
        switch transaction.machine {
        case .invite(let machine): carryOut(machine.receiveInvite(), ofServer: number)
        case .other(let machine): carryOut(machine.receiveRequest(), ofServer: number)
        }
    }

    mutating func fireServer(_ number: UInt64, _ timer: TransactionTimer) {
        guard var transaction = serverTransactions[number] else { return }
        let actions: [InviteServerTransaction.Action]
        switch transaction.machine {
        case .invite(var machine):
            actions = machine.fire(timer)
            transaction.machine = .invite(machine)
        case .other(var machine):
            actions = machine.fire(timer)
            transaction.machine = .other(machine)
        }
        serverTransactions[number] = transaction
        carryOut(actions, ofServer: number)
    }

    mutating func carryOut(_ actions: [InviteServerTransaction.Action], ofServer number: UInt64) {
        guard let transaction = serverTransactions[number] else { return }
        for action in actions {
            switch action {
            case .send: send(transaction.lastResponse, to: transaction.destination)
            case .startTimer(let timer, let delay): outputs.append(.startTimer(.server(number, timer), after: delay))
            case .cancelTimer(let timer): outputs.append(.cancelTimer(.server(number, timer)))
            case .terminated:
                serverTransactions[number] = nil
                serverTransactionOfKey[transaction.key] = nil
                let merge = MergeKey(transaction.request)
                if openInvites[merge] == number { openInvites[merge] = nil }
            }
        }
    }

    // MARK: Client side

    mutating func openClient(
        _ request: Request, to destination: PeerAddress, for owner: ClientTransaction.Owner
    ) -> UInt64 {
        let number = makeNumber()
        let key = TransactionKey(clientSideWith: request.vias[0].branch ?? "", request.method)
        let actions: [InviteClientTransaction.Action]
        let machine: ClientTransaction.Machine
        if request.method == .invite {
            let invite = InviteClientTransaction(timing: configuration.timing)
            actions = invite.start()
            machine = .invite(invite)
        } else {
            let other = NonInviteClientTransaction(timing: configuration.timing)
            actions = other.start()
            machine = .other(other)
        }
        clientTransactions[number] = ClientTransaction(
            key: key, request: request, bytes: MessageWriter.bytes(of: request), destination: destination, owner: owner,
            machine: machine)
        clientTransactionOfKey[key] = number
        carryOut(actions, ofClient: number, nil)
        return number
    }

    mutating func receive(_ response: Response, inClient number: UInt64) {
        advanceClient(number, with: response) { machine in
            switch machine {
            case .invite(var invite):
                defer { machine = .invite(invite) }
                return invite.receive(status: response.status)
            case .other(var other):
                defer { machine = .other(other) }
                return other.receive(status: response.status)
            }
        }
    }

    mutating func fireClient(_ number: UInt64, _ timer: TransactionTimer) {
        advanceClient(number, with: nil) { machine in
            switch machine {
            case .invite(var invite):
                defer { machine = .invite(invite) }
                return invite.fire(timer)
            case .other(var other):
                defer { machine = .other(other) }
                return other.fire(timer)
            }
        }
    }

    mutating func failTransport(to destination: PeerAddress) {
        let concerned = clientTransactions.filter { $0.value.destination == destination }.keys.sorted()
        for number in concerned {
            advanceClient(number, with: nil) { machine in
                switch machine {
                case .invite(var invite):
                    defer { machine = .invite(invite) }
                    return invite.failTransport()
                case .other(var other):
                    defer { machine = .other(other) }
                    return other.failTransport()
                }
            }
        }
    }

    private mutating func advanceClient(
        _ number: UInt64, with response: Response?,
        _ step: (inout ClientTransaction.Machine) -> [InviteClientTransaction.Action]
    ) {
        guard var transaction = clientTransactions[number] else { return }
        let actions = step(&transaction.machine)
        clientTransactions[number] = transaction
        carryOut(actions, ofClient: number, response)
    }

    private mutating func carryOut(
        _ actions: [InviteClientTransaction.Action], ofClient number: UInt64, _ response: Response?
    ) {
        guard let transaction = clientTransactions[number] else { return }
        for action in actions {
            switch action {
            case .send: send(transaction.bytes, to: transaction.destination)
            case .startTimer(let timer, let delay): outputs.append(.startTimer(.client(number, timer), after: delay))
            case .cancelTimer(let timer): outputs.append(.cancelTimer(.client(number, timer)))
            case .acknowledge:
                if let response { acknowledgeRefusal(response, of: transaction) }
            case .deliver:
                if let response { deliver(response, to: transaction.owner, from: number) }
            case .timedOut: fail(transaction.owner, 408)
            case .transportFailed: fail(transaction.owner, 503)
            case .terminated: forgetClient(number)
            }
        }
    }

    mutating func forgetClient(_ number: UInt64) {
        guard let transaction = clientTransactions.removeValue(forKey: number) else { return }
        clientTransactionOfKey[transaction.key] = nil
        if case .stray(let key) = transaction.owner { strays[key] = nil }
    }

    /// The ACK of a refusal belongs to the INVITE's transaction: same branch, same route (§17.1.1.3).
    private mutating func acknowledgeRefusal(_ response: Response, of transaction: ClientTransaction) {
        var ack = transaction.request.companion(.ack)
        ack.to = response.to
        send(MessageWriter.bytes(of: ack), to: transaction.destination)
    }
}

extension Request {
    /// The ACK or CANCEL that goes the way of this INVITE (§9.1, §17.1.1.3).
    func companion(_ method: Method) -> Request {
        var request = Request(
            method: method, uri: uri, vias: [vias[0]], from: from, to: to, callID: callID, sequence: sequence,
            headers: ["Max-Forwards": "70"])
        for route in headers.list where route.name == "Route" { request.headers.append(route) }
        return request
    }
}
