import Engine
import HTTPTypes
import Storage

/// The calls that were and are, and placing one.
enum CallOperations {
    static let all: [Operation] = [
        Operation(
            id: "listCalls", method: .get, path: "/calls", summary: Sentence("通话记录", "Calls, newest first"),
            access: .needs(.readCalls),
            query: [
                .init("day", .form(.day), required: false), .init("line", .id, required: false),
                .init("direction", .oneOf(["inbound", "outbound"]), required: false),
            ] + Exchange.paging,
            answers: [.ok(CallViews.rows(of: CallViews.schema))], refusals: [.notFound], handle: list),
        Operation(
            id: "showCall", method: .get, path: "/calls/{id}", summary: Sentence("一次通话", "One call"),
            access: .needs(.readCalls), answers: [.ok(CallViews.schema)], handle: show),
        Operation(
            id: "showCaller", method: .get, path: "/calls/{id}/caller",
            summary: Sentence("来电人的历史", "What is known of the caller"), access: .needs(.readCalls),
            answers: [.ok(caller)], handle: showCaller),
        Operation(
            id: "playRecording", method: .get, path: "/calls/{id}/recording",
            summary: Sentence("录音：左声道来电人，右声道话务员", "The recording: citizen left, agent right"),
            access: .needs(.playRecordings),
            answers: [
                Operation.Answered(status: .ok, body: .media(["audio/wav"])),
                Operation.Answered(status: .partialContent, body: .media(["audio/wav"])),
            ],
            refusals: [.rangeNotSatisfiable], handle: Recordings.play),
        Operation(
            id: "placeCall", method: .post, path: "/calls", summary: Sentence("呼叫来电人", "Call a citizen"),
            access: .needs(.desk),
            form: .object([.init("purpose", .words(CallRecord.Purpose.Kind.self)), .init("reference", .id)]),
            answers: [.created(Desks.schema)], refusals: [.notFound, .conflict, .serviceUnavailable], handle: place),
    ]

    private static let caller = Schema.object([
        .init("number", .anyText),
        .init("orders", CallViews.rows(of: OrderViews.row)),
        .init("calls", .list(CallViews.schema)),
        .init(
            "satisfaction",
            .list(
                .object([
                    .init("order", .id), .init("number", .anyText), .init("satisfaction", .integer(1...5)),
                    .init("at", .time),
                ]))),
    ])

    private static func list(_ exchange: Exchange) async throws -> Answer {
        var filter = CallFilter()
        if let day = exchange.day("day") {
            filter.from = exchange.office.wallClock.start(of: day)
            filter.until = exchange.office.wallClock.start(of: day.next)
        }
        filter.line = exchange.text("line").map { LineID($0) }
        filter.direction = exchange.word("direction")
        if exchange.me.person.role == .agent {
            // Without a number she has taken no call; a filter without one would show her everybody's.
            guard let agent = exchange.me.person.agent else { return .json(["rows": [], "next": nil]) }
            filter.agent = agent
        }
        let page = try await exchange.office.store.calls(filter, page: exchange.page)
        return .json(CallViews.page(page) { CallViews.view($0, at: exchange.now) })
    }

    private static func show(_ exchange: Exchange) async throws -> Answer {
        let call = try await visible(exchange.id("id"), exchange)
        return .json(CallViews.view(call, at: exchange.now))
    }

    /// The call, if she may see it. One of somebody else's answers as if it were not there, so that ids cannot be probed.
    static func visible(_ id: CallID, _ exchange: Exchange) async throws -> StoredCall {
        guard let call = try await known(id, exchange) else { throw Problem.notFound }
        if exchange.me.maySee(call.record) { return call }
        // While it rings at her desk no row says yet that it is hers.
        let live = await exchange.office.switchboard.read { $0.calls[id] }
        guard let agent = exchange.me.person.agent, live?.agent == agent else { throw Problem.notFound }
        return call
    }

    /// A call by its row, or from the switchboard while the row is being written.
    static func known(_ id: CallID, _ exchange: Exchange) async throws -> StoredCall? {
        if let call = try await exchange.office.store.call(id) { return call }
        let live = await exchange.office.switchboard.read { $0.calls[id] }
        return live.map { StoredCall(record: $0.record, recording: nil, order: nil) }
    }

    // MARK: The caller

    /// As many as an agent can take in while it rings.
    private static let remembered = 20

    private static func showCaller(_ exchange: Exchange) async throws -> Answer {
        let call = try await visible(exchange.id("id"), exchange)
        let number = call.record.number
        // Whoever withholds her number has no history, or all of them would share one.
        guard TelephoneNumber(number) != nil else {
            return .json([
                "number": .string(number), "orders": ["rows": [], "next": nil], "calls": [], "satisfaction": [],
            ])
        }
        let store = exchange.office.store
        let orders = try await store.orders(ofCitizen: number, limit: remembered)
            // Those of this very call stand in the form beside it.
            .filter { exchange.me.maySee($0) && $0.call != call.record.id }
        var same = CallFilter()
        same.number = number
        let calls = try await store.calls(same, page: Page(limit: remembered)).rows.filter {
            $0.record.id != call.record.id
        }
        let views = OrderViews(exchange, try await exchange.office.staff.people())
        return .json([
            "number": .string(TelephoneNumber.mask(number)),
            "orders": ["rows": .array(orders.map(views.row)), "next": nil],
            "calls": .array(calls.map { CallViews.view($0, at: exchange.now) }),
            "satisfaction": .array(orders.compactMap(satisfaction)),
        ])
    }

    private static func satisfaction(_ order: WorkOrder) -> JSON? {
        guard let followUp = order.followUps.last(where: \.reached), let satisfaction = followUp.satisfaction else {
            return nil
        }
        return [
            "order": JSON(order.id), "number": .string(order.number), "satisfaction": JSON(satisfaction),
            "at": JSON(followUp.at),
        ]
    }

    // MARK: Placing a call

    private struct Wanted: Decodable {
        let purpose: CallRecord.Purpose.Kind
        let reference: String
    }

    /// The number comes from the order or the missed call, never from the page: nothing a client sends can make us dial.
    private static func place(_ exchange: Exchange) async throws -> Answer {
        let wanted = try exchange.form(Wanted.self)
        let agent = try DeskOperations.agent(exchange)
        guard case .on = await exchange.office.voice.state else { throw Problem.voiceOff }
        let (line, written) = try await citizen(of: wanted, exchange)
        guard let number = TelephoneNumber(written) else { throw Problem.noNumber }
        try await exchange.office.ask(
            .placed(
                CallID(exchange.office.newID()), agent, line: line, number: number.text,
                CallRecord.Purpose(kind: wanted.purpose, reference: wanted.reference)))
        return try await DeskOperations.desk(exchange, status: .created)
    }

    private static func citizen(of wanted: Wanted, _ exchange: Exchange) async throws -> (LineID, String) {
        let store = exchange.office.store
        switch wanted.purpose {
        case .order, .followUp:
            guard let order = try await store.order(OrderID(wanted.reference)), exchange.me.maySee(order) else {
                throw Problem.notFound
            }
            return (order.line, order.fields.phone)
        case .missed:
            guard exchange.me.may(.handleMissed) else { throw Problem.notAllowed }
            guard let missed = try await store.missedCall(CallID(wanted.reference)) else { throw Problem.notFound }
            return (missed.line, missed.number)
        }
    }
}
