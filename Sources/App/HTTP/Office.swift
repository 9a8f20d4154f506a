import Engine
import Foundation
import Logging
import Storage

/// Everything the operations work with.
struct Office: Sendable {
    let store: any Store
    let switchboard: SwitchboardService
    let voice: any Voice
    let currentCentre: CurrentCentre
    let wallClock: WallClock
    let policies: CurrentPolicies
    let files: Vault
    let catalogue: CurrentCatalogue
    let repeats: RepeatFinder
    let now: @Sendable () -> Moment
    let newID: @Sendable () -> String
    let sessions: Sessions
    let staff: Staff
    let desks: Desks
    let boards: Boards
    let topics: Topics
    let citizens: Citizens
    let uploads = Uploads()
    let sheets: Sheets
    let logger: Logger

    var centre: Centre { currentCentre.centre }

    /// Asks the switchboard, unless it could not be recorded: then nobody should wait for an answer that may take minutes.
    ///
    /// - Parameter reached: when the request came.
    func ask(_ event: Event, reached: ContinuousClock.Instant = .now) async throws {
        guard await switchboard.isJournalAvailable else { throw Problem.journalUnavailable }
        try await switchboard.ask(event, reached: reached)
    }
}
