import Engine

/// A day's orders and what becomes of them: by which rules, who takes part, what goes wrong. Made of a seed.
struct OrderWorld: Sendable, Equatable {
    /// Where the first order is begun.
    var morning: Moment
    var orders: Int
    /// How many deeds people try before those who want to finish take over.
    var deeds: Int
    var policies: [ClockPolicy]
    /// As it was known that morning; what was published later arrives on its day.
    var knownOn: LocalDay
    var stops: Bool
    var clockSteps: Bool
    /// How often, of a hundred deeds, somebody does what she may not or what makes no sense.
    var wrongPercent: Int
    /// Actions that do not happen; some seeds leave whole kinds of things out.
    var without: Set<WorkOrder.Action.Name>

    static let agents: [PersonID] = ["agent-1", "agent-2"]
    /// The last two stand below the first.
    static let bodies: [BodyID] = ["city", "water", "police", "district", "street"]
    /// Two of them keep their own.
    static let hours: [BodyID: BodyHours] = {
        let texts: [(BodyID, [String])] = [
            ("water", ["07:30-11:30", "12:00-16:00"]), ("police", ["00:00-24:00"]),
        ]
        let hours = texts.compactMap { body, texts in
            (try? WorkingHours(texts)).map { (body, BodyHours($0, name: body.text, englishName: body.text)) }
        }
        return Dictionary(uniqueKeysWithValues: hours)
    }()

    init(seed: UInt64) {
        var random = SeededRandom(seed: seed &* 0x9e37_79b9_7f4a_7c15 &+ 5)
        let wall = WallClock.china
        // Often in the days around a festival or a notice that came late.
        let first = LocalDay(year: 2018, month: 1, day: 2).number
        let days = LocalDay(year: 2026, month: 12, day: 20).number - first
        var day = LocalDay(number: first + random.int(0...days))
        if random.chance(0.4) {
            let notice = random.pick(WorkingCalendar.china.notices)
            let around = random.chance(0.5) ? notice.published : notice.off.first?.first ?? notice.published
            day = LocalDay(number: max(first, around.number + random.int(-6...2)))
        }
        morning = wall.moment(on: day, second: random.int(0...1439) * 60)
        orders = random.int(3...14)
        deeds = orders * random.int(6...18)
        policies = (0..<random.int(1...3)).map { number in
            random.chance(0.5) ? random.pick(ClockPolicy.presets) : ClockPolicy.random(number, &random)
        }
        knownOn = day
        stops = random.chance(0.5)
        clockSteps = random.chance(0.25)
        wrongPercent = random.chance(0.8) ? random.int(5...40) : 0
        let rare: [WorkOrder.Action.Name] = [
            .giveBack, .object, .share, .pause, .askExtension, .merge, .redo, .regrade, .movePolicy, .sendBack, .urge,
            .archive, .closeAtOnce, .supervise,
        ]
        without = random.chance(0.5) ? Set(rare.filter { _ in random.chance(0.4) }) : []
    }

    /// The same with every notice known from the beginning.
    var withoutSurprises: OrderWorld {
        var world = self
        world.knownOn = LocalDay(year: 2030, month: 1, day: 1)
        return world
    }

    /// All are there, those that were published later too.
    var notices: [WorkingCalendar.Notice] { WorkingCalendar.china.notices.filter { $0.published > knownOn } }
    var calendar: WorkingCalendar { WorkingCalendar.china.knownOn(knownOn) }
}

extension ClockPolicy {
    /// Any that a supervisor could save; whole minutes only.
    fileprivate static func random(_ number: Int, _ random: inout SeededRandom) -> ClockPolicy {
        while true {
            var policy = ClockPolicy(
                name: "made-\(number)", title: ClockPolicy.hangzhou.title, source: "seed",
                promises: ClockName.allCases.filter { _ in random.chance(0.7) }.flatMap { made($0, &random) },
                ladder: (0..<random.int(1...4)).map { _ in rung(&random) })
            policy.reviews = random.chance(0.4)
            if random.chance(0.2) { policy.zone = "America/New_York" }
            if random.chance(0.2) { policy.calendar = "weekdays" }
            if random.chance(0.3) { policy.hours = try? WorkingHours(["08:30-11:45", "14:00-18:00"]) }
            if policy.problems.isEmpty { return policy }
        }
    }

    private static func made(_ clock: ClockName, _ random: inout SeededRandom) -> [Promise] {
        var all = Promise(clock, within: length(&random))
        all.start = random.chance(0.4) ? random.pick(Deadline.Start.allCases) : nil
        all.rollsOver = random.chance(0.3)
        all.pauses = random.chance(0.4) ? ClockPolicy.PauseReason.allCases.filter { _ in random.chance(0.5) } : nil
        if random.chance(0.2) { all.ladder = [rung(&random)] }
        if clock == .resolve {
            all.extension = random.chance(0.5) ? Length(random.int(1...10), .workingDays) : nil
            all.from = random.chance(0.3) ? random.pick([.created, .sent, .signed]) : nil
        } else if clock != .followUp, random.chance(0.3) {
            all.from = random.pick([.created, .dispatched])
        }
        guard random.chance(0.4) else { return [all] }
        var some = Promise(clock, within: length(&random))
        if random.chance(0.5) { some.urgencies = [.extraUrgent] } else { some.kinds = [.complaint, .report] }
        if random.chance(0.2) { some.bodies = [random.pick(OrderWorld.bodies)] }
        return [some, all]
    }

    private static func length(_ random: inout SeededRandom) -> Length {
        switch random.int(0...4) {
        case 0: Length(random.int(1...90), .minutes)
        case 1: Length(random.int(1...72), .hours)
        case 2: Length(random.int(1...20), .days)
        case 3: Length(random.int(1...15), .workingDays)
        default: Length(random.int(1...24), .workingHours)
        }
    }

    private static func rung(_ random: inout SeededRandom) -> Rung {
        let when: Rung.When =
            switch random.int(0...3) {
            case 0: .passed(percent: random.int(1...99))
            case 1: .before(Length(random.int(1...30), .minutes))
            case 2: .due
            default:
                .after(
                    random.chance(0.5) ? Length(random.int(1...5), .workingDays) : Length(random.int(1...48), .hours))
            }
        return Rung(when, random.pick(Rung.Deed.allCases), Rung.Told.allCases.filter { _ in random.chance(0.5) })
    }
}
