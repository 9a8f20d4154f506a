import CLibpq

/// What the server answered to one statement.
final class PostgresResult {
    private let result: OpaquePointer

    init(_ result: OpaquePointer) { self.result = result }

    deinit { PQclear(result) }

    var status: ExecStatusType { PQresultStatus(result) }

    /// Rows that an INSERT, UPDATE or DELETE changed.
    var changed: Int { Int(String(cString: PQcmdTuples(result))) ?? 0 }

    var error: PostgresError? {
        guard status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE else { return nil }
        return PostgresError(
            state: field(stateField) ?? "", constraint: field(constraintField),
            message: field(messageField) ?? "the server's answer does not read")
    }

    private func field(_ code: Character) -> String? {
        guard let ascii = code.asciiValue, let text = PQresultErrorField(result, Int32(ascii)) else { return nil }
        return String(cString: text)
    }

    func rows() throws -> [SQLRow] {
        let columns = PQnfields(result)
        let header = SQLRow.Header((0..<columns).map { String(cString: PQfname(result, $0)) })
        let types = (0..<columns).map { PQftype(result, $0) }
        return (0..<PQntuples(result)).map { row in
            SQLRow(header: header, values: (0..<columns).map { value(row, $0, types[Int($0)]) })
        }
    }

    /// By the type's OID, as in `pg_type.dat`.
    private func value(_ row: Int32, _ column: Int32, _ type: Oid) -> SQLValue {
        guard PQgetisnull(result, row, column) == 0, let start = PQgetvalue(result, row, column) else { return .null }
        let length = Int(PQgetlength(result, row, column))
        let text = String(decoding: UnsafeRawBufferPointer(start: start, count: length), as: UTF8.self)
        switch type {
        // int8, int2, int4, oid; numeric is what sum(bigint) gives.
        case 20, 21, 23, 26, 1700: return Int64(text).map { .integer($0) } ?? .text(text)
        case 16: return .flag(text == "t")
        case 17: return .bytes(Self.bytes(text))
        default: return .text(text)
        }
    }

    /// `\x0a0b`
    private static func bytes(_ text: String) -> [UInt8] {
        let digits = text.utf8.dropFirst(2).map { $0 > 57 ? $0 - 87 : $0 - 48 }
        return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}

/// PG_DIAG_SQLSTATE, PG_DIAG_MESSAGE_PRIMARY, PG_DIAG_CONSTRAINT_NAME: C's macros of this form do not come over.
private let stateField: Character = "C"
private let messageField: Character = "M"
private let constraintField: Character = "n"

extension SQLValue {
    /// As the server reads a parameter; nil is NULL.
    var postgresText: String? {
        switch self {
        case .null: nil
        case .integer(let integer): String(integer)
        // PostgreSQL's text has no NUL, and a C string would end there: it goes without.
        case .text(let text): text.utf8.contains(0) ? text.filter { $0 != "\0" } : text
        case .flag(let flag): flag ? "t" : "f"
        case .bytes(let bytes): "\\x" + bytes.hexadecimal
        }
    }
}
