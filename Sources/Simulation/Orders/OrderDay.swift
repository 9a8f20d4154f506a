import Engine

/// Plays a day of orders: the deeds of people and faults through the register, the ladders' steps as their time comes, and the
/// checkers after each. `make` thinks the deeds up as it goes; `replay` takes those it is given.
struct OrderDay {
    let world: OrderWorld
    private(set) var register: OrderRegister
    private(set) var checker: LoopChecker
    private(set) var deeds: [OrderDeed] = []
    private var now: Moment
    private var runs = true
    private(set) var counts = Counts()

    struct Counts: Sendable {
        var accepted = 0
        var refused = 0
        var alarms = 0
        var restarts = 0
    }

    var finding: String? { checker.finding }

    init(_ world: OrderWorld, broken: BrokenOrderRule? = nil) {
        self.world = world
        now = world.morning
        register = OrderRegister(policies: world.policies, calendar: world.calendar, broken: broken)
        checker = LoopChecker()
    }

    static func make(_ world: OrderWorld, seed: UInt64, broken: BrokenOrderRule? = nil) -> OrderDay {
        var day = OrderDay(world, broken: broken)
        day.live(SeededRandom(seed: seed &* 0xbf58_476d_1ce4_e5b9 &+ 3))
        return day
    }

    static func replay(_ world: OrderWorld, _ deeds: [OrderDeed], broken: BrokenOrderRule?) -> OrderDay {
        var day = OrderDay(world, broken: broken)
        for deed in deeds where day.finding == nil { day.carryOut(deed) }
        return day
    }

    // MARK: Living

    private mutating func live(_ random: SeededRandom) {
        var people = OrderPeople(world: world, random: random)
        var created = 0
        var notices = world.notices
        for step in 0..<world.deeds where finding == nil {
            wait(&people.random)
            if let notice = notices.first, WallClock.china.start(of: notice.published) <= now {
                notices.removeFirst()
                carryOut(.published(notice))
            }
            if world.stops, people.random.chance(0.03) {
                carryOut(.stopped)
                now = now.adding(seconds: 60 * Int64(people.random.int(1...3000)))
                carryOut(.started)
            }
            let isEarly = step * 2 < world.deeds
            if created < world.orders, isEarly ? people.random.chance(0.5) : true {
                let policy = world.policies[created % world.policies.count]
                let fields = people.fields(policy)
                carryOut(.created(created, fields, by: people.random.pick(OrderWorld.agents)))
                created += 1
                continue
            }
            guard created > 0 else { continue }
            let number = people.random.int(0...created - 1)
            guard let kept = register.kept[number] else { continue }
            let policy = register.policy(of: kept.order)
            if let deed = people.act(
                on: kept.order, number: number, orders: created, due: kept.due.resolve, policy, at: now)
            {
                carryOut(deed)
            }
        }
        finish(&people)
    }

    /// Minutes, mostly; sometimes to another day.
    private mutating func wait(_ random: inout SeededRandom) {
        let minutes =
            random.chance(0.85)
            ? random.exponential(mean: 15)
            : random.chance(0.7) ? random.exponential(mean: 600) : random.exponential(mean: 4000)
        now = now.adding(seconds: 60 * Int64(minutes))
        if world.clockSteps, random.chance(0.05) { now = now.adding(seconds: 60 * Int64(random.int(-5...5))) }
    }

    /// At last everybody does what is open to her, and every order comes to its end.
    private mutating func finish(_ people: inout OrderPeople) {
        for number in register.kept.keys.sorted() {
            var tries = 0
            while finding == nil, let kept = register.kept[number] {
                now = now.adding(seconds: 60 * Int64(people.random.int(1...300)))
                let policy = register.policy(of: kept.order)
                guard let deed = people.finish(kept.order, number: number, policy, at: now) else { break }
                carryOut(deed)
                tries += 1
                if tries > 120 { checker.found("order \(number) comes to no end: \(kept.order.state)") }
            }
        }
        now = now.adding(seconds: 30 * 86_400)
        advance()
        checker.finish(register)
    }

    // MARK: Carrying out

    private mutating func carryOut(_ what: OrderDeed.What) {
        carryOut(OrderDeed(at: now, what: what))
    }

    private mutating func carryOut(_ deed: OrderDeed) {
        deeds.append(deed)
        now = deed.at
        switch deed.what {
        case .stopped:
            advance()
            runs = false
        case .started:
            runs = true
            counts.restarts += 1
            reload()
            advance()
        case .published(let notice):
            advance()
            register.publish(notice, at: now)
            checker.moved(register)
        case .created(let number, let fields, let person):
            advance()
            register.create(number, fields, by: person, at: now)
            checker.created(number, fields, by: person, at: now, register)
        case .acted(let number, let action, let capacity, let flaw):
            advance()
            act(number, action, capacity, flaw)
        }
    }

    private mutating func act(
        _ number: Int, _ action: WorkOrder.Action, _ capacity: WorkOrder.Capacity, _ flaw: OrderDeed.Flaw
    ) {
        guard let before = register.kept[number] else { return }
        let version = before.order.version - (flaw == .stale ? 1 : 0)
        do throws(WorkOrder.Refusal) {
            try register.act(number, action, as: capacity, version: version, at: now, isLost: flaw == .lost)
            if flaw == .lost { return reload() }
            counts.accepted += 1
            checker.accepted(number, action, flaw, as: capacity, at: now, before, register)
        } catch {
            counts.refused += 1
            checker.refused(number, action, error, as: capacity, before, register)
        }
    }

    private mutating func reload() {
        let before = register.kept.mapValues(\.order)
        do {
            try register.reload()
        } catch {
            checker.found("an order does not read again: \(error)")
        }
        if register.kept.mapValues(\.order) != before { checker.found("an order is another after a restart") }
    }

    /// Takes the steps of ladders, each in its minute; after a stop all that have become due.
    private mutating func advance() {
        guard runs else { return }
        let end = now
        while let next = register.nextAlarm, next <= end, finding == nil {
            // No later than the service's next second, which the end of a minute stands for.
            let taken = register.takeAlarms(at: max(next, checker.lastLook))
            counts.alarms += taken.count
            if taken.isEmpty, register.nextAlarm == next { return checker.found("an alarm comes again and again") }
            for (number, alarm) in taken { checker.took(number, alarm, register) }
        }
        checker.looked(at: end, register)
    }
}
