import Storage

/// The calls a figure speaks of, by the words of its definition.
private enum Calls {
    static let inbound = CallFilter { $0.direction = .inbound }
    static let queued = inbound.and { $0.queued = true }
    static let answered = queued.and { $0.answered = true }
    /// Their talk is complete; while a call lasts its row does not have it.
    static let talkedOut = answered.and { $0.ended = true }
    static let abandoned = queued.and { $0.outcome = .abandoned }
    static let placed = CallFilter { $0.direction = .outbound }
}

extension CallFilter {
    fileprivate init(_ set: (inout CallFilter) -> Void) {
        self.init()
        set(&self)
    }

    fileprivate func and(_ set: (inout CallFilter) -> Void) -> CallFilter {
        var filter = self
        set(&filter)
        return filter
    }
}

extension Figure {
    static let ofCalls = [
        offered, people, queued, answered, answerRate, within15, abandonedShort, abandonedLong, missed,
        averageSpeedOfAnswer,
        maxWait,
        averageTalk, averageHold, averageWrapUp, averageHandling, callbacks, takenOver, outboundPlaced,
        outboundAnswered,
    ]

    /// GB/T 33358 asks for an answer within 15 seconds.
    private static let promptMs: Int64 = 15_000
    /// Whoever leaves sooner has dialled wrongly or thought better of it.
    private static let shortMs: Int64 = 5_000

    static let offered = Figure(
        "offered", .count, Words("来话量", "Offered"),
        Words(
            "当日到达热线的全部来话，含听问候语时挂断和因排队已满被拒的；按到达时刻计入当日",
            "Calls that reached the line, those that hung up during the greeting or were refused by a full queue "
                + "included; a call belongs to the day in which it arrived"),
        .calls(Calls.inbound))

    static let people = Figure(
        "people", .count, Words("来电人数", "People"),
        Words(
            "来话中同一号码一小时内首次拨打的；其后一小时内再拨的为重拨，不重复计人；隐藏号码的每次都计",
            "Offered calls that were the first of their number; one within an hour of the last is a redial of the same "
                + "person; hidden numbers count each time"),
        .calls(Calls.inbound.and { $0.firstAttempt = true }))

    static let queued = Figure(
        "queued", .count, Words("入队量", "Queued"),
        Words("听完问候语、进入人工队列的来话", "Calls that entered a queue, after the greeting"),
        .calls(Calls.queued))

    static let answered = Figure(
        "answered", .count, Words("接通量", "Answered"),
        Words("与话务员接通的来话", "Queued calls that were bridged to an agent"),
        .calls(Calls.answered))

    static let answerRate = Figure(
        "answerRate", .rate, Words("接通率", "Answer rate"),
        Words(
            "接通量 ÷ 入队量；5 秒内放弃的也在分母中，正在等待的来话计入分母",
            "Answered ÷ queued; those who left within 5 s and those still waiting are in the denominator"),
        .calls(Calls.answered), of: .calls(Calls.queued))

    static let within15 = Figure(
        "within15", .rate, Words("15 秒接通率", "Answered within 15 s"),
        Words(
            "入队后 15 秒内（含）接通的来话 ÷ 入队量", "Answered no later than 15 s after entering the queue ÷ queued"),
        .calls(Calls.answered.and { $0.waitedAtMostMs = promptMs }), of: .calls(Calls.queued))

    static let abandonedShort = Figure(
        "abandonedShort", .count, Words("短时放弃", "Short abandonment"),
        Words(
            "入队后 5 秒内（含）未接通即结束的来话，不含系统中断",
            "Queued calls that ended unanswered within 5 s; interruptions by the system are not among them"),
        .calls(Calls.abandoned.and { $0.waitedAtMostMs = shortMs }))

    static let abandonedLong = Figure(
        "abandonedLong", .count, Words("放弃", "Abandonment"),
        Words(
            "入队超过 5 秒后未接通即结束的来话，不含系统中断",
            "Queued calls that ended unanswered after more than 5 s; interruptions by the system are not among them"),
        .calls(Calls.abandoned.and { $0.waitedMoreThanMs = shortMs }))

    static let missed = Figure(
        "missed", .count, Words("漏接", "Missed"),
        Words(
            "结束时无人与其通话的来话（含听问候语时挂断、因排队已满被拒、接通后又回到等待时挂断的）以及被系统中断的来话；按次计，应当回拨",
            "Calls that ended with no agent on the line (during the greeting, refused by a full queue, or back in "
                + "the queue after an agent was lost, too) and calls the system interrupted; each attempt counts, and "
                + "is owed a call back"
        ),
        .calls(Calls.inbound.and { $0.missed = true }))

    static let averageSpeedOfAnswer = Figure(
        "averageSpeedOfAnswer", .duration, Words("平均应答时长", "Average speed of answer"),
        Words("接通来话从入队到接通的时长之和 ÷ 接通量", "Time from queue to bridge, over all answered calls ÷ answered"),
        .time([.wait], Calls.answered), of: .calls(Calls.answered))

    static let maxWait = Figure(
        "maxWait", .duration, Words("最长等待", "Longest wait"),
        Words(
            "入队来话中最长的等待：从入队到接通，或到未接通而结束；尚在等待的不计",
            "The longest time from queue to bridge, or to the end of a call never bridged; those still waiting are "
                + "left out"
        ),
        .longest(.wait, Calls.queued))

    static let averageTalk = Figure(
        "averageTalk", .duration, Words("平均通话时长", "Average talk"),
        Words(
            "已结束的接通来话，从接通到释放的时长之和（含保持）÷ 其数量",
            "Time from bridge to release, holds included, of answered calls that have ended ÷ their number"),
        .time([.talk], Calls.talkedOut), of: .calls(Calls.talkedOut))

    static let averageHold = Figure(
        "averageHold", .duration, Words("平均保持时长", "Average hold"),
        Words(
            "已结束的接通来话的保持时长之和 ÷ 其数量；未曾保持的也在分母中",
            "Time on hold of answered calls that have ended ÷ their number, those never held included"),
        .time([.hold], Calls.talkedOut), of: .calls(Calls.talkedOut))

    static let averageWrapUp = Figure(
        "averageWrapUp", .duration, Words("平均话后整理时长", "Average wrap-up"),
        Words(
            "已结束的接通来话的话后整理时长之和 ÷ 其数量；正在整理的暂计为 0",
            "Wrap-up of answered calls that have ended ÷ their number; one still going on counts 0 until it is over"),
        .time([.wrapUp], Calls.talkedOut), of: .calls(Calls.talkedOut))

    static let averageHandling = Figure(
        "averageHandling", .duration, Words("平均处理时长", "Average handling time"),
        Words(
            "已结束的接通来话的通话（含保持）与话后整理时长之和 ÷ 其数量",
            "AHT: talk, holds included, and wrap-up of answered calls that have ended ÷ their number"),
        .time([.talk, .wrapUp], Calls.talkedOut), of: .calls(Calls.talkedOut))

    static let callbacks = Figure(
        "callbacks", .count, Words("预约回拨", "Asked to be called back"),
        Words(
            "排队中选择按次序回拨的来话；回拨接通的计入接通量",
            "Callers who chose to be called back in their turn; those reached are among the answered"),
        .calls(Calls.inbound.and { $0.callback = true }))

    static let takenOver = Figure(
        "takenOver", .count, Words("话务迁移", "Taken over"),
        Words("按话务迁移指令由其他受理中心接听的来话", "Calls that went to another centre by command"),
        .calls(Calls.inbound.and { $0.takenOver = true }))

    static let outboundPlaced = Figure(
        "outboundPlaced", .count, Words("外呼量", "Calls placed"),
        Words("话务员拨出的电话，按拨出时刻计入当日", "Calls that agents placed, by the day in which they were dialled"),
        .calls(Calls.placed))

    static let outboundAnswered = Figure(
        "outboundAnswered", .count, Words("外呼接通量", "Placed and answered"),
        Words("话务员拨出且市民接听的电话", "Calls that agents placed and the citizen answered"),
        .calls(Calls.placed.and { $0.answered = true }))
}
