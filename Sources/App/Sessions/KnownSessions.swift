import Engine
import Storage
import Synchronization

/// Whose the sessions of the last second are: a page asks for several things at once, and each would be a search.
///
/// What this program ends or changes is forgotten at once; what `hotline user` changes beside it, within `freshMs`.
final class KnownSessions: Sendable {
    private struct State {
        var callers: [String: (caller: Caller, at: Moment)] = [:]
        /// Goes up when something is forgotten, so that what was read before is not kept after.
        var forgotten = 0
    }

    private let state = Mutex(State())

    static let freshMs: Int64 = 1000
    /// More than a large hotline has at its pages.
    private static let most = 10_000

    /// - Parameter find: asks the database; nothing is kept of a session that is not there.
    func caller(digest: String, at now: Moment, _ find: () async throws -> Caller?) async throws -> Caller? {
        let (known, forgotten) = state.withLock { ($0.callers[digest], $0.forgotten) }
        if let known, (0..<Self.freshMs).contains(now.milliseconds(since: known.at)),
            known.caller.session.expiresAt > now
        {
            return known.caller
        }
        guard let caller = try await find() else { return nil }
        state.withLock { state in
            guard state.forgotten == forgotten else { return }
            if state.callers.count >= Self.most { state.callers = [:] }
            state.callers[digest] = (caller, now)
        }
        return caller
    }

    func forget(where isForgotten: (Caller) -> Bool) {
        state.withLock { state in
            state.forgotten += 1
            state.callers = state.callers.filter { !isForgotten($0.value.caller) }
        }
    }
}
