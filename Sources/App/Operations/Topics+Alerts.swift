import Engine
import Storage

/// What a leader is told at once.
struct AlertNote: Sendable {
    let position: Int64
    let at: Moment
    let kind: Kind
    var agent: AgentID?
    var line: LineID?
    var promise: Promise?

    enum Kind: String, Sendable, CaseIterable {
        case notAnswering, nobodyFor, promiseLate
    }

    /// Who was to have called whom.
    struct Promise: Sendable {
        let call: CallID
        let owner: String
        let number: String
    }

    var view: JSON {
        [
            "position": JSON(position), "at": JSON(at), "kind": .string(kind.rawValue), "agent": JSON(agent),
            "line": JSON(line), "call": JSON(promise?.call), "owner": JSON(promise?.owner),
            "number": JSON(promise.map { TelephoneNumber.mask($0.number) }),
        ]
    }

    /// The newest of them replaces those before it.
    func isAboutTheSame(as other: AlertNote) -> Bool {
        kind == other.kind && agent == other.agent && line == other.line && promise?.call == other.promise?.call
    }
}

extension Topics {
    /// Of the last minutes; whoever looks later sees the state of things instead.
    private static let mostAlerts = 20
    /// A page that is opened later does not show it either.
    private static let oldestPromiseMs: Int64 = 60_000

    func note(_ alert: Alert, _ entry: Recorder.Entry) {
        switch alert {
        case .notAnswering(let agent):
            note(AlertNote(position: entry.position, at: entry.at, kind: .notAnswering, agent: agent))
        case .nobodyFor(_, let line):
            note(AlertNote(position: entry.position, at: entry.at, kind: .nobodyFor, line: line))
        }
    }

    /// Keeps one for each agent, line and promise, so that a line nobody serves does not push the others out.
    private func note(_ note: AlertNote) {
        alerts.removeAll { $0.isAboutTheSame(as: note) }
        alerts.append(note)
        if alerts.count > Self.mostAlerts { alerts.removeFirst() }
        mark(.alerts)
    }

    /// Promises to call a citizen back that nobody has kept: no event tells of them, so they are looked for.
    func noteLatePromises() async throws {
        let now = now()
        let oldest = now.adding(milliseconds: -Self.oldestPromiseMs)
        let late = try await store.latePromises(after: max(promisesSeen ?? oldest, oldest), until: now)
        promisesSeen = now
        guard !late.isEmpty else { return }
        let people = People(try await store.people())
        for missed in late {
            guard let owner = missed.owner, let promised = missed.promisedBy else { continue }
            note(
                AlertNote(
                    position: position, at: promised, kind: .promiseLate, line: missed.line,
                    promise: .init(call: missed.call, owner: people.name(owner), number: missed.number)))
        }
    }
}
