import Engine
import Storage

/// What routing is made of is made here, and retired: queues, opening hours, kinds of breaks. What is still in use stays, and
/// whoever would retire it is told by whom.
extension RoutingOperations {
    static let making: [Operation] = [
        change(
            id: "createQueue", .post, path: "/routing/queues", Sentence("新建队列", "Create a queue"), RoutingForms.newQueue
        ) { exchange, centre in
            try RoutingForms.checkTriggers(JSON(reading: exchange.body) ?? .null)
            let new = try exchange.form(RoutingForms.NewQueue.self)
            let form = try exchange.form(RoutingForms.Queue.self)
            try RoutingForms.checkMany("id", centre.queues.count + 1, most: RoutingForms.mostQueues)
            try refuse([
                (centre.queues.contains { $0.id == new.id }, "id", .idTaken),
                (centre.queues.contains { $0.name == form.name }, "name", .nameTaken),
            ])
            var queue = Centre.Queue(
                id: new.id, name: form.name, englishName: form.englishName, offerSeconds: form.offerSeconds,
                wrapUpLimitSeconds: form.wrapUpLimitSeconds, capacity: form.capacity)
            queue.centre = new.centre == centre.home ? nil : new.centre
            form.change(&queue)
            centre.queues.append(queue)
        },
        Operation(
            id: "retireQueue", method: .delete, path: "/routing/queues/{id}",
            summary: Sentence("停用队列，其话务员同时移出", "Retire a queue; its agents leave it"), access: .needs(.routing),
            query: [.init("version", .count)], answers: [.ok(RoutingViews.schema)],
            refusals: [.conflict, .unprocessableContent, .serviceUnavailable]
        ) { exchange in
            guard case .integer(let seen)? = exchange.query["version"] else { throw Problem.malformed }
            return try await change(exchange, basedOn: Int(seen), retireQueue)
        },
        change(
            id: "changeHours", path: "/routing/hours", Sentence("修改服务时间", "Change the opening hours"),
            RoutingForms.hours
        ) { exchange, centre in
            let sent = try exchange.form(RoutingForms.Hours.self).hours
            try RoutingForms.checkTwice("hours", sent.map(\.id.text))
            try RoutingForms.checkMany("hours", sent.count, most: RoutingForms.mostTables)
            for each in sent {
                try RoutingForms.checkMany("hours", each.exceptions?.count ?? 0, most: RoutingForms.mostExceptions)
            }
            let old = centre.hours ?? []
            let gone = old.filter { hours in !sent.contains { $0.id == hours.id } }
            try refuse(
                centre.lines.compactMap { line in
                    gone.first { $0.id == line.hours }.map { ("lines.\(line.id)", .lineKeeps(line, $0)) }
                })
            let hours = sent.map { new in RoutingForms.hours(new, over: old.first { $0.id == new.id }) }
            centre.hours = RoutingForms.kept(hours, centre.hours, [])
        },
        change(
            id: "changeBreaks", path: "/routing/breaks", Sentence("修改小休类型", "Change the kinds of breaks"),
            RoutingForms.breaks
        ) { exchange, centre in
            let breaks = try exchange.form(RoutingForms.Breaks.self).breaks
            try RoutingForms.checkTwice("breaks", breaks.map(\.id))
            try RoutingForms.checkMany("breaks", breaks.count, most: RoutingForms.mostTables)
            let gone = (centre.breaks ?? []).filter { each in !breaks.contains { $0.id == each.id } }
            try refuse(
                await exchange.office.switchboard.read { switchboard in
                    gone.flatMap { kind in
                        switchboard.takers(of: BreakID(kind.id)).map { ("agents.\($0)", .takesBreak($0, kind)) }
                    }
                })
            centre.breaks = RoutingForms.kept(breaks, centre.breaks, [])
        },
    ]

    /// Agents leave it; whoever else depends on it keeps it.
    @Sendable private static func retireQueue(_ exchange: Exchange, _ centre: inout Centre) async throws {
        let id: QueueID = exchange.id("id")
        guard let place = centre.queues.firstIndex(where: { $0.id == id }) else { throw Problem.notFound }
        let users = await exchange.office.switchboard.read { $0.users(of: id) }
        var uses: [(String, Sentence)] = centre.lines.filter { $0.queue == id }.map {
            ("lines.\($0.id)", .lineLeadsHere($0))
        }
        uses += centre.queues.filter { queue in
            queue.id != id && (queue.overflow ?? []).contains { $0.to == .queue(id) }
        }.map { ("queues.\($0.id)", .queueFlowsHere($0)) }
        uses += (centre.rules ?? []).filter { $0.then.queue == id }.map { ("rules.\($0.id)", .ruleLeadsHere($0)) }
        if users.callers > 0 { uses.append(("callers", .callersWaitHere(users.callers))) }
        if users.callbacks > 0 { uses.append(("callbacks", .callbacksWaitHere(users.callbacks))) }
        if users.takeovers > 0 { uses.append(("takeovers", .takeoversLeadHere(users.takeovers))) }
        try refuse(uses)
        centre.queues.remove(at: place)
        for agent in centre.agents.indices { centre.agents[agent].queues.removeAll { $0.queue == id } }
    }

    private static func refuse(_ reasons: [(isSo: Bool, field: String, why: Sentence)]) throws {
        try refuse(reasons.filter(\.isSo).map { ($0.field, $0.why) })
    }

    private static func refuse(_ reasons: [(field: String, why: Sentence)]) throws {
        guard reasons.isEmpty else {
            throw Problem(
                .unprocessableContent, .invalid, .wouldNotWork,
                fields: reasons.prefix(20).map { FieldProblem(field: $0.field, message: $0.why) })
        }
    }
}

extension RoutingForms {
    /// Far more than a centre has, and few enough for a page and for the switchboard's lanes.
    static let mostQueues = 500
    static let mostTables = 100
    /// A year of days that differ.
    static let mostExceptions = 400

    static func checkMany(_ field: String, _ count: Int, most: Int) throws {
        guard count > most else { return }
        throw Problem.invalid([
            FieldProblem(
                field: field, message: Sentence("最多 \(most) 个，请先删去不用的。", "At most \(most); remove what is not used."))
        ])
    }

    /// Names that a file leaves out are shown as the id; sent back they are no change.
    static func hours(_ new: Centre.Hours, over old: Centre.Hours?) -> Centre.Hours {
        var hours = new
        if let old {
            if old.name == nil, new.name == old.id.text { hours.name = nil }
            if old.englishName == nil, new.englishName == old.name ?? old.id.text { hours.englishName = nil }
        }
        hours.exceptions = kept(new.exceptions ?? [], old?.exceptions, [])
        return hours
    }
}
