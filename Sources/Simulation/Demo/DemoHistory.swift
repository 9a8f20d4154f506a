import Engine
import Storage

/// Fourteen days of the centre's life up to now: calls, missed calls, work orders and what became of them.
///
/// The same moment gives the same history. Every call has been through the switchboard and every order through
/// `WorkOrder.applying`, so nothing is there that could not have happened.
struct DemoHistory {
    let records: [CallRecord]
    let steps: [DemoOrders.Step]
    private let began: Moment
    private let now: Moment
    private let calendar = WorkingCalendar.china
    private let policy = ClockPolicy.hangzhou

    static let days = 14
    /// A few hundred are enough for every list to have a second page, and are made within seconds.
    private static let orders = 200

    init(until now: Moment) {
        var random = SeededRandom(seed: 12345)
        let wall = calendar.clock
        let today = wall.day(of: now)
        let first = LocalDay(number: today.number - Self.days)
        began = wall.start(of: first)
        self.now = now
        var calls = DemoCalls(days: first...today, wall: wall, random: SeededRandom(seed: random.next()))
        calls.run(until: now)
        records = calls.records.values.sorted { ($0.endedAt ?? now, $0.id) < ($1.endedAt ?? now, $1.id) }

        // Spread evenly, the newest always among them, so that some orders are fresh.
        let fit = records.filter { $0.direction == .inbound && $0.outcome == .answered && $0.talkMs >= 45_000 }
        let wanted = min(Self.orders, fit.count)
        let chosen = (0..<wanted).map { fit[fit.count - 1 - $0 * (fit.count - 1) / max(1, wanted - 1)] }
        steps =
            DemoOrders(
                from: chosen.reversed(), until: now, calendar: calendar, random: SeededRandom(seed: random.next())
            ).steps
    }

    func write(to store: any Store) async throws {
        // As many at a time as one transaction holds without keeping readers waiting.
        for start in stride(from: 0, to: records.count, by: 500) {
            try await store.apply(Array(records[start..<min(start + 500, records.count)]), upTo: 0)
        }
        try await closeOldMissedCalls(in: store)
        for step in steps { try await carryOut(step, in: store) }
    }

    private func carryOut(_ step: DemoOrders.Step, in store: any Store) async throws {
        let actor = AuditActor(person: step.by)
        switch step.what {
        case .create(let line, let call, let phone):
            _ = try await store.createOrder(
                { number in
                    WorkOrder(
                        draft: step.order, number: number, fields: WorkOrder.Fields(phone: phone), line: line,
                        call: call,
                        takenBy: step.by, at: step.at)
                }, by: actor, at: step.at)
        case .act(let action):
            let (policy, calendar) = (policy, calendar)
            _ = try await store.changeOrder(step.order, by: actor, at: step.at) { order, taken in
                let (changed, transition) = try order.applying(
                    action, by: step.by, as: step.capacity, version: order.version, at: step.at, policy: policy,
                    reference: .init(name: policy.name, version: 0), calendar: calendar)
                let clocks = policy.clocks(of: changed, calendar: calendar, at: step.at)
                return OrderStep(changed, transition, OrderDue(changed, clocks: clocks, taken: taken))
            }
        }
    }

    /// Whom nobody reached in a day is written to instead; those of today and yesterday stay open.
    private func closeOldMissedCalls(in store: any Store) async throws {
        let old = now.adding(seconds: -36 * 3600)
        var cursor: String?
        repeat {
            let page = try await store.missedCalls(.open, page: Page(cursor: cursor, limit: 100))
            for missed in page.rows where missed.at < old {
                _ = try await store.closeMissedCall(
                    missed.call, note: "超过一天未能接通，已发短信告知可随时再拨。",
                    by: AuditActor(person: DemoPeople.id("leader1")), at: missed.at.adding(seconds: 30 * 3600))
            }
            cursor = page.next
        } while cursor != nil
    }
}
