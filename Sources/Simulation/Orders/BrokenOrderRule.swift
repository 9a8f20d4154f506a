import Engine
import Storage

/// A mistake that the handling of orders could make, put around the real rules: the checkers must find each.
package enum BrokenOrderRule: String, Sendable, CaseIterable {
    /// A step is done and its history row is not there.
    case losesHistory
    /// What is to happen next to a clock is forgotten when it goes on after a pause.
    case forgetsAlarm
    /// That a step of a ladder was taken is not kept.
    case repeatsAlarm
    /// An order is closed and has no answer.
    case closesUnanswered
    /// After a ruling no body has the order.
    case losesBody
    /// A refused action leaves something behind.
    case changesWhenRefusing
    /// Holidays and make-up days are taken for what their weekday says.
    case ignoresHolidays
    /// A pause is gone when the program begins again.
    case forgetsPauses
    /// An order that was done again no longer counts as closed in its former day.
    case countsWhatStands
}

/// Carries out a broken rule on what goes out of the rules and into the rows.
struct OrderDistortion {
    let rule: BrokenOrderRule
    private var count = 0

    init(_ rule: BrokenOrderRule) {
        self.rule = rule
    }

    var calendar: WorkingCalendar? { rule == .ignoresHolidays ? .weekdays(.china) : nil }
    var keepsAlarms: Bool { rule != .repeatsAlarm }

    mutating func keepsHistory(_ action: WorkOrder.Action) -> Bool {
        count += 1
        return rule != .losesHistory || count % 40 != 0
    }

    func decided(_ order: inout WorkOrder, _ action: WorkOrder.Action) {
        switch (rule, action) {
        case (.closesUnanswered, .close): order.answer = nil
        case (.losesBody, .rule): order.body = nil
        default: break
        }
    }

    func written(_ due: inout OrderDue, _ action: WorkOrder.Action) {
        guard rule == .forgetsAlarm, action.name == .resume else { return }
        due = OrderDue(next: due.next, resolve: due.resolve, alarm: nil, clocks: due.clocks)
    }

    func refused(_ kept: inout OrderRegister.Kept) {
        if rule == .changesWhenRefusing { kept.order.details.urges += 1 }
    }

    func reloaded(_ order: inout WorkOrder) {
        if rule == .forgetsPauses { order.details.pauses = [] }
    }
}
