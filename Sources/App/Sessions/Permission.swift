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
    case followUp = "orders.followUp"
    case viewPhones = "phones.view"
    case board
    case reports
}

extension Role {
    /// Every role's permissions at a glance.
    package var permissions: [Permission] {
        switch self {
        case .agent:
            [.desk, .readCalls, .handleMissed, .readOrders, .writeOrders, .followUp, .viewPhones, .board]
        case .leader:
            Role.agent.permissions + [.playRecordings, .handleOrders, .reports]
        case .officer:
            [.readOrders, .handleOrders, .viewPhones]
        case .director:
            [.board, .reports, .readCalls, .readOrders]
        case .administrator:
            [.board, .reports, .readCalls, .playRecordings, .readOrders]
        }
    }
}
