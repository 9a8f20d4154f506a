import Engine

/// Which orders a list or a figure is about: those for which everything that is named here holds.
package struct OrderFilter: Sendable, Equatable {
    package var states: [WorkOrder.State] = []
    package var kind: Kind?
    package var urgency: Urgency?
    package var line: LineID?
    package var body: BodyID?
    /// Leads it or has a share of it.
    package var handledBy: BodyID?
    package var category: String?
    package var tag: String?
    package var supervised: Bool?
    package var urged: Bool?
    /// Some body has it now, and it is not closed.
    package var open = false
    /// A body's own system keeps failing to take what it is to be told of it while it is open, or that it was taken back.
    package var undelivered = false
    package var takenBy: PersonID?
    package var source: WorkOrder.Source?
    /// By citizens themselves, or programs for them.
    package var filed: Bool?
    package var confidential: Bool?
    package var call: CallID?
    /// Words, all of which are found in it: `SearchQuery`. By deadline the newest 1,000 are sorted.
    package var text: String?
    /// Words, all of which are found in its place.
    package var place: String?
    /// A clock that still runs is due before this.
    package var dueBefore: Moment?
    /// The first of its clocks that still run is not due before this.
    package var dueFrom: Moment?
    package var createdFrom: Moment?
    package var createdUntil: Moment?
    /// Was sent to a body in this time, whatever has happened since.
    package var dispatchedFrom: Moment?
    package var dispatchedUntil: Moment?
    /// Was closed in this time, even if it has been done again since.
    package var closedFrom: Moment?
    package var closedUntil: Moment?
    /// Was ever sent to a body (true), or never (false).
    package var dispatched: Bool?
    /// Left the draft in this time with a body proposed by the dispatch model.
    package var proposedFrom: Moment?
    package var proposedUntil: Moment?
    /// That proposal was taken (true) or another body chosen (false).
    package var proposalTaken: Bool?
    /// Was ever sent back by a body (退单).
    package var returned: Bool?
    /// Of those closed in this time only those that had not been sent to a body.
    package var closedAtOnce = false
    /// What happened to it, of one body if one is named.
    package var part: OrderPart?
    package var partBody: BodyID?
    /// The follow-up in which the citizen was reached falls in this time.
    package var followedUpFrom: Moment?
    package var followedUpUntil: Moment?
    /// Of the follow-up in which she was reached: her verdict is one of these.
    package var satisfaction: [Int] = []
    /// She gave a verdict (true), or was reached and gave none (false).
    package var rated: Bool?
    /// She was asked and said that it is solved (true), or that it is not (false).
    package var solved: Bool?
    /// She said whether it is solved, either way (true), or did not (false).
    package var asked: Bool?

    package init() {}

    /// The one state, when nothing else is named.
    var onlyState: WorkOrder.State? {
        guard states.count == 1 else { return nil }
        var rest = self
        rest.states = []
        return rest == OrderFilter() ? states[0] : nil
    }
}

package enum OrderSort: Sendable {
    /// Newest first, by creation.
    case newest
    /// The clock that is due first; those with none come last, newest first.
    case due
}
