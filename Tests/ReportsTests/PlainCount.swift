import Engine

@testable import Reports

/// The figures of one column, counted row by row from what the definitions say and from nothing else.
struct PlainCount {
    private let calls: [CallRecord]
    private let orders: [WorkOrder]
    private let proposals: [OrderID: BodyID]
    private let returned: Set<OrderID>

    init(_ world: World, _ column: DayReport.Column) {
        func isCounted(_ line: LineID) -> Bool {
            switch column {
            case .line(let wanted): line == wanted
            case .all: true
            }
        }
        calls = world.calls.filter { isCounted($0.line) && Self.isToday($0.arrivedAt) }
        orders = world.orders.filter { isCounted($0.line) }
        (proposals, returned) = (world.proposals, world.returned)
    }

    private static func isToday(_ moment: Moment?) -> Bool {
        moment.map { World.wall.day(of: $0) == World.day } ?? false
    }

    struct Fraction {
        let numerator: Int64
        let denominator: Int64?

        init(_ numerator: Int, of denominator: Int? = nil) {
            self.numerator = Int64(numerator)
            self.denominator = denominator.map(Int64.init)
        }
    }

    var figures: [String: Fraction] {
        let inbound = calls.filter { $0.direction == .inbound }
        let outbound = calls.filter { $0.direction == .outbound }
        let queued = inbound.filter { $0.queuedAt != nil }
        let answered = queued.filter { $0.answeredAt != nil }
        let over = answered.filter { $0.endedAt != nil }
        let abandoned = queued.filter { $0.outcome == .abandoned }
        func total(_ calls: [CallRecord], _ length: (CallRecord) -> Int64) -> Int {
            Int(calls.map(length).reduce(0, +))
        }
        let reached = orders.flatMap(\.followUps).filter { $0.reached && Self.isToday($0.at) }
        let scores = reached.compactMap(\.satisfaction)
        // The world lets every order leave its draft as it is created.
        let proposed = orders.filter { proposals[$0.id] != nil && Self.isToday($0.createdAt) }
        let taken = proposed.filter { proposals[$0.id] == $0.body }
        let otherwise = proposed.filter { proposals[$0.id] != $0.body }
        let verdicts = reached.compactMap(\.solved)
        return [
            "offered": Fraction(inbound.count),
            "people": Fraction(inbound.count { $0.attempt == nil || $0.attempt == 1 }),
            "queued": Fraction(queued.count),
            "answered": Fraction(answered.count),
            "answerRate": Fraction(answered.count, of: queued.count),
            "within15": Fraction(answered.count { wait($0) <= 15_000 }, of: queued.count),
            "abandonedShort": Fraction(abandoned.count { wait($0) <= 5000 }),
            "abandonedLong": Fraction(abandoned.count { wait($0) > 5000 }),
            "missed": Fraction(inbound.count(where: \.missed)),
            "averageSpeedOfAnswer": Fraction(total(answered, wait), of: answered.count),
            "maxWait": Fraction(Int(queued.filter { $0.answeredAt != nil || $0.endedAt != nil }.map(wait).max() ?? 0)),
            "averageTalk": Fraction(total(over, \.talkMs), of: over.count),
            "averageHold": Fraction(total(over, \.holdMs), of: over.count),
            "averageWrapUp": Fraction(total(over, \.wrapUpMs), of: over.count),
            "averageHandling": Fraction(total(over) { $0.talkMs + $0.wrapUpMs }, of: over.count),
            "callbacks": Fraction(inbound.count { $0.callbackAt != nil }),
            "takenOver": Fraction(inbound.count { $0.takeover != nil }),
            "outboundPlaced": Fraction(outbound.count),
            "outboundAnswered": Fraction(outbound.count { $0.answeredAt != nil }),
            "ordersCreated": Fraction(orders.count { Self.isToday($0.createdAt) && $0.state != .discarded }),
            "mattersCreated": Fraction(
                orders.count { Self.isToday($0.createdAt) && ![.discarded, .merged].contains($0.state) }),
            "bodyProposals": Fraction(proposed.count),
            "proposalTakenRate": Fraction(taken.count, of: proposed.count),
            "returnedAsProposedRate": Fraction(taken.count { returned.contains($0.id) }, of: taken.count),
            "returnedOtherwiseRate": Fraction(otherwise.count { returned.contains($0.id) }, of: otherwise.count),
            "ordersDispatched": Fraction(orders.count { Self.isToday($0.dispatchedAt) }),
            "ordersClosed": Fraction(orders.count { Self.isToday($0.closedAt) }),
            "ordersClosedAtOnce": Fraction(orders.count { Self.isToday($0.closedAt) && $0.closedAtOnce }),
            "ordersFollowedUp": Fraction(reached.count),
            "satisfied": Fraction(scores.count { $0 >= 3 }),
            "satisfactionRate": Fraction(scores.count { $0 >= 3 }, of: scores.count),
            "solvedRate": Fraction(verdicts.count { $0 }, of: verdicts.count),
            "averageSatisfaction": Fraction(scores.reduce(0, +), of: scores.count),
        ]
    }

    func byKind(_ kind: Kind) -> Int64 {
        Int64(orders.count { Self.isToday($0.createdAt) && $0.state != .discarded && $0.fields.kind == kind })
    }

    func byState(_ state: WorkOrder.State) -> Int64 {
        Int64(orders.count { Self.isToday($0.createdAt) && $0.state == state })
    }

    private func wait(_ call: CallRecord) -> Int64 {
        (call.answeredAt ?? call.endedAt!).milliseconds(since: call.queuedAt!)
    }
}
