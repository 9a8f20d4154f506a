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
    /// The same, with its number and who saved it.
    func centreVersion() async throws -> CentreVersion?
    /// Newest first.
    func centreVersions(page: Page) async throws -> Rows<CentreVersion>
    /// Saves what somebody made of a version, 0 being none at all. Throws `StoreConflict.stale` if another came first.
    func save(_ centre: Centre, basedOn version: Int, by: AuditActor, at: Moment) async throws -> CentreVersion

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
    /// Those whom somebody promised to have called by a moment of that span, and has not; the first twenty.
    func latePromises(after: Moment, until: Moment) async throws -> [MissedCall]
    /// Closed without a call, with the reason. Throws `StoreConflict.alreadyDone`.
    func closeMissedCall(_ id: CallID, note: String, by: AuditActor, at: Moment) async throws -> MissedCall
    /// Somebody takes it on to call him by a certain time, instead of whoever had; nil hands it back. Throws
    /// `StoreConflict.alreadyDone`.
    func promiseMissedCall(_ id: CallID, until: Moment?, by: AuditActor, at: Moment) async throws -> MissedCall

    // MARK: Work orders

    /// Makes a draft and its first history row; gives it the day's next number (`20261122-000017`).
    func createOrder(
        _ make: @escaping @Sendable (_ number: String) -> WorkOrder, by: AuditActor, at: Moment
    ) async throws -> WorkOrder
    /// Makes orders in one transaction, in their order: drafts with the day's next numbers, each taken as many steps as it says. One
    /// whose id is there already stays as it is.
    func createOrders(_ orders: [NewOrder], by: AuditActor, at: Moment) async throws -> [CreatedOrder]
    /// Writes orders as they stand, with the numbers they have, all or none; of what happened to them before, only that they were
    /// made is told. Oldest first: they follow those that are there.
    func importOrders(_ orders: [ImportedOrder], by: AuditActor) async throws
    func order(_ id: OrderID) async throws -> WorkOrder?
    /// Those of some ids that there are, in no order.
    func orders(_ ids: [OrderID]) async throws -> [WorkOrder]
    /// Reads the order and the steps of its ladders that were taken, lets `change` decide, and writes the new order, its transition and an audit row in one
    /// transaction. What `change` throws is thrown on, and nothing is written. Throws `StoreConflict.notFound`.
    func changeOrder(
        _ id: OrderID, by: AuditActor, at: Moment,
        _ change:
            @escaping @Sendable (WorkOrder, OrderAlarm.Taken) throws -> OrderStep
    ) async throws -> WorkOrder
    func history(of order: OrderID) async throws -> [WorkOrder.Transition]
    func orders(_ filter: OrderFilter, sort: OrderSort, page: Page) async throws -> Rows<WorkOrder>
    /// How many orders each filter has, by line, all as of one moment. A line without such orders is absent. A filter's `text` is
    /// not regarded.
    func tally(_ filters: [OrderFilter]) async throws -> [[LineID: Int]]
    /// How many of some orders each filter has, by the body that leads them, from one pass over them. A body without such orders
    /// is absent; nil stands for orders of none.
    func tally(_ filters: [OrderFilter], byBodyAmong: OrderFilter) async throws -> [BodyID?: [Int]]
    /// How many orders each part has, in all and by body, as of one moment.
    func count(_ parts: [OrderPart]) async throws -> [OrderPartCount]
    /// The orders whose citizen has this number, newest first.
    func orders(ofCitizen number: String, limit: Int) async throws -> [WorkOrder]

    /// A piece of work on the search index: at most 16,384 orders that are new or changed are put into it, or words that were
    /// removed taken out, or some of it merged; false if nothing is due. What is not in it yet is found all the same, only
    /// slower. For one caller at a time.
    func indexOrders() async throws -> Bool

    // MARK: Proposals and repeats

    /// The dispatch model that was taught last; nil before the first.
    func newestDispatchModel() async throws -> TaughtModel?
    /// Keeps that a model was taught, under the next version, and returns it with that.
    func save(_ model: TaughtModel) async throws -> TaughtModel
    /// What was proposed for an order as it left the draft, in the order of the labels.
    func proposals(of order: OrderID) async throws -> [KeptProposal]
    /// How many people told of the matter of an order and how many orders were merged into it, however deep. Whoever
    /// called twice from one number is one; of those who left no number each order is one.
    func tellers(of order: OrderID) async throws -> Tellers

    // MARK: Clocks

    /// The newest ruling of the coordination about a category; nil without one.
    func ruling(category: String) async throws -> Ruling?
    /// Orders of whose ladders a step is due.
    func ordersWithAlarms(dueBy now: Moment, limit: Int) async throws -> [OrderID]
    /// Reads the order and the steps taken, lets `decide` say which are taken now, and writes them with what follows from them in
    /// one transaction. Nil if the order is gone.
    func takeAlarms(
        of id: OrderID, at now: Moment,
        _ decide:
            @escaping @Sendable (WorkOrder, OrderAlarm.Taken) throws -> (
                order: WorkOrder, alarms: [OrderAlarm], due: OrderDue, deliveries: [NewDelivery]
            )
    ) async throws -> WorkOrder?
    /// Oldest first.
    func alarms(of order: OrderID) async throws -> [OrderAlarm]
    /// Newest first.
    func alarms(page: Page) async throws -> Rows<RaisedAlarm>
    /// Every version of every policy.
    func policyVersions() async throws -> [PolicyVersion]
    /// Throws `StoreConflict.stale` if `basedOn` (0: none) is not the newest version of that name.
    func save(
        _ policy: ClockPolicy, basedOn: Int, inForceFrom: Moment, reason: String, by: AuditActor, at: Moment
    ) async throws -> PolicyVersion
    /// What has been imported beside the built-in calendar, oldest first.
    func notices() async throws -> [WorkingCalendar.Notice]
    /// Throws `StoreConflict.alreadyDone` if a notice of this number is there.
    func save(_ notice: WorkingCalendar.Notice, by: AuditActor, at: Moment) async throws
    /// Computes the clocks of every open order again, and keeps the old value of each that moved with the reason. In batches,
    /// each a transaction. Returns how many orders have moved.
    func moveDeadlines(
        reason: String, by: AuditActor, at: Moment,
        _ due: @escaping @Sendable (WorkOrder, OrderAlarm.Taken) throws -> OrderDue
    ) async throws -> Int
    /// What `moveDeadlines` would do; changes nothing.
    func deadlineMoves(_ due: @escaping @Sendable (WorkOrder) throws -> OrderDue) async throws -> DeadlineMoves
    /// What is to be brought to a body now.
    func deliveries(dueBy now: Moment, limit: Int) async throws -> [Delivery]
    /// Oldest first, with the newest attempts of each.
    func deliveries(of order: OrderID) async throws -> [Delivery]
    /// Of some orders the bodies that do not know what they should: `Delivery.keepsFailing`.
    func unreached(among orders: [OrderID]) async throws -> [OrderID: [BodyID]]
    /// Keeps an attempt: taken without an error, to be tried again, or given up.
    func settle(_ delivery: Delivery, at: Moment, error: String?) async throws -> Delivery.State
    func deadlineChanges(of order: OrderID) async throws -> [DeadlineChange]

    // MARK: Attachments and clients

    /// Adds a file that is in the vault already to an order. Throws `StoreConflict.notFound`, and `tooMany` beyond
    /// `Attachment.most` of one order.
    func attach(_ attachment: Attachment, by: AuditActor) async throws
    /// Oldest first.
    func attachments(of order: OrderID) async throws -> [Attachment]
    /// An order by its number; nil if there is none.
    func order(number: String) async throws -> WorkOrder?
    /// Programs that may file orders for citizens, by name.
    func clients() async throws -> [StoredClient]
    func save(_ client: StoredClient, by: AuditActor, at: Moment) async throws
    /// The changes of orders that a source filed, of any source if nil, at or after `from` and before `until`; oldest first.
    func changes(of source: WorkOrder.Source?, from: Moment, until: Moment, limit: Int) async throws -> [FiledChange]

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
    /// Those of some files that a call or an order has, by their digests.
    func filesInUse(among: [String]) async throws -> Set<String>
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
    /// Made of a version that is not the newest any more.
    case stale
    /// There are as many already as there may be.
    case tooMany
}
