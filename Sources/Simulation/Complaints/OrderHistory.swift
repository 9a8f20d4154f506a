import Engine
import Storage

/// Complaints as a hotline would have them after years: 10,000 a day from 2020 on, nearly all of them done.
///
/// 96 % are followed up, 2 % closed, 1 % discarded, 1 % still open. The r-th of the bodies has a share proportional to 1/r.
/// One in ten is urgent, one in a hundred extra urgent.
struct OrderHistory: Sendable {
    private let maker = ComplaintMaker()
    private let agents: Int
    private let bodyWeights: [Double]
    private static let perDay = 10_000
    private static let firstDay = LocalDay(year: 2020, month: 1, day: 1)
    private static let dayMs: Int64 = 86_400_000

    init(agents: Int, bodies: Int) {
        self.agents = agents
        // Summed up, so that one is found by halving.
        bodyWeights = (1...bodies).reduce(into: []) { $0.append(($0.last ?? 0) + 1 / Double($1)) }
    }

    static func person(_ agent: AgentID) -> PersonID { PersonID("bench-\(agent)") }

    func order(_ number: Int) -> ImportedOrder {
        var random = SeededRandom(seed: UInt64(number))
        let complaint = maker.complaint(number)
        let inDay = number % Self.perDay
        let start = WallClock.china.start(of: Self.firstDay).adding(
            milliseconds: Int64(number / Self.perDay) * Self.dayMs)
        let created = start.adding(milliseconds: Int64(inDay) * Self.dayMs / Int64(Self.perDay))
        let digits = String(inDay + 1)
        let day = WallClock.china.day(of: start).compact
        let taker = Self.person(AgentID(String(10_001 + number % agents)))
        var order = complaint.order(
            OrderID("bench-\(number)"), "\(day)-\(String(repeating: "0", count: 6 - digits.count))\(digits)", by: taker,
            at: created)
        order.fields.urgency = random.chance(0.01) ? .extraUrgent : random.chance(0.1) ? .urgent : .ordinary
        let states: [WorkOrder.State] = [.followedUp, .closed, .discarded, .draft, .dispatched, .signed, .answered]
        bring(&order, to: states[random.pick(weights: [96, 2, 1, 0.1, 0.3, 0.5, 0.1])], &random)
        let isOpen = [.dispatched, .signed, .answered].contains(order.state)
        let due = isOpen ? created.adding(milliseconds: 5 * Self.dayMs) : nil
        return ImportedOrder(order, due: OrderDue(next: due, resolve: due))
    }

    private func bring(_ order: inout WorkOrder, to state: WorkOrder.State, _ random: inout SeededRandom) {
        order.state = state
        guard state != .draft, state != .discarded else { return }
        let created = order.createdAt
        let share = Double.random(in: 0..<bodyWeights[bodyWeights.count - 1], using: &random)
        order.body = BodyID("body-\((bodyWeights.firstIndex { $0 > share } ?? 0) + 1)")
        order.dispatchedAt = created.adding(seconds: 600)
        order.version = 2
        guard state != .dispatched else { return }
        order.signedAt = created.adding(seconds: 7_200)
        order.version = 3
        guard state != .signed else { return }
        order.answer = "经核实，来电人反映的情况属实。工作人员已到现场查看，与来电人取得联系，说明处理安排，并已督促责任方限期整改到位。"
        order.answeredAt = created.adding(seconds: 90_000)
        order.version = 4
        guard state != .answered else { return }
        order.closedAt = created.adding(seconds: 100_000)
        order.version = 5
        guard state != .closed else { return }
        order.followUps = [
            WorkOrder.FollowUp(
                at: created.adding(seconds: 190_000), by: order.takenBy, reached: true,
                satisfaction: random.int(1...5), solved: random.chance(0.8), contacted: random.chance(0.9),
                note: "", call: nil)
        ]
        order.version = 6
    }
}
