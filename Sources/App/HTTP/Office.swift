import Engine
import Foundation
import Logging
import Storage

/// Everything the operations work with.
struct Office: Sendable {
    let store: any Store
    let switchboard: SwitchboardService
    let voice: any Voice
    let centre: Centre
    let wallClock: WallClock
    let policy: ClockPolicy
    let calendar: WorkingCalendar
    let files: Vault
    let now: @Sendable () -> Moment
    let newID: @Sendable () -> String
    let sessions: Sessions
    let staff: Staff
    let desks: Desks
    let boards: Boards
    let topics: Topics
    let logger: Logger

    /// Asks the switchboard, unless it could not be recorded: then nobody should wait for an answer that may take minutes.
    func ask(_ event: Event) async throws {
        guard await switchboard.isJournalAvailable else { throw Problem.journalUnavailable }
        try await switchboard.ask(event)
    }
}
