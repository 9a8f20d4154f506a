import Engine
import Reports
import Storage

/// The leaders' board of orders to worry about, and who has an order open.
enum WatchOperations {
    static let all: [Operation] = [
        Operation(
            id: "showWatch", method: .get, path: "/watch",
            summary: Sentence("督办台", "How many orders of each body are overdue, urged, disputed and so on"),
            access: .needs(.superviseOrders),
            answers: [
                .ok(
                    .object([
                        .init("at", .time), .init("all", counts),
                        .init(
                            "bodies",
                            .list(.object([.init("body", .nullable(.id)), .init("counts", counts)]))),
                    ]))
            ], handle: watch),
        Operation(
            id: "setViewing", method: .put, path: "/viewing",
            summary: Sentence("正在查看的工单", "Which order a page has open, while its event stream lives"),
            access: .needs(.readOrders),
            form: .object([.init("stream", .count), .init("order", .nullable(.id))]), answers: [.noContent],
            refusals: [.notFound], handle: setViewing),
    ]

    private static let counts = Schema.object(Watch.allCases.map { .init($0.rawValue, .count) })

    private static func watch(_ exchange: Exchange) async throws -> Answer {
        let (office, now) = (exchange.office, exchange.now)
        let tomorrow = office.wallClock.start(of: office.wallClock.day(of: now).next)
        let filters = Watch.allCases.map { $0.filter(at: now, until: tomorrow) }
        var found: [BodyID?: [Int]] = [:]
        for orders in Watch.among {
            found.merge(try await office.store.tally(filters, byBodyAmong: orders)) { zip($0, $1).map(+) }
        }
        found = found.filter { $0.value.contains { $0 > 0 } }
        // What is worst comes first, and the order stays while the counts do.
        let rows = found.sorted { ($1.value[0], $0.key?.text ?? "") < ($0.value[0], $1.key?.text ?? "") }
        let all = Watch.allCases.indices.map { index in rows.reduce(0) { $0 + $1.value[index] } }
        return .json([
            "at": JSON(now), "all": view(all),
            "bodies": .array(rows.map { ["body": JSON($0.key), "counts": view($0.value)] }),
        ])
    }

    private static func view(_ counts: [Int]) -> JSON {
        .object(Dictionary(uniqueKeysWithValues: zip(Watch.allCases.map(\.rawValue), counts.map { JSON($0) })))
    }

    private static func setViewing(_ exchange: Exchange) async throws -> Answer {
        struct Form: Decodable {
            let stream: Int
            let order: OrderID?
        }
        let form = try exchange.form(Form.self)
        let office = exchange.office
        if let id = form.order {
            guard let order = try await office.store.order(id), exchange.me.maySee(order) else {
                throw Problem.notFound
            }
        }
        guard await office.topics.shows(form.order, on: form.stream, of: exchange.me) else { throw Problem.notFound }
        return .none()
    }
}
