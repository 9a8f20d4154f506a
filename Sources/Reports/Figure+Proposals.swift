import Engine
import Storage

/// Whether the dispatch model is any good: are its proposals taken, and do the bodies send back less of what followed
/// one.
///
/// An order is counted on the day it left the draft, and once, however often it is sent on; a return may come days
/// later, so that the figure of a day still rises.
extension Figure {
    static let ofProposals = [bodyProposals, proposalTakenRate, returnedAsProposedRate, returnedOtherwiseRate]

    private static let any = OrderFilter()
    private static let taken = OrderFilter { $0.proposalTaken = true }
    private static let otherwise = OrderFilter { $0.proposalTaken = false }

    static let bodyProposals = Figure(
        "bodyProposals", .count, Words("有承办单位建议的派单", "Dispatches with a body proposed"),
        Words(
            "当日首次派出、派出前系统建议过承办单位的工单",
            "Orders first dispatched that day for which the dispatch model had proposed a body"),
        .orders(.proposed, any))

    static let proposalTakenRate = Figure(
        "proposalTakenRate", .rate, Words("建议采纳率", "Proposals taken"),
        Words(
            "其中派给所建议单位的 ÷ 当日有承办单位建议的派单",
            "Of the orders first dispatched that day with a body proposed: those sent to that body"),
        .orders(.proposed, taken), of: .orders(.proposed, any))

    static let returnedAsProposedRate = Figure(
        "returnedAsProposedRate", .rate, Words("采纳建议后退单率", "Returned, proposal taken"),
        Words(
            "派给所建议单位后被退单的 ÷ 当日派给所建议单位的工单；以后退的也计入派出当日",
            "Of the orders first dispatched that day to the body proposed: those a body has sent back since"),
        .orders(.proposed, returned(taken)), of: .orders(.proposed, taken))

    static let returnedOtherwiseRate = Figure(
        "returnedOtherwiseRate", .rate, Words("未采纳建议退单率", "Returned, proposal not taken"),
        Words(
            "未按建议派出后被退单的 ÷ 当日未按建议派出的工单；以后退的也计入派出当日",
            "Of the orders first dispatched that day to another body than the one proposed: those a body has sent back "
                + "since"),
        .orders(.proposed, returned(otherwise)), of: .orders(.proposed, otherwise))

    private static func returned(_ filter: OrderFilter) -> OrderFilter {
        var filter = filter
        filter.returned = true
        return filter
    }
}
