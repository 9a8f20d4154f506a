import Engine
import Foundation

/// How fast the switchboard decides, and how its cost grows with those who wait: one core, no journal, no network.
///
/// As many callers wait from beginning to end: for each who is served, and each who gives up, another comes. Every agent talks or
/// finishes a form; the one whose turn it is becomes free, takes her next call, or lets the offer pass.
package struct SwitchboardBench: Sendable {
    package var waiting: Int
    package var agents: Int
    package var queues: Int
    package var skills: Int
    package var events: Int

    package init(waiting: Int, agents: Int, queues: Int, skills: Int, events: Int) {
        self.waiting = waiting
        self.agents = agents
        self.queues = queues
        self.skills = skills
        self.events = events
    }

    package struct Result: Sendable, Codable {
        package var waiting: Int
        package var agents: Int
        package var queues: Int
        package var skills: Int
        package var events: Int
        package var eventsPerSecond: Double
        /// Of processor time, which others on the machine do not take away.
        package var eventsPerCpuSecond: Double
        /// Of one event, in microseconds; the reading of the clock is in it.
        package var p50: Double
        package var p99: Double
        package var p999: Double
        package var most: Double
        package var bytesPerWaitingCaller: Int
        package var bytesPerAgent: Int
    }

    package func run() -> Result {
        var hall = Hall(self)
        let empty = residentBytes()
        hall.seat()
        let seated = residentBytes()
        hall.fill(waiting)
        let filled = residentBytes()
        for _ in 0..<(events / 10) { hall.next() }
        hall.times.removeAll(keepingCapacity: true)
        let (began, cpu) = (ContinuousClock.now, clock())
        while hall.times.count < events { hall.next() }
        let lasted = (ContinuousClock.now - began) / .seconds(1)
        let cpuSeconds = Double(clock() - cpu) / Double(CLOCKS_PER_SEC)
        let times = hall.times.sorted()
        func quantile(_ share: Double) -> Double {
            Double(times[min(times.count - 1, Int(Double(times.count) * share))]) / 1000
        }
        return Result(
            waiting: waiting, agents: agents, queues: queues, skills: skills, events: times.count,
            eventsPerSecond: Double(times.count) / lasted, eventsPerCpuSecond: Double(times.count) / cpuSeconds,
            p50: quantile(0.5), p99: quantile(0.99),
            p999: quantile(0.999), most: quantile(1), bytesPerWaitingCaller: (filled - seated) / max(waiting, 1),
            bytesPerAgent: (seated - empty) / max(agents, 1))
    }

    private struct Hall {
        var board = Switchboard()
        var times: [UInt32] = []
        private let bench: SwitchboardBench
        private var random = SeededRandom(seed: 7)
        private var now: Int64 = 0
        private var calls = 0
        /// Those who wait or waited; who is gone by now is passed over.
        private var callers: [CallID] = []
        private var lines: [LineID] = []
        private let names: [AgentID]

        init(_ bench: SwitchboardBench) {
            self.bench = bench
            names = (0..<bench.agents).map { AgentID(String(10_000 + $0)) }
            times.reserveCapacity(bench.events + 1000)
        }

        /// Every agent serves three queues and has two skills; every third line needs one.
        mutating func seat() {
            let queues = (0..<bench.queues).map { number in
                var queue = Queue(id: QueueID("queue-\(number)"), wrapUpLimitSeconds: 60, capacity: 1_000_000)
                queue.strategy = Queue.Strategy.allCases[number % 4]
                return queue
            }
            var lines: [Line] = []
            for (number, queue) in queues.enumerated() {
                for variant in 0..<3 {
                    var line = Line(
                        id: LineID("line-\(number)-\(variant)"), number: "\(10_000 + number * 3 + variant)",
                        queue: queue.id)
                    if variant > 0, bench.skills > 0 {
                        line.requires = [Skill(SkillID("skill-\((number + variant) % bench.skills)"), level: variant)]
                    }
                    lines.append(line)
                }
            }
            self.lines = lines.map(\.id)
            let agents = names.enumerated().map { number, name in
                AgentProfile(
                    id: name,
                    memberships: (0..<3).map { .init(queues[(number + $0 * 7) % queues.count].id, preference: $0) },
                    skills: (0..<min(2, bench.skills)).map {
                        Skill(SkillID("skill-\((number * 3 + $0) % bench.skills)"), level: 1 + number % 9)
                    },
                    device: .phone(uri: "sip:\(name)@192.0.2.7"))
            }
            handle(.configured(Setup(lines: lines, queues: queues, agents: agents)))
            for name in names {
                handle(.signedIn(name, site: "hall"))
                handle(.asked(name, .ready))
            }
        }

        mutating func fill(_ waiting: Int) {
            // First those whom the agents talk with.
            for _ in 0..<(bench.agents * 4) { arrive() }
            for name in names { answer(name) }
            // Counted again when as many have come as were missing: some may have been taken at once.
            while count < waiting { for _ in count..<waiting { arrive() } }
        }

        private var count: Int { callers.count { board.calls[$0]?.phase == .waiting } }

        private mutating func arrive() {
            calls += 1
            let call = CallID("call-\(calls)")
            callers.append(call)
            handle(.arrived(call, line: random.pick(lines), number: String(13_000_000_000 + calls)))
            handle(.greeted(call))
        }

        private mutating func answer(_ agent: AgentID) {
            guard case .offered(let offer, let call) = board.agents[agent]!.state else { return }
            handle(.accepted(offer, agent))
            handle(.connected(call))
        }

        /// One agent's turn, or one caller who gives up; and whoever comes in her place.
        mutating func next() {
            now += Int64(random.int(1...40))
            if random.chance(0.2) {
                let place = random.int(0...(callers.count - 1))
                let call = callers[place]
                callers.swapAt(place, callers.count - 1)
                callers.removeLast()
                guard board.calls[call]?.phase == .waiting else { return }
                handle(.hungUp(call, .citizen, .callerHungUp))
                return arrive()
            }
            let agent = random.pick(names)
            switch board.agents[agent]!.state {
            case .onCall: handle(.hangUpAsked(agent))
            case .wrapUp: handle(.asked(agent, .ready))
            case .offered(let offer, _):
                if random.chance(0.02) {
                    handle(.timerFired(.offer(offer)))
                } else {
                    answer(agent)
                    arrive()
                }
            case .onBreak: handle(.asked(agent, .ready))
            case .ready, .offline: break
            }
        }

        private mutating func handle(_ event: Event) {
            let before = ContinuousClock.now
            do {
                _ = try board.handle(event, at: Moment(milliseconds: now))
            } catch {
                preconditionFailure("the bench asked for what is refused: \(error) on \(event)")
            }
            let lasted = (ContinuousClock.now - before).components.attoseconds / 1_000_000_000
            times.append(UInt32(clamping: lasted))
        }
    }
}

/// Of this process, as proc(5) tells.
func residentBytes() -> Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let resident = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    return (resident.flatMap { Int($0.filter(\.isNumber)) } ?? 0) * 1024
}
