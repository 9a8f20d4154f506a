/// What changes that share a transaction need not ask the database for twice, and what they write once, before it ends.
final class TransactionMemory {
    /// The last order number of each day, whose row this transaction has locked.
    private(set) var lastNumbers: [String: Int64] = [:]
    /// The days whose row does not have the last number yet.
    private(set) var daysToWrite: Set<String> = []
    private(set) var auditRows: [AuditRow] = []
    private var waiting: [WaitingRows] = []
    /// Goes up with each thing that is yet to be written.
    private(set) var gathered = 0

    func know(_ last: Int64, of day: String) { lastNumbers[day] = last }

    func give(_ number: Int64, of day: String) {
        lastNumbers[day] = number
        daysToWrite.insert(day)
        gathered += 1
    }

    func forgetNumbers() {
        lastNumbers = [:]
        daysToWrite = []
    }

    func numbersAreWritten() { daysToWrite = [] }

    func gather(_ row: AuditRow) {
        auditRows.append(row)
        gathered += 1
    }

    func auditIsWritten() { auditRows = [] }

    fileprivate func gather(_ row: SQL, for insertion: Insertion) {
        gathered += 1
        if let index = waiting.firstIndex(where: { $0.insertion.table == insertion.table }) {
            waiting[index].rows.append(row)
        } else {
            waiting.append(WaitingRows(insertion: insertion, rows: [row]))
        }
    }

    fileprivate func takeWaiting() -> [WaitingRows] {
        guard !waiting.isEmpty else { return [] }
        defer { waiting = [] }
        return waiting.sorted { $0.insertion.turn < $1.insertion.turn }
    }
}

private struct WaitingRows {
    let insertion: Insertion
    var rows: [SQL]
}

/// A statement that puts rows into a table: `head`, any number of rows in parentheses, `tail`. One of many rows costs a server
/// less than as many statements: it opens the table and its indexes and reads their conditions once.
struct Insertion: Sendable {
    let table: String
    /// Tables that others refer to come first; none has the turn of another.
    let turn: Int
    let head: SQL
    var tail: SQL = ""
}

extension SQLConnection {
    /// The row is sent before the next statement, or before the transaction ends, with the others that were added. So an error
    /// of it comes with that, and may come to another change.
    func add(_ row: SQL, by insertion: Insertion) {
        memory.gather(row, for: insertion)
    }

    /// For the databases, around a transaction.
    func running<Result>(_ body: (any SQLConnection) throws -> Result) throws -> Result {
        let result = try body(self)
        try sendAdded(execute)
        return result
    }

    /// For the connections themselves, before each statement.
    func sendAdded(_ send: (SQL) throws -> Void) rethrows {
        for waiting in memory.takeWaiting() {
            for rows in waiting.rows.inPowersOfTwo {
                let (head, tail) = (waiting.insertion.head, waiting.insertion.tail)
                try send("\(head) \(Array(rows).joined(separator: ", ")) \(tail)")
            }
        }
    }
}

extension Array {
    /// In order, the longest first and none over 64, so that statements for many rows have few texts.
    fileprivate var inPowersOfTwo: [ArraySlice<Element>] {
        var slices: [ArraySlice<Element>] = []
        var rest = self[...]
        var size = 64
        while !rest.isEmpty {
            while size > rest.count { size /= 2 }
            slices.append(rest.prefix(size))
            rest = rest.dropFirst(size)
        }
        return slices
    }
}
