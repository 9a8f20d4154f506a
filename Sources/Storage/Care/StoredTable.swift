import Crypto
import Foundation

/// A table as it is copied and compared: whatever its columns are, by its key, a page at a time.
struct StoredTable: Sendable {
    let name: String
    /// By which its rows are walked through; unique.
    let key: [String]
    /// Columns that the database computes.
    let computed: [String]
    /// The column whose numbers the database gives, if there is one.
    let numbered: String?

    init(_ name: String, key: String..., computed: [String] = [], numbered: String? = nil) {
        self.name = name
        self.key = key
        self.computed = computed
        self.numbered = numbered
    }

    /// In an order in which no row comes before one that it refers to.
    static let hotline = [
        StoredTable("centres", key: "id"),
        StoredTable("people", key: "id"),
        StoredTable("centre_versions", key: "centre_id", "version"),
        StoredTable("sessions", key: "digest"),
        StoredTable("projections", key: "centre_id", "name"),
        StoredTable("calls", key: "id", computed: ["waited_ms"]),
        StoredTable("missed_calls", key: "id", numbered: "id"),
        StoredTable("missed_attempts", key: "call_id"),
        StoredTable("order_numbers", key: "centre_id", "day"),
        StoredTable("orders", key: "sequence", numbered: "sequence"),
        StoredTable("search_index", key: "block", "bucket"),
        StoredTable("search_spans", key: "span", "key"),
        StoredTable("search_merged", key: "span"),
        StoredTable("search_removals", key: "sequence"),
        StoredTable("unindexed_orders", key: "sequence"),
        StoredTable("order_transitions", key: "order_id", "version"),
        StoredTable("follow_ups", key: "order_id", "attempt"),
        StoredTable("order_shares", key: "order_id", "body"),
        StoredTable("order_tags", key: "order_id", "tag"),
        StoredTable("order_clocks", key: "order_id", "round", "clock", "body"),
        StoredTable("order_alarms", key: "order_id", "round", "clock", "body", "rung", "due_at"),
        StoredTable("deadline_changes", key: "id", numbered: "id"),
        StoredTable("policy_versions", key: "centre_id", "name", "version"),
        StoredTable("calendar_notices", key: "centre_id", "id"),
        StoredTable("rulings", key: "order_id", "version"),
        StoredTable("deliveries", key: "id", numbered: "id"),
        StoredTable("delivery_attempts", key: "delivery_id", "attempt"),
        StoredTable("attachments", key: "order_id", "place"),
        StoredTable("clients", key: "id"),
        StoredTable("dispatch_models", key: "centre_id", "version"),
        StoredTable("order_proposals", key: "order_id", "label"),
        StoredTable("audit", key: "sequence", numbered: "sequence"),
        StoredTable("audit_seals", key: "centre_id", "position"),
        StoredTable("holds", key: "id", numbered: "id"),
        StoredTable("removals", key: "centre_id", "subject", "content"),
    ]

    static let journal = [StoredTable("journal", key: "position"), StoredTable("snapshots", key: "position")]

    // MARK: Reading

    struct Row: Sendable {
        let columns: [String]
        let values: [SQLValue]
    }

    /// The rows after a key, in the database's own order of keys.
    func page(after last: [SQLValue]?, limit: Int, _ db: any SQLConnection) throws -> [Row] {
        let columns = SQL(sql: key.joined(separator: ", "))
        let beyond: SQL = last.map { "(\(columns)) > (\($0.values))" } ?? "true"
        let found = try db.fetch("SELECT * FROM \(SQL(sql: name)) WHERE \(beyond) ORDER BY \(columns) LIMIT \(limit)")
        return found.map { row in
            let kept = row.names.indices.filter { !computed.contains(row.names[$0]) }
            return Row(columns: kept.map { row.names[$0] }, values: kept.map { row.values[$0].alike })
        }
    }

    func key(of row: Row) -> [SQLValue] {
        key.map { column in
            guard let place = row.columns.firstIndex(of: column) else {
                preconditionFailure("\(name) has no \(column)")
            }
            return row.values[place]
        }
    }

    // MARK: Writing

    func insert(_ row: Row, _ db: any SQLConnection) throws {
        // The numbers are those of the other database.
        let overriding = SQL.either(sqlite: "", postgres: "OVERRIDING SYSTEM VALUE ")
        try db.execute(
            """
            INSERT INTO \(SQL(sql: name)) (\(SQL(sql: row.columns.joined(separator: ", ")))) \(overriding)VALUES \
            (\(row.values.values))
            """)
    }

    /// The next number that the database gives comes after those that stand. SQLite sees to it by itself.
    func continueNumbers(_ db: any SQLConnection) throws {
        guard let numbered, db.dialect == .postgres else { return }
        _ = try db.fetch(
            SQL(
                sql: """
                    SELECT setval(pg_get_serial_sequence('\(name)', '\(numbered)'),
                        greatest(1, (SELECT coalesce(max(\(numbered)), 0) FROM \(name))),
                        EXISTS (SELECT 1 FROM \(name)))
                    """))
    }
}

/// What a table holds, told in a way that does not depend on the database or on the order of rows.
package struct TableDigest: Sendable, Equatable {
    package let table: String
    package private(set) var rows: Int64 = 0
    private var sum: [UInt64] = [0, 0, 0, 0]

    init(table: String) { self.table = table }

    /// The sum of its rows' SHA-256 modulo 2^256, in hexadecimal.
    package var text: String {
        sum.reversed().flatMap { word in (0..<8).reversed().map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
            .hexadecimal
    }

    mutating func add(_ row: StoredTable.Row) {
        rows += 1
        var hash = SHA256()
        for place in row.columns.indices.sorted(by: { row.columns[$0] < row.columns[$1] }) {
            hash.add(row.columns[place])
            hash.add(row.values[place])
        }
        var carry: UInt64 = 0
        let words = Array(hash.finalize()).withUnsafeBytes { bytes in
            (0..<4).map { UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self)) }
        }
        for index in 0..<4 {
            let (partial, first) = sum[index].addingReportingOverflow(words[index])
            let (whole, second) = partial.addingReportingOverflow(carry)
            sum[index] = whole
            carry = first || second ? 1 : 0
        }
    }
}

extension SHA256 {
    /// Each value with its type and length, so that no two rows look alike.
    fileprivate mutating func add(_ value: SQLValue) {
        switch value {
        case .null: update(data: [0])
        case .integer(let integer):
            update(data: [1])
            withUnsafeBytes(of: integer.littleEndian) { update(bufferPointer: $0) }
        case .text(let text): add(text)
        case .flag(let flag): add(.integer(flag ? 1 : 0))
        case .bytes(let bytes):
            update(data: [3])
            withUnsafeBytes(of: bytes.count.littleEndian) { update(bufferPointer: $0) }
            update(data: bytes)
        }
    }

    fileprivate mutating func add(_ text: String) {
        let bytes = Array(text.utf8)
        update(data: [2])
        withUnsafeBytes(of: bytes.count.littleEndian) { update(bufferPointer: $0) }
        update(data: bytes)
    }
}

extension SQLValue {
    /// SQLite keeps a flag as a number, PostgreSQL reads that number as a flag.
    fileprivate var alike: SQLValue {
        if case .flag(let flag) = self { .integer(flag ? 1 : 0) } else { self }
    }
}

extension [SQLValue] {
    /// `a, b, c`
    fileprivate var values: SQL { map { "\($0)" as SQL }.joined(separator: ", ") }
}
