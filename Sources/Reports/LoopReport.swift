import Engine
import Storage

/// How orders went in a period, over all and by body.
package struct LoopReport: Sendable, Equatable {
    package let period: LoopPeriod
    /// All first, then the bodies in the centre's order, then those it no longer has.
    package let rows: [Row]

    package struct Row: Sendable, Equatable {
        /// Nil for all.
        package let body: BodyID?
        /// In the order of `LoopFigure.all`.
        package let values: [DayReport.Value]
    }

    /// Bodies without any order in the period are left out.
    package static func make(_ period: LoopPeriod, centre: Centre, store: any Store) async throws -> LoopReport {
        let figures = LoopFigure.all
        var parts: [OrderPart] = []
        for quantity in figures.flatMap({ [$0.numerator, $0.denominator] }) {
            if let part = quantity.map(period.part), !parts.contains(part) { parts.append(part) }
        }
        let counts = try await store.count(parts)
        func count(_ quantity: LoopFigure.Quantity, _ body: BodyID?) -> Int64 {
            guard let place = parts.firstIndex(of: period.part(quantity)) else { return 0 }
            return Int64(body.map { counts[place].bodies[$0] ?? 0 } ?? counts[place].all)
        }
        func row(_ body: BodyID?) -> Row {
            Row(
                body: body,
                values: figures.map { figure in
                    DayReport.Value(count(figure.numerator, body), of: figure.denominator.map { count($0, body) })
                })
        }
        let found = Set(counts.flatMap(\.bodies.keys))
        let known = centre.bodies.map { BodyID($0.id) }
        let bodies = known.filter(found.contains) + found.subtracting(known).sorted()
        return LoopReport(period: period, rows: [row(nil)] + bodies.map(row))
    }
}
