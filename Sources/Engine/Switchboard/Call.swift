/// One arrival, or one call that we place, while it lasts.
package struct Call: Sendable, Equatable, Codable {
    package var record: CallRecord
    package var phase: Phase
    /// Its place among all who wait, kept when it comes back from an offer that failed.
    package var position: Int
    package var offers: Int
    package var legs: [Leg]
    package var held: Bool
    package var muted: Bool
    /// When the present stretch of talk began.
    var talkingSince: Moment?
    var heldSince: Moment?

    package enum Phase: Sendable, Equatable, Codable {
        case greeting
        case waiting
        case offered(Offer)
        /// Taken by an agent, not yet bridged.
        case connecting(AgentID)
        /// We are calling the citizen.
        case dialling(AgentID)
        case talking(AgentID)
    }

    package var id: CallID { record.id }

    package var agent: AgentID? {
        switch phase {
        case .greeting, .waiting: nil
        case .offered(let offer): offer.agent
        case .connecting(let agent), .dialling(let agent), .talking(let agent): agent
        }
    }

    /// A party's dialog, in Telephony's own words; enough to end it after a crash.
    package struct Leg: Sendable, Equatable, Codable {
        package let party: Party
        package let facts: String
    }
}

package enum Party: String, Sendable, Codable {
    case citizen, agent
}

/// One caller presented to one agent (派话).
package struct Offer: Sendable, Equatable, Codable {
    package let id: OfferID
    package let call: CallID
    package let agent: AgentID
    package let madeAt: Moment
    package let expiresAt: Moment
}

/// What remains of a call: one row, written again whenever it gains something.
package struct CallRecord: Sendable, Equatable, Codable {
    package let id: CallID
    package let direction: Direction
    package let line: LineID
    /// The citizen's number as the trunk gave it, or as we dialled it.
    package let number: String
    package let arrivedAt: Moment
    /// When waiting began, after the greeting.
    package var queuedAt: Moment?
    /// When an agent and the citizen were first bridged.
    package var answeredAt: Moment?
    package var endedAt: Moment?
    /// The agent who talked, or who was last to.
    package var agent: AgentID?
    /// From bridge to release, holds included.
    package var talkMs: Int64
    package var holdMs: Int64
    package var wrapUpMs: Int64
    package var offers: Int
    package var endReason: EndReason?
    package var purpose: Purpose?
    /// Left without an answer, and owed a call back.
    package var missed: Bool

    package init(
        id: CallID, direction: Direction, line: LineID, number: String, arrivedAt: Moment, purpose: Purpose? = nil
    ) {
        self.id = id
        self.direction = direction
        self.line = line
        self.number = number
        self.arrivedAt = arrivedAt
        self.purpose = purpose
        talkMs = 0
        holdMs = 0
        wrapUpMs = 0
        offers = 0
        missed = false
    }

    package enum Direction: String, Sendable, Codable {
        case inbound, outbound
    }

    /// How it ended for the citizen; nil while it lasts.
    package var outcome: Outcome? {
        guard let endReason else { return nil }
        if endReason == .interrupted { return .interrupted }
        if endReason == .queueFull || endReason == .voiceOff { return .refused }
        if answeredAt != nil { return .answered }
        return direction == .inbound ? .abandoned : .failed
    }

    package enum Outcome: String, Sendable, Codable, CaseIterable {
        case answered, abandoned, failed, interrupted, refused
    }

    /// What a call that we place is for.
    package struct Purpose: Sendable, Equatable, Codable {
        package let kind: Kind
        /// The order or the missed call that holds the number.
        package let reference: String

        package init(kind: Kind, reference: String) {
            self.kind = kind
            self.reference = reference
        }

        package enum Kind: String, Sendable, Codable, CaseIterable {
            case order, missed, followUp
        }
    }
}

package enum EndReason: String, Sendable, Codable, CaseIterable {
    case callerHungUp, agentHungUp
    /// No sound for a minute and no answer when asked.
    case vanished
    /// The program stopped under it.
    case interrupted
    /// Her page or her phone went away.
    case agentLost
    case noAnswer, busy, unreachable, declined
    case queueFull, voiceOff, mediaFailed
}
