import Engine
import GRDB

extension Identifier: DatabaseValueConvertible {
    package var databaseValue: DatabaseValue { text.databaseValue }

    package static func fromDatabaseValue(_ value: DatabaseValue) -> Identifier? {
        String.fromDatabaseValue(value).map { Identifier($0) }
    }
}

extension Moment: DatabaseValueConvertible {
    package var databaseValue: DatabaseValue { milliseconds.databaseValue }

    package static func fromDatabaseValue(_ value: DatabaseValue) -> Moment? {
        Int64.fromDatabaseValue(value).map { Moment(milliseconds: $0) }
    }
}

/// Reads a row's columns and throws where one does not hold what it should; GRDB's own subscripts stop the program.
struct Columns {
    let row: Row
    let table: String

    func get<Value: DatabaseValueConvertible>(_ column: String) throws -> Value {
        let stored: DatabaseValue = row[column]
        guard let value = Value.fromDatabaseValue(stored) else { throw unreadable(column, stored) }
        return value
    }

    func optional<Value: DatabaseValueConvertible>(_ column: String) throws -> Value? {
        let stored: DatabaseValue = row[column]
        guard !stored.isNull else { return nil }
        return try get(column)
    }

    func word<Word: RawRepresentable<String>>(_ column: String) throws -> Word {
        let text: String = try get(column)
        guard let word = Word(rawValue: text) else { throw unreadable(column, text.databaseValue) }
        return word
    }

    func optionalWord<Word: RawRepresentable<String>>(_ column: String) throws -> Word? {
        let text: String? = try optional(column)
        return text == nil ? nil : try word(column)
    }

    private func unreadable(_ column: String, _ value: DatabaseValue) -> StorageError {
        // A text may be a citizen's words; an error goes to a log, so only its kind is told.
        let shown =
            if case .string(let text) = value.storage { "a text of \(text.count) characters" } else { "\(value)" }
        return .unreadable(table: table, column: column, value: shown)
    }
}

extension Database {
    /// The rows of a query, each read by `read`.
    func rows<Value>(_ table: String, _ query: SQL, _ read: (Columns) throws -> Value) throws -> [Value] {
        try Row.fetchAll(self, SQLRequest<Row>(literal: query)).map { try read(Columns(row: $0, table: table)) }
    }

    func first<Value>(_ table: String, _ query: SQL, _ read: (Columns) throws -> Value) throws -> Value? {
        try Row.fetchOne(self, SQLRequest<Row>(literal: query)).map { try read(Columns(row: $0, table: table)) }
    }

    func number(_ query: SQL) throws -> Int64 {
        try Int64.fetchOne(self, SQLRequest<Int64>(literal: query)) ?? 0
    }
}

extension [SQL] {
    /// All of them hold; true of none.
    var conjunction: SQL { isEmpty ? "true" : joined(separator: " AND ") }
}
