import Engine
import Storage

/// The calls of some days, put through the real switchboard in a moment: what comes out are the rows it would have written.
struct DemoCalls {
    private(set) var records: [CallID: CallRecord] = [:]

    private var random: SeededRandom
    private let wall: WallClock
    private var switchboard = Switchboard()
    /// What is still to happen, the next last.
    private var agenda: [(at: Moment, what: Happening)] = []
    private var timers: [TimerID: Moment] = [:]
    private let citizens: [String]
    private var served: Set<String> = []
    private var callsBack = 0

    private enum Happening {
        case day(LocalDay)
        case event(Event)
        case timer(TimerID)
        case comesToWork(AgentID)
        case leaves(AgentID)
        case wantsReady(AgentID)
        case givesUp(CallID)
        case accepts(Offer)
        case finishesForm(AgentID, CallID)
        case callsBack(CallID, attempt: Int)
    }

    /// - Parameter days: the days whose calls are wanted; the night shift of the first has come the evening before.
    init(days: ClosedRange<LocalDay>, wall: WallClock, random: SeededRandom) {
        self.wall = wall
        self.random = random
        citizens = DemoTelling.numbers(1200, random: &self.random)
        let began = wall.start(of: days.lowerBound)
        _ = handle(.configured(DemoCentre.centre.setup), at: began)
        for number in days.lowerBound.number...days.upperBound.number {
            let day = LocalDay(number: number)
            plan(.day(day), at: wall.start(of: day))
        }
        for agent in night(of: days.lowerBound.previous) {
            plan(.comesToWork(agent), at: began)
            plan(.leaves(agent), at: began.adding(seconds: 8 * 3600))
        }
    }

    /// Lets the world run up to a moment. Calls still going on then are left out, for nobody would end them.
    mutating func run(until end: Moment) {
        while let next = agenda.last, next.at <= end {
            agenda.removeLast()
            happen(next.what, at: next.at)
        }
        records = records.filter { $0.value.endedAt != nil }
    }

    // MARK: The agenda

    private mutating func plan(_ what: Happening, at moment: Moment) {
        var low = 0
        var high = agenda.count
        while low < high {
            let middle = (low + high) / 2
            if agenda[middle].at > moment { low = middle + 1 } else { high = middle }
        }
        // Of two at the same moment the one planned first happens first.
        agenda.insert((moment, what), at: low)
    }

    private mutating func happen(_ what: Happening, at now: Moment) {
        switch what {
        case .day(let day): planDay(day)
        case .event(let event): _ = handle(event, at: now)
        case .timer(let timer):
            if timers[timer] == now { _ = handle(.timerFired(timer), at: now) }
        case .comesToWork(let agent):
            _ = handle(.reachable(agent), at: now)
            _ = handle(.signedIn(agent, site: random.chance(0.2) ? "home" : "hall"), at: now)
            _ = handle(.asked(agent, .ready), at: now)
        case .leaves(let agent): leave(agent, at: now)
        case .wantsReady(let agent): _ = handle(.asked(agent, .ready), at: now)
        case .givesUp(let call):
            switch switchboard.calls[call]?.phase {
            case .waiting, .offered: _ = handle(.hungUp(call, .citizen, .callerHungUp), at: now)
            case nil, .greeting, .resting, .leaving, .connecting, .dialling, .talking: break
            }
        case .accepts(let offer): _ = handle(.accepted(offer.id, offer.agent), at: now)
        case .finishesForm(let agent, let call):
            if let known = switchboard.agents[agent], known.state == .wrapUp(call) {
                _ = handle(.asked(agent, known.afterCall ?? .ready), at: now)
            }
        case .callsBack(let call, let attempt): callBack(call, attempt, at: now)
        }
    }

    /// False if the switchboard refused.
    private mutating func handle(_ event: Event, at now: Moment) -> Bool {
        do {
            for action in try switchboard.handle(event, at: now) { carryOut(action, at: now) }
            return true
        } catch {
            return false
        }
    }

    private mutating func carryOut(_ action: Action, at now: Moment) {
        switch action {
        case .greet(let call, _): greet(call, at: now)
        case .ring(let offer): ring(offer, at: now)
        case .connect(let call, let agent): talk(call, agent, from: now.adding(milliseconds: 350), at: now)
        case .dial(let call, let agent, _, _, _): dial(call, agent, at: now)
        case .startTimer(let timer, let seconds):
            timers[timer] = now.adding(seconds: Int64(seconds))
            plan(.timer(timer), at: now.adding(seconds: Int64(seconds)))
        case .cancelTimer(let timer): timers[timer] = nil
        case .record(let record): keep(record, at: now)
        case .tell(let call, let message): plan(.event(.told(call, message)), at: now.adding(seconds: 5))
        case .playMusic, .announce, .withdraw, .hold, .mute, .release, .hangUp, .refuse, .endLeg, .show, .alert: break
        }
    }

    // MARK: What people do

    private mutating func greet(_ call: CallID, at now: Moment) {
        guard !random.chance(0.008) else {
            return plan(.event(.hungUp(call, .citizen, .callerHungUp)), at: now.adding(seconds: 3))
        }
        let greeted = now.adding(milliseconds: 7200)
        plan(.event(.greeted(call)), at: greeted)
        let patience = 4 + random.exponential(mean: 140)
        plan(.givesUp(call), at: greeted.adding(milliseconds: Int64(patience * 1000)))
    }

    private mutating func ring(_ offer: Offer, at now: Moment) {
        if random.chance(0.012) {
            // Away from the desk; she finds herself on a break when she is back.
            plan(.wantsReady(offer.agent), at: offer.expiresAt.adding(seconds: Int64(random.int(20...240))))
        } else {
            plan(.accepts(offer), at: now.adding(milliseconds: Int64(random.int(900...5200))))
        }
    }

    private mutating func talk(_ call: CallID, _ agent: AgentID, from began: Moment, at now: Moment) {
        plan(.event(.connected(call)), at: began)
        let length = max(12, random.logNormal(median: 135, spread: 0.7))
        let end = began.adding(milliseconds: Int64(length * 1000))
        if length > 120, random.chance(0.15) {
            let held = Int64(random.int(15...70))
            plan(.event(.holdAsked(agent, on: true)), at: began.adding(seconds: 40))
            plan(.event(.holdAsked(agent, on: false)), at: began.adding(seconds: 40 + held))
        }
        if random.chance(0.12) {
            plan(.event(.hangUpAsked(agent)), at: end)
        } else {
            plan(.event(.hungUp(call, .citizen, .callerHungUp)), at: end)
        }
        let form = max(6, random.logNormal(median: 62, spread: 0.6))
        plan(.finishesForm(agent, call), at: end.adding(milliseconds: Int64(form * 1000)))
    }

    private mutating func dial(_ call: CallID, _ agent: AgentID, at now: Moment) {
        if random.chance(0.8) {
            talk(call, agent, from: now.adding(milliseconds: Int64(random.int(4000...16_000))), at: now)
        } else {
            plan(.event(.hungUp(call, .citizen, .noAnswer)), at: now.adding(seconds: 35))
            plan(.finishesForm(agent, call), at: now.adding(seconds: 45))
        }
    }

    private mutating func leave(_ agent: AgentID, at now: Moment) {
        switch switchboard.agents[agent]?.state {
        case .offered, .onCall, .wrapUp: plan(.leaves(agent), at: now.adding(seconds: 45))
        case nil, .offline, .ready, .onBreak:
            _ = handle(.signedOut(agent), at: now)
            _ = handle(.unreachable(agent), at: now)
        }
    }

    // MARK: Missed calls

    private mutating func keep(_ record: CallRecord, at now: Moment) {
        let isNews = records[record.id]?.endedAt == nil && record.endedAt != nil
        records[record.id] = record
        if record.answeredAt != nil { served.insert(record.number) }
        guard isNews, record.missed else { return }
        served.remove(record.number)
        if random.chance(0.3) {
            let again = CallID("\(record.id)-again")
            plan(
                .event(.arrived(again, line: record.line, number: record.number)),
                at: now.adding(seconds: Int64(random.int(40...600))))
        }
        // Some are forgotten, and stand open in the list until somebody looks there.
        guard !random.chance(0.3) else { return }
        plan(.callsBack(record.id, attempt: 1), at: inDaytime(now.adding(seconds: Int64(random.int(1200...6000)))))
    }

    private mutating func callBack(_ missed: CallID, _ attempt: Int, at now: Moment) {
        guard let record = records[missed], !served.contains(record.number), attempt <= 3 else { return }
        let ready = switchboard.agents.values.filter { $0.state == .ready }.map(\.id)
        guard ready.count > 1 else { return plan(.callsBack(missed, attempt: attempt), at: now.adding(seconds: 300)) }
        callsBack += 1
        let purpose = CallRecord.Purpose(kind: .missed, reference: missed.text)
        _ = handle(
            .placed(
                CallID("demo-back-\(callsBack)"), random.pick(ready), line: record.line, number: record.number, purpose),
            at: now)
        plan(
            .callsBack(missed, attempt: attempt + 1), at: inDaytime(now.adding(seconds: Int64(random.int(4000...9000))))
        )
    }

    /// Nobody is rung up at night.
    private func inDaytime(_ moment: Moment) -> Moment {
        let day = wall.day(of: moment)
        let second = moment.milliseconds(since: wall.start(of: day)) / 1000
        if second < 8 * 3600 + 1800 { return wall.start(of: day).adding(seconds: 8 * 3600 + 1800 + second % 3000) }
        if second > 20 * 3600 { return wall.start(of: day.next).adding(seconds: 8 * 3600 + 1800 + second % 3000) }
        return moment
    }

    // MARK: A day

    /// Arrivals by the hour, in per mille; a municipal line has two humps and a dip at noon.
    private static let hours: [Double] = [
        9, 6, 4, 3, 3, 5, 13, 30, 76, 95, 92, 70, 46, 54, 72, 78, 74, 64, 50, 46, 40, 31, 22, 14,
    ]

    private mutating func planDay(_ day: LocalDay) {
        let start = wall.start(of: day)
        let count = Int((day.isWeekend ? 235 : 320) * Double.random(in: 0.92...1.08, using: &random))
        for index in 1...count {
            let second = random.pick(weights: Self.hours) * 3600 + random.int(0...3599)
            let number = random.pick(citizens)
            plan(
                .event(
                    .arrived(
                        CallID("demo-\(day.compact)-\(index)"), line: random.chance(0.78) ? "12345" : "12315",
                        number: number)),
                at: start.adding(milliseconds: Int64(second) * 1000 + Int64(random.int(0...999))))
        }
        work(early(of: day), from: 27_000, hours: 8.25, lunch: 12, on: start)
        work(late(of: day), from: 45_000, hours: 8.25, lunch: 19, on: start)
        if !day.isWeekend { work(office(of: day), from: 36_000, hours: 9, lunch: 14, on: start) }
        work(night(of: day), from: 73_800, hours: 11.5, lunch: nil, on: start)
    }

    private mutating func work(_ agents: [AgentID], from second: Int64, hours: Double, lunch: Int64?, on start: Moment)
    {
        for (turn, agent) in agents.enumerated() {
            let comes = start.adding(seconds: second + Int64(random.int(-120...120)))
            plan(.comesToWork(agent), at: comes)
            if let lunch {
                let away = start.adding(seconds: lunch * 3600 - 1800 + Int64(turn) * 1800)
                plan(.event(.asked(agent, .onBreak)), at: away)
                plan(.wantsReady(agent), at: away.adding(seconds: 1800))
            }
            plan(.leaves(agent), at: comes.adding(seconds: Int64(hours * 3600)))
        }
    }

    // Ten agents in turn: four early, three late, two at night, one between them on
    // weekdays.
    private func early(of day: LocalDay) -> [AgentID] { turn(day, 0..<4) }
    private func late(of day: LocalDay) -> [AgentID] { turn(day, 4..<7) }
    private func night(of day: LocalDay) -> [AgentID] { turn(day, 7..<9) }
    private func office(of day: LocalDay) -> [AgentID] { turn(day, 9..<10) }

    private func turn(_ day: LocalDay, _ places: Range<Int>) -> [AgentID] {
        places.map { Self.roster[(($0 + day.number) % 10 + 10) % 10] }
    }

    /// In this order any two neighbours hold one who takes market calls, so that both queues have agents in every shift.
    private static let roster: [AgentID] = [
        "5001", "5005", "5002", "5006", "5003", "5007", "5004", "5008", "5009", "5010",
    ]
}
