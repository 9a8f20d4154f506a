extension WorkOrder {
    /// The states an action may start from, and who may do it: the whole loop at a glance.
    ///
    ///     draft ── dispatch ─▶ dispatched ── sign ─▶ signed ── answer ─▶ answered ── close ─▶ closed ── followUp ─▶ followedUp
    ///       ├── closeAtOnce ──────────────────────────────────────────────────────────────────▲
    ///       └── discard ─▶ discarded                 contact stays in signed
    static func start(of action: Action.Name) -> (state: State, by: Side) {
        switch action {
        case .create, .save, .discard, .dispatch, .closeAtOnce: (.draft, .intake)
        case .sign: (.dispatched, .body)
        case .contact, .answer: (.signed, .body)
        case .close: (.answered, .body)
        case .followUp: (.closed, .anyIntake)
        }
    }

    enum Side {
        /// The agent who took the order, or a leader.
        case intake
        /// Any agent or leader.
        case anyIntake
        /// The body it was sent to, or a leader.
        case body
    }

    /// The actions that are open to someone acting in a capacity, for the page's buttons. The same rules `applying` keeps.
    package func allowed(to capacity: Capacity) -> [Action.Name] {
        Action.Name.allCases.filter { name in
            name != .create && refusal(of: name, to: capacity) == nil
        }
    }

    private func refusal(of name: Action.Name, to capacity: Capacity) -> Refusal? {
        let (start, side) = Self.start(of: name)
        switch (side, capacity) {
        case (_, .supervising), (.anyIntake, .intake): break
        case (.intake, .intake(let person)): if person != takenBy { return .notYours }
        case (.body, .handling(let handler)): if handler != body { return .anotherBodys }
        case (.intake, .handling), (.anyIntake, .handling), (.body, .intake): return .notYours
        }
        return state == start && removedAt == nil ? nil : .wrongState(state, name)
    }

    /// The order after an action, and the row that tells of it; throws what the rules forbid, and then nothing has
    /// changed.
    ///
    /// - Parameter version: the version the person saw.
    package func applying(
        _ action: Action, by person: PersonID, as capacity: Capacity, version seen: Int, at now: Moment,
        policy: ClockPolicy
    ) throws(Refusal) -> (order: WorkOrder, transition: Transition) {
        if let refusal = refusal(of: action.name, to: capacity) { throw refusal }
        guard seen == version else { throw .staleVersion(current: version) }
        var order = self
        let note = try order.apply(action, at: now, policy: policy)
        order.version += 1
        return (
            order,
            Transition(action: action.name, from: state, to: order.state, at: now, by: person, note: note)
        )
    }

    private mutating func apply(_ action: Action, at now: Moment, policy: ClockPolicy) throws(Refusal) -> String? {
        switch action {
        case .save(let fields):
            try fields.validate(policy: policy)
            self.fields = fields
            return nil
        case .discard(let reason):
            let reason = try required(reason, .reason)
            state = .discarded
            return reason
        case .dispatch(let body, let readBack):
            try requireComplete(readBack: readBack, policy: policy)
            self.body = body
            dispatchedAt = now
            state = .dispatched
            return body.text
        case .closeAtOnce(let answer, let readBack):
            try requireComplete(readBack: readBack, policy: policy)
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
            let note = try required(note, .note)
            respondedAt = respondedAt ?? now
            return note
        case .answer(let text):
            answer = try required(text, .answer)
            answeredAt = now
            state = .answered
            return answer
        case .close:
            closedAt = now
            state = .closed
            return nil
        case .followUp(let followUp):
            try followUp.validate()
            followUps.append(followUp)
            if followUp.reached { state = .followedUp }
            return followUp.note.isEmpty ? nil : followUp.note
        }
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
        for (field, text) in texts where text.count > field.limit {
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
        guard reached || (satisfaction == nil && solved == nil) else { throw .verdictWithoutContact }
    }
}

private func required(_ text: String, _ field: WorkOrder.Field) throws(WorkOrder.Refusal) -> String {
    guard !text.isBlank else { throw .missing([field]) }
    guard text.count <= field.limit else { throw .tooLong(field, limit: field.limit) }
    return text
}

extension String {
    /// Nothing but white space, the full-width space included.
    var isBlank: Bool { allSatisfy(\.isWhitespace) }
}
