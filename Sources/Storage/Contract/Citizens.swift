import Engine

/// A file that belongs to an order: a citizen's photograph, a body's evidence. Its content is in the vault.
package struct Attachment: Sendable, Equatable {
    package let order: OrderID
    /// 1, 2, 3 … of the order; 0 until it is kept.
    package let place: Int
    package let digest: String
    /// As whoever gave it calls it; only ever shown.
    package let name: String
    package let mediaType: String
    package let bytes: Int
    package let at: Moment
    /// Nil for the citizen.
    package let by: PersonID?

    /// Of one order: more is no evidence but an attack.
    package static let most = 20

    package init(
        order: OrderID, place: Int = 0, digest: String, name: String, mediaType: String, bytes: Int, at: Moment,
        by: PersonID?
    ) {
        self.order = order
        self.place = place
        self.digest = digest
        self.name = name
        self.mediaType = mediaType
        self.bytes = bytes
        self.at = at
        self.by = by
    }
}

/// A program that may file orders for citizens. Its key is nowhere, only the digest.
package struct StoredClient: Sendable, Equatable {
    package let id: ClientID
    package let name: String
    package let digest: String
    package let createdAt: Moment
    package var revokedAt: Moment?

    package init(id: ClientID, name: String, digest: String, createdAt: Moment, revokedAt: Moment? = nil) {
        self.id = id
        self.name = name
        self.digest = digest
        self.createdAt = createdAt
        self.revokedAt = revokedAt
    }
}

/// A change of an order that a citizen or a client filed.
package struct FiledChange: Sendable, Equatable {
    package let number: String
    /// The version that the change made.
    package let version: Int
    package let confidential: Bool
    package let transition: WorkOrder.Transition

    package init(number: String, version: Int, confidential: Bool, transition: WorkOrder.Transition) {
        self.number = number
        self.version = version
        self.confidential = confidential
        self.transition = transition
    }
}
