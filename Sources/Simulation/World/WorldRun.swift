import DequeModule
import Engine

/// A world brought to life: its callers and agents around the real switchboard, in a time of its own.
///
/// Everything that happens is on the agenda or follows at once from what just happened, and all chance comes from the seed; so the
/// same world and seed give the same run on every machine.
struct WorldRun {
    let world: World
    let setup: Setup
    var centre: SimulatedCentre
    var outcome = Outcome()
    var checker: Checker?

    var agenda = Agenda<Happening>()
    /// What follows without any time passing.
    var soon: Deque<Happening> = []
    /// Milliseconds of the world; the machine's clock may say something else.
    var now: Int64 = 0
    var clockOffset: Int64 = 0

    /// Chance of its own for each thing, so that another patience does not change who calls.
    var arrivalChance: SeededRandom
    var lengthChance: SeededRandom
    var peopleChance: SeededRandom
    var faultChance: SeededRandom

    var callers: [CallID: Caller] = [:]
    var callsMade = 0
    var peopleMade = 0
    var answeredPeople: Set<Int> = []
    /// Has just been hung up: its row comes next.
    var toCount: CallID?
    var desks: [Desk]
    var deskOf: [AgentID: Int] = [:]
    private let lines: [LineID: World.Line]
    var timers: [TimerID: Int] = [:]
    var timersMade = 0
    /// The moment from which nobody new comes and nothing breaks any more.
    let end: Int64
    private static let longestAfterwardsMs: Int64 = 24 * 3_600_000
    var commandsGiven = 0
    /// A queue that leaders make and retire.
    enum MoreQueue { case none, used, drains }
    var moreQueue = MoreQueue.none
    var crashCount = 0
    /// What the centre was told, for whoever wants to tell it again.
    var keepsStory = false
    private(set) var story: [(event: Event, at: Moment)] = []

    enum Happening {
        case arrival(stream: Int)
        case call(Person)
        case fact(Event)
        case timer(TimerID, Int)
        case shift(desk: Int, begins: Bool)
        case patienceOver(CallID, Int)
        case accepts(Offer)
        case serviceOver(CallID, Int)
        case wrapUpOver(AgentID, CallID)
        case look
        // What goes wrong.
        case connection(desk: Int, up: Bool)
        case reconnects(desk: Int)
        case request(Event, desk: Int, tries: Int)
        case written
        case crash
        case restart
        case clockSteps
        case command
    }

    struct Person {
        let number: Int
        let line: LineID
        var attempt: Int
        var text: String { String(13_000_000_000 + number) }
    }

    /// A caller as he himself knows it.
    struct Caller {
        let person: Person
        var state = State.greeted
        /// Raised when what was planned for him is off.
        var plan = 0
        var served = false

        enum State { case greeted, waiting, talking, promised }
    }

    struct Desk {
        let agent: AgentID
        let crew: Int
        var isOnShift = false
        var isConnected = true
        var since: Int64 = 0
    }

    init(_ world: World, seed: UInt64, broken: BrokenRule? = nil, checked: Bool = false) {
        self.world = world
        setup = world.setup
        var random = SeededRandom(seed: seed)
        arrivalChance = SeededRandom(seed: random.next())
        lengthChance = SeededRandom(seed: random.next())
        peopleChance = SeededRandom(seed: random.next())
        faultChance = SeededRandom(seed: random.next())
        end = Int64(world.seconds * 1000)
        centre = SimulatedCentre(broken: broken, keepsJournal: checked)
        if checked { checker = Checker(uncertainTimes: world.faults?.clockStep != nil) }
        desks = []
        for (number, crew) in world.agents.enumerated() {
            for _ in 0..<crew.count { desks.append(Desk(agent: setup.agents[desks.count].id, crew: number)) }
        }
        lines = Dictionary(world.lines.map { ($0.id, $0) }) { first, _ in first }
        deskOf = Dictionary(uniqueKeysWithValues: desks.enumerated().map { ($1.agent, $0) })
    }

    /// To the end: then whoever is there is served, and what is broken is whole.
    mutating func run() {
        tell(.started)
        tell(.configured(setup))
        open()
        while checker?.finding == nil, step() {}
        finish()
    }

    /// The next thing that happens; false when there is nothing more. Long after the end only timers of those who are never served
    /// are left.
    private mutating func step() -> Bool {
        if let what = soon.popFirst() {
            happen(what)
            return true
        }
        guard let next = agenda.next(), next.at < end + Self.longestAfterwardsMs else { return false }
        now = next.at
        happen(next.what)
        return true
    }

    private mutating func open() {
        for (number, crew) in world.agents.enumerated() {
            for desk in desks.indices where desks[desk].crew == number {
                for shift in crew.shifts ?? [.init(from: crew.from ?? 0, until: crew.until ?? .infinity)] {
                    plan(.shift(desk: desk, begins: true), after: shift.from)
                    plan(.shift(desk: desk, begins: false), after: shift.until)
                }
            }
        }
        for (number, stream) in world.arrivals.enumerated() {
            if stream.perHour != nil { planArrival(number, from: 0) }
            for moment in stream.at ?? [] {
                plan(.call(newPerson(stream.line)), after: moment)
            }
            for burst in stream.bursts ?? [] {
                for _ in 0..<burst.count {
                    plan(.call(newPerson(stream.line)), after: burst.at + peopleChance.exponential(mean: 1))
                }
            }
        }
        for moment in world.looks ?? [] { plan(.look, after: moment) }
        openFaults()
    }

    private mutating func finish() {
        for desk in desks where desk.isOnShift { outcome.staffedSeconds += staffed(from: desk.since, until: now) }
        outcome.events = centre.events
        checker?.finish(centre.board)
        if checker != nil { checker?.found(centre.replayProblem()) }
    }

    /// The part of a shift that counts.
    func staffed(from: Int64, until: Int64) -> Double {
        let began = max(from, Int64((world.warmUpSeconds ?? 0) * 1000))
        return Double(max(0, min(until, end) - began)) / 1000
    }

    func service(on line: LineID) -> Law { lines[line]?.service ?? world.service }
    func patience(on line: LineID) -> Law? { lines[line]?.patience ?? world.patience }

    mutating func newPerson(_ line: LineID) -> Person {
        peopleMade += 1
        return Person(number: peopleMade, line: line, attempt: 1)
    }

    // MARK: The agenda

    mutating func plan(_ what: Happening, after seconds: Double) {
        guard seconds.isFinite else { return }
        if seconds <= 0 { soon.append(what) } else { agenda.plan(what, at: now + max(1, Int64(seconds * 1000))) }
    }

    /// Poisson's law within each interval: thinning would waste draws, so the exponential distance is cut at the interval's end and
    /// begun anew there, which the law allows since it has no memory.
    private mutating func planArrival(_ stream: Int, from: Int64) {
        let arrivals = world.arrivals[stream]
        let rates = arrivals.perHour!
        let width = Int64((arrivals.intervalSeconds ?? 3600) * 1000)
        var at = from
        while at < end {
            let interval = Int(at / width)
            let rate = rates[min(interval, rates.count - 1)]
            let next = interval + 1 < rates.count ? Int64(interval + 1) * width : Int64.max
            guard rate > 0 else {
                guard next < end else { return }
                at = next
                continue
            }
            let distance = arrivalChance.exponential(mean: 3_600_000 / rate)
            if Double(at) + distance < Double(next) {
                at += Int64(distance)
                if at < end { agenda.plan(.arrival(stream: stream), at: at) }
                return
            }
            at = next
        }
    }

    private mutating func happen(_ what: Happening) {
        switch what {
        case .arrival(let stream):
            planArrival(stream, from: now)
            calls(newPerson(world.arrivals[stream].line))
        case .call(let person): calls(person)
        case .fact(let event): tell(event)
        case .timer(let timer, let number): if timers[timer] == number { fires(timer) }
        case .shift(let desk, let begins): begins ? comesToWork(desk) : leavesWork(desk)
        case .patienceOver(let call, let plan): losesPatience(call, plan)
        case .accepts(let offer): answers(offer)
        case .serviceOver(let call, let plan): isServed(call, plan)
        case .wrapUpOver(let agent, let call): finishesForm(agent, call)
        case .look: outcome.looks.append(.init(at: Double(now) / 1000, centre.board.board))
        default: goesWrong(what)
        }
    }

    private mutating func fires(_ timer: TimerID) {
        timers[timer] = nil
        tell(.timerFired(timer))
    }

    // MARK: The centre

    var clock: Moment { Moment(milliseconds: now + clockOffset) }

    /// Returns false if the rules forbid it.
    @discardableResult
    mutating func tell(_ event: Event) -> Bool {
        guard centre.isUp else { return false }
        if keepsStory { story.append((event, clock)) }
        do {
            let released = try centre.receive(event, at: clock, writesLater: world.faults?.write != nil)
            checker?.check(centre.board, after: event)
            for entry in released { perform(entry) }
            if centre.wantsToWrite { planWrite() }
            return true
        } catch {
            return false
        }
    }

    mutating func perform(_ entry: Recorder.Entry) {
        checker?.check(entry)
        for action in entry.actions { perform(action) }
    }
}
