import Engine

/// What is kept, in domain words. Every operation is one transaction: it happens whole, or it throws and nothing has.
///
/// SQLite is behind it today, PostgreSQL will be; one suite of tests runs over each. Every list is bounded by the
/// page it is asked for. Time comes from the caller, never from the database.
package protocol Store: Sendable {
    // MARK: People and sessions

    /// The person with this login; nil if there is none. Logins are compared without regard to case.
    func person(login: String) async throws -> StoredPerson?
    func people() async throws -> [StoredPerson]
    /// Adds a person or replaces what is known of her, with an audit row. Throws `StoreConflict.loginTaken`, and
    /// `agentTaken` if another active person works under her agent number.
    func save(_ person: StoredPerson, by: AuditActor, at: Moment) async throws
    func setPreferences(_ preferences: Preferences, of person: PersonID) async throws

    /// Keeps a session by the digest of its token; the token itself is nowhere.
    func open(_ session: StoredSession) async throws
    /// The session and whose it is, if it is there and has not run out by `now`; its last use is noted at most once a minute.
    func session(digest: String, at now: Moment) async throws -> (session: StoredSession, person: StoredPerson)?
    func closeSession(digest: String) async throws
    func closeSessions(of person: PersonID) async throws
    func removeSessions(expiredBy now: Moment) async throws

    // MARK: The centre

    /// The centre's lines, queues, bodies, sites and agents as last saved; nil before the first.
    func centre() async throws -> Centre?
    func save(_ centre: Centre, by: AuditActor, at: Moment) async throws

    // MARK: Calls

    /// Writes the rows of calls as they stand and notes the journal position they come from, together, so that after
    /// a crash the rest of the journal is applied once. Does nothing if rows of a later position are there already.
    func apply(_ records: [CallRecord], upTo position: Int64) async throws
    /// The journal position that the rows of calls hold.
    func callsPosition() async throws -> Int64
    func call(_ id: CallID) async throws -> StoredCall?
    func calls(_ filter: CallFilter, page: Page) async throws -> Rows<StoredCall>
    func count(_ filter: CallFilter) async throws -> Int
    /// The sum of a duration over the calls of a filter, in milliseconds.
    func sum(_ measure: CallMeasure, _ filter: CallFilter) async throws -> Int64
    /// Many figures at once, by line, over the calls that arrived in one span: the same numbers as `count` and `sum`
    /// give one by one with these filters and that span, from one pass over the rows and as of one moment. A line
    /// without calls is absent.
    func tally(_ tallies: [CallTally], from: Moment, until: Moment) async throws -> [LineID: [Int64]]
    /// The recording of a call is in place, at a path below the recordings' folder. Throws `StoreConflict.notFound`
    /// while the call's row has not been written yet.
    func setRecording(_ path: String, of call: CallID) async throws

    // MARK: Missed calls

    /// One row a number, newest attempt first. See `docs/api.md`.
    func missedCalls(_ state: MissedCall.State?, page: Page) async throws -> Rows<MissedCall>
    func missedCall(_ id: CallID) async throws -> MissedCall?
    func openMissedCalls() async throws -> Int
    /// Closed without a call, with the reason. Throws `StoreConflict.alreadyDone`.
    func closeMissedCall(_ id: CallID, note: String, by: AuditActor, at: Moment) async throws -> MissedCall

    // MARK: Work orders

    /// Makes a draft and its first history row; gives it the day's next number (`20261122-000017`).
    func createOrder(
        _ make: @escaping @Sendable (_ number: String) -> WorkOrder, by: AuditActor, at: Moment
    ) async throws -> WorkOrder
    /// Writes orders as they stand, with the numbers they have, all or none; of what happened to them before, only that they were
    /// made is told. Oldest first: they follow those that are there.
    func importOrders(_ orders: [ImportedOrder], by: AuditActor) async throws
    func order(_ id: OrderID) async throws -> WorkOrder?
    /// Reads the order, lets `change` decide, and writes the new order, its transition and an audit row in one
    /// transaction. What `change` throws is thrown on, and nothing is written. Throws `StoreConflict.notFound`.
    func changeOrder(
        _ id: OrderID, by: AuditActor, at: Moment,
        _ change:
            @escaping @Sendable (WorkOrder) throws -> (
                order: WorkOrder, transition: WorkOrder.Transition, due: OrderDue
            )
    ) async throws -> WorkOrder
    func history(of order: OrderID) async throws -> [WorkOrder.Transition]
    func orders(_ filter: OrderFilter, sort: OrderSort, page: Page) async throws -> Rows<WorkOrder>
    /// How many orders each filter has, by line, all as of one moment. A line without such orders is absent. A filter's `text` is
    /// not regarded.
    func tally(_ filters: [OrderFilter]) async throws -> [[LineID: Int]]
    /// The orders whose citizen has this number, newest first.
    func orders(ofCitizen number: String, limit: Int) async throws -> [WorkOrder]

    /// Puts orders that are new or changed into the search index, at most 16,384 of them; false if none are due. What is not in
    /// it yet is found all the same, only slower. For one caller at a time.
    func indexOrders() async throws -> Bool

    // MARK: Retention

    /// Removes the words of orders that the policy keeps no longer and nobody holds; the newest state of each tells that
    /// they are gone. In batches, each a transaction. Returns how many; a dry run only counts.
    func removeExpiredOrders(_ policy: RetentionPolicy, dryRun: Bool, by: AuditActor, at: Moment) async throws -> Int
    /// Takes the recordings off calls whose time has passed. Their files are the caller's to remove, when no call has them.
    func removeExpiredRecordings(
        _ policy: RetentionPolicy, dryRun: Bool, by: AuditActor, at: Moment
    ) async throws -> Int
    /// What was removed, newest first.
    func removals(page: Page) async throws -> Rows<Removal>
    /// Those of some recordings that a call has.
    func recordings(among: [String]) async throws -> Set<String>
    /// Keeps something whatever the policy says. Throws `StoreConflict.notFound`, and `alreadyDone` if it is held.
    func hold(_ subject: HoldSubject, reason: String, by: AuditActor, at: Moment) async throws
    /// Throws `StoreConflict.notFound` if nothing holds it.
    func release(_ subject: HoldSubject, by: AuditActor, at: Moment) async throws
    /// Newest first, those that were released among them.
    func holds(page: Page) async throws -> Rows<Hold>

    // MARK: Audit

    /// Someone looked at protected data, or tried something that leaves no other row.
    func note(_ audit: AuditRow) async throws
    func auditRows(page: Page) async throws -> Rows<AuditRow>

    /// Seals the rows that no seal holds yet, at most `AuditSeal.mostRows`; nil if there are none.
    @discardableResult
    func sealAudit(at: Moment) async throws -> AuditSeal?
    func newestAuditSeal() async throws -> AuditSeal?
    /// Follows the whole chain of seals, and compares it with what was anchored elsewhere.
    func verifyAudit(against anchors: [AuditAnchor]) async throws -> AuditReport

    /// Throws what is wrong with the database now; returns when it has written and flushed a row of no meaning.
    func probe() async throws
    /// What has been written since this program started.
    var activity: StoreActivity { get }
    /// How much disk the database takes.
    func bytes() async throws -> Int64
    func close() async throws
}

/// The switchboard's journal: a file of its own on SQLite, so that nothing else ever delays a call.
package protocol Journal: Sendable {
    /// The newest snapshot and the rows after it.
    func load() async throws -> JournalTail
    /// Appends rows; when it returns they are on the disk (fdatasync).
    func append(_ entries: [Recorder.Entry]) async throws
    /// Keeps the whole state as of a position. Older snapshots may go, rows never.
    func keepSnapshot(_ switchboard: Switchboard, position: Int64, at: Moment) async throws
    /// Rows after a position, at most `limit`, for projections that have fallen behind.
    func entries(after position: Int64, limit: Int) async throws -> [Recorder.Entry]
    func close() async throws
}

package struct JournalTail: Sendable {
    package let snapshot: (switchboard: Switchboard, position: Int64, at: Moment)?
    package let entries: [Recorder.Entry]

    package init(snapshot: (switchboard: Switchboard, position: Int64, at: Moment)?, entries: [Recorder.Entry]) {
        self.snapshot = snapshot
        self.entries = entries
    }
}

/// How busy a store is.
package struct StoreActivity: Sendable, Equatable {
    /// Changes that stand, and changes that were refused or could not be written.
    package var written = 0
    package var failed = 0
    /// Transactions, and the seconds that all of them took.
    package var commits = 0
    package var commitSeconds = 0.0
    /// Changes that wait now.
    package var waiting = 0
}

/// What the database will not take, for a reason a person can mend.
package enum StoreConflict: Error, Sendable, Equatable {
    case notFound
    case loginTaken
    case agentTaken
    case alreadyDone
}
