import Engine
import Storage

/// What helps an agent while she writes an order down: what kind it seems to be and which body it seems to be for,
/// and which orders tell the same. She confirms; nothing is done by itself, and nothing she asks with is kept.
enum Suggestions {
    static let all: [Operation] = [
        Operation(
            id: "suggest", method: .post, path: "/suggestions",
            summary: Sentence("边写边提示：分类、承办单位建议和相似工单", "Proposals and similar orders for what is being written"),
            access: .needs(.writeOrders),
            form: .object([
                .init("line", .id), .init("title", OrderViews.text(.title)), .init("what", OrderViews.text(.what)),
                .init("where", OrderViews.text(.place)), .init("category", .nullable(.id), required: false),
                .init("call", .nullable(.id), required: false), .init("order", .nullable(.id), required: false),
            ]),
            answers: [.ok(schema)], handle: suggest)
    ]

    private struct Form: Decodable {
        let line: LineID
        let title, what, `where`: String
        let category: String?
        let call: CallID?
        let order: OrderID?
    }

    /// More are a search, not a hint.
    private static let mostAlike = 5
    /// Looked at, for some may not be hers to see or have changed meanwhile.
    private static let mostLookedAt = 8
    private static let mostOfCaller = 20

    private static func suggest(_ exchange: Exchange) async throws -> Answer {
        let form = try exchange.form(Form.self)
        guard exchange.office.centre.lines.contains(where: { $0.id == form.line }) else {
            throw Problem.invalid([
                FieldProblem(field: "line", message: Sentence("没有这条热线，请另选。", "There is no such line; choose another."))
            ])
        }
        let held = exchange.office.catalogue.held
        return .json([
            "model": held.map {
                ["version": JSON($0.taught.version), "at": JSON($0.taught.at), "orders": JSON($0.taught.orders)]
            } ?? .null,
            "proposals": .array(held.map { proposals(form, $0.catalogue, exchange.office.centre) } ?? []),
            "repeats": .array(try await repeats(form, exchange)),
        ])
    }

    private static func proposals(_ form: Form, _ catalogue: DispatchCatalogue, _ centre: Centre) -> [JSON] {
        let told = centre.told(
            title: form.title, what: form.what, place: form.where, line: form.line, category: form.category)
        let found = catalogue.propose(for: told, isKnown: centre.knows, categoryName: centre.categoryName)
        return DispatchCatalogue.Label.allCases.compactMap { label in
            found[label].map { proposal in
                [
                    "label": .string(label.rawValue), "value": .string(proposal.label),
                    "confidence": JSON(fraction: proposal.confidence),
                    "words": .array(proposal.words.map { .string($0) }),
                ]
            }
        }
    }

    // MARK: Repeats

    /// The caller's open orders first, then what others told that is like it.
    private static func repeats(_ form: Form, _ exchange: Exchange) async throws -> [JSON] {
        let store = exchange.office.store
        let citizen = try await citizen(form, exchange)
        let hers = try await store.orders(ofCitizen: citizen.number, limit: mostOfCaller).filter {
            $0.isOpen && $0.id != form.order && exchange.me.maySee($0) && citizen.told($0, exchange.me)
        }
        let told = RepeatIndex.Told(title: form.title, what: form.what, place: form.where)
        let alike = exchange.office.repeats.like(told, at: exchange.now, limit: mostLookedAt, except: form.order)
        let likeness = Dictionary(uniqueKeysWithValues: alike.map { ($0.order, $0.value) })
        var others: [WorkOrder] = []
        for each in alike where others.count < mostAlike && !hers.contains(where: { $0.id == each.order }) {
            guard let order = try await store.order(each.order), order.isMatter, exchange.me.maySee(order) else {
                continue
            }
            others.append(order)
        }
        let views = OrderViews(exchange, try await exchange.office.staff.people())
        var rows: [JSON] = []
        for order in hers + others {
            guard case .object(var row) = views.row(order) else { continue }
            row["likeness"] = likeness[order.id].map { JSON(fraction: $0) } ?? .null
            row["sameCaller"] = .bool(citizen.told(order, exchange.me))
            row["people"] = JSON(try await store.tellers(of: order.id).people)
            rows.append(.object(row))
        }
        return rows
    }

    private struct Citizen {
        let number: String
        /// It is the number that calls or called her, and not one that was typed.
        let isOfCall: Bool

        /// Whether an order is this citizen's, for a reader who may know it: a number typed into a draft must not find out
        /// who has told something in confidence.
        func told(_ order: WorkOrder, _ me: Caller) -> Bool {
            !number.isEmpty && order.fields.phone == number && (isOfCall || me.maySeeCitizen(of: order))
        }
    }

    /// Of her draft, or of her call; with an empty number where neither has one. Somebody else's tells nothing.
    private static func citizen(_ form: Form, _ exchange: Exchange) async throws -> Citizen {
        var called = ""
        if let id = form.call, let call = try? await CallOperations.visible(id, exchange) {
            called = TelephoneNumber(call.record.number)?.text ?? ""
        }
        var number = called
        if let id = form.order, let draft = try await exchange.office.store.order(id), exchange.me.maySee(draft),
            exchange.me.maySeeCitizen(of: draft), !draft.fields.phone.isEmpty
        {
            number = draft.fields.phone
        }
        return Citizen(number: number, isOfCall: number == called)
    }

    private static let schema = Schema.object([
        .init(
            "model", .nullable(.object([.init("version", .count), .init("at", .time), .init("orders", .count)]))),
        .init(
            "proposals",
            .list(
                .object([
                    .init("label", .words(DispatchCatalogue.Label.self)), .init("value", .id),
                    .init("confidence", .number), .init("words", .list(.anyText)),
                ]))),
        .init(
            "repeats",
            .list(
                .object(
                    OrderViews.rowProperties + [
                        .init("likeness", .nullable(.number)), .init("sameCaller", .flag), .init("people", .count),
                    ]))),
    ])
}

/// What the form showed when the order left it, as the form tells it.
enum ShownProposals {
    private static let proposal = Schema.nullable(.object([.init("value", .id), .init("confidence", .number)]))

    static let property = Schema.Property(
        "proposed",
        .nullable(
            .object(
                [.init("model", .integer(1...2_147_483_647))]
                    + DispatchCatalogue.Label.allCases.map { .init($0.rawValue, proposal, required: false) })),
        required: false)

    private struct Form: Decodable {
        struct Shown: Decodable {
            struct Proposal: Decodable {
                let value: String
                let confidence: Double
            }

            let model: Int
            let kind, category, body: Proposal?

            func proposal(_ label: DispatchCatalogue.Label) -> Proposal? {
                switch label {
                case .kind: kind
                case .category: category
                case .body: body
                }
            }
        }

        let proposed: Shown?
    }

    /// What is kept of them with an order that leaves the draft; nothing of what was not asked.
    static func kept(_ exchange: Exchange, action: WorkOrder.Action, before: WorkOrder, after: WorkOrder) throws
        -> [KeptProposal]
    {
        guard before.state == .draft, let shown = try exchange.form(Form.self).proposed else { return [] }
        let labels: [DispatchCatalogue.Label]
        switch action {
        case .dispatch: labels = [.kind, .category, .body]
        case .closeAtOnce: labels = [.kind, .category]
        default: return []
        }
        guard shown.model <= exchange.office.catalogue.newestVersion else {
            throw Problem.invalid([
                FieldProblem(field: "proposed", message: Sentence("没有这一版派单模型。", "There is no such dispatch model."))
            ])
        }
        return labels.compactMap { label in
            shown.proposal(label).map { proposal in
                KeptProposal(
                    label: label, model: shown.model, proposed: proposal.value,
                    confidence: Int((min(1, max(0, proposal.confidence)) * 1000).rounded()),
                    chosen: after.chosen(label))
            }
        }
    }
}

extension WorkOrder {
    fileprivate func chosen(_ label: DispatchCatalogue.Label) -> String? {
        switch label {
        case .kind: fields.kind?.rawValue
        case .category: details.category
        case .body: body?.text
        }
    }
}
