import Engine
import Storage

/// The person behind a request, by her session.
struct Caller: Sendable {
    let person: StoredPerson
    let session: StoredSession

    var language: Language { person.preferences.language }

    func may(_ permission: Permission) -> Bool {
        person.role.permissions.contains(permission)
    }

    /// In what capacity she acts on orders; nil for those who only read them, and for an officer without a body.
    var capacity: WorkOrder.Capacity? {
        switch person.role {
        case .agent: .intake(person.id)
        case .leader: .supervising(person.id)
        case .officer: person.body.map(WorkOrder.Capacity.handling)
        case .director, .administrator: nil
        }
    }

    /// Whether she may know that this order exists. Officers see their own body's; everyone else who reads orders sees all,
    /// for an agent needs the citizen's earlier matters beside the new one.
    func maySee(_ order: WorkOrder) -> Bool {
        guard may(.readOrders) else { return false }
        guard person.role == .officer else { return true }
        return person.body.map(order.bodies.contains) ?? false
    }

    /// A citizen may ask that her name be kept from all but who took it down and who leads the shift; the
    /// body that handles it is not told (GB/T 33358-2016).
    func maySeeCitizen(of order: WorkOrder) -> Bool {
        guard order.fields.confidential else { return true }
        switch person.role {
        case .agent: return order.takenBy ?? person.id == person.id
        case .leader: return true
        case .officer: return false
        case .director, .administrator: return false
        }
    }

    /// Her name as it is shown.
    func citizensName(of order: WorkOrder) -> String {
        maySeeCitizen(of: order) || order.fields.name.isEmpty ? order.fields.name : "***"
    }

    /// An agent sees the calls she took; the others who read calls see all.
    func maySee(_ call: CallRecord) -> Bool {
        guard may(.readCalls) else { return false }
        guard person.role == .agent else { return true }
        return person.agent != nil && call.agent == person.agent
    }
}
