import Engine
import Storage

/// Asking the citizen whether the body has been in touch with her, whether it was solved, and how content she is.
enum FollowUps {
    static let form: [Schema.Property] = [
        .init("reached", .flag), .init("satisfaction", .nullable(.integer(1...5))),
        .init("solved", .nullable(.flag)), .init("contacted", .nullable(.flag), required: false),
        .init("note", OrderViews.text(.note)), .init("call", .nullable(.id)),
    ]

    private struct Form: Decodable {
        let reached: Bool
        let satisfaction: Int?
        let solved: Bool?
        let contacted: Bool?
        let note: String
        let call: CallID?
    }

    static func action(_ exchange: Exchange) async throws -> OrderOperations.Change {
        let form = try exchange.form(Form.self)
        if let call = form.call { try await check(call, exchange) }
        return .action(
            .followUp(
                WorkOrder.FollowUp(
                    at: exchange.now, by: exchange.me.person.id, reached: form.reached, satisfaction: form.satisfaction,
                    solved: form.solved, contacted: form.contacted, note: form.note, call: form.call)))
    }

    /// A verdict is believed because the call it was given in can be heard: it must be one that she placed for this order.
    private static func check(_ call: CallID, _ exchange: Exchange) async throws {
        let order: OrderID = exchange.id("id")
        guard let known = try await CallOperations.known(call, exchange)?.record, known.direction == .outbound,
            known.purpose?.order == order, let agent = exchange.me.person.agent, known.agent == agent
        else {
            throw Problem.invalid([
                FieldProblem(
                    field: "call",
                    message: Sentence("这不是您为此工单拨出的通话。", "This is not a call that you placed for this order."))
            ])
        }
    }
}
