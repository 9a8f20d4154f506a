import Engine
import Reports
import Storage

/// Finding orders.
enum OrderLists {
    private enum Due: String, CaseIterable {
        case overdue
        /// Due by the end of the day, what is overdue included: all that must be done before going home.
        case today
    }

    private enum Sort: String, CaseIterable {
        case newest, due

        var order: OrderSort {
            switch self {
            case .newest: .newest
            case .due: .due
            }
        }
    }

    /// Which orders, in whatever shape they are wanted.
    static let filters: [Schema.Property] =
        [
            .init("state", .words(WorkOrder.State.self), required: false),
            .init("kind", .words(Kind.self), required: false),
            .init("urgency", .words(Urgency.self), required: false),
            .init("body", .id, required: false),
            .init("agent", .id, required: false),
            .init("q", .text(1...100), required: false),
            .init("place", .text(1...100), required: false),
            .init("line", .id, required: false),
            .init("category", .id, required: false),
            .init("tag", .text(1...40), required: false),
            .init("supervised", .flag, required: false),
            .init("from", .form(.day), required: false),
            .init("until", .form(.day), required: false),
            .init("mine", .flag, required: false),
            .init("filed", .flag, required: false),
            .init("due", .words(Due.self), required: false),
            .init("watch", .words(Watch.self), required: false),
        ]

    static let query: [Schema.Property] =
        filters + [.init("sort", .words(Sort.self), required: false)] + Exchange.paging

    static func list(_ exchange: Exchange) async throws -> Answer {
        let store = exchange.office.store
        let people = try await exchange.office.staff.people()
        guard let filter = filter(exchange, people) else { return .json(["rows": [], "next": nil]) }
        let sort = exchange.word("sort", as: Sort.self)?.order ?? .newest
        let page = try await store.orders(filter, sort: sort, page: exchange.page)
        let views = OrderViews(exchange, people)
        guard exchange.word("watch", as: Watch.self) == .undelivered else {
            return .json(CallViews.page(page, views.row))
        }
        let unreached = try await store.unreached(among: page.rows.map(\.id))
        return .json(CallViews.page(page) { views.row($0, unreached: unreached[$0.id] ?? []) })
    }

    /// nil if nothing can match.
    static func filter(_ exchange: Exchange, _ people: People) -> OrderFilter? {
        let wall = exchange.office.wallClock
        let endOfToday = wall.start(of: wall.day(of: exchange.now).next)
        var filter =
            exchange.word("watch", as: Watch.self)?.filter(at: exchange.now, until: endOfToday) ?? OrderFilter()
        if let state = exchange.word("state", as: WorkOrder.State.self) { filter.states = [state] }
        filter.kind = exchange.word("kind")
        filter.urgency = exchange.word("urgency")
        filter.body = exchange.text("body").map { BodyID($0) }
        filter.text = exchange.text("q")
        filter.place = exchange.text("place")
        filter.line = exchange.text("line").map { LineID($0) }
        filter.category = exchange.text("category")
        filter.tag = exchange.text("tag")
        if case .bool(let supervised)? = exchange.query["supervised"] { filter.supervised = supervised }
        if case .bool(let filed)? = exchange.query["filed"] { filter.filed = filed }
        filter.createdFrom = exchange.day("from").map { wall.start(of: $0) }
        filter.createdUntil = exchange.day("until").map { wall.start(of: $0.next) }
        switch exchange.word("due", as: Due.self) {
        case .overdue: filter.dueBefore = exchange.now
        case .today: filter.dueBefore = endOfToday
        case nil: break
        }
        if let agent = exchange.text("agent") {
            guard let taker = people.under(AgentID(agent)).first else { return nil }
            filter.takenBy = taker
        }
        if exchange.query["mine"] == true {
            guard filter.takenBy ?? exchange.me.person.id == exchange.me.person.id else { return nil }
            filter.takenBy = exchange.me.person.id
        }
        if exchange.me.person.role == .officer {
            guard let own = exchange.me.person.body else { return nil }
            filter.handledBy = own
        }
        return filter
    }
}
