import Engine
import Storage

/// The orders a figure speaks of, by the words of its definition.
private enum Orders {
    static let any = OrderFilter()
    /// A draft is a matter somebody has begun to tell; a discarded one never was a matter.
    static let standing = OrderFilter { $0.states = WorkOrder.State.allCases.filter { $0 != .discarded } }
    /// What was merged into another order is the other's matter.
    static let matters = OrderFilter {
        $0.states = WorkOrder.State.allCases.filter { ![.discarded, .merged].contains($0) }
    }
    static let rated = OrderFilter { $0.rated = true }
    /// 基本满意 and better.
    static let satisfied = OrderFilter { $0.satisfaction = [3, 4, 5] }
}

extension OrderFilter {
    init(_ set: (inout OrderFilter) -> Void) {
        self.init()
        set(&self)
    }
}

extension Figure {
    static let ofOrders = [
        ordersCreated, mattersCreated, ordersDispatched, ordersClosed, ordersClosedAtOnce, ordersFollowedUp, satisfied,
        satisfactionRate,
        solvedRate, averageSatisfaction,
    ]

    static let ordersCreated = Figure(
        "ordersCreated", .count, Words("受理工单", "Orders created"),
        Words(
            "当日建立的工单，草稿在内，后来作废的除外",
            "Orders begun that day, drafts included, those discarded since left out"),
        .orders(.created, Orders.standing))

    static let mattersCreated = Figure(
        "mattersCreated", .count, Words("诉求事项", "Matters"),
        Words(
            "当日建立的工单，并入其他工单的不再计，作废的除外；同一事项多人反映只计一件",
            "Orders begun that day, those merged into another or discarded since left out: what several people told of "
                + "counts once"),
        .orders(.created, Orders.matters))

    static let ordersDispatched = Figure(
        "ordersDispatched", .count, Words("派单", "Orders dispatched"),
        Words(
            "当日派给承办单位的工单，不论何日建立；后来改派的仍计入当日",
            "Orders sent to a body that day, whenever they were created; one sent on later stays in its day"),
        .orders(.dispatched, Orders.any))

    static let ordersClosed = Figure(
        "ordersClosed", .count, Words("办结", "Orders closed"),
        Words(
            "当日办结的工单，在线办结在内；后来重办的仍计入当日，市民撤回本身不算办结",
            "Orders closed that day, those closed in the call included; one that was done again later stays in its day, one "
                + "that the citizen takes back is not closed by that"),
        .orders(.closed, Orders.any))

    static let ordersClosedAtOnce = Figure(
        "ordersClosedAtOnce", .count, Words("在线办结", "Closed in the call"),
        Words("当日从草稿直接办结的工单", "Orders closed that day straight from the draft, no body asked"),
        .orders(.closed, OrderFilter { $0.closedAtOnce = true }))

    static let ordersFollowedUp = Figure(
        "ordersFollowedUp", .count, Words("已回访", "Followed up"),
        Words(
            "当日回访且联系到市民的工单；未联系到的不计",
            "Orders whose citizen was reached that day to be asked; attempts that "
                + "reached nobody are left out"),
        .orders(.followedUp, Orders.any))

    static let satisfied = Figure(
        "satisfied", .count, Words("满意", "Satisfied"),
        Words(
            "当日回访中评价为非常满意、满意或基本满意的工单",
            "Orders whose citizen, reached that day, said 3 (基本满意), 4 or 5 of 5"),
        .orders(.followedUp, Orders.satisfied))

    static let satisfactionRate = Figure(
        "satisfactionRate", .rate, Words("满意率", "Satisfaction rate"),
        Words(
            "当日回访中评价基本满意及以上的 ÷ 作出评价的；未评价的不计入",
            "Of the citizens reached that day who gave a verdict: those who said 3, 4 or 5 of 5; no verdict counts "
                + "nowhere"
        ),
        .orders(.followedUp, Orders.satisfied), of: .orders(.followedUp, Orders.rated))

    static let solvedRate = Figure(
        "solvedRate", .rate, Words("解决率", "Solved rate"),
        Words(
            "当日回访中答“已解决”的 ÷ 答“已解决”或“未解决”的；未回答的不计入",
            "Of the citizens reached that day who said whether it is solved: those who said yes; no answer counts "
                + "nowhere"
        ),
        .orders(.followedUp, OrderFilter { $0.solved = true }),
        of: .orders(.followedUp, OrderFilter { $0.asked = true }))

    static let averageSatisfaction = Figure(
        "averageSatisfaction", .score, Words("平均满意度", "Average satisfaction"),
        Words(
            "当日回访评价（1 至 5 分）之和 ÷ 作出评价的工单；未评价的不计入",
            "The verdicts (1 to 5) of the citizens reached that day ÷ the orders with a verdict; no verdict counts "
                + "nowhere"
        ),
        .scores(Orders.rated), of: .orders(.followedUp, Orders.rated))

    // MARK: Distributions

    /// Orders created that day, by what kind of matter they are. A draft has none yet and is in none.
    static func byKind(_ kind: Kind) -> Figure {
        var filter = Orders.standing
        filter.kind = kind
        return Figure(
            "ordersByKind.\(kind.rawValue)", .count, Words("按类型", "By kind"),
            Words(
                "当日建立的工单按诉求类型；未定类型的草稿不在任何一类，作废的除外",
                "Orders begun that day by kind; drafts without one are in none, discarded ones are left out"),
            .orders(.created, filter))
    }

    /// Orders created that day, by where they stand when the report is made; those discarded since are a state of
    /// their own.
    static func byState(_ state: WorkOrder.State) -> Figure {
        var filter = OrderFilter()
        filter.states = [state]
        return Figure(
            "ordersByState.\(state.rawValue)", .count, Words("按状态", "By state"),
            Words("当日建立的工单按目前状态", "Orders begun that day by the state they are in now"),
            .orders(.created, filter))
    }

    static func distribution(_ key: String) -> Figure? {
        let parts = key.split(separator: ".", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return nil }
        switch parts[0] {
        case "ordersByKind": return Kind(rawValue: parts[1]).map(byKind)
        case "ordersByState": return WorkOrder.State(rawValue: parts[1]).map(byState)
        default: return nil
        }
    }
}
