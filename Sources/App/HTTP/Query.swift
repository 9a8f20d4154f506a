import Foundation

/// What stands after the question mark.
struct Query: Sendable {
    private let pairs: [(name: String, value: String)]?

    /// More than any list of ours takes.
    private static let most = 32

    init(_ target: String?) {
        let parts = (target ?? "").split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            pairs = []
            return
        }
        let pieces = parts[1].split(separator: "&")
        guard pieces.count <= Self.most else {
            pairs = nil
            return
        }
        var read: [(name: String, value: String)] = []
        for piece in pieces {
            let sides = piece.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(sides[0]), let value = Self.decoded(sides.count == 2 ? sides[1] : "") else {
                pairs = nil
                return
            }
            read.append((name, value))
        }
        pairs = read
    }

    /// nil for what does not decode to UTF-8.
    private static func decoded(_ text: Substring) -> String? {
        text.replacing("+", with: " ").removingPercentEncoding
    }

    /// The values by name, each of the type its schema wants. A name that is not known is refused: a misspelt filter would
    /// otherwise answer with every row.
    func checked(against properties: [Schema.Property]) throws(Problem) -> [String: JSON] {
        guard let pairs else { throw .malformed }
        var values: [String: JSON] = [:]
        var problems: [FieldProblem] = []
        for (name, value) in pairs {
            if values[name] != nil { problems.append(FieldProblem(field: name, message: .twice)) }
            let schema = properties.first { $0.name == name }?.schema
            values[name] = schema?.reading(value) ?? .string(value)
        }
        problems += Schema.object(properties).problems(in: .object(values))
        guard problems.isEmpty else { throw .invalid(problems) }
        return values
    }
}

extension Schema {
    /// A query holds texts; this is the value a text stands for, or the text itself where it stands for none.
    fileprivate func reading(_ text: String) -> JSON {
        switch self {
        case .integer, .number:
            Int64(text).map(JSON.integer) ?? .string(text)
        case .flag, .agreed:
            text == "true" ? true : text == "false" ? false : .string(text)
        case .nullable(let schema), .named(_, let schema):
            schema.reading(text)
        case .text, .form, .oneOf, .list, .object, .table, .either, .anything:
            .string(text)
        }
    }
}
