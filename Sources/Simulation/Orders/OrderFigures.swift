import Engine
import Foundation
import Reports
import Storage

/// Writes a day into a real store, as the program would have, and holds its figures against a plain count over what people did.
struct OrderFigures {
    let day: OrderDay
    let broken: BrokenOrderRule?

    /// The first figure that is wrong; nil when all agree.
    func wrong() async throws -> String? {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("hotline-orders-\(UUID())")
        defer { try? FileManager.default.removeItem(at: directory) }
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let store = try await DatabaseLocation.sqlite(directory: directory.path).openStore()
        try await write(to: store)
        let wrong = try await compare(store)
        try await store.close()
        return wrong
    }

    // MARK: Writing

    private func write(to store: any Store) async throws {
        let people =
            OrderWorld.agents + ["leader"] + OrderWorld.bodies.compactMap { WorkOrder.Capacity.handling($0).person }
        for person in people {
            try await store.save(
                StoredPerson(id: person, login: person.text, name: person.text, role: .leader, passwordHash: "x"),
                by: .program, at: day.world.morning)
        }
        let kept = day.register.kept.sorted { $0.key < $1.key }.map(\.value)
        for one in kept {
            guard let first = one.steps.first?.order else { continue }
            _ = try await store.createOrder(
                { number in
                    WorkOrder(
                        draft: first.id, number: number, fields: first.fields, line: first.line, call: nil,
                        takenBy: first.takenBy, at: first.createdAt)
                }, by: .program, at: first.createdAt)
        }
        for step in kept.flatMap({ $0.steps.dropFirst() }).sorted(by: { $0.place < $1.place }) {
            try await write(step, to: store)
        }
    }

    private func write(_ step: OrderRegister.Kept.Step, to store: any Store) async throws {
        var transition = step.transition
        if broken == .countsWhatStands, transition.action == .close {
            transition = .init(
                action: .guide, from: transition.from, to: transition.to, at: transition.at, by: transition.by,
                note: nil)
        }
        let written = OrderStep(step.order, transition, step.due)
        _ = try await store.changeOrder(step.order.id, by: .program, at: transition.at) { _, _ in written }
    }

    // MARK: Comparing

    private func compare(_ store: any Store) async throws -> String? {
        let wall = WallClock.china
        let moments = day.deeds.map(\.at)
        guard let from = moments.min(), let until = moments.max() else { return nil }
        let asOf = until.adding(seconds: 3 * 86_400)
        let (first, last) = (wall.day(of: from), wall.day(of: asOf))
        let middle = LocalDay(number: (first.number + last.number) / 2)
        let plain = PlainOrderCount(day, wall)
        let centre = Centre(
            id: "main", name: "热线", englishName: "Line", lines: [], queues: [], bodies: [], sites: [], agents: [])
        for days in [first...first, first...middle, middle...last] {
            guard let period = LoopPeriod(days, wall: wall, asOf: asOf) else { continue }
            let report = try await LoopReport.make(period, centre: centre, store: store)
            let bodies = [nil] + OrderWorld.bodies.map(Optional.some)
            for (place, figure) in LoopFigure.all.enumerated() {
                for body in bodies {
                    let value = report.rows.first { $0.body == body }?.values[place]
                    let told = "\(figure.key) of \(body?.text ?? "all") from \(days.lowerBound) to \(days.upperBound)"
                    let expected = plain.value(figure.key, body, days, asOf: asOf)
                    let actual = [value?.numerator ?? 0, value?.denominator ?? 0]
                    if actual != expected.map(Int64.init) { return "\(told) is \(actual), not \(expected)" }
                }
            }
            var closed = OrderFilter()
            (closed.closedFrom, closed.closedUntil) = (
                wall.start(of: days.lowerBound), wall.start(of: days.upperBound.next)
            )
            let count = try await store.tally([closed])[0].values.reduce(0, +)
            let expected = plain.closed(days)
            if count != expected {
                return "\(count) closed from \(days.lowerBound) to \(days.upperBound), not \(expected)"
            }
        }
        return nil
    }
}

/// The figures of `LoopFigure`, counted order by order from what people did and from nothing else.
struct PlainOrderCount {
    private let orders: [Counted]
    private let wall: WallClock

    /// What can be counted of one order.
    private struct Counted {
        var steps: [(name: WorkOrder.Action.Name, day: LocalDay, before: BodyID?, after: BodyID?)] = []
        var clocks: [(key: ClockKey, due: Moment, metAt: Moment?, isPaused: Bool)] = []
        var verdicts: [(day: LocalDay, body: BodyID, said: WorkOrder.FollowUp)] = []
        /// Merged.
        var isOut = false
        var isTakenBack = false
    }

    private struct ClockKey: Equatable {
        let round: Int
        let name: ClockName
        let body: BodyID
    }

    init(_ day: OrderDay, _ wall: WallClock) {
        self.wall = wall
        orders = day.checker.ledgers.map { Self.counted($0.value, day.register.kept[$0.key], day, wall) }
    }

    private static func counted(
        _ whole: OrderLedger, _ kept: OrderRegister.Kept?, _ day: OrderDay, _ wall: WallClock
    ) -> Counted {
        var counted = Counted()
        var ledger = OrderLedger(beginning: whole)
        for (index, entry) in whole.entries.enumerated() {
            let (before, holder) = (ledger.lead, ledger.holder)
            ledger.add(entry.action, at: entry.at, as: entry.capacity)
            let today = wall.day(of: entry.at)
            counted.steps.append((entry.name, today, holder, ledger.holder))
            if case .followUp(let said) = entry.action, said.reached, let body = before {
                counted.verdicts.append((today, body, said))
            }
            guard let lead = ledger.lead, let order = kept?.steps[index + 1].order else { continue }
            let round = ledger.rounds
            let handlers = [lead] + ledger.shares.map(\.body)
            // What was not kept goes over to whoever has it now; what was, stays.
            counted.clocks.removeAll { $0.metAt == nil || $0.key.round == round && handlers.contains($0.key.body) }
            let clocks = SlowClock.clocks(
                of: ledger, line: order.line, day.register.policy(of: order), day.register.calendar)
            counted.clocks += clocks.map {
                (ClockKey(round: round, name: $0.name, body: $0.body ?? lead), $0.due, $0.metAt, $0.isPaused)
            }
        }
        counted.isOut = ledger.state == .merged
        counted.isTakenBack = ledger.state == .withdrawn
        return counted
    }

    func closed(_ days: ClosedRange<LocalDay>) -> Int {
        orders.count { $0.steps.contains { [.close, .closeAtOnce].contains($0.name) && days.contains($0.day) } }
    }

    /// Numerator and denominator, 0 where there is none.
    func value(_ key: String, _ body: BodyID?, _ days: ClosedRange<LocalDay>, asOf: Moment) -> [Int] {
        func steps(_ names: Set<WorkOrder.Action.Name>, before: Bool) -> [Int] {
            let found = orders.count { order in
                order.steps.contains { step in
                    names.contains(step.name) && days.contains(step.day)
                        && (body == nil || (before ? step.before : step.after) == body)
                }
            }
            return [found, 0]
        }
        func inTime(_ names: Set<ClockName>) -> [Int] {
            let judged = orders.map { judgedClocks($0, names, body, days, asOf) }.filter { !$0.isEmpty }
            return [judged.count { $0.allSatisfy { !$0 } }, judged.count]
        }
        func verdicts(_ fits: (WorkOrder.FollowUp) -> Bool, of asked: (WorkOrder.FollowUp) -> Bool) -> [Int] {
            let last = orders.compactMap { order in
                order.verdicts.last { days.contains($0.day) && (body == nil || $0.body == body) }
            }.filter { asked($0.said) }
            return [last.count { fits($0.said) }, last.count]
        }
        switch key {
        case "received": return steps([.dispatch, .rule, .redo], before: false)
        case "returned": return steps([.giveBack], before: true)
        case "extensionAsked": return steps([.askExtension], before: false)
        case "urged": return steps([.urge], before: false)
        case "redone": return steps([.redo], before: true)
        case "withdrawn": return steps([.withdraw], before: true)
        case "signedInTime": return inTime([.sign])
        case "contactedInTime": return inTime([.contact, .respond])
        case "resolvedInTime": return inTime([.resolve])
        case "overdue":
            let late = orders.count { order in
                !order.isOut && !order.isTakenBack
                    && order.clocks.contains {
                        $0.key.name == .resolve && $0.metAt == nil && !$0.isPaused && $0.due < asOf
                            && days.contains(wall.day(of: $0.due)) && (body == nil || $0.key.body == body)
                    }
            }
            return [late, 0]
        case "responseRate": return verdicts({ $0.contacted == true }, of: { $0.contacted != nil })
        case "solvedRate": return verdicts({ $0.solved == true }, of: { $0.solved != nil })
        case "satisfactionRate": return verdicts({ $0.satisfaction ?? 0 >= 3 }, of: { $0.satisfaction != nil })
        default: return [-1, -1]
        }
    }

    /// Whether each of an order's clocks that were to be kept was late.
    private func judgedClocks(
        _ order: Counted, _ names: Set<ClockName>, _ body: BodyID?, _ days: ClosedRange<LocalDay>, _ asOf: Moment
    ) -> [Bool] {
        guard !order.isOut else { return [] }
        return order.clocks.compactMap { clock in
            guard names.contains(clock.key.name), days.contains(wall.day(of: clock.due)),
                body == nil || clock.key.body == body
            else { return nil }
            if let metAt = clock.metAt { return metAt > clock.due }
            return !clock.isPaused && clock.due < asOf ? true : nil
        }
    }
}
