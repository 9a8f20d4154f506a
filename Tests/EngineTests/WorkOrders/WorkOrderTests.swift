import Testing

@testable import Engine

struct WorkOrderTests {
    static let agent: PersonID = "agent"
    static let fume = WorkOrder.Fields(kind: .complaint, title: "油烟扰民", what: "楼下餐馆油烟直排，夜里也不停。")

    static func draft(_ fields: WorkOrder.Fields = fume) -> WorkOrder {
        WorkOrder(
            draft: "o1", number: "20261122-000001", fields: fields, line: "12345", call: "c1", takenBy: agent,
            at: Moment(milliseconds: 0))
    }

    static func apply(
        _ action: WorkOrder.Action, to order: WorkOrder, as capacity: WorkOrder.Capacity = .intake(agent),
        version: Int? = nil, at: Int64 = 1000
    ) throws(WorkOrder.Refusal) -> WorkOrder {
        try order.applying(
            action, by: agent, as: capacity, version: version ?? order.version, at: Moment(milliseconds: at),
            policy: .hangzhou
        ).order
    }

    @Test func theWholeLoop() throws {
        let body = WorkOrder.Capacity.handling("urban")
        var order = Self.draft()
        order = try Self.apply(.dispatch(to: "urban", readBack: true), to: order, at: 1000)
        #expect(order.state == .dispatched)
        order = try Self.apply(.sign, to: order, as: body, at: 2000)
        order = try Self.apply(.contact(note: "已电话联系来电人"), to: order, as: body, at: 3000)
        order = try Self.apply(.contact(note: "再次联系"), to: order, as: body, at: 4000)
        order = try Self.apply(.answer("已责令加装净化设备"), to: order, as: body, at: 5000)
        order = try Self.apply(.close, to: order, as: body, at: 6000)
        #expect(order.respondedAt == Moment(milliseconds: 3000), "the first contact is what counts")
        #expect(order.closedAt == Moment(milliseconds: 6000))
        #expect(!order.closedAtOnce)
        let silence = WorkOrder.FollowUp(
            at: Moment(milliseconds: 7000), by: Self.agent, reached: false, satisfaction: nil, solved: nil, note: "",
            call: nil)
        order = try Self.apply(.followUp(silence), to: order)
        #expect(order.state == .closed, "nobody answered, so nothing is known")
        let verdict = WorkOrder.FollowUp(
            at: Moment(milliseconds: 8000), by: Self.agent, reached: true, satisfaction: 5, solved: true, note: "",
            call: "c9")
        order = try Self.apply(.followUp(verdict), to: order)
        #expect(order.state == .followedUp)
        #expect(order.followUps == [silence, verdict])
    }

    @Test func whatIsMissingIsNamed() {
        #expect(throws: WorkOrder.Refusal.missing([.kind, .title, .what])) {
            try Self.apply(.dispatch(to: "urban", readBack: true), to: Self.draft(.init(title: "　 ")))
        }
        #expect(throws: WorkOrder.Refusal.notReadBack) {
            try Self.apply(.dispatch(to: "urban", readBack: false), to: Self.draft())
        }
        #expect(throws: WorkOrder.Refusal.missing([.answer])) {
            try Self.apply(.closeAtOnce(answer: " ", readBack: true), to: Self.draft())
        }
        #expect(throws: WorkOrder.Refusal.staleVersion(current: 1)) {
            try Self.apply(.save(Self.fume), to: Self.draft(), version: 0)
        }
        #expect(throws: WorkOrder.Refusal.tooLong(.title, limit: 200)) {
            try Self.apply(.save(.init(title: String(repeating: "长", count: 201))), to: Self.draft())
        }
        #expect(throws: WorkOrder.Refusal.badPhone) { try Self.apply(.save(.init(phone: "12;3456")), to: Self.draft()) }
        #expect(throws: WorkOrder.Refusal.unknownUrgency(.urgent)) {
            try Self.apply(.save(.init(urgency: .urgent)), to: Self.draft())
        }
    }

    @Test func aVerdictNeedsACitizen() {
        var order = Self.draft()
        order.state = .closed
        for (reached, satisfaction, contacted, refusal) in [
            (false, 5, nil, WorkOrder.Refusal.verdictWithoutContact), (false, nil, true, .verdictWithoutContact),
            (true, 6, nil, .badSatisfaction), (true, 0, false, .badSatisfaction),
        ] as [(Bool, Int?, Bool?, WorkOrder.Refusal)] {
            let followUp = WorkOrder.FollowUp(
                at: Moment(milliseconds: 1), by: Self.agent, reached: reached, satisfaction: satisfaction, solved: nil,
                contacted: contacted, note: "", call: nil)
            #expect(throws: refusal) { try Self.apply(.followUp(followUp), to: order) }
        }
    }

    @Test(arguments: [
        ("13800001234", "138****1234"), ("+8613800001234", "+86****1234"), ("0571-8521 0000", "057****0000"),
        ("12345", "1****45"), ("110", "110"),
    ])
    func numbersAreMasked(written: String, masked: String) {
        #expect(TelephoneNumber(written)?.masked == masked)
    }

    @Test(arguments: ["", "12", "1380000123412345", "sip:1@h", "123\r\n4", "１３８００００１２３４", "+", "12+3"])
    func whatIsNoNumberIsNotDialled(written: String) {
        #expect(TelephoneNumber(written) == nil)
    }
}
