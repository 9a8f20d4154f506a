import Engine

/// Makes what was found small enough to read: first a smaller world that still fails, then the fewest events that do.
struct Shrinking {
    let seed: UInt64
    let broken: BrokenRule?

    /// Of each kind; a world takes some milliseconds.
    var mostTries = 300

    func shrink(_ world: World, _ finding: String) -> Swarm.Finding {
        var (small, last) = (world, finding)
        var tries = 0
        var again = true
        while again, tries < mostTries {
            again = false
            for simpler in simplerWorlds(than: small) {
                tries += 1
                guard simpler != small, let found = find(in: simpler) else { continue }
                (small, last, again) = (simpler, found, true)
                break
            }
        }
        return Swarm.Finding(seed: seed, finding: last, world: small, story: story(of: small, last))
    }

    private func find(in world: World) -> String? {
        var run = WorldRun(world, seed: seed, broken: broken, checked: true)
        run.run()
        return run.checker?.finding
    }

    private func simplerWorlds(than world: World) -> [World] {
        func with(_ change: (inout World) -> Void) -> World {
            var other = world
            change(&other)
            return other
        }
        return [
            with { $0.seconds = ($0.seconds / 2).rounded() },
            with { $0.faults?.crash = nil },
            with { $0.faults?.connected = nil },
            with { $0.faults?.commands = nil },
            with { $0.faults?.clockStep = nil },
            with { $0.faults?.phoneDiesPercent = nil },
            with { $0.faults?.lostPercent = nil },
            with { $0.faults?.repeatedPercent = nil },
            with { $0.faults?.delay = nil },
            with { $0.rules = nil },
            with { $0.redials = nil },
            with { $0.callbackShare = nil },
            with { $0.agents.removeLast($0.agents.count > 1 ? 1 : 0) },
            with {
                if let last = $0.lines.last, $0.lines.count > 1 {
                    $0.lines.removeLast(); $0.arrivals.removeAll { $0.line == last.id }
                }
            },
            with { for place in $0.queues.indices { $0.queues[place].overflow = nil } },
            with { for place in $0.agents.indices { $0.agents[place].count = 1 } },
            with { for place in $0.arrivals.indices { $0.arrivals[place].bursts = nil } },
        ].filter { $0.seconds >= 30 }
    }

    // MARK: Events

    typealias Told = (event: Event, at: Moment)

    private func story(of world: World, _ finding: String) -> [String] {
        var run = WorldRun(world, seed: seed, broken: broken, checked: true)
        run.keepsStory = true
        run.run()
        var events = run.story
        let kind = Self.kind(finding)
        guard replay(events, kind) else { return [] }
        var size = events.count / 2
        var tries = 0
        while size > 0 {
            var start = 0
            while start < events.count, tries < mostTries {
                tries += 1
                var fewer = events
                fewer.removeSubrange(start..<min(start + size, events.count))
                if replay(fewer, kind) { events = fewer } else { start += size }
            }
            size /= 2
        }
        return events.map { told in
            if case .configured(let setup) = told.event {
                return "\(told.at.milliseconds) configured, version \(setup.version)"
            }
            return "\(told.at.milliseconds) \(told.event)"
        }
    }

    /// What was found, whoever it was.
    private static func kind(_ finding: String) -> String {
        String((finding.components(separatedBy: ", a").first ?? finding).filter { !$0.isNumber })
    }

    /// Whether the events alone lead to it, without anybody behind them.
    private func replay(_ events: [Told], _ kind: String) -> Bool {
        finding(events).map { Self.kind($0) == kind } ?? false
    }

    private func finding(_ events: [Told]) -> String? {
        var centre = SimulatedCentre(broken: broken, keepsJournal: true)
        var checker = Checker(uncertainTimes: true)
        for (event, at) in events {
            // Names that were made up in what is left out do not matter; a call that came twice would.
            if case .arrived(let call, let line, _) = event {
                guard centre.board.calls[call] == nil, centre.board.setup.lines.contains(where: { $0.id == line })
                else { continue }
            }
            if case .hungUp(let call, .citizen, _) = event { checker.left(call) }
            if case .told(let call, _) = event { checker.left(call) }
            guard let entries = try? centre.receive(event, at: at, writesLater: false) else { continue }
            checker.check(centre.board, after: event)
            for entry in entries { checker.check(entry) }
            if let finding = checker.finding { return finding }
        }
        return nil
    }
}
