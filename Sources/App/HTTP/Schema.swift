import Engine

/// What a value must look like: the one description that checks what comes in and that the OpenAPI document shows.
indirect enum Schema: Sendable {
    /// Only in answers.
    case anything
    /// Lengths are counted in Unicode scalars, as JSON Schema does. NUL is never allowed: C libraries end a text there.
    case text(ClosedRange<Int>)
    case form(Form)
    case oneOf([String])
    case integer(ClosedRange<Int64>)
    case number
    case flag
    /// True and nothing else: something a person must have done.
    case agreed
    case list(Schema)
    /// Names that are not listed are refused.
    case object([Property])
    /// Any names, values of one kind. Only in answers.
    case table(Schema)
    case nullable(Schema)
    /// One of two shapes; of what fits neither, what the second says is told.
    case either(Schema, Schema)
    /// Shown once, under its name, in the document's components.
    case named(String, Schema)

    /// Texts with a shape of their own.
    enum Form: Sendable {
        case day
        /// A telephone number, its masked form, or nothing.
        case telephone

        var pattern: String {
            switch self {
            case .day: "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
            case .telephone: "^([ -]*[+]?[ -]*([0-9][ -]*){3,15}|[+0-9]{1,3}[*]{4}[0-9]{2,4})?$"
            }
        }
    }

    struct Property: Sendable {
        let name: String
        let schema: Schema
        let required: Bool

        init(_ name: String, _ schema: Schema, required: Bool = true) {
            self.name = name
            self.schema = schema
            self.required = required
        }
    }

    static func words<Words: CaseIterable & RawRepresentable<String>>(_: Words.Type) -> Schema {
        .oneOf(Words.allCases.map(\.rawValue))
    }

    static let id = Schema.text(1...128)
    static let anyText = Schema.text(0...100_000)
    /// Times are milliseconds; the bound is the year 9999.
    static let time = Schema.integer(0...253_402_300_799_999)
    static let count = Schema.integer(0...9_007_199_254_740_991)
    static let empty = Schema.object([])
}

/// One value that does not fit, by its path in the form, and what to do about it.
struct FieldProblem: Sendable, Equatable {
    let field: String
    let message: Sentence
}

// MARK: Checking

extension Schema {
    /// Enough to mend a form by; a hostile one has thousands.
    private static let mostProblems = 20

    /// What is wrong with a value; empty if nothing is. This is the only check of shape: whatever passes, decodes.
    func problems(in value: JSON) -> [FieldProblem] {
        var found: [FieldProblem] = []
        check(value, at: "", &found)
        return Array(found.prefix(Self.mostProblems))
    }

    private func check(_ value: JSON, at field: String, _ found: inout [FieldProblem]) {
        guard found.count < Self.mostProblems else { return }
        func wrong(_ message: Sentence) {
            found.append(FieldProblem(field: field, message: message))
        }
        switch (self, value) {
        case (.named(_, let schema), _):
            schema.check(value, at: field, &found)
        case (.anything, _), (.nullable, .null), (.flag, .bool), (.agreed, .bool(true)), (.number, .integer),
            (.number, .number):
            break
        case (.nullable(let schema), _):
            schema.check(value, at: field, &found)
        case (.either(let one, let other), _):
            if !one.problems(in: value).isEmpty { other.check(value, at: field, &found) }
        case (.text(let length), .string(let text)):
            if text.unicodeScalars.contains("\0") { wrong(.holdsNUL) }
            let count = text.unicodeScalars.count
            if count < length.lowerBound { wrong(count == 0 ? .empty : .tooShort(length.lowerBound)) }
            if count > length.upperBound { wrong(.tooLong(length.upperBound)) }
        case (.form(let form), .string(let text)):
            if !form.matches(text) { wrong(form.wanted) }
        case (.oneOf(let words), .string(let word)):
            if !words.contains(word) { wrong(.oneOf(words)) }
        case (.integer(let range), .integer(let number)):
            if !range.contains(number) { wrong(.outside(range)) }
        case (.list(let schema), .array(let elements)):
            for (index, element) in elements.enumerated() { schema.check(element, at: "\(field)[\(index)]", &found) }
        case (.table(let schema), .object(let members)):
            for (name, member) in members.sorted(by: { $0.key < $1.key }) {
                schema.check(member, at: Self.path(field, name), &found)
            }
        case (.object(let properties), .object(let members)):
            check(members, against: properties, at: field, &found)
        case (.agreed, _): wrong(.notAgreed)
        case (.integer(let range), _): wrong(.outside(range))
        case (.oneOf(let words), _): wrong(.oneOf(words))
        case (.form(let form), _): wrong(form.wanted)
        case (.text, _): wrong(.wantsText)
        case (.number, _): wrong(.wantsNumber)
        case (.flag, _): wrong(.wantsFlag)
        case (.list, _): wrong(.wantsList)
        case (.object, _), (.table, _): wrong(.wantsObject)
        }
    }

    private func check(
        _ members: [String: JSON], against properties: [Property], at field: String, _ found: inout [FieldProblem]
    ) {
        for property in properties {
            if let member = members[property.name] {
                property.schema.check(member, at: Self.path(field, property.name), &found)
            } else if property.required {
                found.append(FieldProblem(field: Self.path(field, property.name), message: .absent))
            }
        }
        let known = Set(properties.map(\.name))
        for name in members.keys.sorted() where !known.contains(name) {
            found.append(FieldProblem(field: Self.path(field, Self.shown(name)), message: .unknownField))
        }
    }

    /// A name that somebody made up, fit to be sent back.
    private static func shown(_ name: String) -> String {
        String(String.UnicodeScalarView(name.unicodeScalars.filter { $0.value >= 32 }.prefix(64)))
    }

    private static func path(_ field: String, _ name: String) -> String {
        field.isEmpty ? name : "\(field).\(name)"
    }
}

extension Schema.Form {
    /// Says the same as `pattern`; a day must be on the calendar besides.
    func matches(_ text: String) -> Bool {
        switch self {
        case .day:
            return LocalDay(text) != nil
        case .telephone:
            if text.isEmpty { return true }
            guard text.unicodeScalars.count <= WorkOrder.Field.phone.limit else { return false }
            if !text.contains("*") { return TelephoneNumber(text) != nil }
            let parts = text.split(separator: "*", omittingEmptySubsequences: false)
            return parts.count == 5 && parts[1...3].allSatisfy(\.isEmpty)
                && (1...3).contains(parts[0].count) && (2...4).contains(parts[4].count)
                && parts[0].utf8.allSatisfy { $0 == UInt8(ascii: "+") || (48...57).contains($0) }
                && parts[4].utf8.allSatisfy { (48...57).contains($0) }
        }
    }

    var wanted: Sentence {
        switch self {
        case .day: Sentence("请填写日期，例如 2026-11-22。", "Give a day, such as 2026-11-22.")
        case .telephone:
            Sentence("请填写 3 到 15 位数字的电话号码。", "Give a telephone number of 3 to 15 digits.")
        }
    }
}
