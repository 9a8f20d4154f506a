import Engine
import Foundation
import Storage

/// What the program does with orders between a request and the database, around the real `WorkOrder.applying`, the real clocks
/// and the real alarms: reads, decides, writes whole or not at all.
struct OrderRegister {
    private(set) var kept: [Int: Kept] = [:]
    private(set) var calendar: WorkingCalendar
    let policies: [ClockPolicy]
    private var places = 0
    private var distortion: OrderDistortion?

    /// An order as its rows hold it.
    struct Kept: Equatable {
        var order: WorkOrder
        var history: [WorkOrder.Transition]
        var due: OrderDue
        var alarms: [OrderAlarm] = []
        /// What was written, in order, for a store to write again.
        var steps: [Step] = []

        struct Step: Equatable {
            /// Its place among all steps of the day.
            let place: Int
            let order: WorkOrder
            let transition: WorkOrder.Transition
            let due: OrderDue
        }
    }

    init(policies: [ClockPolicy], calendar: WorkingCalendar, broken: BrokenOrderRule?) {
        self.policies = policies
        self.calendar = calendar
        distortion = broken.map(OrderDistortion.init)
    }

    /// What every category asks for.
    private static let asked = [Particular(id: "item", name: "邮件号", englishName: "Item", kind: .mailItem)]

    /// By which an order's clocks run, as `CurrentPolicies` finds it.
    func policy(of order: WorkOrder) -> ClockPolicy {
        let name = order.details.policy?.name ?? order.line.text
        return policies.first { $0.name == name } ?? policies[0]
    }

    mutating func create(_ number: Int, _ fields: WorkOrder.Fields, by person: PersonID, at now: Moment) {
        let line = LineID(policies[number % policies.count].name)
        let day = WallClock.china.day(of: now).compact
        let digits = String(1 + kept.values.count { $0.order.number.hasPrefix(day) })
        let order = WorkOrder(
            draft: OrderID("o\(number)"), number: "\(day)-\(String(repeating: "0", count: 6 - digits.count))\(digits)",
            fields: fields, line: line, call: nil, takenBy: person, at: now)
        let created = WorkOrder.Transition(action: .create, from: nil, to: .draft, at: now, by: person, note: nil)
        let due = OrderDue(next: nil, resolve: nil)
        kept[number] = Kept(
            order: order, history: [created], due: due,
            steps: [.init(place: place(), order: order, transition: created, due: due)])
    }

    /// Throws what the rules forbid, and then nothing has changed.
    mutating func act(
        _ number: Int, _ action: WorkOrder.Action, as capacity: WorkOrder.Capacity, version: Int, at now: Moment,
        isLost: Bool
    ) throws(WorkOrder.Refusal) {
        guard let before = kept[number] else { return }
        if case .merge(let other, _) = action, !(find(other)?.takesMerged ?? false) {
            throw .cannotTakeMerged
        }
        if action.name == .withdraw,
            kept.values.contains(where: { $0.order.state == .merged && $0.order.details.mergedInto == before.order.id })
        {
            throw .othersWait
        }
        let policy = policy(of: before.order)
        let outcome: (order: WorkOrder, transition: WorkOrder.Transition)
        do {
            outcome = try before.order.applying(
                action, by: capacity.person, as: capacity, version: version, at: now, policy: policy,
                reference: .init(name: policy.name, version: 0), calendar: calendar,
                asked: Self.asked, hours: OrderWorld.hours)
        } catch {
            distortion?.refused(&kept[number]!)
            throw error
        }
        guard !isLost else { return }
        var after = before
        after.order = outcome.order
        distortion?.decided(&after.order, action)
        after.due = due(after, at: now)
        distortion?.written(&after.due, action)
        if distortion?.keepsHistory(action) ?? true { after.history.append(outcome.transition) }
        after.steps.append(.init(place: place(), order: after.order, transition: outcome.transition, due: after.due))
        kept[number] = after
    }

    private mutating func place() -> Int {
        places += 1
        return places
    }

    private func find(_ id: OrderID) -> WorkOrder? {
        kept.values.first { $0.order.id == id }?.order
    }

    private func clocks(of order: WorkOrder, at now: Moment?) -> [OrderClock] {
        policy(of: order).clocks(of: order, calendar: distortion?.calendar ?? calendar, at: now)
    }

    private func due(_ kept: Kept, at now: Moment) -> OrderDue {
        OrderDue(kept.order, clocks: clocks(of: kept.order, at: now), taken: .init(kept.alarms))
    }

    // MARK: The services

    /// When the next step of some ladder is to be taken.
    var nextAlarm: Moment? { kept.values.compactMap(\.due.alarm).min() }

    /// As `AlarmService` does each second: the alarms taken, with their orders.
    mutating func takeAlarms(at now: Moment) -> [(number: Int, alarm: OrderAlarm)] {
        var all: [(number: Int, alarm: OrderAlarm)] = []
        for number in kept.keys.sorted() {
            guard var one = kept[number], let next = one.due.alarm, next <= now else { continue }
            let clocks = clocks(of: one.order, at: now)
            let alarms = OrderAlarm.due(of: one.order, clocks: clocks, taken: .init(one.alarms), at: now)
            if alarms.contains(where: { $0.does == .supervise }) {
                one.order.details.supervisedAt = one.order.details.supervisedAt ?? now
            }
            if distortion?.keepsAlarms ?? true { one.alarms += alarms }
            one.due = OrderDue(one.order, clocks: clocks, taken: .init(one.alarms + alarms))
            kept[number] = one
            all += alarms.map { (number, $0) }
        }
        return all
    }

    /// A notice arrives, and open deadlines are counted again.
    mutating func publish(_ notice: WorkingCalendar.Notice, at now: Moment) {
        calendar = calendar.adding(notice)
        for number in kept.keys.sorted() where !kept[number]!.order.isOver {
            kept[number]!.due = due(kept[number]!, at: now)
        }
    }

    /// The program begins again with what was written.
    mutating func reload() throws {
        for number in kept.keys {
            let text = try JSONEncoder().encode(kept[number]!.order)
            kept[number]!.order = try JSONDecoder().decode(WorkOrder.self, from: text)
            distortion?.reloaded(&kept[number]!.order)
        }
    }
}

extension WorkOrder.Capacity {
    /// Who acts in it; nobody for the citizen.
    var person: PersonID? {
        switch self {
        case .intake(let person), .supervising(let person): person
        case .handling(let body): PersonID("officer-\(body)")
        case .citizen: nil
        }
    }
}
