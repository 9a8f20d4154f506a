import Engine
import Storage

/// A number of the report of the bodies: how orders went through their hands in a period. The only place that says what it means.
///
/// Each counts orders, once each; the rows behind it are those orders. An order may be counted for several bodies, and once
/// among all.
package struct LoopFigure: Sendable {
    package let key: String
    package let name: Figure.Words
    /// What is counted and what is left out, shown beside the number.
    package let definition: Figure.Words
    /// A count or a rate.
    package let unit: Figure.Unit
    let numerator: Quantity
    /// Nil for what is a number by itself.
    let denominator: Quantity?

    enum Quantity: Sendable {
        case step([WorkOrder.Action.Name], OrderPart.Whose)
        case clock([ClockName], OrderPart.Kept)
        case verdict(OrderPart.Verdict)
    }

    private init(
        _ key: String, _ name: Figure.Words, _ definition: Figure.Words, _ numerator: Quantity,
        of denominator: Quantity? = nil
    ) {
        self.key = key
        self.name = name
        self.definition = definition
        unit = denominator == nil ? .count : .rate
        self.numerator = numerator
        self.denominator = denominator
    }

    private static func inTime(
        _ key: String, _ zh: String, _ en: String, _ clocks: [ClockName], _ what: Figure.Words
    ) -> LoopFigure {
        // By the due date, so that what is put off is not left out (shared rule of all rates on time).
        LoopFigure(
            key, Figure.Words(zh, en),
            Figure.Words(
                "\(what.zh)时限在本期内到期的工单中，没有一次超时的 ÷ 到期的；逾期仍未完成的计为超时，暂停计时、尚未到期、已并单和到期前撤回的不计",
                "Of the orders whose time \(what.en) ended in the period: those never late ÷ all; one still open past its time is "
                    + "late; those whose clock stands still or runs, and those merged or taken back before it, are left out"
            ),
            .clock(clocks, .inTime), of: .clock(clocks, .judged))
    }

    private static func stepped(
        _ key: String, _ zh: String, _ en: String, _ actions: [WorkOrder.Action.Name], _ whose: OrderPart.Whose,
        _ definition: Figure.Words
    ) -> LoopFigure {
        LoopFigure(key, Figure.Words(zh, en), definition, .step(actions, whose))
    }

    package static let all = [
        received, signedInTime, contactedInTime, resolvedInTime, overdue, returned, extensionAsked, urged, redone,
        withdrawn,
        responseRate, solvedRate, satisfactionRate,
    ]

    static let received = stepped(
        "received", "收到", "Received", [.dispatch, .rule, .redo], .after,
        Figure.Words(
            "本期派给该单位主办的工单，改派、裁定和重办在内；协办不计",
            "Orders sent to the body in the period to lead, those sent on, ruled to it or to be done again included; shares are "
                + "not"))
    static let signedInTime = inTime(
        "signedInTime", "按时签收率", "Signed in time", [.sign],
        Figure.Words("签收（未签收而退单或提出异议的，以其时刻为准）", "to sign, or to say unsigned that it is not theirs,"))
    static let contactedInTime = inTime(
        "contactedInTime", "按时联系率", "Contacted in time", [.contact, .respond],
        Figure.Words("联系市民或响应", "to contact the citizen or to respond"))
    static let resolvedInTime = inTime(
        "resolvedInTime", "按时办结率", "Resolved in time", [.resolve],
        Figure.Words("办结（协办为答复）", "to resolve, or for a share to answer,"))
    static let overdue = LoopFigure(
        "overdue", Figure.Words("逾期未办结", "Overdue and open"),
        Figure.Words(
            "办结时限在本期内到期、到现在仍未办结的工单；暂停计时和已撤回的不计",
            "Orders whose time to resolve ended in the period and that are still open now; those whose clock stands still or that "
                + "were taken back are left out"),
        .clock([.resolve], .open))
    static let returned = stepped(
        "returned", "退单", "Sent back", [.giveBack], .before,
        Figure.Words("本期由该单位退回的工单", "Orders that the body sent back in the period as not for it"))
    static let extensionAsked = stepped(
        "extensionAsked", "申请延期", "More time asked", [.askExtension], .after,
        Figure.Words("本期申请延期的工单，不论是否批准", "Orders for which more time was asked in the period, granted or not"))
    static let urged = stepped(
        "urged", "催办", "Urged", [.urge], .after,
        Figure.Words(
            "本期由市民或受理中心催办的工单；退回后尚未改派时的只计入合计，系统到期提醒不计",
            "Orders urged in the period by the citizen or the centre; those that no body had, sent back and not sent on, count in "
                + "the total only; the program's own reminders are not counted"))
    static let redone = stepped(
        "redone", "重办", "Done again", [.redo], .before,
        Figure.Words("本期要求重办的工单，计入原承办单位", "Orders that had to be done again, counted for the body that had done them"))

    static let withdrawn = stepped(
        "withdrawn", "撤回", "Taken back", [.withdraw], .before,
        Figure.Words(
            "本期由市民撤回（或受理中心代其撤回）的工单，计入当时的承办单位，退回后尚未改派的只计入合计；撤回的工单不算办结，不回访；撤回前已超时的仍计为超时",
            "Orders that the citizen took back in the period, or the centre because she asked, counted for the body that had them, "
                + "one sent back and not sent on in the total only; they are not closed nor followed up; what was late before that stays late"
        ))

    // MARK: The three rates (三率)

    // Responded, solved, satisfied are the rates of Beijing's 接诉即办 (北京市接诉即办工作条例, 2021); scales as in GB/T 33358's
    // 回访. How they are counted differs by place; these say how.

    /// What she says and not what the body has written down of it: that is `contactedInTime`.
    static let responseRate = LoopFigure(
        "responseRate", Figure.Words("响应率", "Response rate"),
        Figure.Words(
            "本期回访的已派工单中，市民答承办单位“联系过”的 ÷ 答“联系过”或“没有联系”的；一单以本期最后一次为准，未问或未回答的不计入",
            "Of the orders of a body followed up in the period where the citizen said whether the body had been in touch with her: those "
                + "where she said yes; an order counts by the last time she was reached, not asked and no answer count nowhere"
        ),
        .verdict(.contacted), of: .verdict(.askedOfContact))
    static let solvedRate = LoopFigure(
        "solvedRate", Figure.Words("解决率", "Solved rate"),
        Figure.Words(
            "本期回访的已派工单中，市民答“已解决”的 ÷ 答“已解决”或“未解决”的；一单以本期最后一次为准，未回答的不计入",
            "Of the orders of a body followed up in the period where she said whether it is solved: those where she said yes; an order "
                + "counts by the last time she was reached, no answer counts nowhere"),
        .verdict(.solved), of: .verdict(.asked))
    static let satisfactionRate = LoopFigure(
        "satisfactionRate", Figure.Words("满意率", "Satisfaction rate"),
        Figure.Words(
            "本期回访的已派工单中，评价基本满意及以上的 ÷ 作出评价的；一单以本期最后一次为准，未评价的不计入",
            "Of the orders of a body followed up in the period with a verdict: those of 3, 4 or 5 of 5; an order counts by the last "
                + "time she was reached, no verdict counts nowhere"),
        .verdict(.satisfied), of: .verdict(.rated))
}

/// The days a report of the bodies is made for, and when it is looked at.
package struct LoopPeriod: Sendable, Equatable {
    package let days: ClosedRange<LocalDay>
    package let asOf: Moment
    private let time: OrderPart.Time

    /// A year and a day: longer ones are not asked for, and would read too many rows.
    package static let mostDays = 366

    /// Nil for more days than that.
    package init?(_ days: ClosedRange<LocalDay>, wall: WallClock, asOf: Moment) {
        guard days.upperBound.number - days.lowerBound.number < Self.mostDays else { return nil }
        self.days = days
        self.asOf = asOf
        time = OrderPart.Time(from: wall.start(of: days.lowerBound), until: wall.start(of: days.upperBound.next))
    }

    func part(_ quantity: LoopFigure.Quantity) -> OrderPart {
        switch quantity {
        case .step(let actions, let whose): .step(actions, whose: whose, time)
        case .clock(let clocks, let kept): .clock(clocks, kept, asOf: asOf, time)
        case .verdict(let verdict): .verdict(verdict, time)
        }
    }

    /// The orders a figure's part counts, of one body if one is named; nil if there is no such figure, or it has no such part.
    package func rows(_ key: String, _ part: Figure.Part, of body: BodyID?) -> OrderFilter? {
        guard let figure = LoopFigure.all.first(where: { $0.key == key }),
            let quantity = part == .numerator ? figure.numerator : figure.denominator
        else { return nil }
        var filter = OrderFilter()
        filter.part = self.part(quantity)
        filter.partBody = body
        return filter
    }
}
