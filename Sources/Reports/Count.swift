import Engine
import Storage

/// Counts many figures with two questions to the store, one for calls and one for orders.
struct Count {
    private var calls: [CallTally] = []
    private var orders: [OrderFilter] = []

    /// Where an asked quantity will be found in the answers.
    enum Place {
        case calls([Int])
        case longest(Int)
        case orders([(index: Int, weight: Int64)])
    }

    mutating func ask(_ quantity: Quantity, in span: Span) -> Place {
        switch quantity {
        case .calls(let filter): return .calls([ask(.count(span.narrow(filter)))])
        case .time(let measures, let filter):
            return .calls(measures.map { ask(.sum($0, span.narrow(filter))) })
        case .longest(let measure, let filter): return .longest(ask(.longest(measure, span.narrow(filter))))
        case .orders(let event, let filter):
            return .orders([(index: ask(span.narrow(filter, event)), weight: Int64(1))])
        case .scores(let filter):
            return .orders(
                (1...5).map { score in
                    var scored = span.narrow(filter, .followedUp)
                    scored.satisfaction = [score]
                    return (index: ask(scored), weight: Int64(score))
                })
        }
    }

    private mutating func ask(_ tally: CallTally) -> Int {
        if let known = calls.firstIndex(of: tally) { return known }
        calls.append(tally)
        return calls.count - 1
    }

    private mutating func ask(_ filter: OrderFilter) -> Int {
        if let known = orders.firstIndex(of: filter) { return known }
        orders.append(filter)
        return orders.count - 1
    }

    /// - Parameter span: holds the spans of all that was asked about calls.
    func answers(_ store: any Store, span: Span) async throws -> Answers {
        Answers(
            calls: calls.isEmpty ? [:] : try await store.tally(calls, from: span.from, until: span.until),
            orders: try await store.tally(orders))
    }

    struct Answers {
        fileprivate let calls: [LineID: [Int64]]
        fileprivate let orders: [[LineID: Int]]

        func number(_ place: Place, _ column: DayReport.Column) -> Int64 {
            switch (place, column) {
            case (.calls(let indices), .line(let line)): indices.reduce(Int64(0)) { $0 + (calls[line]?[$1] ?? 0) }
            case (.calls(let indices), .all):
                indices.reduce(Int64(0)) { sum, index in calls.values.reduce(sum) { $0 + $1[index] } }
            case (.longest(let index), .line(let line)): calls[line]?[index] ?? 0
            case (.longest(let index), .all): calls.values.map { $0[index] }.max() ?? 0
            case (.orders(let terms), .line(let line)):
                terms.reduce(Int64(0)) { $0 + $1.weight * Int64(orders[$1.index][line] ?? 0) }
            case (.orders(let terms), .all):
                terms.reduce(Int64(0)) { $0 + $1.weight * Int64(orders[$1.index].values.reduce(0, +)) }
            }
        }
    }
}
