import Storage

/// What a person may do; the words of the API. Each operation names the one it needs.
package enum Permission: String, Sendable, CaseIterable {
    case desk
    case readCalls = "calls.read"
    case handleMissed = "missed.handle"
    case playRecordings = "recordings.play"
    case readOrders = "orders.read"
    case writeOrders = "orders.write"
    case handleOrders = "orders.handle"
    /// Says what only a body can: that an order is not for it, and what came of its own part.
    case speakForBody = "orders.speakForBody"
    case followUp = "orders.followUp"
    /// Rules on disputes, grants extensions, supervises, has orders done again.
    case superviseOrders = "orders.supervise"
    /// Takes many orders out at once, in a file; an officer only her own body's.
    case exportOrders = "orders.export"
    /// Makes orders of a spreadsheet.
    case importOrders = "orders.import"
    case viewPhones = "phones.view"
    case board
    case reports
    /// Queues, skills, rules, takeovers, and the state of agents.
    case routing
}

extension Role {
    /// Every role's permissions at a glance.
    package var permissions: [Permission] {
        switch self {
        case .agent:
            [.desk, .readCalls, .handleMissed, .readOrders, .writeOrders, .followUp, .viewPhones, .board]
        case .leader:
            Role.agent.permissions + [
                .playRecordings, .handleOrders, .superviseOrders, .exportOrders, .importOrders, .reports, .routing,
            ]
        case .officer:
            [.readOrders, .handleOrders, .speakForBody, .exportOrders, .viewPhones]
        case .director:
            [.board, .reports, .readCalls, .readOrders, .exportOrders]
        case .administrator:
            [.board, .reports, .readCalls, .playRecordings, .readOrders, .exportOrders, .routing]
        }
    }
}
