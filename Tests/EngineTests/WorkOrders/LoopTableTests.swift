import Testing

@testable import Engine

/// Every action in every state by everybody: allowed exactly where this table says, which is written here a second time by hand;
/// a refusal changes nothing.
struct LoopTableTests {
    /// T who took it, A another agent, L the leader, B the lead body, S a body with a share, O a body with none, C the citizen.
    private static let table = """
        save         draft:TL
        discard      draft:TL
        dispatch     draft:TL returned:TAL
        closeAtOnce  draft:TL returned:L
        sign         dispatched:BL
        contact      signed:BL
        answer       signed:BL
        close        answered:BL
        sendBack     answered:TAL
        giveBack     dispatched:B signed:B
        object       dispatched:B signed:B
        rule         disputed:L
        askExtension signed:BL
        decideExtension signed:L
        pause        dispatched:BL signed:BL disputed:L
        resume       dispatched:BL signed:BL disputed:L
        urge         dispatched:TALC signed:TALC disputed:TALC returned:TALC answered:TALC
        add          dispatched:TALC signed:TALC disputed:TALC returned:TALC answered:TALC
        supervise    dispatched:L signed:L disputed:L returned:L answered:L reviewing:L
        guide        dispatched:TALBS signed:TALBS disputed:TALBS returned:TALBS answered:TALBS
        share        dispatched:LBS signed:LBS
        signShare    dispatched:S signed:S
        answerShare  dispatched:S signed:S
        regrade      dispatched:L signed:L disputed:L returned:L answered:L
        movePolicy   dispatched:L signed:L disputed:L returned:L answered:L
        label        draft:TAL dispatched:TAL signed:TAL disputed:TAL returned:TAL answered:TAL closed:TAL reviewing:TAL followedUp:TAL
        link         draft:TAL dispatched:TAL signed:TAL disputed:TAL returned:TAL answered:TAL closed:TAL reviewing:TAL followedUp:TAL
        followUp     closed:TALC
        correct      dispatched:TL signed:TL disputed:TL returned:TL answered:TL
        redo         closed:L reviewing:L
        explain      reviewing:L
        archive      closed:L followedUp:L
        merge        draft:TL dispatched:L signed:L returned:L
        unmerge      merged:L
        withdraw     draft:C dispatched:TALC signed:TALC disputed:TALC returned:TALC answered:TALC
        tell         dispatched:TAL signed:TAL disputed:TAL returned:TAL answered:TAL withdrawn:TAL
        """

    static let capacities: [(Character, WorkOrder.Capacity)] = [
        ("T", .intake(WorkOrderTests.agent)), ("A", .intake("another")), ("L", .supervising("leader")),
        ("B", .handling("urban")), ("S", .handling("police")), ("O", .handling("water")), ("C", .citizen),
    ]

    static let actions: [WorkOrder.Action] = [
        .save(WorkOrderTests.fume), .discard(reason: "打错"), .dispatch(to: "urban", readBack: true),
        .closeAtOnce(answer: "已答复", readBack: true), .sign, .contact(note: "已联系"), .answer("已处理"), .close,
        .sendBack(reason: "答复不完整"), .giveBack(reason: "不属本单位"), .object(basis: "某条例第三条", suggests: nil),
        .rule(body: "water", ruling: "由水务局办理"),
        .askExtension(reason: "需检测", until: Moment(milliseconds: 100 * 86_400_000)),
        .decideExtension(granted: true, note: "同意"), .pause(.expertise, note: "送检"), .resume(note: ""),
        .urge(note: "市民再次来电"), .supervise(note: "限期办结"), .guide(note: "请先到现场"), .add(note: "补充门牌号"),
        .share(with: "fire", as: .coHandler, note: ""), .signShare, .answerShare("已检查"),
        .regrade(kind: .help, urgency: .extraUrgent, reason: "危及安全"),
        .movePolicy(.init(name: "beijing", version: 0), reason: "试点"), .label(category: "fume", tags: ["涉疫"]),
        .followUp(
            WorkOrder.FollowUp(
                at: Moment(milliseconds: 1), by: WorkOrderTests.agent, reached: true, satisfaction: 3, solved: false,
                note: "", call: nil)),
        .redo(body: "urban", reason: "未解决"), .explain(reason: "依法不能办理", justified: false), .archive(reason: "期满"),
        .merge(into: "o2", reason: "同一事项"), .unmerge(reason: "并错"), .link("o3"),
        .withdraw(reason: "已自行解决"), .tell(note: "已电话告知值班室"),
        .correct(particulars: ["item": "RR473124829GB"]),
    ]

    /// An order in a state in which, but for the table, the action could be done.
    static func order(_ state: WorkOrder.State, for action: WorkOrder.Action.Name) -> WorkOrder {
        var order = WorkOrderTests.draft()
        order.state = state
        let zero = Moment(milliseconds: 0)
        if state != .draft {
            order.body = "urban"
            order.dispatchedAt = zero
        }
        var share = WorkOrder.Share(body: "police", role: .coHandler, of: nil, askedAt: zero)
        share.signedAt = action == .answerShare ? zero : nil
        if action != .signShare, action != .answerShare { share.answeredAt = zero }
        order.details.shares = [share]
        if action == .decideExtension {
            order.details.extensionAsked = .init(
                by: "urban", reason: "需检测", until: Moment(milliseconds: 1), at: zero)
        }
        if action == .correct { order.details.particulars = ["item": "EA123456785CN"] }
        if action == .resume { order.details.pauses = [.init(reason: .expertise, from: zero, to: nil, note: "送检")] }
        if state == .disputed {
            order.details.objection = .init(by: "urban", basis: "某条例", suggests: nil, at: zero, from: .signed)
        }
        return order
    }

    private static let allowed: [WorkOrder.Action.Name: [WorkOrder.State: Set<Character>]] = {
        var allowed: [WorkOrder.Action.Name: [WorkOrder.State: Set<Character>]] = [:]
        for line in table.split(separator: "\n") {
            let words = line.split(separator: " ")
            let name = WorkOrder.Action.Name(rawValue: String(words[0]))!
            for word in words.dropFirst() {
                let parts = word.split(separator: ":")
                allowed[name, default: [:]][WorkOrder.State(rawValue: String(parts[0]))!] = Set(parts[1])
            }
        }
        return allowed
    }()

    @Test func theTableNamesEveryAction() {
        #expect(Set(Self.actions.map(\.name)) == Set(WorkOrder.Action.Name.allCases).subtracting([.create]))
        #expect(Set(Self.allowed.keys) == Set(Self.actions.map(\.name)))
    }

    @Test(arguments: WorkOrder.State.allCases) func nothingElseIsAllowed(state: WorkOrder.State) {
        for action in Self.actions {
            let order = Self.order(state, for: action.name)
            for (letter, capacity) in Self.capacities {
                let expected = Self.allowed[action.name]?[state]?.contains(letter) ?? false
                let told = Comment(rawValue: "\(action.name) in \(state) by \(letter)")
                do {
                    let after = try WorkOrderTests.apply(action, to: order, as: capacity)
                    #expect(expected, told)
                    #expect(after.version == order.version + 1, told)
                } catch {
                    #expect(!expected, "\(action.name) in \(state) by \(letter): \(error)")
                    switch error {
                    case .wrongState, .notYours, .anotherBodys, .reviewedByCentre: break
                    default: Issue.record("\(action.name) in \(state) by \(letter) is refused for \(error)")
                    }
                }
                #expect(order.allowed(to: capacity).contains(action.name) == expected, told)
            }
        }
    }

    /// Once its words were removed nothing is done with an order any more.
    @Test func whatWasRemovedStays() {
        for action in Self.actions {
            for state in WorkOrder.State.allCases {
                var order = Self.order(state, for: action.name)
                order.removedAt = Moment(milliseconds: 5)
                for (_, capacity) in Self.capacities {
                    #expect(throws: WorkOrder.Refusal.self) {
                        try WorkOrderTests.apply(action, to: order, as: capacity)
                    }
                }
            }
        }
    }

    @Test func whereTheCentreReviewsItCloses() throws {
        var reviewing = ClockPolicy.hangzhou
        reviewing.reviews = true
        let order = Self.order(.answered, for: .close)
        #expect(throws: WorkOrder.Refusal.reviewedByCentre) {
            try order.applying(
                .close, by: "b", as: .handling("urban"), version: 1, at: Moment(milliseconds: 1), policy: reviewing)
        }
        let closed = try order.applying(
            .close, by: "a", as: .intake("a"), version: 1, at: Moment(milliseconds: 1), policy: reviewing)
        #expect(closed.order.state == .closed)
        #expect(!order.allowed(to: .handling("urban"), policy: reviewing).contains(.close))
    }
}
