/// The record-then-act loop: no action of the switchboard leaves before the event that caused it is in the journal.
///
/// A pure value. Events are handled in the order they come; what they lead to gathers in a batch, one batch is being
/// written at any time, and its actions are released when the write has succeeded. The shell around it (App's
/// `SwitchboardService`) does the writing and the acting; the simulator does both in its own way.
///
/// If a write fails the batch is kept and written again: its events are facts of the world that have happened whether we
/// could note them or not. Until it succeeds nothing more is done, and the shell turns new calls away.
package struct Recorder: Sendable {
    package private(set) var switchboard: Switchboard
    /// The journal's last row that this recorder has given out.
    package private(set) var position: Int64
    /// When the last event was handled; what a snapshot of the state belongs to.
    package private(set) var last: Moment
    private var gathering: [Entry] = []
    private var writing: [Entry] = []

    /// A row of the journal: an event and what was decided on it.
    package struct Entry: Sendable, Equatable, Codable {
        package let position: Int64
        package let at: Moment
        package let event: Event
        package let actions: [Action]

        package init(position: Int64, at: Moment, event: Event, actions: [Action]) {
            self.position = position
            self.at = at
            self.event = event
            self.actions = actions
        }
    }

    /// - Parameters:
    ///   - position: the last row of the journal that `switchboard` holds.
    ///   - last: that row's moment.
    package init(switchboard: Switchboard, position: Int64, last: Moment) {
        self.switchboard = switchboard
        self.position = position
        self.last = last
    }

    /// Handles one event; throws what the rules forbid, and then nothing is journaled.
    ///
    /// A moment before the last one is taken for the last one: clocks step back, the order of the world does not.
    package mutating func receive(_ event: Event, at now: Moment) throws(SwitchboardRefusal) {
        last = max(last, now)
        let actions = try switchboard.handle(event, at: last)
        position += 1
        gathering.append(Entry(position: position, at: last, event: event, actions: actions))
    }

    /// Whether events have been handled that the journal does not have yet.
    package var hasUnwritten: Bool { !gathering.isEmpty || !writing.isEmpty }

    /// The batch to write next; nil while one is being written or there is nothing to write.
    package mutating func batchToWrite() -> [Entry]? {
        guard writing.isEmpty, !gathering.isEmpty else { return nil }
        writing = gathering
        gathering = []
        return writing
    }

    /// The batch is in the journal: these are its entries, whose actions may be carried out now.
    package mutating func written() -> [Entry] {
        precondition(!writing.isEmpty, "nothing was being written")
        defer { writing = [] }
        return writing
    }

    /// Brings a switchboard up to date from rows of the journal that a snapshot does not hold.
    package mutating func replay(_ entry: Entry) throws {
        guard entry.position == position + 1 else { throw Gap(after: position, found: entry.position) }
        let actions = try switchboard.handle(entry.event, at: entry.at)
        guard actions == entry.actions else { throw Divergence(position: entry.position) }
        position = entry.position
        last = entry.at
    }

    package struct Gap: Error, Equatable {
        package let after: Int64
        package let found: Int64
    }

    /// The same event gave other actions than it did when it was written: another version of the rules wrote it.
    package struct Divergence: Error, Equatable {
        package let position: Int64
    }
}
