import Foundation

/// Reads a row's columns and throws where one does not hold what it should.
struct Columns {
    let row: SQLRow
    let table: String

    func get<Value: SQLConvertible>(_ column: String) throws -> Value {
        let stored = row[column]
        guard let value = Value(sqlValue: stored) else { throw unreadable(column, stored) }
        return value
    }

    func optional<Value: SQLConvertible>(_ column: String) throws -> Value? {
        if case .null = row[column] { return nil }
        return try get(column)
    }

    func word<Word: RawRepresentable<String>>(_ column: String) throws -> Word {
        let text: String = try get(column)
        guard let word = Word(rawValue: text) else { throw unreadable(column, .text(text)) }
        return word
    }

    func optionalWord<Word: RawRepresentable<String>>(_ column: String) throws -> Word? {
        let text: String? = try optional(column)
        return text == nil ? nil : try word(column)
    }

    func json<Value: Decodable>(_ column: String) throws -> Value {
        let text: String = try get(column)
        do {
            return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
        } catch {
            throw StorageError.unreadable(table: table, column: column, value: "JSON of another shape")
        }
    }

    private func unreadable(_ column: String, _ value: SQLValue) -> StorageError {
        // A text may be a citizen's words; an error goes to a log, so only its kind is told.
        let shown =
            switch value {
            case .null: "nothing"
            case .integer(let integer): "\(integer)"
            case .flag(let flag): "\(flag)"
            case .text(let text): "a text of \(text.count) characters"
            case .bytes(let bytes): "\(bytes.count) bytes"
            }
        return .unreadable(table: table, column: column, value: shown)
    }
}

/// A row as a query gave it.
struct SQLRow: Sendable {
    let header: Header
    let values: [SQLValue]

    /// The names of a query's columns, shared by its rows.
    final class Header: Sendable {
        fileprivate let names: [String]
        fileprivate let places: [String: Int]

        init(_ names: [String]) {
            self.names = names
            places = Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
        }
    }

    var names: [String] { header.names }

    subscript(column: String) -> SQLValue {
        guard let place = header.places[column] else { preconditionFailure("the query has no column \(column)") }
        return values[place]
    }
}
