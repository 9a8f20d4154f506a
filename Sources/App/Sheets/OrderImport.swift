import Crypto
import Engine
import Foundation
import Storage

/// Orders of a spreadsheet: a batch of letters, or all that another system held. First the whole file is looked at;
/// then all of it becomes orders or, if a row is wrong, none. Fifty at a time: what breaks it off in the middle leaves those that
/// were made, and the same file sent again makes the others.
///
/// It is safe to do again after a crash or a lost answer: a row's order has an id that follows from the row.
enum OrderImport {
    static let mostRows = 2_000
    /// In one transaction: few enough that no agent waits for her own order's number.
    private static let together = 50

    static func take(_ exchange: Exchange) async throws -> Answer {
        try await exchange.office.sheets.importing.taking {
            let sheet = try await sheet(of: exchange)
            var checked = try await check(sheet, exchange)
            guard exchange.query["dryRun"] != true else { return .json(view(checked, exchange)) }
            guard checked.problems.isEmpty else { throw refusal(of: checked, exchange) }
            try await make(&checked, exchange)
            return .json(view(checked, exchange))
        }
    }

    // MARK: Reading

    private struct Sheet {
        let places: [ImportColumn: Int]
        let rows: [CSVText.Row]
    }

    private static func sheet(of exchange: Exchange) async throws -> Sheet {
        let (body, type) = (exchange.body, exchange.request.headers[.contentType] ?? "")
        let folder = exchange.office.sheets.folder
        let rows = try await Blocking.run { try read(body, FileKind(contentType: type) ?? .csv, in: folder) }
        guard let headings = rows.first, rows.count > 1 else { throw Problem.emptySheet }
        return Sheet(places: try places(of: headings.cells, exchange.language), rows: Array(rows.dropFirst()))
    }

    private static func read(_ file: Data, _ kind: FileKind, in folder: String) throws -> [CSVText.Row] {
        do {
            let text = kind == .xlsx ? try XLSXReader.csv(file, in: folder) : SheetText.utf8(file)
            guard let text, !text.contains(0) else { throw Problem.badEncoding }
            return try CSVText.rows(text, most: mostRows + 1)
        } catch let fault as XLSXReader.Fault {
            throw fault == .notInstalled ? Problem.noWorkbooks : .badWorkbook
        } catch let fault as CSVText.Fault {
            switch fault {
            case .openQuote(let row): throw Problem.openQuote(row: row)
            case .tooWide(let row): throw Problem.tooWide(row: row)
            case .tooManyRows: throw Problem.tooManyRows(mostRows)
            }
        }
    }

    /// A name that is not known is refused: what stands below it would otherwise be lost without a word.
    private static func places(of headings: [String], _ language: Language) throws -> [ImportColumn: Int] {
        var places: [ImportColumn: Int] = [:]
        var problems: [FieldProblem] = []
        for (place, heading) in headings.enumerated() where !heading.isEmpty {
            let shown = String(heading.prefix(64))
            guard let column = ImportColumn(heading: heading) else {
                problems.append(FieldProblem(field: shown, message: .unknownColumn))
                continue
            }
            if places[column] != nil { problems.append(FieldProblem(field: shown, message: .columnTwice)) }
            places[column] = place
        }
        for column in ImportColumn.required where places[column] == nil {
            problems.append(FieldProblem(field: column.heading.text(in: language), message: .missingColumn))
        }
        guard problems.isEmpty else { throw Problem.badHeadings(problems) }
        return places
    }

    // MARK: Checking

    private struct Checked {
        var rows = 0
        var good: [ImportRow] = []
        /// The orders that were there already, or are made now, by row.
        var orders: [Int: CreatedOrder] = [:]
        var problems: [RowProblem] = []
    }

    private static func check(_ sheet: Sheet, _ exchange: Exchange) async throws -> Checked {
        let reader = ImportRowReader(
            office: exchange.office, person: exchange.me.person.id, now: exchange.now, places: sheet.places)
        let read = try await Blocking.run { sheet.rows.map { reader.read($0) } }
        let known = try await known(read.compactMap(\.row?.id), exchange.office.store)
        var checked = Checked(rows: sheet.rows.count)
        var first: [OrderID: Int] = [:]
        for (row, problems) in read {
            guard let row else {
                checked.problems += problems
                continue
            }
            var problems = problems
            if let earlier = first[row.id] {
                problems.append(problem(row, .repeats(row: earlier)))
            } else if let order = known[row.id] {
                // One whose words were removed has forgotten what it was made of.
                if let kept = order.details.imported, kept.row != row.imported.row {
                    problems.append(problem(row, .referenceTaken(order.number)))
                } else {
                    // It was good when it was imported, whatever has changed since.
                    problems = []
                    checked.orders[row.number] = CreatedOrder(order: order, isNew: false)
                }
            }
            first[row.id] = first[row.id] ?? row.number
            checked.problems += problems
            if problems.isEmpty, checked.orders[row.number] == nil { checked.good.append(row) }
        }
        return checked
    }

    private static func problem(_ row: ImportRow, _ message: Sentence) -> RowProblem {
        RowProblem(row: row.number, column: row.imported.reference == nil ? nil : .reference, message: message)
    }

    private static func known(_ ids: [OrderID], _ store: any Store) async throws -> [OrderID: WorkOrder] {
        var known: [OrderID: WorkOrder] = [:]
        for start in stride(from: 0, to: ids.count, by: 100) {
            for order in try await store.orders(Array(ids[start..<min(start + 100, ids.count)])) {
                known[order.id] = order
            }
        }
        return known
    }

    // MARK: Making

    private static func make(_ checked: inout Checked, _ exchange: Exchange) async throws {
        let (office, person, now) = (exchange.office, exchange.me.person.id, exchange.now)
        let file = SHA256.hash(data: exchange.body).hexadecimal
        // Noted before the first: what a crash leaves is then known for what it is.
        try await office.store.note(
            AuditRow(
                at: now, actor: exchange.actor, action: "orders.import", subject: "orders:\(checked.good.count)",
                digest: file))
        for start in stride(from: 0, to: checked.good.count, by: together) {
            let rows = Array(checked.good[start..<min(start + together, checked.good.count)])
            let made = try await office.store.createOrders(
                rows.enumerated().map { index, row in
                    // A millisecond apart, so that lists have them in the order of the file; none after what is done
                    // with it.
                    let at = now.adding(milliseconds: Int64(start + index - checked.good.count))
                    return NewOrder(row.id) {
                        row.draft(number: $0, by: person, at: at)
                    } steps: {
                        try row.steps($0, by: person, office: office, at: now)
                    }
                }, by: exchange.actor, at: now)
            for (row, created) in zip(rows, made) {
                checked.orders[row.number] = created
                await office.topics.changed(created.order)
            }
        }
    }

    // MARK: Telling

    static let schema = Schema.object([
        .init("rows", .count), .init("good", .count), .init("known", .count), .init("made", .count),
        .init(
            "bad",
            .list(
                .object([.init("row", .count), .init("column", .anyText), .init("zh", .anyText), .init("en", .anyText)])
            )
        ),
        .init(
            "orders",
            .list(.object([.init("row", .count), .init("id", .id), .init("number", .anyText), .init("isNew", .flag)]))),
    ])

    private static func view(_ checked: Checked, _ exchange: Exchange) -> JSON {
        let made = checked.orders.values.filter(\.isNew).count
        return [
            "rows": JSON(checked.rows), "good": JSON(checked.good.count), "known": JSON(checked.orders.count - made),
            "made": JSON(made),
            "bad": .array(
                checked.problems.map { problem in
                    [
                        "row": JSON(problem.row), "column": .string(heading(problem.column, exchange.language)),
                        "zh": .string(problem.message.zh), "en": .string(problem.message.en),
                    ]
                }),
            "orders": .array(
                checked.orders.sorted { $0.key < $1.key }.map { row, created in
                    [
                        "row": JSON(row), "id": JSON(created.order.id), "number": .string(created.order.number),
                        "isNew": .bool(created.isNew),
                    ]
                }),
        ]
    }

    private static func heading(_ column: ImportColumn?, _ language: Language) -> String {
        column?.heading.text(in: language) ?? ""
    }

    /// Enough to see what it is about; the dry run tells all.
    private static let mostTold = 20

    private static func refusal(of checked: Checked, _ exchange: Exchange) -> Problem {
        .badRows(
            Set(checked.problems.map(\.row)).count,
            checked.problems.prefix(mostTold).map { problem in
                let place = "\(problem.row) \(heading(problem.column, exchange.language))".trimmed
                return FieldProblem(field: place, message: problem.message)
            })
    }
}
