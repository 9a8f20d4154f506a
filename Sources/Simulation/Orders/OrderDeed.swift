import Engine

/// One thing that happens in a simulated day of orders. A list of them is a whole day: it can be played again, and made shorter.
struct OrderDeed: Sendable {
    let at: Moment
    let what: What

    enum What: Sendable {
        case created(Int, WorkOrder.Fields, by: PersonID)
        /// Somebody does something to the order of that number, which must be refused if it has a flaw.
        case acted(Int, WorkOrder.Action, WorkOrder.Capacity, Flaw)
        /// The program ends, and begins again with what was written.
        case stopped, started
        /// A notice of holidays arrives.
        case published(WorkingCalendar.Notice)
    }

    enum Flaw: Sendable {
        case none
        /// It names a version that is not the newest any more.
        case stale
        /// A text is missing or too long, a verdict makes no sense.
        case content
        /// The program is killed after the rules have decided and before it is written.
        case lost
    }

    /// The order it is about.
    var order: Int? {
        switch what {
        case .created(let number, _, _), .acted(let number, _, _, _): number
        case .stopped, .started, .published: nil
        }
    }

    var text: String {
        let when = WallClock.china.iso8601(at)
        switch what {
        case .created(let number, _, let person): return "\(when) order \(number) is begun by \(person)"
        case .acted(let number, let action, let capacity, let flaw):
            let told = flaw == .none ? "" : ", flaw: \(flaw)"
            return "\(when) order \(number): \(String(describing: action).prefix(160)) as \(capacity)\(told)"
        case .stopped: return "\(when) the program stops"
        case .started: return "\(when) the program starts"
        case .published(let notice): return "\(when) notice \(notice.id) arrives"
        }
    }
}
