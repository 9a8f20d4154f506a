/// A piece of SQL with its values apart from its text, so that nothing a person typed is ever read as SQL.
///
/// Written as a literal: `"SELECT * FROM orders WHERE id = \(id)"` holds the text and, beside it, the value of `id`. One
/// literal serves both databases; the few words in which they differ are `either`.
struct SQL: Sendable, ExpressibleByStringInterpolation {
    fileprivate var parts: [Part]

    fileprivate enum Part: Sendable {
        case text(String)
        case value(SQLValue)
        case either(sqlite: String, postgres: String)
        case eitherValue(sqlite: SQLValue, postgres: SQLValue)
    }

    enum Dialect: Sendable { case sqlite, postgres }

    init(sql text: String) {
        parts = [.text(text)]
    }

    init(stringLiteral text: String) {
        self.init(sql: text)
    }

    init(stringInterpolation: StringInterpolation) {
        parts = stringInterpolation.parts
    }

    static func either(sqlite: String, postgres: String) -> SQL {
        var both: SQL = ""
        both.parts = [.either(sqlite: sqlite, postgres: postgres)]
        return both
    }

    /// A column that the planner is not to look up in an index, so that it keeps to the index of the list's order.
    static func unindexed(_ column: String) -> SQL {
        // PostgreSQL weighs what an index saves by its statistics, and has no such sign.
        either(sqlite: "+\(column)", postgres: column)
    }

    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var parts: [Part] = []

        init(literalCapacity: Int, interpolationCount: Int) {
            parts.reserveCapacity(2 * interpolationCount + 1)
        }

        mutating func appendLiteral(_ literal: String) {
            if !literal.isEmpty { parts.append(.text(literal)) }
        }

        mutating func appendInterpolation(_ sql: SQL) {
            parts += sql.parts
        }

        mutating func appendInterpolation(_ value: SQLValue) {
            parts.append(.value(value))
        }

        mutating func appendInterpolation(_ value: some SQLConvertible) {
            parts.append(.value(value.sqlValue))
        }

        mutating func appendInterpolation(_ value: (some SQLConvertible)?) {
            parts.append(.value(value?.sqlValue ?? .null))
        }

        /// `IN \(list)`; nothing is in an empty one.
        mutating func appendInterpolation(_ list: [some SQLConvertible]) {
            parts.append(.text(list.isEmpty ? "(NULL" : "("))
            for (index, value) in list.enumerated() {
                if index > 0 { parts.append(.text(", ")) }
                parts.append(.value(value.sqlValue))
            }
            parts.append(.text(")"))
        }
    }

    /// One of a list that is given as one value, so that a statement stays the same whatever the list's length.
    static func isOne(of list: [Int64]) -> SQL {
        let numbers = list.map(String.init).joined(separator: ",")
        let (json, array) = ("[\(numbers)]", "{\(numbers)}")
        var condition: SQL = ""
        condition.parts = [
            .either(sqlite: "IN (SELECT value FROM json_each(", postgres: "= ANY ("),
            .eitherValue(sqlite: .text(json), postgres: .text(array)),
            .either(sqlite: "))", postgres: "::bigint[])"),
        ]
        return condition
    }

    /// A list as a table of one column, `value`.
    static func rows(of list: [Int64], as name: String) -> SQL {
        let numbers = list.map(String.init).joined(separator: ",")
        var table: SQL = ""
        table.parts = [
            .either(sqlite: "json_each(", postgres: "unnest("),
            .eitherValue(sqlite: .text("[\(numbers)]"), postgres: .text("{\(numbers)}")),
            .either(sqlite: ") AS \(name)", postgres: "::bigint[]) AS \(name) (value)"),
        ]
        return table
    }

    /// Whether it does more than read.
    var mayWrite: Bool {
        guard case .text(let text)? = parts.first else { return true }
        return !text.hasPrefix("SELECT") && !text.hasPrefix("WITH")
    }

    /// As a driver takes it, with `?` or `$1`, `$2`… in the place of the values.
    func rendered(for dialect: Dialect) -> (text: String, values: [SQLValue]) {
        var text = ""
        var values: [SQLValue] = []
        for part in parts {
            switch (part, dialect) {
            case (.text(let more), _), (.either(let more, _), .sqlite), (.either(_, let more), .postgres):
                text += more
            case (.value(let value), .sqlite), (.eitherValue(let value, _), .sqlite):
                values.append(value)
                text += "?"
            case (.value(let value), .postgres), (.eitherValue(_, let value), .postgres):
                values.append(value)
                text += "$\(values.count)"
            }
        }
        return (text, values)
    }
}

extension [SQL] {
    func joined(separator: SQL) -> SQL {
        guard var whole = first else { return "" }
        for each in dropFirst() { whole.parts += separator.parts + each.parts }
        return whole
    }

    /// All of them hold; true of none.
    var conjunction: SQL { isEmpty ? "true" : joined(separator: " AND ") }
}
