extension WorkOrder {
    /// Actions that take an order off its straight way, or back onto it.
    mutating func move(_ action: Action, _ given: Circumstances) throws(Refusal) -> String? {
        let now = given.now
        switch action {
        case .giveBack(let reason):
            let reason = try required(reason, .reason)
            details.returns += 1
            decline(at: now)
            endPause(at: now)
            state = .returned
            return reason
        case .object(let basis, let suggests):
            guard let body = given.body, body == self.body else { throw .anotherBodys }
            let basis = try required(basis, .basis)
            details.objection = Objection(by: body, basis: basis, suggests: suggests, at: now, from: state)
            details.objections += 1
            decline(at: now)
            state = .disputed
            return suggests.map { "\(basis) → \($0)" } ?? basis
        case .rule(let body, let ruling):
            let ruling = try required(ruling, .ruling)
            details.objection = nil
            send(to: body, given)
            return "\(body): \(ruling)"
        case .redo(let body, let reason):
            let reason = try required(reason, .reason)
            beginAnew()
            send(to: body, given)
            return "\(body): \(reason)"
        case .explain(let reason, let justified):
            details.badRatingJustified = justified
            state = .followedUp
            return try required(reason, .reason)
        case .archive(let reason):
            state = .archived
            return try required(reason, .reason)
        case .merge(let other, let reason):
            guard other != id else { throw .mergedIntoItself }
            let reason = try required(reason, .reason)
            details.mergedInto = other
            details.stateBefore = state
            state = .merged
            return reason
        case .unmerge(let reason):
            let reason = try required(reason, .reason)
            state = details.stateBefore ?? .draft
            details.mergedInto = nil
            details.stateBefore = nil
            return reason
        case .withdraw(let reason):
            let reason = try required(reason, .reason)
            details.extensionAsked = nil
            details.objection = nil
            endPause(at: now)
            details.withdrawnAt = now
            state = .withdrawn
            return reason
        default:
            preconditionFailure("\(action.name) moves nothing")
        }
    }

    /// A body that has not signed says that it is not for it.
    private mutating func decline(at now: Moment) {
        if signedAt == nil { details.declinedAt = now }
    }

    /// Another round: the clocks start again, and what the last one came to is told by the history alone.
    private mutating func beginAnew() {
        details.round += 1
        details.earlierFollowUps = followUps.count
        details.firstDispatchedAt = nil
        details.shares = []
        details.extendedTo = nil
        details.pauses = []
        details.contactedAt = nil
        respondedAt = nil
        answeredAt = nil
        closedAt = nil
        answer = nil
    }

    /// Actions that change how long it may take.
    mutating func changeTime(_ action: Action, _ given: Circumstances) throws(Refusal) -> String? {
        let now = given.now
        switch action {
        case .askExtension(let reason, let until):
            guard details.extensionAsked == nil else { throw .extensionAsked }
            let reason = try required(reason, .reason)
            try mayAsk(until: until, given)
            details.extensionAsked = ExtensionRequest(by: body ?? "", reason: reason, until: until, at: now)
            return "\(given.calendar.clock.text(until)): \(reason)"
        case .decideExtension(let granted, let note):
            guard let asked = details.extensionAsked else { throw .noExtensionAsked }
            let note = try required(note, .note)
            details.extensionAsked = nil
            if granted { details.extendedTo = asked.until }
            return granted ? "\(given.calendar.clock.text(asked.until)): \(note)" : note
        case .pause(let reason, let note):
            guard details.pauses.last.map({ $0.to != nil }) ?? true else { throw .alreadyPaused }
            guard details.pauses.count < Field.pauses.limit else { throw .tooMany(.pauses, limit: Field.pauses.limit) }
            guard given.policy.promises(for: matter).contains(where: { $0.mayPause(for: reason) }) else {
                throw .pauseNotAllowed(reason)
            }
            details.pauses.append(Pause(reason: reason, from: now, to: nil, note: try required(note, .note)))
            return note
        case .resume(let note):
            guard details.pauses.last.map({ $0.to == nil }) ?? false else { throw .notPaused }
            endPause(at: now)
            return note.isBlank ? nil : try required(note, .note)
        case .regrade(let kind, let urgency, let reason):
            guard given.policy.urgencies.contains(urgency) else { throw .unknownUrgency(urgency) }
            fields.kind = kind
            fields.urgency = urgency
            return try required(reason, .reason)
        case .movePolicy(let policy, let reason):
            details.policy = policy
            return "\(policy.name): \(try required(reason, .reason))"
        default:
            preconditionFailure("\(action.name) changes no time")
        }
    }

    /// An extension is asked for before the time has run out, for a later end, within what the policy gives.
    private func mayAsk(until: Moment, _ given: Circumstances) throws(Refusal) {
        let clocks = given.policy.clocks(of: self, calendar: given.calendar, at: given.now)
        guard let resolve = clocks.first(where: { $0.name == .resolve && $0.body == nil && $0.metAt == nil }) else {
            throw .extensionNotLater
        }
        guard given.now <= resolve.due else { throw .extensionTooLate(due: resolve.due) }
        guard until > resolve.due else { throw .extensionNotLater }
        if let limit = given.policy.promise(.resolve, for: matter)?.extension {
            let most = given.policy.calendar(given.calendar).with(details.hours)
                .deadline(limit, from: resolve.due).due
            guard until <= most else { throw .extensionTooLong(limit: limit) }
        }
    }

    /// Actions that leave it in its state.
    mutating func accompany(_ action: Action, _ given: Circumstances) throws(Refusal) -> String? {
        let now = given.now
        switch action {
        case .urge(let note):
            details.urges += 1
            details.urgedAt = now
            return try required(note, .note)
        case .supervise(let note):
            details.supervisedAt = details.supervisedAt ?? now
            return try required(note, .note)
        case .guide(let note), .add(let note), .tell(let note):
            return try required(note, .note)
        case .share(let body, let role, let note):
            guard body != self.body, share(of: body) == nil else { throw .alreadyShared(body) }
            guard details.shares.count < Field.shares.limit else { throw .tooMany(.shares, limit: Field.shares.limit) }
            details.shares.append(
                Share(body: body, role: role, of: given.body, askedAt: now, hours: given.hours[body]))
            return note.isBlank ? body.text : "\(body): \(try required(note, .note))"
        case .signShare:
            guard let own = given.body.flatMap(share), own.signedAt == nil else { throw .wrongState(state, .signShare) }
            try changeShare(given) { $0.signedAt = now }
            return nil
        case .answerShare(let text):
            let text = try required(text, .answer)
            try changeShare(given) { share in
                share.signedAt = share.signedAt ?? now
                share.answeredAt = now
                share.answer = text
            }
            return text
        case .label(let category, let tags):
            guard tags.count <= Field.tags.limit else { throw .tooMany(.tags, limit: Field.tags.limit) }
            details.category = category
            details.tags = tags
            return ([category].compactMap { $0 } + tags.map { "#\($0)" }).joined(separator: " ")
        case .link(let other):
            guard other != id else { throw .mergedIntoItself }
            guard details.links.count < Field.links.limit else { throw .tooMany(.links, limit: Field.links.limit) }
            if !details.links.contains(other) { details.links.append(other) }
            return other.text
        default:
            preconditionFailure("\(action.name) accompanies nothing")
        }
    }

    private mutating func changeShare(_ given: Circumstances, _ change: (inout Share) -> Void) throws(Refusal) {
        guard let body = given.body, let index = details.shares.firstIndex(where: { $0.body == body }) else {
            throw .anotherBodys
        }
        guard details.shares[index].answeredAt == nil else { throw .wrongState(state, .answerShare) }
        change(&details.shares[index])
    }
}
