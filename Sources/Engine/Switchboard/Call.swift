/// One arrival, or one call that we place, while it lasts.
package struct Call: Sendable, Equatable, Codable {
    package var record: CallRecord
    package var phase: Phase
    /// By whom it may be served and its place among all who wait, kept when it comes back from an offer that failed; nil until it
    /// has waited.
    package internal(set) var route: Route?
    package var facts = CallerFacts()
    package var offers: Int
    /// Whoever is called back is not on the line while he waits.
    package internal(set) var callback: Callback?
    /// The order in which calls come.
    let number: Int
    /// What is set to happen while it lasts.
    var timers: [TimerID] = []
    /// The queue whose capacity it takes from.
    var countedIn: QueueID?
    package var legs: [Leg]
    package var held: Bool
    package var muted: Bool
    /// When the present stretch of talk began.
    var talkingSince: Moment?
    var heldSince: Moment?

    package enum Phase: Sendable, Equatable, Codable {
        case greeting
        case waiting
        /// Called back in vain; waits to be tried again.
        case resting
        /// Hears why he is not served, and the call ends; or leaves a message first.
        case leaving(SpokenMessage)
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
        case .greeting, .waiting, .resting, .leaving: nil
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

/// Where a caller waits, and for whom.
package struct Route: Sendable, Equatable, Codable {
    /// The one he came to, then those he has flowed over to.
    package internal(set) var queues: [QueueID]
    package let requires: [Skill]
    package let priority: Int
    /// He waits for her alone, for now.
    package internal(set) var reserved: AgentID?
    var rank: Rank

    package var queue: QueueID { queues[0] }

    var lane: Lanes.Key {
        if let reserved { .agent(reserved) } else { .queues(queues, requires: requires) }
    }
}

/// A promise to call back in the caller's turn (虚拟排队).
package struct Callback: Sendable, Equatable, Codable {
    package let number: String
    package let askedAt: Moment
    package internal(set) var tries = 0
}

/// What a caller is told by a recorded voice.
package enum SpokenMessage: String, Sendable, Codable, CaseIterable {
    case closed, emergency, full
    /// He may press a key to be called back.
    case callbackOffered
    /// He will be called back in his turn; he may hang up.
    case callbackPromised
    /// He may speak after the tone.
    case voicemail
}

package enum Party: String, Sendable, Codable {
    case citizen, agent
}

/// One caller presented to one agent (派话).
package struct Offer: Sendable, Equatable, Codable {
    package let id: OfferID
    package let call: CallID
    package let line: LineID
    package let agent: AgentID
    package let device: Device
    package let madeAt: Moment
    package let expiresAt: Moment
    /// He is not on the line: taking the offer calls him.
    package let isCallback: Bool

    /// The same caller presented to another.
    package func to(_ other: AgentID) -> Offer {
        Offer(
            id: id, call: call, line: line, agent: other, device: device, madeAt: madeAt, expiresAt: expiresAt,
            isCallback: isCallback)
    }
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
    /// The queue he came to, the version of the rules that sent him there, and the command if another centre answered.
    package var queue: QueueID?
    package var rules: Int?
    package var takeover: TakeoverID?
    /// 1 for the first call of a person, 2 for the redial that follows, and so on.
    package var attempt: Int?
    /// When he asked to be called back.
    package var callbackAt: Moment?

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
        if endReason.isRefusal { return .refused }
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
    /// Told that the line is closed, or that nobody can answer now.
    case closed, emergency
    /// He spoke to the machine.
    case leftMessage
    /// He asked to be called back and could not be reached.
    case callbackFailed
    /// He called again while he waited to be called back: the new call has his place.
    case calledAgain

    /// He was turned away without having waited.
    var isRefusal: Bool {
        switch self {
        case .queueFull, .voiceOff, .closed, .emergency: true
        default: false
        }
    }
}
