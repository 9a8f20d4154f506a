import Engine
import Foundation
import Storage

/// Writing an order down while the citizen speaks.
enum OrderDrafts {
    private struct NewOrder: Decodable {
        let call: CallID?
        let line: LineID
        let fields: Written
        let particulars: [Said]?
    }

    /// What the draft says of one particular.
    struct Said: Decodable, Sendable {
        let id, value: String
    }

    /// By their ids; the last of an id counts.
    private static func table(_ said: [Said]) -> [String: String] {
        Dictionary(said.filter { !$0.value.isEmpty }.map { ($0.id, $0.value) }, uniquingKeysWith: { $1 })
    }

    static func particulars(_ exchange: Exchange) throws -> [String: String] {
        struct Form: Decodable { let particulars: [Said] }
        return table(try exchange.form(Form.self).particulars)
    }

    /// The fields as the form has them: an empty kind is none yet.
    struct Written: Decodable, Sendable {
        let kind: String?
        let urgency: Urgency
        let title, what, `where`, when, wish, name, phone: String
        let confidential: Bool

        func fields(phone: String) -> WorkOrder.Fields {
            WorkOrder.Fields(
                kind: kind.flatMap(Kind.init), urgency: urgency, title: title, what: what, place: `where`, time: when,
                wish: wish, name: name, phone: phone, confidential: confidential)
        }
    }

    static func create(_ exchange: Exchange) async throws -> Answer {
        let form = try exchange.form(NewOrder.self)
        let office = exchange.office
        guard office.centre.lines.contains(where: { $0.id == form.line }) else {
            throw refused("line", Sentence("没有这条热线，请另选。", "There is no such line; choose another."))
        }
        var callersNumber = ""
        if let call = form.call {
            // Somebody else's call answers like one that never was.
            guard let known = try? await CallOperations.visible(call, exchange) else {
                throw refused("call", Sentence("没有找到这次通话。", "This call was not found."))
            }
            guard known.record.line == form.line else {
                throw refused("line", Sentence("与来电的热线不一致。", "This is not the line of the call."))
            }
            callersNumber = TelephoneNumber(known.record.number)?.text ?? ""
        }
        let fields = form.fields.fields(phone: try phone(form.fields.phone, now: "", callers: callersNumber))
        try fields.validate(
            policy: office.policies.current(form.line, in: office.centre, at: exchange.now).policy)
        let id = OrderID(office.newID())
        let particulars = table(form.particulars ?? [])
        try WorkOrder.validate(particulars: particulars)
        let (call, line, person, at) = (form.call, form.line, exchange.me.person.id, exchange.now)
        let order = try await office.store.createOrder(
            { number in
                var order = WorkOrder(
                    draft: id, number: number, fields: fields, line: line, call: call, takenBy: person, at: at)
                order.details.particulars = particulars
                return order
            },
            by: exchange.actor, at: at)
        await office.topics.changed(order)
        // Nothing else has happened to it yet.
        let created = WorkOrder.Transition(
            action: .create, from: nil, to: order.state, at: at, by: person, note: nil)
        let views = OrderViews(exchange, try await office.staff.people())
        return .json(
            views.whole(order, .init(history: [created], calls: order.call.map { [$0] } ?? [])), status: .created)
    }

    static func save(_ exchange: Exchange) async throws -> OrderOperations.Change {
        struct Form: Decodable {
            let fields: Written
            let particulars: [Said]?
        }
        let form = try exchange.form(Form.self)
        let written = form.fields
        var callersNumber = ""
        if written.phone.isEmpty, let order = try await exchange.office.store.order(exchange.id("id")),
            let call = order.call, let known = try await CallOperations.known(call, exchange)
        {
            callersNumber = TelephoneNumber(known.record.number)?.text ?? ""
        }
        return .decided { [callersNumber] order in
            .save(
                written.fields(phone: try phone(written.phone, now: order.fields.phone, callers: callersNumber)),
                particulars: form.particulars.map(table))
        }
    }

    /// The digits to keep: what was shown masked comes back masked and means the same number; empty means the caller's own.
    static func phone(_ written: String, now: String, callers: String) throws -> String {
        if written.isEmpty { return callers }
        for known in [now, callers] where !known.isEmpty && written == TelephoneNumber.mask(known) { return known }
        guard let number = TelephoneNumber(written) else { throw WorkOrder.Refusal.badPhone }
        return number.text
    }

    private static func refused(_ field: String, _ message: Sentence) -> Problem {
        .invalid([FieldProblem(field: field, message: message)])
    }
}
