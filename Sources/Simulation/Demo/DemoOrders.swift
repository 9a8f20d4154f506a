import Engine
import Storage

/// What became of each matter: who did what to its order, and when. Only planned here; `DemoHistory` lets Engine carry it out.
struct DemoOrders {
    /// One thing that happens to an order.
    struct Step {
        let order: OrderID
        let at: Moment
        let by: PersonID
        let capacity: WorkOrder.Capacity
        let what: What

        enum What {
            case create(line: LineID, call: CallID, phone: String)
            case act(WorkOrder.Action)
        }
    }

    private(set) var steps: [Step] = []
    private let calendar: WorkingCalendar
    private var random: SeededRandom
    private let now: Moment
    private var count = 0
    /// Ways off the straight road of which an order is still to be shown, each left where it stands.
    private var detours = Detour.allCases
    /// The last one that a body handles: others can be merged into it at any time.
    private var lastHandled: OrderID?
    /// One overdue, and one under review, are still to be shown.
    private var (lacksOverdue, lacksReview) = (true, true)

    private enum Detour: CaseIterable {
        case disputed, returned, merged, withdrawn, unsigned
    }

    /// Told in a random order, and none again before all have been.
    private var untold: [LineID: [DemoMatter]] = [:]

    /// - Parameter calls: those in which orders are taken, oldest first; a step after `now` is not planned.
    init(from calls: [CallRecord], until now: Moment, calendar: WorkingCalendar, random: SeededRandom) {
        self.calendar = calendar
        self.random = random
        self.now = now
        for (index, call) in calls.enumerated() {
            // The last two are still being written.
            take(call, isUnfinished: index >= calls.count - 2)
        }
        // Stable: a call's steps at one moment stay in their order.
        steps = steps.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
    }

    private mutating func take(_ call: CallRecord, isUnfinished: Bool) {
        guard let agent = call.agent, let answered = call.answeredAt, let ended = call.endedAt else { return }
        count += 1
        let matter = nextMatter(on: call.line)
        let particulars = DemoTelling.Particulars(of: matter, random: &random)
        let taker = DemoPeople.person(of: agent)
        var chain = Chain(order: OrderID("demo-order-\(count)"), by: taker, as: .intake(taker), until: now)

        chain.add(.create(line: call.line, call: call.id, phone: call.number), at: answered.adding(seconds: 15))
        var fields = WorkOrder.Fields(
            kind: matter.kind, urgency: matter.urgency, title: particulars.fill(matter.title),
            what: particulars.fill(matter.what), place: particulars.place, time: particulars.time, wish: matter.wish,
            name: DemoTelling.citizen(&random), phone: call.number, confidential: matter.kind == .report)
        if isUnfinished { (fields.wish, fields.name) = ("", "") }
        let written = max(ended.adding(seconds: -5), answered.adding(seconds: 16))
        chain.add(.act(.save(fields)), at: written)
        if !isUnfinished { chain.add(.act(.label(category: matter.category, tags: [])), at: written) }
        guard !isUnfinished else {
            steps += chain.steps
            return
        }
        let sent = ended.adding(milliseconds: max(5000, call.wrapUpMs * 3 / 4))
        if random.chance(0.03) {
            let reason = random.pick(["市民说先与物业再商量，暂不登记。", "与前一工单为同一事项，已在前单补充。", "市民误拨。"])
            chain.add(.act(.discard(reason: reason)), at: sent)
        } else if let body = matter.body {
            chain.add(.act(.dispatch(to: body, readBack: true)), at: sent)
            if leaves(body, sent: sent, &chain) {
                steps += chain.steps
                return
            }
            handle(matter, particulars, body, sent: sent, &chain)
        } else {
            chain.add(.act(.closeAtOnce(answer: particulars.fill(matter.answer), readBack: true)), at: sent)
            if random.chance(0.3) { followUp(matter, closed: sent, isLate: false, &chain) }
        }
        steps += chain.steps
    }

    private mutating func nextMatter(on line: LineID) -> DemoMatter {
        if untold[line, default: []].isEmpty {
            untold[line] = DemoMatter.all.filter { $0.line == line }.shuffled(using: &random)
        }
        return untold[line]!.removeLast()
    }

    // MARK: The body

    private mutating func handle(
        _ matter: DemoMatter, _ particulars: DemoTelling.Particulars, _ body: BodyID, sent: Moment, _ chain: inout Chain
    ) {
        let isLate = random.chance(0.07)
        let taker = chain.by
        lastHandled = chain.order
        chain.act(as: .handling(body), by: DemoPeople.officer(of: body))
        let isUrgent = matter.urgency == .extraUrgent
        let signed = isUrgent ? later(sent, minutes: 4...25) : inOffice(later(sent, minutes: 20...420))
        let spoken = isUrgent ? later(signed, minutes: 10...70) : inOffice(later(signed, minutes: 60...1200))
        let answered =
            isUrgent
            ? later(spoken, minutes: isLate ? 700...840 : 150...480)
            : inOffice(later(spoken, minutes: isLate ? 9000...14_000 : 500...3600))
        let closed = isUrgent ? later(answered, minutes: 10...40) : inOffice(later(answered, minutes: 60...1500))
        let contact = random.pick([
            "已电话联系来电人，约定上门时间。", "已致电来电人了解详情，告知处理安排。", "已与来电人通话，补充了现场照片。",
            "已联系来电人，说明正在核查。",
        ])
        chain.add(.act(.sign), at: signed)
        chain.add(.act(.contact(note: contact)), at: spoken)
        // An extra urgent one is due after twelve hours, on days off too.
        if isUrgent, lacksOverdue, sent > now.adding(seconds: -4 * 86_400), sent < now.adding(seconds: -13 * 3600) {
            lacksOverdue = false
            return
        }
        chain.add(.act(.answer(particulars.fill(matter.answer))), at: answered)
        chain.add(.act(.close), at: closed)
        chain.act(as: .intake(taker), by: taker)
        followUp(matter, closed: closed, isLate: isLate, &chain)
    }

    /// Of the orders of the last day and a half one is in dispute, one was sent back, one merged, one taken back, one not signed.
    private mutating func leaves(_ body: BodyID, sent: Moment, _ chain: inout Chain) -> Bool {
        guard let detour = detours.first, let lastHandled, sent > now.adding(seconds: -36 * 3600),
            sent < now.adding(seconds: -3 * 3600)
        else { return false }
        detours.removeFirst()
        let taker = chain.by
        let at = sent.adding(seconds: 2 * 3600)
        chain.act(as: .handling(body), by: DemoPeople.officer(of: body))
        switch detour {
        case .disputed:
            chain.add(
                .act(.object(basis: "《城市管理执法办法》第八条：此事项不在本单位执法范围内。", suggests: nil)), at: at)
        case .returned:
            chain.add(.act(.giveBack(reason: "来电人所述地点不在本单位辖区，请改派。")), at: at)
        case .merged:
            chain.act(as: .supervising(DemoPeople.id("leader1")), by: DemoPeople.id("leader1"))
            chain.add(.act(.merge(into: lastHandled, reason: "与前一工单反映同一事项。")), at: at)
        case .withdrawn:
            chain.act(as: .intake(taker), by: taker)
            chain.add(.act(.withdraw(reason: "来电人再次来电，称问题已自行解决，要求撤回。")), at: at)
        case .unsigned: break
        }
        return true
    }

    // MARK: The citizen's verdict

    private mutating func followUp(_ matter: DemoMatter, closed: Moment, isLate: Bool, _ chain: inout Chain) {
        let caller = DemoPeople.person(of: random.pick(DemoCentre.agents))
        chain.act(as: .intake(caller), by: caller)
        var at = inDaytime(later(closed, minutes: 1100...2200))
        if random.chance(0.12) {
            chain.add(.act(.followUp(attempt(at, by: caller, reached: false, nil, nil, "无人接听，改日再访。"))), at: at)
            at = inDaytime(later(at, minutes: 1300...1700))
        }
        var verdict = [5, 4, 3, 2, 1][random.pick(weights: isLate ? [1, 2, 3, 3, 2] : [52, 30, 11, 5, 2])]
        guard !random.chance(0.05) else {
            let words = "已接通，来电人表示不方便评价。"
            return chain.add(.act(.followUp(attempt(at, by: caller, reached: true, nil, nil, words))), at: at)
        }
        let staysUnderReview = lacksReview && at > now.adding(seconds: -10 * 86_400) && at <= now
        if staysUnderReview { (verdict, lacksReview) = (1, false) }
        let isSolved = verdict >= 3 || !staysUnderReview && random.chance(0.3)
        let words =
            switch verdict {
            case 5: random.pick(["来电人很满意，表示感谢。", "问题已解决，来电人称赞办得快。", "来电人说比预想的快，谢谢大家。"])
            case 4: random.pick(["来电人满意。", "已解决，来电人认可。"])
            case 3: "来电人基本满意，希望长期保持。"
            case 2: isSolved ? "已解决，但来电人认为时间太长。" : "来电人称情况有反复，不满意。"
            default: isSolved ? "来电人对态度不满意。" : "来电人称问题没有解决，非常不满意。"
            }
        // Who is not content often says that nobody ever called her, whatever the body has written down.
        let last = attempt(at, by: caller, reached: true, verdict, isSolved, contacted: verdict > 2, words)
        chain.add(.act(.followUp(last)), at: at)
        chain.act(as: .supervising(DemoPeople.id("leader1")), by: DemoPeople.id("leader1"))
        if staysUnderReview { return }
        if last.isBad {
            let reason = "已向来电人说明处理依据和后续安排，来电人表示理解。"
            chain.add(.act(.explain(reason: reason, justified: !isSolved)), at: at.adding(seconds: 50 * 3600))
        } else if random.chance(0.4) {
            chain.add(.act(.archive(reason: "回访满意，期满归档。")), at: at.adding(seconds: 5 * 86_400))
        }
    }

    private func attempt(
        _ at: Moment, by person: PersonID, reached: Bool, _ satisfaction: Int?, _ solved: Bool?,
        contacted: Bool? = nil, _ note: String
    ) -> WorkOrder.FollowUp {
        WorkOrder.FollowUp(
            at: at, by: person, reached: reached, satisfaction: satisfaction, solved: solved,
            contacted: contacted, note: note, call: nil)
    }

    // MARK: Time

    private mutating func later(_ moment: Moment, minutes: ClosedRange<Int>) -> Moment {
        moment.adding(seconds: Int64(random.int(minutes)) * 60 + Int64(random.int(0...59)))
    }

    /// Bodies work from 8:30 to 17:30 on working days.
    private func inOffice(_ moment: Moment) -> Moment {
        let day = calendar.clock.day(of: moment)
        let second = moment.milliseconds(since: calendar.clock.start(of: day)) / 1000
        let opens: Int64 = 8 * 3600 + 1800
        if calendar.kind(of: day).isWorking {
            if second < opens { return calendar.clock.start(of: day).adding(seconds: opens + second % 1800) }
            if second < 17 * 3600 + 1800 { return moment }
        }
        let next = calendar.workingDay(from: day.next)
        return calendar.clock.start(of: next).adding(seconds: opens + second % 5400)
    }

    /// Nobody is rung up at night.
    private func inDaytime(_ moment: Moment) -> Moment {
        let day = calendar.clock.day(of: moment)
        let second = moment.milliseconds(since: calendar.clock.start(of: day)) / 1000
        if second < 9 * 3600 { return calendar.clock.start(of: day).adding(seconds: 9 * 3600 + second % 3600) }
        if second > 19 * 3600 { return calendar.clock.start(of: day.next).adding(seconds: 9 * 3600 + second % 3600) }
        return moment
    }
}

/// The steps of one order, one after the other, up to now.
private struct Chain {
    private(set) var steps: [DemoOrders.Step] = []
    private(set) var by: PersonID
    private var capacity: WorkOrder.Capacity
    let order: OrderID
    private let now: Moment
    private var isOver = false

    init(order: OrderID, by person: PersonID, as capacity: WorkOrder.Capacity, until now: Moment) {
        self.order = order
        self.by = person
        self.capacity = capacity
        self.now = now
    }

    mutating func act(as capacity: WorkOrder.Capacity, by person: PersonID) {
        self.capacity = capacity
        by = person
    }

    mutating func add(_ what: DemoOrders.Step.What, at moment: Moment) {
        guard moment <= now, !isOver else {
            isOver = true
            return
        }
        steps.append(DemoOrders.Step(order: order, at: moment, by: by, capacity: capacity, what: what))
    }
}
