import Engine
import Storage

/// A number of the report, and the only place that says what it means.
///
/// The board, the report and the API count with the same filters, and open the rows behind a number with them; what a
/// figure claims can be checked by reading the rows.
package struct Figure: Sendable {
    package let key: String
    package let name: Words
    /// What is counted and what is left out, printed beside the number.
    package let definition: Words
    package let unit: Unit
    let numerator: Quantity
    /// Nil for what is a number by itself.
    let denominator: Quantity?

    package struct Words: Sendable, Equatable {
        package let zh: String
        package let en: String

        init(_ zh: String, _ en: String) {
            self.zh = zh
            self.en = en
        }
    }

    package enum Unit: String, Sendable, CaseIterable {
        case count
        /// 0 to 1.
        case rate
        /// Milliseconds.
        case duration
        /// 1 to 5.
        case score
    }

    package enum Part: String, Sendable, CaseIterable {
        case numerator, denominator
    }

    init(
        _ key: String, _ unit: Unit, _ name: Words, _ definition: Words, _ numerator: Quantity,
        of denominator: Quantity? = nil
    ) {
        self.key = key
        self.name = name
        self.definition = definition
        self.unit = unit
        self.numerator = numerator
        self.denominator = denominator
    }

    /// All figures of the day report, in the order it prints them.
    package static let all = ofCalls + ofOrders + ofProposals
}

/// What is counted or added up. Filters here name no time and no line; a `Span` does.
enum Quantity: Sendable {
    case calls(CallFilter)
    /// The durations of the calls, all added.
    case time([CallMeasure], CallFilter)
    case longest(CallMeasure, CallFilter)
    /// Orders to which something happened in the span.
    case orders(OrderEvent, OrderFilter)
    /// The scores that citizens gave in the span's follow-ups, added.
    case scores(OrderFilter)
}

/// What happened to an order decides the day it is counted in.
enum OrderEvent: Sendable {
    case created, dispatched, closed, followedUp
    /// It left the draft, and the dispatch model had proposed a body.
    case proposed
}

/// The time and the line a figure is made for.
package struct Span: Sendable, Equatable {
    package let from: Moment
    package let until: Moment
    /// Nil for all lines, those the centre no longer has included.
    package let line: LineID?

    package init(from: Moment, until: Moment, line: LineID? = nil) {
        self.from = from
        self.until = until
        self.line = line
    }

    package init(day: LocalDay, line: LineID? = nil, wall: WallClock) {
        self.init(from: wall.start(of: day), until: wall.start(of: day.next), line: line)
    }

    /// A call belongs to the span in which it arrived, even when it ends after it.
    func narrow(_ filter: CallFilter) -> CallFilter {
        var filter = filter
        filter.from = from
        filter.until = until
        filter.line = line
        return filter
    }

    func narrow(_ filter: OrderFilter, _ event: OrderEvent) -> OrderFilter {
        var filter = filter
        filter.line = line
        switch event {
        case .created: (filter.createdFrom, filter.createdUntil) = (from, until)
        case .dispatched: (filter.dispatchedFrom, filter.dispatchedUntil) = (from, until)
        case .closed: (filter.closedFrom, filter.closedUntil) = (from, until)
        case .proposed: (filter.proposedFrom, filter.proposedUntil) = (from, until)
        case .followedUp: (filter.followedUpFrom, filter.followedUpUntil) = (from, until)
        }
        return filter
    }
}

/// The rows behind a number, to be paged through with the store.
package enum FigureRows: Sendable, Equatable {
    case calls(CallFilter)
    case orders(OrderFilter)

    /// The rows a figure's part counts; nil if there is no such figure, or it has no such part. Besides the figures'
    /// keys it knows `ordersByKind.complaint` and `ordersByState.closed`.
    package init?(key: String, part: Figure.Part, span: Span) {
        let figure = Figure.all.first { $0.key == key } ?? Figure.distribution(key)
        switch part {
        case .numerator: guard let quantity = figure?.numerator else { return nil }; self.init(quantity, span)
        case .denominator: guard let quantity = figure?.denominator else { return nil }; self.init(quantity, span)
        }
    }

    private init(_ quantity: Quantity, _ span: Span) {
        switch quantity {
        case .calls(let filter), .time(_, let filter), .longest(_, let filter): self = .calls(span.narrow(filter))
        case .orders(let event, let filter): self = .orders(span.narrow(filter, event))
        case .scores(let filter): self = .orders(span.narrow(filter, .followedUp))
        }
    }
}
