import Engine
import Foundation
import Storage

/// Service requests: filing, reading, what has changed.
extension Open311 {
    // MARK: Filing

    func file(_ asked: Asked) async throws -> GeoDocument {
        guard let client = asked.client else { throw Self.wrongKey }
        try await count(client, at: asked.now)
        func required(_ name: String) throws -> String {
            guard let value = asked.value(name) else {
                throw GeoProblem(.badRequest, "缺少 \(name)。", "\(name) is missing.")
            }
            return value
        }
        let code = try required("service_code")
        guard let service = GeoService.all(of: office.centre).first(where: { $0.code == code }) else {
            throw GeoProblem(.notFound, "没有 service_code \(code)。", "There is no service_code \(code).")
        }
        let location = try location(asked)
        let place = asked.value("address_string") ?? asked.value("address_id") ?? ""
        guard location != nil || !place.isEmpty else {
            throw GeoProblem(
                .badRequest, "请给出 lat 和 long，或 address_string。", "Give lat and long, or an address_string.")
        }
        var what = try required("description")
        if let media = asked.value("media_url") {
            guard media.hasPrefix("https://") || media.hasPrefix("http://"), media.count <= 500 else {
                throw GeoProblem(.badRequest, "media_url 不是网址。", "The media_url is no address.")
            }
            what += "\n\(media)"
        }
        let phone = try asked.value("phone").map { text -> String in
            guard let number = TelephoneNumber(text) else { throw WorkOrder.Refusal.badPhone }
            return number.text
        }
        if let email = asked.value("email"), email.count > 254 || !email.contains("@") {
            throw GeoProblem(.badRequest, "email 不是邮箱地址。", "The email is no address.")
        }
        let name = [asked.value("last_name"), asked.value("first_name")].compactMap { $0 }.joined(separator: " ")
        let title = asked.value("attribute[title]") ?? String(what.prefix { !$0.isNewline }.prefix(40))
        let order = try await office.citizens.file(
            .init(
                fields: .init(
                    kind: service.kind, title: title, what: what, place: place, name: name, phone: phone ?? ""),
                category: service.kind == nil ? service.code : nil, location: location, email: asked.value("email")),
            from: .client(client.id), address: nil, office: office, at: asked.now)
        return .record([
            ("service_request_id", .text(order.number)), ("service_notice", .none),
            ("account_id", GeoDocument(asked.value("account_id"))),
        ])
    }

    private func location(_ asked: Asked) throws -> WorkOrder.Location? {
        guard let latitude = asked.value("lat"), let longitude = asked.value("long") else { return nil }
        guard let latitude = Double(latitude), let longitude = Double(longitude),
            let location = WorkOrder.Location(latitude: latitude, longitude: longitude)
        else { throw GeoProblem(.badRequest, "lat 或 long 不是经纬度。", "lat and long are no place on earth.") }
        return location
    }

    // MARK: Reading

    /// Whose requests this reader may see: a client its own, anyone what is published. Nil is nobody's.
    private func visible(_ asked: Asked) throws -> OrderFilter {
        var filter = OrderFilter()
        if let client = asked.client {
            filter.source = .client(client.id)
        } else if office.centre.citizens?.publishes == true {
            filter.filed = true
            filter.confidential = false
        } else {
            throw Self.wrongKey
        }
        return filter
    }

    private func maySee(_ order: WorkOrder, _ asked: Asked) throws -> Bool {
        let filter = try visible(asked)
        if let source = filter.source { return order.source == source }
        return order.source != nil && !order.fields.confidential
    }

    func request(_ number: String, _ asked: Asked) async throws -> GeoDocument {
        guard let order = try await find(number, asked) else { throw GeoProblem.notFound }
        return document(order, asked)
    }

    private func find(_ number: String, _ asked: Asked) async throws -> WorkOrder? {
        guard let order = try await office.store.order(number: number), try maySee(order, asked) else {
            _ = try visible(asked)
            return nil
        }
        return order
    }

    func requests(_ asked: Asked) async throws -> [GeoDocument] {
        if let numbers = asked.value("service_request_id")?.split(separator: ","), !numbers.isEmpty {
            var found: [GeoDocument] = []
            for number in numbers.prefix(100) {
                if let order = try await find(String(number), asked) { found.append(document(order, asked)) }
            }
            return found
        }
        var filter = try visible(asked)
        (filter.createdFrom, filter.createdUntil) = try span(asked)
        let codes = asked.value("service_code")?.split(separator: ",").map(String.init) ?? []
        let statuses = asked.value("status")?.split(separator: ",").map(String.init) ?? []
        var rows: [GeoDocument] = []
        var cursor: String?
        // So many are looked at, whatever is left of them.
        for _ in 0..<(4 * Self.mostRows / 100) {
            let page = try await office.store.orders(filter, sort: .newest, page: Page(cursor: cursor, limit: 100))
            rows += page.rows.lazy.filter { order in
                (codes.isEmpty || codes.contains(service(of: order)?.code ?? ""))
                    && (statuses.isEmpty || statuses.contains(Self.status(order.state)))
            }.map { document($0, asked) }
            cursor = page.next
            if cursor == nil || rows.count >= Self.mostRows { break }
        }
        return Array(rows.prefix(Self.mostRows))
    }

    /// At most 90 days, the last 90 if nothing is said; `end_date` is within.
    private func span(_ asked: Asked) throws -> (from: Moment, until: Moment) {
        let most: Int64 = 90 * 86_400
        func moment(_ name: String) throws -> Moment? {
            try asked.value(name).map { text in
                guard let moment = Moment(iso8601: text) else {
                    throw GeoProblem(
                        .badRequest, "\(name) 应为 2026-11-22T00:00:00Z 这样的时间。",
                        "\(name) is a time such as 2026-11-22T00:00:00Z.")
                }
                return moment
            }
        }
        let (start, end) = (try moment("start_date"), try moment("end_date"))
        let until = end?.adding(seconds: 1) ?? start?.adding(seconds: most) ?? asked.now.adding(seconds: 1)
        let from = start ?? until.adding(seconds: -most)
        guard until.milliseconds(since: from) <= (most + 1) * 1000 else {
            throw GeoProblem(.badRequest, "时间范围不能超过 90 天。", "Ask for 90 days at most.")
        }
        return (from, until)
    }

    private func service(of order: WorkOrder) -> GeoService? {
        let code = order.details.category ?? order.fields.kind?.rawValue
        return GeoService.all(of: office.centre).first { $0.code == code }
    }

    /// What GeoReport knows.
    static func status(_ state: WorkOrder.State) -> String {
        switch CitizenViews.Stage(state) {
        case .received, .handling, .reviewing: "open"
        case .closed, .over, .refused, .withdrawn: "closed"
        }
    }

    private func document(_ order: WorkOrder, _ asked: Asked) -> GeoDocument {
        let service = service(of: order)
        let moments = [
            order.dispatchedAt, order.signedAt, order.respondedAt, order.answeredAt, order.closedAt,
            order.details.withdrawnAt,
            order.followUps.last?.at,
        ].compactMap { $0 }
        let due =
            order.isOver ? nil : office.clocks(of: order, at: asked.now).first { $0.name == .resolve && $0.body == nil }
        let body = order.body.flatMap { body in office.centre.bodies.first { $0.id == body.text } }
        let wall = office.wallClock
        let language = asked.language
        func said(_ text: String) -> String { asked.client == nil ? Self.withoutNumbers(text) : text }
        return .record([
            ("service_request_id", .text(order.number)), ("status", .text(Self.status(order.state))),
            ("status_notes", GeoDocument(CitizenViews.Stage(order.state).isAnswered ? order.answer.map(said) : nil)),
            ("service_name", GeoDocument(service?.name.text(in: language))),
            ("service_code", GeoDocument(service?.code)),
            ("description", .text(said(Self.description(order.fields)))),
            ("agency_responsible", GeoDocument(body.map { Sentence($0.name, $0.englishName).text(in: language) })),
            ("service_notice", .none), ("requested_datetime", .text(wall.iso8601(order.createdAt))),
            ("updated_datetime", .text(wall.iso8601(moments.max() ?? order.createdAt))),
            ("expected_datetime", GeoDocument(due.map { wall.iso8601($0.due) })),
            ("address", .text(said(order.fields.place))), ("address_id", .none), ("zipcode", .none),
            ("lat", GeoDocument(order.details.location?.latitude)),
            ("long", GeoDocument(order.details.location?.longitude)), ("media_url", .none),
        ])
    }

    /// The title of one that came without is the beginning of its text, and need not be read twice.
    private static func description(_ fields: WorkOrder.Fields) -> String {
        fields.what.hasPrefix(fields.title) ? fields.what : "\(fields.title)\n\(fields.what)"
    }

    /// What anyone may read holds no telephone or identity number: runs of seven digits and more.
    static func withoutNumbers(_ text: String) -> String {
        text.replacing(/[0-9０-９][0-9０-９ -]{5,}[0-9０-９]/, with: "***")
    }
}

/// Changes of requests, as FixMyStreet asks for them and gives them.
extension Open311 {
    func updates(_ asked: Asked) async throws -> [GeoDocument] {
        let filter = try visible(asked)
        let (from, until) = try span(asked)
        let changes = try await office.store.changes(of: filter.source, from: from, until: until, limit: Self.mostRows)
        return changes.compactMap { change in
            guard let step = CitizenViews.Step(change.transition), asked.client != nil || !change.confidential else {
                return nil
            }
            let note = step.isHers(change.transition) ? change.transition.note : nil
            let text = [step.sentence.text(in: asked.language), note].compactMap { $0 }.joined(separator: " ")
            return .record([
                ("update_id", .text("\(change.number)-\(change.version)")),
                ("service_request_id", .text(change.number)),
                ("status", .text(Self.extendedStatus(change.transition.to))),
                ("external_status_code", .text(change.transition.to.rawValue)),
                ("updated_datetime", .text(office.wallClock.iso8601(change.transition.at))),
                ("description", .text(asked.client == nil ? Self.withoutNumbers(text) : text)), ("media_url", .none),
            ])
        }
    }

    /// The words FixMyStreet knows beside open and closed.
    private static func extendedStatus(_ state: WorkOrder.State) -> String {
        switch state {
        case .draft: "open"
        case .dispatched, .disputed, .returned: "investigating"
        case .signed, .answered: "in_progress"
        case .closed, .followedUp, .archived: "closed"
        case .reviewing: "reopen"
        case .merged: "duplicate"
        case .discarded, .withdrawn: "no_further_action"
        }
    }

    func update(_ asked: Asked) async throws -> GeoDocument {
        guard let client = asked.client else { throw Self.wrongKey }
        try await count(client, at: asked.now)
        guard let number = asked.value("service_request_id"), let note = asked.value("description") else {
            throw GeoProblem(
                .badRequest, "缺少 service_request_id 或 description。",
                "The service_request_id or the description is missing.")
        }
        guard let order = try await find(number, asked) else { throw GeoProblem.notFound }
        let changed = try await office.citizens.apply(
            .add(note: note), to: order.id, address: nil, office: office, at: asked.now)
        return .record([("update_id", .text("\(changed.number)-\(changed.version)"))])
    }
}

extension CitizenViews.Step {
    var sentence: Sentence {
        switch self {
        case .submitted: Sentence("已提交。", "Filed.")
        case .dispatched: Sentence("已交承办单位办理。", "Sent to the body responsible.")
        case .signed: Sentence("承办单位已签收。", "The body has signed for it.")
        case .contacted: Sentence("承办单位已与市民联系。", "The body has been in touch.")
        case .reassigned: Sentence("正在重新确定承办单位。", "Being sent to the right body.")
        case .closed: Sentence("已办结。", "Closed.")
        case .urged: Sentence("已催办。", "Urged.")
        case .added: Sentence("市民补充：", "The citizen adds:")
        case .rated: Sentence("市民已评价。", "The citizen has said what came of it.")
        case .redo: Sentence("已要求重新办理。", "To be done again.")
        case .explained: Sentence("已向市民说明：", "Explained to the citizen:")
        case .merged: Sentence("与同一诉求合并办理。", "Handled together with another about the same.")
        case .refused: Sentence("未予受理：", "Not taken up:")
        case .archived: Sentence("已归档。", "Archived.")
        case .withdrawn: Sentence("市民已撤回。", "Taken back by the citizen.")
        }
    }
}
