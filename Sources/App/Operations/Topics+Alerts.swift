import Engine

/// What a leader is told at once.
struct AlertNote: Sendable {
    let position: Int64
    let at: Moment
    let kind: Kind
    let agent: AgentID?
    let line: LineID?

    enum Kind: String, Sendable, CaseIterable {
        case notAnswering, nobodyFor
    }

    var view: JSON {
        [
            "position": JSON(position), "at": JSON(at), "kind": .string(kind.rawValue), "agent": JSON(agent),
            "line": JSON(line),
        ]
    }
}

extension Topics {
    /// Of the last minutes; whoever looks later sees the state of things instead.
    private static let mostAlerts = 20

    /// Keeps one for each agent and line, so that a line nobody serves does not push the others out.
    func note(_ alert: Alert, _ entry: Recorder.Entry) {
        let note: AlertNote
        switch alert {
        case .notAnswering(let agent):
            note = AlertNote(position: entry.position, at: entry.at, kind: .notAnswering, agent: agent, line: nil)
        case .nobodyFor(_, let line):
            note = AlertNote(position: entry.position, at: entry.at, kind: .nobodyFor, agent: nil, line: line)
        }
        alerts.removeAll { $0.kind == note.kind && $0.agent == note.agent && $0.line == note.line }
        alerts.append(note)
        if alerts.count > Self.mostAlerts { alerts.removeFirst() }
        mark(.alerts)
    }
}
