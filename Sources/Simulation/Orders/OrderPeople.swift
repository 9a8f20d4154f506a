import Engine

/// What people do to orders: mostly what is open to them, sometimes what they may not, now and then nonsense.
struct OrderPeople {
    let world: OrderWorld
    var random: SeededRandom

    /// Something for one order; nil when nobody can or wants to.
    mutating func act(
        on order: WorkOrder, number: Int, orders: Int, due: Moment?, _ policy: ClockPolicy, at now: Moment
    ) -> OrderDeed.What? {
        let capacity = anybody(of: order)
        if random.chance(Double(world.wrongPercent) / 100) {
            let name = random.pick(WorkOrder.Action.Name.allCases.filter { $0 != .create })
            let isEmpty = random.chance(0.3) && Self.withWords.contains(name)
            let action = action(name, order, orders: orders, due: due, policy, isEmpty: isEmpty, at: now)
            let flaw: OrderDeed.Flaw = isEmpty ? .content : random.chance(0.2) ? .stale : .none
            return .acted(number, action, capacity, flaw)
        }
        let open = order.allowed(to: capacity, policy: policy).filter { !world.without.contains($0) }
        guard !open.isEmpty else { return nil }
        let name = open[random.pick(weights: open.map(Self.weight))]
        return .acted(
            number, action(name, order, orders: orders, due: due, policy, isEmpty: false, at: now), capacity,
            world.stops && random.chance(0.02) ? .lost : .none)
    }

    private mutating func anybody(of order: WorkOrder) -> WorkOrder.Capacity {
        switch random.int(0...9) {
        case 0: .intake(random.pick(OrderWorld.agents))
        case 1: .intake(order.takenBy ?? OrderWorld.agents[0])
        case 2: .handling(random.pick(OrderWorld.bodies))
        case 3: .citizen
        case 4, 5: .supervising("leader")
        case 6: .handling(order.details.shares.last?.body ?? order.body ?? "city")
        default: order.body.map { .handling($0) } ?? .intake(order.takenBy ?? OrderWorld.agents[0])
        }
    }

    /// What leads to an end is done more often than what is not.
    private static func weight(_ name: WorkOrder.Action.Name) -> Double {
        switch name {
        case .sign, .dispatch, .answer, .signShare, .answerShare, .rule: 5
        case .close, .followUp: 4
        case .contact, .pause, .resume, .share, .askExtension, .decideExtension, .redo: 2
        case .discard, .archive, .merge, .guide, .add, .label, .link, .supervise, .save, .tell, .correct: 0.5
        case .withdraw: 0.2
        default: 1
        }
    }

    // MARK: Actions

    /// Those in which a text must be given.
    static let withWords: Set<WorkOrder.Action.Name> = [
        .discard, .closeAtOnce, .contact, .answer, .sendBack, .giveBack, .object, .rule, .askExtension,
        .decideExtension, .pause, .urge, .supervise, .guide, .add, .answerShare, .regrade, .movePolicy, .redo,
        .explain, .archive, .merge, .unmerge, .save, .followUp, .withdraw, .tell,
    ]

    mutating func action(
        _ name: WorkOrder.Action.Name, _ order: WorkOrder, orders: Int, due: Moment?, _ policy: ClockPolicy,
        isEmpty: Bool, at now: Moment
    ) -> WorkOrder.Action {
        let text = isEmpty ? random.pick(["", " 　\n", String(repeating: "长", count: 8001)]) : "已核实，情况属实"
        let body = random.pick(OrderWorld.bodies)
        let other = OrderID("o\(random.int(0...max(0, orders - 1)))")
        switch name {
        case .create, .save: return .save(fields(policy, isBroken: isEmpty))
        case .discard: return .discard(reason: text)
        case .dispatch: return .dispatch(to: body, readBack: !random.chance(0.05))
        case .closeAtOnce: return .closeAtOnce(answer: text, readBack: !random.chance(0.05))
        case .sign: return .sign
        case .contact: return .contact(note: text)
        case .answer: return .answer(text)
        case .close: return .close
        case .sendBack: return .sendBack(reason: text)
        case .giveBack: return .giveBack(reason: text)
        case .object: return .object(basis: text, suggests: random.chance(0.5) ? body : nil)
        case .rule: return .rule(body: body, ruling: text)
        case .askExtension:
            let days = Int64(random.int(-1...12))
            return .askExtension(reason: text, until: (due ?? now).adding(seconds: days * 86_400))
        case .decideExtension: return .decideExtension(granted: random.chance(0.7), note: text)
        case .pause: return .pause(random.pick(ClockPolicy.PauseReason.allCases), note: text)
        case .resume: return .resume(note: random.chance(0.5) ? "" : "材料已补齐")
        case .urge: return .urge(note: text)
        case .supervise: return .supervise(note: text)
        case .guide: return .guide(note: text)
        case .add: return .add(note: text)
        case .share: return .share(with: body, as: random.pick([.coHandler, .lower]), note: "")
        case .signShare: return .signShare
        case .answerShare: return .answerShare(text)
        case .regrade:
            return .regrade(kind: random.pick(Kind.allCases), urgency: random.pick(policy.urgencies), reason: text)
        case .movePolicy:
            let fit = world.policies.filter { $0.urgencies.contains(order.fields.urgency) }
            let name = (fit.isEmpty ? policy : random.pick(fit)).name
            return .movePolicy(.init(name: name, version: 0), reason: text)
        case .label:
            let category = random.pick(["utilities", "complex", "danger", "appeal", nil] as [String?])
            return .label(category: category, tags: random.chance(0.3) ? ["保供"] : [])
        case .correct:
            let known = order.details.particulars["item"] == "EA123456785CN"
            return .correct(particulars: ["item": known ? "RR473124829GB" : "EA123456785CN"])
        case .followUp: return .followUp(verdict(now, isBroken: isEmpty))
        case .redo: return .redo(body: body, reason: text)
        case .explain: return .explain(reason: text, justified: random.chance(0.5))
        case .archive: return .archive(reason: text)
        case .merge: return .merge(into: other, reason: text)
        case .unmerge: return .unmerge(reason: text)
        case .link: return .link(other)
        case .withdraw: return .withdraw(reason: text)
        case .tell: return .tell(note: text)
        }
    }

    mutating func fields(_ policy: ClockPolicy, isBroken: Bool = false) -> WorkOrder.Fields {
        WorkOrder.Fields(
            kind: random.chance(0.9) ? random.pick(Kind.allCases) : nil, urgency: random.pick(policy.urgencies),
            title: random.chance(0.95) ? "楼下餐馆油烟" : "", what: "每晚九点后油烟很大", place: "文一路",
            phone: isBroken ? "not a number" : "13800001234", confidential: random.chance(0.1))
    }

    private mutating func verdict(_ now: Moment, isBroken: Bool) -> WorkOrder.FollowUp {
        let reached = random.chance(0.7)
        let asked = reached || isBroken
        return WorkOrder.FollowUp(
            at: now, by: "agent-1", reached: isBroken ? false : reached,
            satisfaction: isBroken ? 3 : asked && random.chance(0.8) ? random.int(1...5) : nil,
            solved: asked && random.chance(0.8) ? random.chance(0.7) : nil,
            contacted: asked && random.chance(0.8) ? random.chance(0.7) : nil, note: "", call: nil)
    }

    // MARK: Those who want to finish

    /// The next step to the end; nil when it is there.
    mutating func finish(_ order: WorkOrder, number: Int, _ policy: ClockPolicy, at now: Moment) -> OrderDeed.What? {
        let leader = WorkOrder.Capacity.supervising("leader")
        func by(_ capacity: WorkOrder.Capacity, _ action: WorkOrder.Action) -> OrderDeed.What {
            .acted(number, action, capacity, .none)
        }
        switch order.state {
        case .draft:
            return by(.intake(order.takenBy ?? OrderWorld.agents[0]), .discard(reason: "误建"))
        case .returned: return by(leader, .dispatch(to: random.pick(OrderWorld.bodies), readBack: true))
        case .dispatched: return by(.handling(order.body ?? "city"), .sign)
        case .disputed: return by(leader, .rule(body: random.pick(OrderWorld.bodies), ruling: "依职责由其办理"))
        case .signed:
            if let share = order.details.shares.first(where: { $0.answeredAt == nil }) {
                return by(.handling(share.body), .answerShare("已检查"))
            }
            return by(.handling(order.body ?? "city"), .answer("已整改"))
        case .answered: return by(leader, .close)
        case .closed:
            return by(
                leader,
                .followUp(
                    .init(at: now, by: "leader", reached: true, satisfaction: 4, solved: true, note: "", call: nil)))
        case .reviewing: return by(leader, .explain(reason: "依法不能办理，已说明", justified: false))
        case .followedUp, .archived, .merged, .discarded, .withdrawn: return nil
        }
    }
}
