extension WorkOrder {
    /// The order after an action, and the row that tells of it; throws what the rules forbid, and then nothing has
    /// changed.
    ///
    /// - Parameters:
    ///   - person: nil for the citizen.
    ///   - version: the version the person saw.
    ///   - policy: the one this order was born with, or is to be born with.
    ///   - asked: what its category asks besides.
    ///   - hours: of the bodies that keep hours of their own.
    package func applying(
        _ action: Action, by person: PersonID?, as capacity: Capacity, version seen: Int, at now: Moment,
        policy: ClockPolicy, reference: PolicyReference? = nil, calendar: WorkingCalendar = .china,
        asked: [Particular] = [], hours: [BodyID: BodyHours] = [:]
    ) throws(Refusal) -> (order: WorkOrder, transition: Transition) {
        if let refusal = refusal(of: action.name, to: capacity) { throw refusal }
        guard seen == version else { throw .staleVersion(current: version) }
        var order = self
        let note = try order.apply(action, Circumstances(capacity, now, policy, reference, calendar, asked, hours))
        order.version += 1
        return (
            order,
            Transition(
                action: action.name, from: state, to: order.state, at: now, by: person, note: note, fromBody: holder,
                toBody: order.holder)
        )
    }

    /// What an action is judged by besides the order.
    struct Circumstances {
        let capacity: Capacity
        let now: Moment
        let policy: ClockPolicy
        let reference: PolicyReference?
        let calendar: WorkingCalendar
        let asked: [Particular]
        let hours: [BodyID: BodyHours]

        init(
            _ capacity: Capacity, _ now: Moment, _ policy: ClockPolicy, _ reference: PolicyReference?,
            _ calendar: WorkingCalendar, _ asked: [Particular], _ hours: [BodyID: BodyHours]
        ) {
            self.capacity = capacity
            self.now = now
            self.policy = policy
            self.reference = reference
            self.calendar = calendar
            self.asked = asked
            self.hours = hours
        }

        var body: BodyID? {
            if case .handling(let body) = capacity { body } else { nil }
        }
    }

    private mutating func apply(_ action: Action, _ given: Circumstances) throws(Refusal) -> String? {
        let now = given.now
        switch action {
        case .save(let fields, let particulars):
            try fields.validate(policy: given.policy)
            if let particulars {
                try Self.validate(particulars: particulars)
                details.particulars = particulars
            }
            self.fields = fields
            return nil
        case .discard(let reason):
            state = .discarded
            return try required(reason, .reason)
        case .dispatch(let body, let readBack):
            if state == .draft {
                try requireComplete(readBack: readBack, policy: given.policy)
                try settleParticulars(given.asked)
            }
            beBorn(given)
            send(to: body, given)
            return body.text
        case .closeAtOnce(let answer, let readBack):
            if state == .draft { try requireComplete(readBack: readBack, policy: given.policy) }
            beBorn(given)
            // Nobody waits any more for what other bodies have not answered.
            details.shares.removeAll { $0.answeredAt == nil }
            self.answer = try required(answer, .answer)
            answeredAt = now
            closedAt = now
            state = .closed
            return self.answer
        case .sign:
            signedAt = now
            state = .signed
            return nil
        case .contact(let note):
            respondedAt = respondedAt ?? now
            return try required(note, .note)
        case .answer(let text):
            let open = details.shares.filter { $0.answeredAt == nil }.map(\.body)
            guard open.isEmpty else { throw .sharesOpen(open) }
            answer = try required(text, .answer)
            answeredAt = now
            endPause(at: now)
            state = .answered
            return answer
        case .close:
            if let refusal = refusalToClose(given.capacity, given.policy) { throw refusal }
            closedAt = now
            state = .closed
            return nil
        case .sendBack(let reason):
            answeredAt = nil
            state = .signed
            return try required(reason, .reason)
        case .followUp(let followUp):
            try followUp.validate()
            guard followUps.count < 100 else { throw .tooMany(.note, limit: 100) }
            followUps.append(followUp)
            if followUp.reached { state = followUp.isBad ? .reviewing : .followedUp }
            return followUp.note.isEmpty ? nil : followUp.note
        case .giveBack, .object, .rule, .redo, .explain, .archive, .merge, .unmerge, .withdraw:
            return try move(action, given)
        case .askExtension, .decideExtension, .pause, .resume, .regrade, .movePolicy:
            return try changeTime(action, given)
        case .urge, .supervise, .guide, .add, .share, .signShare, .answerShare, .label, .link, .tell:
            return try accompany(action, given)
        case .correct(let particulars):
            return try correct(particulars, asked: given.asked)
        }
    }

    /// From now on it keeps the policy it was dispatched or closed under.
    private mutating func beBorn(_ given: Circumstances) {
        details.policy = details.policy ?? given.reference
    }

    /// To the body that is to handle it, anew if another had it.
    mutating func send(to body: BodyID, _ given: Circumstances) {
        let now = given.now
        if self.body != body {
            details.shares.removeAll { $0.body == body }
        }
        self.body = body
        details.hours = given.hours[body]
        dispatchedAt = now
        details.firstDispatchedAt = details.firstDispatchedAt ?? now
        details.extensionAsked = nil
        signedAt = nil
        details.declinedAt = nil
        details.contactedAt = details.contactedAt ?? respondedAt
        respondedAt = nil
        endPause(at: now)
        state = .dispatched
    }

    mutating func endPause(at now: Moment) {
        guard let last = details.pauses.indices.last, details.pauses[last].to == nil else { return }
        details.pauses[last].to = now
    }

    /// An order leaves the draft only when it says enough for a stranger to act on, and the citizen has heard it read back.
    private func requireComplete(readBack: Bool, policy: ClockPolicy) throws(Refusal) {
        try fields.validate(policy: policy)
        var missing: [Field] = []
        if fields.kind == nil { missing.append(.kind) }
        if fields.title.isBlank { missing.append(.title) }
        if fields.what.isBlank { missing.append(.what) }
        guard missing.isEmpty else { throw .missing(missing) }
        guard policy.urgencies.contains(fields.urgency) else { throw .unknownUrgency(fields.urgency) }
        guard readBack else { throw .notReadBack }
    }
}

extension WorkOrder.Fields {
    /// Checks what a draft may hold: anything may be empty, nothing may be beyond its limit.
    package func validate(policy: ClockPolicy) throws(WorkOrder.Refusal) {
        let texts: [(WorkOrder.Field, String)] = [
            (.title, title), (.what, what), (.place, place), (.time, time), (.wish, wish), (.name, name),
            (.phone, phone),
        ]
        for (field, text) in texts where text.unicodeScalars.count > field.limit {
            throw .tooLong(field, limit: field.limit)
        }
        guard policy.urgencies.contains(urgency) else { throw .unknownUrgency(urgency) }
        guard phone.isEmpty || TelephoneNumber(phone) != nil else { throw .badPhone }
    }
}

extension WorkOrder.FollowUp {
    fileprivate func validate() throws(WorkOrder.Refusal) {
        guard note.count <= WorkOrder.Field.note.limit else {
            throw .tooLong(.note, limit: WorkOrder.Field.note.limit)
        }
        guard satisfaction.map((1...5).contains) ?? true else { throw .badSatisfaction }
        guard reached || (satisfaction == nil && solved == nil && contacted == nil) else {
            throw .verdictWithoutContact
        }
    }
}

func required(_ text: String, _ field: WorkOrder.Field) throws(WorkOrder.Refusal) -> String {
    guard !text.isBlank else { throw .missing([field]) }
    guard text.count <= field.limit else { throw .tooLong(field, limit: field.limit) }
    return text
}

extension String {
    /// Nothing but white space, the full-width space included.
    var isBlank: Bool { allSatisfy(\.isWhitespace) }
}
