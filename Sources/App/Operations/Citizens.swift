import Engine
import Storage

/// What reaches the hotline without an agent: the doors stand open to everyone, so each is counted.
struct Citizens: Sendable {
    let store: any Store
    let codes: CitizenCodes
    /// A household, a street's library and a school share an address; a flood comes from one too.
    private let filedFrom = RateLimit(30, each: 3600)
    private let filedFor = RateLimit(10, each: 86_400)
    private let said = RateLimit(20, each: 86_400)

    init(store: any Store, codes: CitizenCodes) {
        self.store = store
        self.codes = codes
    }

    /// The order, for one who holds its code.
    func order(_ number: String, code: String, address: String?, at now: Moment) async throws -> WorkOrder {
        let found = try await store.order(number: number)
        try await codes.check(number: number, code: code, address: address, at: now) { found?.id }
        guard let found else { throw Problem.wrongCode }
        return found
    }

    /// A matter as a citizen, or her program, puts it.
    struct Matter: Sendable {
        var fields: WorkOrder.Fields
        var category: String?
        var location: WorkOrder.Location?
        var email: String?
    }

    /// Files an order: a draft that any agent may take up.
    ///
    /// - Parameter address: where it comes from; nil for a client, which has a key and its own limit.
    func file(
        _ matter: Matter, from source: WorkOrder.Source, address: String?, office: Office, at now: Moment
    ) async throws -> WorkOrder {
        guard let line = office.centre.citizens?.line else { throw Problem.webClosed }
        try matter.fields.validate(policy: office.policies.current(line, in: office.centre, at: now).policy)
        let names = address.map { (filedFrom, "address \($0)") }.map { [$0] } ?? []
        let numbers = matter.fields.phone.isEmpty ? [] : [(filedFor, matter.fields.phone)]
        for (limit, name) in names + numbers {
            if let wait = await limit.take(name, at: now) { throw Problem.tooManyAttempts(seconds: wait) }
        }
        let id = OrderID(office.newID())
        let order = try await store.createOrder(
            { number in
                var order = WorkOrder(
                    draft: id, number: number, fields: matter.fields, line: line, call: nil, takenBy: nil,
                    source: source, at: now)
                order.details.category = matter.category
                order.details.location = matter.location
                order.details.email = matter.email
                return order
            }, by: AuditActor(person: nil, address: address), at: now)
        await office.topics.changed(order)
        return order
    }

    /// What the citizen does to her own order. Of urges and additions there are so many a day.
    func apply(
        _ action: WorkOrder.Action, to id: OrderID, address: String?, office: Office, at now: Moment
    ) async throws -> WorkOrder {
        if let wait = await said.take("\(id)", at: now) { throw Problem.tooManyAttempts(seconds: wait) }
        let order = try await store.changeOrder(id, by: AuditActor(person: nil, address: address), at: now) {
            order, taken in
            let born = office.policies.policy(of: order, in: office.centre, at: now)
            let (next, transition) = try order.applying(
                action, by: nil, as: .citizen, version: order.version, at: now, policy: born.policy,
                reference: born.reference, calendar: office.policies.calendar)
            return OrderStep(
                next, transition, office.due(next, taken: taken, at: now),
                deliveries: office.centre.deliveries(after: action, of: order, next))
        }
        await office.topics.changed(order)
        return order
    }
}
