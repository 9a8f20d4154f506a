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
        }
    }
}
