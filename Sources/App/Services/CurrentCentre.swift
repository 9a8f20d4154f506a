import Engine
import Storage
import Synchronization

/// The centre as it is now, and the one place where it is changed while the program runs: a change is kept as a new version
/// and then told to the switchboard, in the order in which versions are kept.
///
/// What a change cannot reach without a restart cannot be changed here: numbers, greetings and phones are Telephony's from its
/// start.
package final class CurrentCentre: Sendable {
    private let kept: Mutex<CentreVersion>
    private let store: any Store
    private let switchboard: SwitchboardService

    package init(_ version: CentreVersion, store: any Store, switchboard: SwitchboardService) {
        kept = Mutex(version)
        self.store = store
        self.switchboard = switchboard
    }

    package var version: CentreVersion { kept.withLock { $0 } }
    package var centre: Centre { version.centre }

    /// Whether a newer version was imported beside this program: it holds after the next start, and until then nothing can be
    /// changed here, or the import would be lost.
    package func waitsForRestart() async throws -> Bool {
        try await store.centreVersion()?.version ?? 0 > version.version
    }

    /// Makes a new version of the one somebody saw, unless that is not the newest any more or its rules could not be followed.
    /// What was wrong before does not stand in the way of mending something else.
    func change(
        basedOn seen: Int, by actor: AuditActor, at now: Moment, _ edit: (inout Centre) async throws -> Void
    ) async throws {
        let before = version
        guard seen == before.version else { throw StoreConflict.stale }
        guard try await !waitsForRestart() else { throw Problem.restartFirst }
        guard await switchboard.isJournalAvailable else { throw Problem.journalUnavailable }
        var centre = before.centre
        try await edit(&centre)
        guard centre != before.centre else { return }
        let known = Set(before.centre.routingProblems)
        let problems = centre.routingProblems.filter { !known.contains($0) }
        guard problems.isEmpty else { throw Problem(problems, in: centre) }
        let saved = try await store.save(centre, basedOn: before.version, by: actor, at: now)
        kept.withLock { kept in
            guard saved.version > kept.version else { return }
            kept = saved
            switchboard.tell(.configured(saved.setup))
        }
    }
}
