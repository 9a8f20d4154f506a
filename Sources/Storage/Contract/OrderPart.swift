import Engine

/// What happened to orders, by rows of theirs that are only added to: what is counted by body, and the orders behind a count.
/// An order counts once, however many such rows it has.
package enum OrderPart: Sendable, Equatable {
    /// A step was taken in the time.
    case step([WorkOrder.Action.Name], whose: Whose, Time)
    /// A clock was to be kept in the time.
    case clock([ClockName], Kept, asOf: Moment, Time)
    /// The last follow-up of the time in which the citizen of an order that a body had was reached.
    case verdict(Verdict, Time)

    /// From its first moment to before its last.
    package struct Time: Sendable, Equatable {
        package let from: Moment
        package let until: Moment

        package init(from: Moment, until: Moment) {
            self.from = from
            self.until = until
        }
    }

    /// Whose order it was: of the body that had it before the step, or of the one that had it after.
    package enum Whose: Sendable, Equatable {
        case before, after
    }

    package enum Kept: Sendable, Equatable {
        /// Kept, or past its end; one that still runs, stands still, or whose order was merged has no result yet.
        case judged
        /// All that were judged were kept by their end.
        case inTime
        /// Past its end, and not kept until now.
        case open
    }

    package enum Verdict: Sendable, Equatable {
        /// She said whether the body had been in touch with her, either way; or that it had.
        case askedOfContact, contacted
        /// She said whether it is solved, either way; or that it is.
        case asked, solved
        /// She gave a verdict, 1 to 5; or one of 3 and better.
        case rated, satisfied
    }

    /// Of which body it is.
    package var time: Time {
        switch self {
        case .step(_, _, let time), .clock(_, _, _, let time), .verdict(_, let time): time
        }
    }
}

/// How many orders a part has.
package struct OrderPartCount: Sendable, Equatable {
    package let all: Int
    /// A body without such orders is absent. Two bodies may have a part in one order.
    package let bodies: [BodyID: Int]

    package init(all: Int, bodies: [BodyID: Int]) {
        self.all = all
        self.bodies = bodies
    }
}
