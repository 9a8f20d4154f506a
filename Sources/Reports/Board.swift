import Engine
import Storage

/// Today so far and the last hour, for the screen in the hall. Cheap enough to be made once a second. Who waits and
/// who talks now is the switchboard's to say.
package struct Board: Sendable, Equatable {
    package let at: Moment
    package let lines: [(line: LineID, today: Today)]
    package let all: Today
    package let lastHour: [Bucket]

    package struct Today: Sendable, Equatable {
        package let offered: Int64
        package let answered: Int64
        package let missed: Int64
        package let answerRate: DayReport.Value
    }

    /// Five minutes of arrivals, all lines; the last one is still filling.
    package struct Bucket: Sendable, Equatable {
        package let from: Moment
        package let offered: Int64
        package let answered: Int64
    }

    private static let bucketMs: Int64 = 5 * 60_000
    private static let buckets: Int64 = 12

    package static func == (left: Board, right: Board) -> Bool {
        left.at == right.at && left.lines.elementsEqual(right.lines, by: ==) && left.all == right.all
            && left.lastHour == right.lastHour
    }

    package static func make(at now: Moment, centre: Centre, store: any Store, wall: WallClock) async throws -> Board {
        let today = try await today(Span(day: wall.day(of: now), wall: wall), store)
        return Board(
            at: now, lines: centre.lines.map { ($0.id, today(.line($0.id))) }, all: today(.all),
            lastHour: try await lastHour(before: now, store))
    }

    private static func today(_ span: Span, _ store: any Store) async throws -> (DayReport.Column) -> Today {
        var count = Count()
        let offered = count.ask(Figure.offered.numerator, in: span)
        let answered = count.ask(Figure.answered.numerator, in: span)
        let missed = count.ask(Figure.missed.numerator, in: span)
        let answerRate = AskedFigure(.answerRate, in: span, &count)
        let answers = try await count.answers(store, span: span)
        return { column in
            Today(
                offered: answers.number(offered, column), answered: answers.number(answered, column),
                missed: answers.number(missed, column), answerRate: answerRate.value(answers, column))
        }
    }

    private static func lastHour(before now: Moment, _ store: any Store) async throws -> [Bucket] {
        let current = now.milliseconds - now.milliseconds % bucketMs
        let spans = (1 - buckets...0).map { index in
            let from = Moment(milliseconds: current + index * bucketMs)
            return Span(from: from, until: from.adding(milliseconds: bucketMs))
        }
        var count = Count()
        let asked = spans.map { span in
            (
                span.from, count.ask(Figure.offered.numerator, in: span), count.ask(Figure.answered.numerator, in: span)
            )
        }
        let answers = try await count.answers(store, span: Span(from: spans.first!.from, until: spans.last!.until))
        return asked.map { from, offered, answered in
            Bucket(from: from, offered: answers.number(offered, .all), answered: answers.number(answered, .all))
        }
    }
}
