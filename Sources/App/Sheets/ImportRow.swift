import Crypto
import Engine
import Foundation
import Storage

/// What is wrong with a row, and where.
struct RowProblem: Sendable, Equatable {
    let row: Int
    /// Nil is the row as a whole.
    let column: ImportColumn?
    let message: Sentence
}

/// One row of a sheet, as the order it is to be.
struct ImportRow: Sendable {
    let number: Int
    let id: OrderID
    let imported: WorkOrder.Imported
    let line: LineID
    let fields: WorkOrder.Fields
    let category: String?
    let tags: [String]
    let body: BodyID?

    func draft(number: String, by person: PersonID, at now: Moment) -> WorkOrder {
        var order = WorkOrder(
            draft: id, number: number, fields: fields, line: line, call: nil, takenBy: person, at: now)
        order.details.imported = imported
        return order
    }

    /// What is done with the draft at once, by the rules that hold for whoever writes one. She has taken them all.
    func steps(_ draft: WorkOrder, by person: PersonID, office: Office, at now: Moment) throws -> [OrderStep] {
        var actions: [WorkOrder.Action] = []
        if category != nil || !tags.isEmpty { actions.append(.label(category: category, tags: tags)) }
        // What came in writing needs no reading back.
        if let body { actions.append(.dispatch(to: body, readBack: true)) }
        var order = draft
        return try actions.map { action in
            let born = office.policies.policy(of: order, in: office.centre, at: now)
            let (next, transition) = try order.applying(
                action, by: person, as: .intake(person), version: order.version, at: now, policy: born.policy,
                reference: born.reference, calendar: office.policies.calendar,
                asked: office.centre.particulars(of: order.details.category), hours: office.centre.bodyHours)
            defer { order = next }
            return OrderStep(
                next, transition, office.due(next, taken: .init(), at: now),
                deliveries: office.centre.deliveries(after: action, of: order, next))
        }
    }
}

/// Reads the rows of one sheet.
struct ImportRowReader: Sendable {
    let office: Office
    let person: PersonID
    let now: Moment
    /// Where each column stands.
    let places: [ImportColumn: Int]

    private static let longestReference = 100
    private static let longestTag = 40

    /// The order of a row, or all that is wrong with it; the order too as far as it can be made, so that it is known
    /// again.
    func read(_ row: CSVText.Row) -> (row: ImportRow?, problems: [RowProblem]) {
        var cells = ImportCells(row, places)
        let centre = office.centre
        let kind = cells.one(.kind, of: Kind.allCases, .oneOf(Kind.allCases.map(\.words))) {
            $0.rawValue == $1 || $0.words.isMeant(by: $1)
        }
        let urgency = cells.one(.urgency, of: Urgency.allCases, .oneOf(Urgency.allCases.map(\.words))) {
            $0.rawValue == $1 || $0.words.isMeant(by: $1)
        }
        let category = cells.one(.category, of: centre.categories ?? [], .unknownCategory) {
            $0.id == $1 || Sentence($0.name, $0.englishName).isMeant(by: $1)
        }
        let body = cells.one(.body, of: centre.bodies, .unknownBody) {
            $0.id == $1 || Sentence($0.name, $0.englishName).isMeant(by: $1)
        }
        let confidential = cells.one(.confidential, of: [true, false], .oneOf([.yes, .no])) { flag, written in
            (flag ? ["1", "true", "y", "√"] : ["0", "false", "n"]).contains(written.lowercased())
                || (flag ? Sentence.yes : .no).isMeant(by: written)
        }
        if body != nil, cells[.kind] == nil { cells.wrong(.kind, .absent) }
        let fields = WorkOrder.Fields(
            kind: kind, urgency: urgency ?? .ordinary, title: cells.text(.title, .title),
            what: cells.text(.what, .what), place: cells.text(.place, .place), time: cells.text(.time, .time),
            wish: cells.text(.wish, .wish), name: cells.text(.name, .name), phone: phone(&cells),
            confidential: confidential ?? false)
        for column in ImportColumn.required where cells[column] == nil { cells.wrong(column, .absent) }
        checkReference(&cells)
        let tags = tags(&cells)
        guard let line = line(&cells) else { return (nil, cells.problems) }
        let (id, imported) = identity(cells, line)
        let made = ImportRow(
            number: row.number, id: id, imported: imported, line: line, fields: fields, category: category?.id,
            tags: tags, body: body.map { BodyID($0.id) })
        // What the rules say besides comes last: of a row that is wrong already they would say the same again.
        return (made, cells.problems.isEmpty ? ruled(made) : cells.problems)
    }

    private func line(_ cells: inout ImportCells) -> LineID? {
        let lines = office.centre.lines
        guard cells[.line] != nil else {
            if lines.count != 1 { cells.wrong(.line, .absent) }
            return lines.count == 1 ? lines[0].id : nil
        }
        return cells.one(.line, of: lines, .unknownLine) {
            $0.id.text == $1 || $0.number == $1 || Sentence($0.name, $0.englishName).isMeant(by: $1)
        }?.id
    }

    private func phone(_ cells: inout ImportCells) -> String {
        guard let written = cells[.phone] else { return "" }
        guard let number = TelephoneNumber(written) else {
            cells.wrong(.phone, Schema.Form.telephone.wanted)
            return ""
        }
        return number.text
    }

    private func checkReference(_ cells: inout ImportCells) {
        guard let reference = cells[.reference] else { return }
        if reference.unicodeScalars.count > Self.longestReference {
            cells.wrong(.reference, .tooLong(Self.longestReference))
        }
        if ImportColumn.reference.example(in: office.centre).isMeant(by: reference) {
            cells.wrong(.reference, .example)
        }
    }

    private func tags(_ cells: inout ImportCells) -> [String] {
        var tags: [String] = []
        for tag in (cells[.tags] ?? "").split(whereSeparator: { ",，、;；".contains($0) }).map({ String($0).trimmed })
        where !tag.isEmpty && !tags.contains(tag) {
            tags.append(tag)
        }
        if tags.contains(where: { $0.unicodeScalars.count > Self.longestTag }) {
            cells.wrong(.tags, .longTag(Self.longestTag))
        }
        return tags
    }

    /// The engine's word on it.
    private func ruled(_ row: ImportRow) -> [RowProblem] {
        do {
            let policy = office.policies.current(row.line, in: office.centre, at: now).policy
            try row.fields.validate(policy: policy)
            _ = try row.steps(row.draft(number: "", by: person, at: now), by: person, office: office, at: now)
            return []
        } catch {
            let problem = Problem(refusal: error) ?? .internalError
            guard !problem.fields.isEmpty else {
                return [RowProblem(row: row.number, column: nil, message: problem.message)]
            }
            return problem.fields.map {
                RowProblem(row: row.number, column: ImportColumn(rawValue: $0.field), message: $0.message)
            }
        }
    }

    /// The id follows from what is read: the sender's own number, or all that the row says. So the same row makes the
    /// same order however often, by whomever, and in whatever file it comes.
    private func identity(_ cells: ImportCells, _ line: LineID) -> (OrderID, WorkOrder.Imported) {
        func digest(_ parts: [String]) -> String {
            SHA256.hash(data: Data(parts.joined(separator: "\u{1F}").utf8)).hexadecimal
        }
        let content = digest(ImportColumn.allCases.map { $0 == .line ? line.text : cells[$0] ?? "" })
        let name = cells[.reference].map { "number \($0)" } ?? "row \(content)"
        let id = OrderID("sheet-" + digest([office.centre.id, line.text, name]).prefix(32))
        return (id, WorkOrder.Imported(reference: cells[.reference], row: content))
    }
}

/// The cells of one row by their columns, and what is wrong with them.
struct ImportCells {
    private let row: Int
    private var written: [ImportColumn: String] = [:]
    private(set) var problems: [RowProblem] = []

    /// Without apostrophes against formulas.
    init(_ row: CSVText.Row, _ places: [ImportColumn: Int]) {
        self.row = row.number
        for (column, place) in places where place < row.cells.count {
            let plain = CSVText.plain(row.cells[place])
            let text = column == .time ? SheetTime.text(of: plain) : plain
            if !text.isEmpty { written[column] = text }
        }
        let named = Set(places.values)
        if row.cells.indices.contains(where: { !row.cells[$0].isEmpty && !named.contains($0) }) {
            wrong(nil, .cellWithoutColumn)
        }
    }

    /// Nil if nothing is written there.
    subscript(column: ImportColumn) -> String? { written[column] }

    mutating func wrong(_ column: ImportColumn?, _ message: Sentence) {
        problems.append(RowProblem(row: row, column: column, message: message))
    }

    mutating func text(_ column: ImportColumn, _ field: WorkOrder.Field) -> String {
        let text = written[column] ?? ""
        if text.unicodeScalars.count > field.limit { wrong(column, .tooLong(field.limit)) }
        return text
    }

    /// The one that is meant; nil, with the reason kept, if something else is written.
    mutating func one<Meant>(
        _ column: ImportColumn, of all: [Meant], _ unknown: Sentence, _ isMeant: (Meant, String) -> Bool
    ) -> Meant? {
        guard let text = written[column] else { return nil }
        let found = all.first { isMeant($0, text) }
        if found == nil { wrong(column, unknown) }
        return found
    }
}
