/// What a citizen wants of the government, from her first sentence to her verdict on the outcome.
///
/// A value: `applying` makes the next one from this one and an action, or refuses. Storage keeps the newest beside the
/// history of its transitions, in one transaction.
package struct WorkOrder: Sendable, Equatable, Codable {
    package let id: OrderID
    /// What people call it: `20261122-000017`.
    package let number: String
    package var state: State
    package var fields: Fields
    package let line: LineID
    /// The call it was taken in; nil for one typed in without a call.
    package let call: CallID?
    /// Who took it, so that results come back to her; nil for what a citizen wrote herself: any agent may take that up.
    package let takenBy: PersonID?
    /// Nil for what somebody of the centre wrote down.
    package let source: Source?
    package let createdAt: Moment
    /// The lead body (主办).
    package var body: BodyID?
    package var answer: String?
    /// To the body that has it now.
    package var dispatchedAt: Moment?
    package var signedAt: Moment?
    /// The body's first recorded contact with the citizen.
    package var respondedAt: Moment?
    package var answeredAt: Moment?
    package var closedAt: Moment?
    /// When its words were removed, because they had been kept long enough; nothing more can be done with it.
    package var removedAt: Moment?
    package var followUps: [FollowUp]
    /// What few orders have and no list is sorted by.
    package var details: Details
    /// Counts the changes; a change that saw another version is refused.
    package var version: Int

    package enum State: String, Sendable, Codable, CaseIterable {
        case draft, dispatched, signed, disputed, returned, answered, closed, reviewing, followedUp, archived, merged,
            discarded, withdrawn
    }

    /// What the agent writes down, in the order a conversation goes.
    package struct Fields: Sendable, Equatable, Codable {
        package var kind: Kind?
        package var urgency: Urgency
        package var title: String
        package var what: String
        package var place: String
        package var time: String
        package var wish: String
        package var name: String
        /// Digits only, or empty when she does not know it.
        package var phone: String
        /// The citizen asks that her name be kept from everyone but those who took it down.
        package var confidential: Bool

        package init(
            kind: Kind? = nil, urgency: Urgency = .ordinary, title: String = "", what: String = "", place: String = "",
            time: String = "", wish: String = "", name: String = "", phone: String = "", confidential: Bool = false
        ) {
            self.kind = kind
            self.urgency = urgency
            self.title = title
            self.what = what
            self.place = place
            self.time = time
            self.wish = wish
            self.name = name
            self.phone = phone
            self.confidential = confidential
        }

        private enum CodingKeys: String, CodingKey {
            case kind, urgency, title, what, wish, name, phone, confidential
            case place = "where"
            case time = "when"
        }
    }

    /// One attempt to ask the citizen. "No answer" is kept apart from any verdict.
    package struct FollowUp: Sendable, Equatable, Codable {
        package let at: Moment
        /// Nil when the citizen said it herself, on the web page.
        package let by: PersonID?
        package let reached: Bool
        /// 5 非常满意, 4 满意, 3 基本满意, 2 不满意, 1 非常不满意; nil when she would not say.
        package let satisfaction: Int?
        package let solved: Bool?
        /// She said whether the body had been in touch with her; nil when she was not asked or would not say.
        package let contacted: Bool?
        package let note: String
        package let call: CallID?

        package init(
            at: Moment, by: PersonID?, reached: Bool, satisfaction: Int?, solved: Bool?, contacted: Bool? = nil,
            note: String, call: CallID?
        ) {
            self.at = at
            self.by = by
            self.reached = reached
            self.satisfaction = satisfaction
            self.solved = solved
            self.contacted = contacted
            self.note = note
            self.call = call
        }

        /// She was reached and is not content: somebody of the centre looks at it before it is over.
        package var isBad: Bool { reached && (solved == false || satisfaction.map { $0 <= 2 } ?? false) }
    }

    package init(
        draft id: OrderID, number: String, fields: Fields, line: LineID, call: CallID?, takenBy: PersonID?,
        source: Source? = nil, at now: Moment
    ) {
        self.id = id
        self.number = number
        state = .draft
        self.fields = fields
        self.line = line
        self.call = call
        self.takenBy = takenBy
        self.source = source
        createdAt = now
        followUps = []
        details = Details()
        version = 1
    }

    /// Closed in the call itself, no body asked (在线办结).
    package var closedAtOnce: Bool {
        closedAt != nil && dispatchedAt == nil
    }

    /// The body that has it to handle: what one has given back is nobody's until it is sent on.
    package var holder: BodyID? { state == .returned ? nil : body }

    /// The bodies that have, or had, a part in it.
    package var bodies: [BodyID] {
        (body.map { [$0] } ?? []) + details.shares.map(\.body).filter { $0 != body }
    }

    /// Those that have to do with it now.
    package var holders: [BodyID] {
        (holder.map { [$0] } ?? []) + details.shares.map(\.body).filter { $0 != body }
    }

    package func share(of body: BodyID) -> Share? {
        details.shares.first { $0.body == body }
    }
}

/// 工单类型. Raw values are those of the API.
package enum Kind: String, Sendable, Codable, CaseIterable {
    /// 咨询 · 查询 · 求助 · 投诉 · 举报 · 建议 · 表扬
    case consultation, enquiry, help, complaint, report, suggestion, praise
}

/// 紧急程度: 一般 · 紧急 · 特急.
package enum Urgency: String, Sendable, Codable, CaseIterable {
    case ordinary, urgent
    case extraUrgent = "extra-urgent"
}

/// A program that files orders for citizens over Open311, by a key of its own.
package enum Client {}
package typealias ClientID = Identifier<Client>

/// A body responsible for handling orders (承办单位).
package enum Body {}
/// A person who works with the program.
package enum Person {}
/// Where an agent sits; home is one (职场).
package enum Site {}
