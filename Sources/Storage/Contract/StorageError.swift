/// The database cannot be used as it is. Each says what was found and what to do; none is the caller's fault.
package enum StorageError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A newer program has been here; what it wrote, this one does not know.
    case newerDatabase(file: String, found: Int, known: Int)
    /// A commit would not reach the disk.
    case notDurable(file: String, synchronous: Int)
    case unreadable(table: String, column: String, value: String)
    /// The journal goes on after its last snapshot with rows that other rules decided.
    case otherRules(row: Int64, snapshot: Int64?, found: Int, known: Int)
    /// Rows that do not follow the last one, or that differ from what stands at their positions.
    case journalOutOfStep(last: Int64, given: Int64)
    case dayFull(day: String)
    /// The database does not answer, or its disk does not take what is written; it may come back by itself.
    case unavailable(database: String, reason: String)
    /// More is waiting for the database than it can do.
    case busy
    /// The connection was lost between the order to commit and the answer: what was asked for may stand or not.
    case unknownOutcome(database: String)

    /// Not about what was asked but about the moment: the same may succeed later.
    package var isPassing: Bool {
        switch self {
        case .unavailable, .busy, .unknownOutcome: true
        case .newerDatabase, .notDurable, .unreadable, .otherRules, .journalOutOfStep, .dayFull: false
        }
    }

    package var description: String {
        switch self {
        case .newerDatabase(let file, let found, let known):
            "\(file) has been migrated to \(found) by a newer program and this one knows \(known): start the newer "
                + "one, or put back the backup made before the upgrade"
        case .notDurable(let file, let synchronous):
            "\(file) has synchronous=\(synchronous) where 2 was set: what is committed would not survive a power "
                + "failure"
        case .unreadable(let table, let column, let value):
            "\(table).\(column) holds \(value), which this program cannot read: put it right or restore a backup"
        case .otherRules(let row, let snapshot, let found, let known):
            "row \(row) of the journal was decided under rules \(found) after "
                + (snapshot.map { "the snapshot at \($0)" } ?? "no snapshot at all")
                + ", and this program has rules \(known): start the version that wrote it and stop it properly, so "
                + "that it keeps a snapshot, then start this one"
        case .journalOutOfStep(let last, let given):
            "the journal ends at \(last) and was given another row \(given): a second program writes to it; stop "
                + "one of them"
        case .dayFull(let day):
            "all 999999 order numbers of \(day) are taken"
        case .unavailable(let database, let reason):
            "\(database) cannot be used now: \(reason)"
        case .busy:
            "too much waits for the database"
        case .unknownOutcome(let database):
            "the connection to \(database) was lost while it committed; look whether the change was made"
        }
    }
}
