import Engine
import Storage

/// The staff, by id, for what names people.
struct People: Sendable {
    private let people: [PersonID: StoredPerson]

    init(_ people: [StoredPerson]) {
        self.people = Dictionary(people.map { ($0.id, $0) }) { first, _ in first }
    }

    subscript(id: PersonID) -> StoredPerson? { people[id] }

    /// Her name; someone who was taken out long ago keeps her id.
    func name(_ id: PersonID) -> String { people[id]?.name ?? id.text }

    func under(_ agent: AgentID) -> [PersonID] {
        people.values.filter { $0.agent == agent }.map(\.id).sorted()
    }
}

/// Remembers the staff for a second: every list and order names people, and a centre has hundreds. Only for showing; what
/// somebody may do is read afresh with her session.
actor Staff {
    private let store: any Store
    private var known: (people: People, at: ContinuousClock.Instant)?
    private static let remembered: Duration = .seconds(1)

    init(_ store: any Store) {
        self.store = store
    }

    func people() async throws -> People {
        if let known, known.at.duration(to: .now) < Self.remembered { return known.people }
        let people = People(try await store.people())
        known = (people, .now)
        return people
    }
}
