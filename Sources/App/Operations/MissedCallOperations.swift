import Engine
import Storage

/// Citizens who gave up waiting and are owed a call back.
enum MissedCallOperations {
    static let all: [Operation] = [
        Operation(
            id: "listMissedCalls", method: .get, path: "/missed-calls",
            summary: Sentence("漏接，一个号码一行", "Missed calls, one row a number"), access: .needs(.handleMissed),
            query: [.init("state", .words(MissedCall.State.self), required: false)] + Exchange.paging,
            answers: [.ok(CallViews.rows(of: CallViews.missed))], refusals: [.notFound], handle: list),
        Operation(
            id: "closeMissedCall", method: .post, path: "/missed-calls/{id}/closure",
            summary: Sentence("不回拨，注明原因后关闭", "Close it without a call, with the reason"),
            access: .needs(.handleMissed), form: .object([.init("note", .text(1...2000))]),
            answers: [.ok(CallViews.missed)], refusals: [.conflict], handle: close),
        Operation(
            id: "promiseMissedCall", method: .put, path: "/missed-calls/{id}/promise",
            summary: Sentence("认领回拨并承诺时间，或交回", "Take it on to call back by a time, or hand it back"),
            access: .needs(.handleMissed), form: .object([.init("promisedBy", .nullable(.time))]),
            answers: [.ok(CallViews.missed)], refusals: [.conflict], handle: promise),
    ]

    /// Longer is no promise.
    private static let longestPromiseMs: Int64 = 7 * 86_400_000

    private static func promise(_ exchange: Exchange) async throws -> Answer {
        struct Promise: Decodable { let promisedBy: Int64? }
        let promised = try exchange.form(Promise.self).promisedBy.map { Moment(milliseconds: $0) }
        if let promised, !(0...longestPromiseMs).contains(promised.milliseconds(since: exchange.now)) {
            throw Problem.invalid([
                FieldProblem(
                    field: "promisedBy",
                    message: Sentence("承诺时间应在现在之后、七天之内。", "Promise a time from now on, within seven days."))
            ])
        }
        let changed = try await exchange.office.store.promiseMissedCall(
            exchange.id("id"), until: promised, by: exchange.actor, at: exchange.now)
        return .json(CallViews.view(changed, try await exchange.office.staff.people()))
    }

    private static func list(_ exchange: Exchange) async throws -> Answer {
        let store = exchange.office.store
        let page = try await store.missedCalls(exchange.word("state"), page: exchange.page)
        let people = try await exchange.office.staff.people()
        return .json(CallViews.page(page) { CallViews.view($0, people) })
    }

    private static func close(_ exchange: Exchange) async throws -> Answer {
        struct Closure: Decodable { let note: String }
        let note = try exchange.form(Closure.self).note
        guard !note.allSatisfy(\.isWhitespace) else {
            throw Problem.invalid([FieldProblem(field: "note", message: .empty)])
        }
        let store = exchange.office.store
        let closed = try await store.closeMissedCall(
            exchange.id("id"), note: note, by: exchange.actor, at: exchange.now)
        try await exchange.office.topics.missedChanged()
        return .json(CallViews.view(closed, try await exchange.office.staff.people()))
    }
}
