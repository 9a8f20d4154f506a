import Engine

/// A small, crowded, faulty world for each seed. Some seeds leave whole kinds of things out, for what is rare in a world where
/// everything happens is common in one where little does (Groce, Zhang, Eide, Chen, Regehr: "Swarm Testing", 2012).
package enum Swarm {
    package struct Finding: Sendable, Codable {
        package let seed: UInt64
        package let finding: String
        /// The world it was found in, made as small as it goes on failing in.
        package let world: World
        /// The events that lead to it, as few as do; empty where only a whole world shows it.
        package let story: [String]
    }

    package struct Result: Sendable, Codable {
        package var seeds = 0
        package var events = 0
        package var offered = 0
        package var answered = 0
        package var crashes = 0
        package var callbacks = 0
        package var findings: [Finding] = []
    }

    /// Runs every seed, as many at once as there are processors, and stops looking for more after `most` findings.
    package static func run(_ seeds: ClosedRange<UInt64>, broken: BrokenRule? = nil, workers: Int, most: Int = 3) async
        -> Result
    {
        await withTaskGroup(of: Result.self) { group in
            var result = Result()
            var next = seeds.lowerBound
            func add() {
                guard next <= seeds.upperBound, result.findings.count < most else { return }
                let seed = next
                next += 1
                group.addTask { one(seed, broken: broken) }
            }
            for _ in 0..<workers { add() }
            while let one = await group.next() {
                result.seeds += one.seeds
                result.events += one.events
                result.offered += one.offered
                result.answered += one.answered
                result.crashes += one.crashes
                result.callbacks += one.callbacks
                result.findings += one.findings
                add()
            }
            return result
        }
    }

    package static func one(_ seed: UInt64, broken: BrokenRule? = nil) -> Result {
        let world = world(of: seed)
        var run = WorldRun(world, seed: seed, broken: broken, checked: true)
        run.run()
        var result = Result()
        result.seeds = 1
        result.events = run.outcome.events
        result.offered = run.outcome.offered
        result.answered = run.outcome.answered
        result.callbacks = run.outcome.callbacks
        result.crashes = run.crashCount
        if let finding = run.checker?.finding {
            result.findings = [Shrinking(seed: seed, broken: broken).shrink(world, finding)]
        }
        return result
    }

    // MARK: Worlds

    package static func world(of seed: UInt64) -> World {
        var random = SeededRandom(seed: seed &* 0x9e37_79b9_7f4a_7c15 &+ 1)
        let queues = queues(&random)
        let skills: [SkillID] = random.chance(0.6) ? ["mandarin", "cantonese", "tax", "english"] : []
        var world = World(
            seconds: Double(random.int(600...2400)), warmUpSeconds: nil,
            lines: lines(queues, skills, &random), queues: queues, agents: crews(queues, skills, &random),
            arrivals: [], rules: random.chance(0.5) ? rules(queues, skills, &random) : nil,
            priorityStepSeconds: random.chance(0.3) ? random.int(0...120) : nil,
            service: .lognormal(mean: Double(random.int(10...120)), sd: Double(random.int(10...200))),
            wrapUp: random.chance(0.7) ? .lognormal(mean: 20, sd: 30) : nil,
            patience: .exponential(mean: random.chance(0.85) ? Double(random.int(10...300)) : 1500),
            greetingSeconds: random.chance(0.7) ? 5 : nil,
            redials: random.chance(0.5)
                ? .init(afterBusy: 0.8, afterAbandonment: 0.6, delay: .exponential(mean: 60), most: 5) : nil,
            callbackShare: random.chance(0.6) ? 0.5 : nil, known: nil, faults: faults(&random))
        if random.chance(0.6) {
            world.known = World.Known(
                openOrder: random.chance(0.7) ? 0.4 : nil, languages: skills.isEmpty ? nil : skills,
                regions: ["south", "north"])
        }
        world.arrivals = world.lines.map { line in
            var arrivals = World.Arrivals(
                line: line.id, perHour: (0..<4).map { _ in random.chance(0.2) ? 0 : Double(random.int(20...400)) },
                intervalSeconds: 600)
            if random.chance(0.3) {
                arrivals.bursts = [.init(at: Double(random.int(10...500)), count: random.int(5...40))]
            }
            return arrivals
        }
        return world
    }

    private static func queues(_ random: inout SeededRandom) -> [World.Queue] {
        let count = random.int(1...4)
        return (0..<count).map { number in
            var queue = World.Queue(id: QueueID("q\(number)"))
            queue.centre = number + 1 == count && count > 1 ? "other" : nil
            queue.offerSeconds = random.int(5...25)
            queue.capacity = random.chance(0.3) ? random.int(2...20) : nil
            queue.strategy = random.pick(Engine.Queue.Strategy.allCases)
            queue.wrapUpLimitSeconds = random.chance(0.4) ? random.int(0...60) : nil
            queue.announceSeconds = random.chance(0.4) ? random.int(10...40) : nil
            var overflow: [Overflow] = []
            // Towards higher numbers only, so that there is no loop.
            if number + 1 < count, random.chance(0.6) {
                overflow.append(Overflow(.waited(seconds: random.int(5...60)), to: .queue(QueueID("q\(number + 1)"))))
            }
            if random.chance(0.4) { overflow.append(Overflow(.waited(seconds: random.int(10...60)), to: .callback)) }
            if random.chance(0.2) { overflow.append(Overflow(.length(random.int(3...20)), to: .callback)) }
            if random.chance(0.2) {
                overflow.append(Overflow(.forecast(seconds: random.int(20...200)), to: .voicemail))
            }
            if random.chance(0.2) { overflow.append(Overflow(.nobody, to: .voicemail)) }
            queue.overflow = overflow
            return queue
        }
    }

    private static func lines(
        _ queues: [World.Queue], _ skills: [SkillID], _ random: inout SeededRandom
    ) -> [World.Line] {
        (0..<random.int(1...4)).map { number in
            var line = World.Line(id: LineID("1234\(number)"), queue: queues[number % queues.count].id)
            if !skills.isEmpty, random.chance(0.4) {
                line.requires = [Skill(random.pick(skills), level: random.int(1...3))]
            }
            if random.chance(0.3) { line.priority = random.int(-1...3) }
            return line
        }
    }

    private static func crews(
        _ queues: [World.Queue], _ skills: [SkillID], _ random: inout SeededRandom
    ) -> [World.Crew] {
        // The first serves everybody, so that nobody waits for a skill that nobody has.
        let everything = World.Crew(
            count: random.int(1...4), queues: queues.map { .init($0.id, preference: random.int(0...2)) },
            skills: skills.map { Skill($0, level: 9) }, answer: .exponential(mean: 3))
        return [everything]
            + (0..<random.int(0...4)).map { _ in
                var crew = World.Crew(count: random.int(1...4), queues: [])
                crew.queues = queues.filter { _ in random.chance(0.6) }.map {
                    .init($0.id, preference: random.int(0...3))
                }
                crew.skills = skills.filter { _ in random.chance(0.5) }.map { Skill($0, level: random.int(1...5)) }
                crew.answer = .exponential(mean: Double(random.int(1...8)))
                crew.declinePercent = random.chance(0.4) ? 10 : nil
                crew.missPercent = random.chance(0.4) ? 15 : nil
                crew.from = random.chance(0.3) ? Double(random.int(0...600)) : nil
                crew.until = random.chance(0.3) ? Double(random.int(700...1500)) : nil
                return crew
            }
    }

    private static func rules(
        _ queues: [World.Queue], _ skills: [SkillID], _ random: inout SeededRandom
    ) -> [RoutingRule] {
        var rules = [
            RoutingRule(id: "redial", when: .init(attempts: 2), then: .init(priority: random.int(1...3))),
            RoutingRule(id: "known", when: .init(numbers: ["1300000000"]), then: .init(priority: 5)),
            RoutingRule(id: "own", when: .init(hasOpenOrder: true), then: .init(ownAgentSeconds: random.int(5...60))),
        ]
        if let skill = skills.first {
            rules.append(
                RoutingRule(
                    id: "region", when: .init(regions: ["south"]),
                    then: .init(queue: queues.last?.id, requires: [Skill(skill, level: 2)])))
        }
        return rules.filter { _ in random.chance(0.7) }
    }

    private static func faults(_ random: inout SeededRandom) -> World.Faults {
        var faults = World.Faults()
        faults.write = .exponential(mean: 0.01)
        if random.chance(0.6) { faults.lostPercent = Double(random.int(1...30)) }
        if random.chance(0.6) { faults.repeatedPercent = Double(random.int(1...30)) }
        if random.chance(0.6) { faults.delay = .exponential(mean: 0.5) }
        if random.chance(0.6) { faults.connected = .exponential(mean: Double(random.int(100...900))) }
        faults.away = .exponential(mean: Double(random.int(3...400)))
        if random.chance(0.5) { faults.crash = .exponential(mean: Double(random.int(60...900))) }
        if random.chance(0.3) { faults.clockStep = .exponential(mean: 200) }
        faults.clockStepSeconds = 100
        if random.chance(0.4) { faults.phoneDiesPercent = 10 }
        if random.chance(0.5) { faults.commands = .exponential(mean: 60) }
        return faults
    }
}
