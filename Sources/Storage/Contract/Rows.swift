import Engine

/// A page of rows and where the next begins. Pages go by key, so the hundredth costs what the first does.
package struct Rows<Row: Sendable>: Sendable {
    package let rows: [Row]
    /// Handed back for the next page; nil after the last.
    package let next: String?

    package init(rows: [Row], next: String?) {
        self.rows = rows
        self.next = next
    }
}

package struct Page: Sendable, Equatable {
    /// What `Rows.next` gave; nil for the first page. One that does not read throws `StoreConflict.notFound`.
    package let cursor: String?
    /// 1 to 100.
    package let limit: Int

    package init(cursor: String? = nil, limit: Int = 20) {
        precondition((1...100).contains(limit), "a page holds 1 to 100 rows")
        self.cursor = cursor
        self.limit = limit
    }
}

package enum Role: String, Sendable, Codable, CaseIterable {
    case agent, leader, officer, director, administrator
}

package struct Preferences: Sendable, Equatable, Codable {
    package var language: Language
    package var theme: Theme
    package var textSize: TextSize

    package init(language: Language = .zh, theme: Theme = .system, textSize: TextSize = .normal) {
        self.language = language
        self.theme = theme
        self.textSize = textSize
    }

    package enum Language: String, Sendable, Codable, CaseIterable { case zh, en }
    package enum Theme: String, Sendable, Codable, CaseIterable { case light, dark, system }
    package enum TextSize: String, Sendable, Codable, CaseIterable { case normal, large }
}

/// Someone who signs in.
package struct StoredPerson: Sendable, Equatable {
    package let id: PersonID
    package var login: String
    package var name: String
    package var role: Role
    /// The agent number she works under, for agents and leaders who take calls.
    package var agent: AgentID?
    /// The body an officer belongs to.
    package var body: BodyID?
    /// `scrypt$N$r$p$salt$hash`; made and read by App only.
    package var passwordHash: String
    package var preferences: Preferences
    package var active: Bool

    package init(
        id: PersonID, login: String, name: String, role: Role, agent: AgentID? = nil, body: BodyID? = nil,
        passwordHash: String, preferences: Preferences = Preferences(), active: Bool = true
    ) {
        self.id = id
        self.login = login
        self.name = name
        self.role = role
        self.agent = agent
        self.body = body
        self.passwordHash = passwordHash
        self.preferences = preferences
        self.active = active
    }
}

package struct StoredSession: Sendable, Equatable {
    /// SHA-256 of the token, in hexadecimal.
    package let digest: String
    package let person: PersonID
    package let csrfToken: String
    package let createdAt: Moment
    package let expiresAt: Moment

    package init(digest: String, person: PersonID, csrfToken: String, createdAt: Moment, expiresAt: Moment) {
        self.digest = digest
        self.person = person
        self.csrfToken = csrfToken
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}

/// A call's row and what the database adds to it.
package struct StoredCall: Sendable, Equatable {
    package let record: CallRecord
    /// Path of the recording below the recordings' folder; nil until it is ready.
    package let recording: String?
    /// The first order taken in this call.
    package let order: OrderID?

    package init(record: CallRecord, recording: String?, order: OrderID?) {
        self.record = record
        self.recording = recording
        self.order = order
    }
}

/// Which calls. Every condition given must hold; this one value counts a figure and opens its rows.
package struct CallFilter: Sendable, Equatable {
    /// First and last-but-one moment of arrival: `from <= arrivedAt < until`.
    package var from: Moment?
    package var until: Moment?
    package var line: LineID?
    package var direction: CallRecord.Direction?
    package var number: String?
    package var agent: AgentID?
    package var queued: Bool?
    package var answered: Bool?
    package var ended: Bool?
    package var outcome: CallRecord.Outcome?
    package var missed: Bool?
    /// Waited at most this long: from queueing to the bridge, or to the end of one never bridged. Calls never queued
    /// do not match.
    package var waitedAtMostMs: Int64?
    /// Waited longer than this.
    package var waitedMoreThanMs: Int64?
    /// A person's first call, or a redial.
    package var firstAttempt: Bool?
    /// He asked to be called back.
    package var callback: Bool?
    /// Another centre answered it by command.
    package var takenOver: Bool?

    package init() {}
}

package enum CallMeasure: Sendable, CaseIterable {
    /// From queueing to the bridge or the end.
    case wait
    case talk, hold, wrapUp
}

/// One figure of many that are counted in one pass.
package enum CallTally: Sendable, Equatable {
    case count(CallFilter)
    case sum(CallMeasure, CallFilter)
    /// The longest single one; 0 without any.
    case longest(CallMeasure, CallFilter)
}

package struct MissedCall: Sendable, Equatable {
    /// The newest unanswered attempt, which names the row.
    package let call: CallID
    package let line: LineID
    package let number: String
    package let at: Moment
    package let waitedMs: Int64
    package let attempts: Int
    package let state: State
    package let doneAt: Moment?
    /// A person's id, or nil when a later call settled it.
    package let doneBy: PersonID?
    package let note: String?
    /// The call back that was answered.
    package let callback: CallID?
    /// Who has taken it on to call him, and by when; only while it is open does it matter.
    package let owner: PersonID?
    package let promisedBy: Moment?

    package enum State: String, Sendable, Codable, CaseIterable {
        case open, done
    }

    package init(
        call: CallID, line: LineID, number: String, at: Moment, waitedMs: Int64, attempts: Int, state: State,
        doneAt: Moment?, doneBy: PersonID?, note: String?, callback: CallID?, owner: PersonID? = nil,
        promisedBy: Moment? = nil
    ) {
        self.call = call
        self.line = line
        self.number = number
        self.at = at
        self.waitedMs = waitedMs
        self.attempts = attempts
        self.state = state
        self.doneAt = doneAt
        self.doneBy = doneBy
        self.note = note
        self.callback = callback
        self.owner = owner
        self.promisedBy = promisedBy
    }
}

/// An order from elsewhere, and its clocks.
package struct ImportedOrder: Sendable {
    package let order: WorkOrder
    package let due: OrderDue

    package init(_ order: WorkOrder, due: OrderDue) {
        self.order = order
        self.due = due
    }
}

/// Who caused a change: a person, or the program itself.
package struct AuditActor: Sendable, Equatable {
    package let person: PersonID?
    package let address: String?

    package init(person: PersonID?, address: String? = nil) {
        self.person = person
        self.address = address
    }

    package static let program = AuditActor(person: nil)
}

/// One row of the audit: who did what to which thing, when.
package struct AuditRow: Sendable, Equatable {
    package let at: Moment
    package let actor: AuditActor
    /// `order.dispatch`, `phone.view`, `recording.play`, `session.open`, `session.refused` …
    package let action: String
    /// `order:…`, `call:…`, `person:…`.
    package let subject: String
    /// SHA-256 of the content changed or seen, in hexadecimal; nil where there is none.
    package let digest: String?

    package init(at: Moment, actor: AuditActor, action: String, subject: String, digest: String? = nil) {
        self.at = at
        self.actor = actor
        self.action = action
        self.subject = subject
        self.digest = digest
    }
}
