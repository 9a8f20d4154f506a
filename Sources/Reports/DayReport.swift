import Engine
import Storage

/// How a day went: every figure, by line and for all lines, with what it was made from.
package struct DayReport: Sendable, Equatable {
    package let day: LocalDay
    package let columns: [Column]
    /// By a figure's key; one value a column.
    package let values: [String: [Value]]
    package let byKind: [(kind: Kind, counts: [Int64])]
    package let byState: [(state: WorkOrder.State, counts: [Int64])]

    package enum Column: Sendable, Equatable {
        case line(LineID)
        /// All calls and orders of the day, of lines the centre no longer has too.
        case all
    }

    /// A number and what it was made from, printed together.
    package struct Value: Sendable, Equatable {
        /// Nil, printed "–", where the denominator is zero.
        package let value: Double?
        package let numerator: Int64
        /// Nil for what is a number by itself.
        package let denominator: Int64?

        init(_ numerator: Int64, of denominator: Int64?) {
            self.numerator = numerator
            self.denominator = denominator
            value =
                switch denominator {
                case nil: Double(numerator)
                case 0: nil
                case let denominator?: Double(numerator) / Double(denominator)
                }
        }
    }

    package static func == (left: DayReport, right: DayReport) -> Bool {
        left.day == right.day && left.columns == right.columns && left.values == right.values
            && left.byKind.elementsEqual(right.byKind, by: ==) && left.byState.elementsEqual(right.byState, by: ==)
    }

    package static func make(day: LocalDay, centre: Centre, store: any Store, wall: WallClock) async throws -> DayReport
    {
        let span = Span(day: day, wall: wall)
        let columns = centre.lines.map { Column.line($0.id) } + [.all]
        var count = Count()
        let figures = Figure.all.map { AskedFigure($0, in: span, &count) }
        let kinds = Kind.allCases.map { ($0, count.ask(Figure.byKind($0).numerator, in: span)) }
        let states = WorkOrder.State.allCases.map { ($0, count.ask(Figure.byState($0).numerator, in: span)) }
        let answers = try await count.answers(store, span: span)
        return DayReport(
            day: day, columns: columns,
            values: Dictionary(
                uniqueKeysWithValues: figures.map { figure in (figure.key, columns.map { figure.value(answers, $0) }) }),
            byKind: kinds.map { kind, place in (kind, columns.map { answers.number(place, $0) }) },
            byState: states.map { state, place in (state, columns.map { answers.number(place, $0) }) })
    }
}

/// A figure whose numbers have been asked for.
struct AskedFigure {
    let key: String
    private let numerator: Count.Place
    private let denominator: Count.Place?

    init(_ figure: Figure, in span: Span, _ count: inout Count) {
        key = figure.key
        numerator = count.ask(figure.numerator, in: span)
        denominator = figure.denominator.map { count.ask($0, in: span) }
    }

    func value(_ answers: Count.Answers, _ column: DayReport.Column) -> DayReport.Value {
        DayReport.Value(
            answers.number(numerator, column), of: denominator.map { answers.number($0, column) })
    }
}
