extension WorkOrder {
    /// The parts of an order that most orders do not have.
    package struct Details: Sendable, Equatable, Codable {
        /// The policy it was born with: by which clocks run.
        package var policy: PolicyReference?
        /// The first dispatch of this round; sending it on to another body does not lengthen what the citizen was promised.
        package var firstDispatchedAt: Moment?
        /// The first contact of this round by a body that does not have it any more.
        package var contactedAt: Moment?
        /// When the body that has it, or had it last, said unsigned that it is not for it.
        package var declinedAt: Moment?
        /// 1, and one more with each redo (重办).
        package var round = 1
        /// How many follow-ups there had been when this round began.
        package var earlierFollowUps = 0
        /// The hours that the body which has it, or had it last, kept when it was sent to it; nil for the policy's.
        package var hours: BodyHours?
        /// A branch of the centre's catalogue.
        package var category: String?
        /// Projects and events it belongs to, across kinds (录取通知书, 保供, 涉疫).
        package var tags: [String] = []
        /// What its category asks besides, by the particular's id.
        package var particulars: [String: String] = [:]
        package var shares: [Share] = []
        package var objection: Objection?
        package var extensionAsked: ExtensionRequest?
        /// Until when a body was given more time.
        package var extendedTo: Moment?
        package var pauses: [Pause] = []
        package var urges = 0
        /// When it was last urged, by a person or by a step of a ladder.
        package var urgedAt: Moment?
        package var supervisedAt: Moment?
        /// Why she was not content turned out to have a cause on our side; nil while nobody has judged it.
        package var badRatingJustified: Bool?
        /// Orders about the same matter.
        package var links: [OrderID] = []
        package var mergedInto: OrderID?
        /// What it was before it was merged.
        package var stateBefore: State?
        package var withdrawnAt: Moment?
        package var returns = 0
        package var objections = 0
        /// Where the citizen's own program says it is.
        package var location: Location?
        package var email: String?
        /// Of an order that came in a spreadsheet.
        package var imported: Imported?

        package init() {}
    }

    /// Who filed an order that nobody of the centre wrote down.
    package enum Source: Sendable, Equatable, Codable {
        /// The citizen's web page.
        case page
        /// A program, over Open311.
        case client(ClientID)

        package init?(text: String) {
            if text == "page" {
                self = .page
            } else if text.hasPrefix("client:") {
                self = .client(ClientID(String(text.dropFirst(7))))
            } else {
                return nil
            }
        }

        package var text: String {
            switch self {
            case .page: "page"
            case .client(let id): "client:\(id)"
            }
        }
    }

    /// WGS 84, in degrees.
    package struct Location: Sendable, Equatable, Codable {
        package let latitude: Double
        package let longitude: Double

        /// Nil for what is not on this earth.
        package init?(latitude: Double, longitude: Double) {
            guard (-90...90).contains(latitude), (-180...180).contains(longitude) else { return nil }
            self.latitude = latitude
            self.longitude = longitude
        }
    }

    /// The row of a spreadsheet that an order was made of.
    package struct Imported: Sendable, Equatable, Codable {
        /// The sender's own number for the matter.
        package let reference: String?
        /// SHA-256 of what the row said, in hexadecimal: the same row again is known, whatever has become of the order.
        package let row: String

        package init(reference: String?, row: String) {
            self.reference = reference
            self.row = row
        }
    }

    package struct PolicyReference: Sendable, Hashable, Codable {
        package let name: String
        package let version: Int

        package init(name: String, version: Int) {
            self.name = name
            self.version = version
        }
    }

    /// Another body's part of an order: a co-handler's (协办), or what was passed down to a lower tier.
    package struct Share: Sendable, Equatable, Codable {
        package let body: BodyID
        package let role: Role
        /// Who asked it.
        package let of: BodyID?
        package let askedAt: Moment
        /// Those it kept then, if others than the policy's.
        package var hours: BodyHours?
        package var signedAt: Moment?
        package var answeredAt: Moment?
        package var answer: String?

        package enum Role: String, Sendable, Codable, CaseIterable {
            case coHandler, lower
        }
    }

    /// A body says that the law gives the matter to somebody else (异议).
    package struct Objection: Sendable, Equatable, Codable {
        package let by: BodyID
        /// The law, its article and clause.
        package let basis: String
        package let suggests: BodyID?
        package let at: Moment
        /// What it was before.
        package let from: State
    }

    package struct ExtensionRequest: Sendable, Equatable, Codable {
        package let by: BodyID
        package let reason: String
        package let until: Moment
        package let at: Moment
    }

    /// While some clocks stand still; `to` is nil while they do.
    package struct Pause: Sendable, Equatable, Codable {
        package let reason: ClockPolicy.PauseReason
        package let from: Moment
        package var to: Moment?
        package let note: String
    }
}

/// Only what an order has is written; most have nothing.
extension WorkOrder.Details {
    private enum Key: String, CodingKey {
        case policy, firstDispatchedAt, contactedAt, declinedAt, round, earlierFollowUps, category, tags, shares,
            objection, extensionAsked,
            extendedTo,
            pauses, urges, urgedAt, supervisedAt, badRatingJustified, links, mergedInto, stateBefore, returns,
            objections, location, email, imported, particulars, hours, withdrawnAt
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        func read<Value: Decodable>(_ key: Key, _ into: inout Value) throws {
            if let value = try container.decodeIfPresent(Value.self, forKey: key) { into = value }
        }
        try read(.policy, &policy)
        try read(.firstDispatchedAt, &firstDispatchedAt)
        try read(.contactedAt, &contactedAt)
        try read(.declinedAt, &declinedAt)
        try read(.round, &round)
        try read(.earlierFollowUps, &earlierFollowUps)
        try read(.category, &category)
        try read(.tags, &tags)
        try read(.shares, &shares)
        try read(.objection, &objection)
        try read(.extensionAsked, &extensionAsked)
        try read(.extendedTo, &extendedTo)
        try read(.pauses, &pauses)
        try read(.urges, &urges)
        try read(.urgedAt, &urgedAt)
        try read(.supervisedAt, &supervisedAt)
        try read(.badRatingJustified, &badRatingJustified)
        try read(.links, &links)
        try read(.mergedInto, &mergedInto)
        try read(.stateBefore, &stateBefore)
        try read(.returns, &returns)
        try read(.objections, &objections)
        try read(.location, &location)
        try read(.email, &email)
        try read(.imported, &imported)
        try read(.particulars, &particulars)
        try read(.hours, &hours)
        try read(.withdrawnAt, &withdrawnAt)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        let empty = WorkOrder.Details()
        func write<Value: Encodable & Equatable>(_ key: Key, _ value: Value, _ usual: Value) throws {
            if value != usual { try container.encode(value, forKey: key) }
        }
        try write(.policy, policy, empty.policy)
        try write(.firstDispatchedAt, firstDispatchedAt, empty.firstDispatchedAt)
        try write(.contactedAt, contactedAt, empty.contactedAt)
        try write(.declinedAt, declinedAt, empty.declinedAt)
        try write(.round, round, empty.round)
        try write(.earlierFollowUps, earlierFollowUps, empty.earlierFollowUps)
        try write(.category, category, empty.category)
        try write(.tags, tags, empty.tags)
        try write(.shares, shares, empty.shares)
        try write(.objection, objection, empty.objection)
        try write(.extensionAsked, extensionAsked, empty.extensionAsked)
        try write(.extendedTo, extendedTo, empty.extendedTo)
        try write(.pauses, pauses, empty.pauses)
        try write(.urges, urges, empty.urges)
        try write(.urgedAt, urgedAt, empty.urgedAt)
        try write(.supervisedAt, supervisedAt, empty.supervisedAt)
        try write(.badRatingJustified, badRatingJustified, empty.badRatingJustified)
        try write(.links, links, empty.links)
        try write(.mergedInto, mergedInto, empty.mergedInto)
        try write(.stateBefore, stateBefore, empty.stateBefore)
        try write(.returns, returns, empty.returns)
        try write(.objections, objections, empty.objections)
        try write(.location, location, empty.location)
        try write(.email, email, empty.email)
        try write(.imported, imported, empty.imported)
        try write(.particulars, particulars, empty.particulars)
        try write(.hours, hours, empty.hours)
        try write(.withdrawnAt, withdrawnAt, empty.withdrawnAt)
    }
}
