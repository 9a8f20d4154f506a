import Engine
import Storage

/// What leaders watch (督办台): the open orders that give a reason to worry, a reason each. One definition, by which they are
/// counted and listed. An order may be in several.
///
/// Closed orders are left out: that their follow-up is late is not the body's doing. One that was taken back is there while a
/// body has not heard of it, for it may be working on.
package enum Watch: String, Sendable, CaseIterable {
    /// A clock that runs has run out.
    case overdue
    /// The first of its clocks runs out today, and has not yet.
    case dueToday
    /// Somebody has urged it, or a step of its ladder has.
    case urged
    /// Put under watch by a leader, or by a step of its ladder.
    case supervised
    /// Two bodies dispute it, and the coordination has to rule.
    case disputed
    /// The body's own system keeps failing to take what it is to be told.
    case undelivered

    /// All of them are among these, in one or the other.
    package static let among = [
        OrderFilter { $0.open = true },
        OrderFilter { ($0.states, $0.undelivered) = ([.withdrawn], true) },
    ]

    /// - Parameter tomorrow: where today ends.
    package func filter(at now: Moment, until tomorrow: Moment) -> OrderFilter {
        var filter = OrderFilter { $0.open = self != .undelivered }
        switch self {
        case .overdue: filter.dueBefore = now
        case .dueToday: (filter.dueFrom, filter.dueBefore) = (now, tomorrow)
        case .urged: filter.urged = true
        case .supervised: filter.supervised = true
        case .disputed: filter.states = [.disputed]
        case .undelivered: filter.undelivered = true
        }
        return filter
    }
}
