import Engine
import Storage

/// What else happens to an order on its way: returns, objections, rulings, extensions, shares, redo, merging.
extension OrderOperations {
    private static let note: [Schema.Property] = [.init("note", OrderViews.text(.note, atLeast: 1))]
    private static let reason: [Schema.Property] = [.init("reason", OrderViews.text(.reason, atLeast: 1))]

    static let loop: [Operation] = [
        change(
            "sendBackAnswer", .post, "review-return", Sentence("审核退回", "Send the answer back to the body"),
            .needs(.writeOrders), reason
        ) { .action(.sendBack(reason: try text($0, "reason"))) },
        change(
            "giveOrderBack", .post, "return", Sentence("退单", "Send it back: not for this body"), .needs(.speakForBody),
            reason
        ) { .action(.giveBack(reason: try text($0, "reason"))) },
        change(
            "objectToOrder", .post, "objection", Sentence("提出异议", "Object to it, by what law"), .needs(.speakForBody),
            [
                .init("basis", OrderViews.text(.basis, atLeast: 1)), .init("suggests", .nullable(.id), required: false),
            ], OrderRulings.object),
        change(
            "ruleOnOrder", .post, "ruling", Sentence("协调裁定", "Rule who handles it"), .needs(.superviseOrders),
            [.init("body", .id), .init("ruling", OrderViews.text(.ruling, atLeast: 1))]
        ) { .action(.rule(body: try body($0), ruling: try text($0, "ruling"))) },
        change(
            "askExtension", .post, "extension", Sentence("申请延期", "Ask for more time"), .needs(.handleOrders),
            reason + [.init("until", .time)]
        ) { exchange in
            struct Form: Decodable {
                let reason: String
                let until: Moment
            }
            let form = try exchange.form(Form.self)
            return .action(.askExtension(reason: form.reason, until: form.until))
        },
        change(
            "decideExtension", .post, "extension-decision", Sentence("审批延期", "Grant more time, or refuse it"),
            .needs(.superviseOrders), [.init("granted", .flag)] + note
        ) { exchange in
            struct Form: Decodable {
                let granted: Bool
                let note: String
            }
            let form = try exchange.form(Form.self)
            return .action(.decideExtension(granted: form.granted, note: form.note))
        },
        change(
            "pauseOrder", .post, "pause", Sentence("暂停计时", "Let its clocks stand still"), .needs(.handleOrders),
            [.init("reason", .words(ClockPolicy.PauseReason.self))] + note
        ) { exchange in
            struct Form: Decodable {
                let reason: ClockPolicy.PauseReason
                let note: String
            }
            let form = try exchange.form(Form.self)
            return .action(.pause(form.reason, note: form.note))
        },
        change(
            "resumeOrder", .post, "resumption", Sentence("恢复计时", "Let its clocks go on"), .needs(.handleOrders),
            [.init("note", OrderViews.text(.note))]
        ) { .action(.resume(note: try text($0, "note"))) },
        change("urgeOrder", .post, "urges", Sentence("催办", "Urge it"), .needs(.writeOrders), note) {
            .action(.urge(note: try text($0, "note")))
        },
        change(
            "superviseOrder", .post, "supervision", Sentence("督办", "Put it under watch"), .needs(.superviseOrders), note
        ) { .action(.supervise(note: try text($0, "note"))) },
        change(
            "guideOrder", .post, "guidance", Sentence("指导、备注", "Tell all who handle it something"),
            .needsEither(.writeOrders, .handleOrders), note
        ) { .action(.guide(note: try text($0, "note"))) },
        change(
            "addToOrder", .post, "additions", Sentence("补充诉求", "What the citizen has to add"), .needs(.writeOrders),
            note
        ) { .action(.add(note: try text($0, "note"))) },
        change(
            "shareOrder", .post, "shares", Sentence("协办、下派", "Ask another body for its part"), .needs(.handleOrders),
            [
                .init("body", .id), .init("role", .words(WorkOrder.Share.Role.self)),
                .init("note", OrderViews.text(.note)),
            ],
            OrderRulings.share),
        change("signShare", .post, "share-signature", Sentence("协办签收", "Sign for a share"), .needs(.speakForBody), []) {
            _ in .action(.signShare)
        },
        change(
            "answerShare", .post, "share-answer", Sentence("协办答复", "Answer a share"), .needs(.speakForBody),
            [.init("text", OrderViews.text(.answer, atLeast: 1))]
        ) { .action(.answerShare(try text($0, "text"))) },
        change(
            "regradeOrder", .post, "grade", Sentence("更正类型和紧急程度", "Correct its kind and urgency"),
            .needs(.superviseOrders),
            [.init("kind", .words(Kind.self)), .init("urgency", .words(Urgency.self))] + reason
        ) { exchange in
            struct Form: Decodable {
                let kind: Kind
                let urgency: Urgency
                let reason: String
            }
            let form = try exchange.form(Form.self)
            return .action(.regrade(kind: form.kind, urgency: form.urgency, reason: form.reason))
        },
        change(
            "moveOrder", .post, "policy", Sentence("改用时限规则", "Let it run by another policy"),
            .needs(.superviseOrders), [.init("policy", .text(1...64))] + reason
        ) { exchange in
            let name = try text(exchange, "policy")
            guard let policy = exchange.office.policies.current(name, at: exchange.now) else {
                throw WorkOrder.Refusal.unknownPolicy(name)
            }
            let reason = try text(exchange, "reason")
            return .decided { order in
                // Under one without rules for its urgency nothing would be promised any more.
                guard policy.policy.urgencies.contains(order.fields.urgency) else {
                    throw WorkOrder.Refusal.unknownUrgency(order.fields.urgency)
                }
                return .movePolicy(policy.reference, reason: reason)
            }
        },
        change(
            "labelOrder", .post, "labels", Sentence("归类与标签", "Its category and tags"), .needs(.writeOrders),
            [.init("category", .nullable(.id)), .init("tags", .list(.text(1...40)))], OrderRulings.label),
        change(
            "correctParticulars", .post, "particulars", Sentence("更正附加项", "Correct what its category asks for"),
            .needs(.writeOrders), [OrderViews.particularsSaid]
        ) { .action(.correct(particulars: try OrderDrafts.particulars($0))) },
        change(
            "redoOrder", .post, "redo", Sentence("重办", "Have it done again"), .needs(.superviseOrders),
            [.init("body", .id)] + reason
        ) { .action(.redo(body: try body($0), reason: try text($0, "reason"))) },
        change(
            "explainOrder", .post, "explanation", Sentence("解释办结", "Close it with the reason it cannot be done"),
            .needs(.superviseOrders), reason + [.init("justified", .flag)]
        ) { exchange in
            struct Form: Decodable {
                let reason: String
                let justified: Bool
            }
            let form = try exchange.form(Form.self)
            return .action(.explain(reason: form.reason, justified: form.justified))
        },
        change("archiveOrder", .post, "archive", Sentence("归档", "Put it away"), .needs(.superviseOrders), reason) {
            .action(.archive(reason: try text($0, "reason")))
        },
        change(
            "withdrawOrder", .post, "withdrawal",
            Sentence("代市民撤回", "Take it back, because the citizen asked for it"), .needs(.writeOrders), reason
        ) { .action(.withdraw(reason: try text($0, "reason"))) },
        change(
            "tellByHand", .post, "told", Sentence("已人工告知承办单位", "A body was told by other means"),
            .needs(.writeOrders), note
        ) { .action(.tell(note: try text($0, "note"))) },
        change(
            "mergeOrder", .post, "merge", Sentence("并单", "Merge it into another about the same matter"),
            .needs(.writeOrders), [.init("into", .id)] + reason
        ) { exchange in
            .action(.merge(into: try await other(exchange, "into", taking: true), reason: try text(exchange, "reason")))
        },
        change(
            "unmergeOrder", .post, "unmerge", Sentence("撤销并单", "Take it apart again"), .needs(.superviseOrders), reason
        ) {
            .action(.unmerge(reason: try text($0, "reason")))
        },
        change(
            "linkOrder", .post, "links", Sentence("关联工单", "Link another order to it"), .needs(.writeOrders),
            [.init("order", .id)]
        ) { .action(.link(try await other($0, "order"))) },
    ]

    // MARK: Forms

    /// A text of the form, whatever else is in it.
    static func text(_ exchange: Exchange, _ name: String) throws -> String {
        guard case .string(let text)? = try exchange.form([String: JSON].self)[name] else { return "" }
        return text
    }

    /// A body of the centre, named by the form.
    static func body(_ exchange: Exchange, _ name: String = "body") throws -> BodyID {
        let id = try text(exchange, name)
        guard exchange.office.centre.bodies.contains(where: { $0.id == id }) else {
            throw WorkOrder.Refusal.unknownBody
        }
        return BodyID(id)
    }

    /// Another order, by its id or its number, that she may see and that stands by itself.
    private static func other(_ exchange: Exchange, _ name: String, taking: Bool = false) async throws -> OrderID {
        let given = try text(exchange, name)
        let store = exchange.office.store
        var found = try await store.order(OrderID(given))
        if found == nil { found = try await store.order(number: given) }
        guard let order = found, exchange.me.maySee(order),
            ![.merged, .discarded, .withdrawn].contains(order.state)
        else {
            throw Problem.invalid([
                FieldProblem(
                    field: name,
                    message: Sentence(
                        "没有这张工单，或已并单、作废、撤回。", "There is no such order, or it was merged, discarded or taken back."))
            ])
        }
        if taking, !order.takesMerged { throw WorkOrder.Refusal.cannotTakeMerged }
        return order.id
    }
}

extension Centre {
    /// Whom a change is told to: a body that has given the order back has nothing to do with it any more.
    func deliveries(
        after action: WorkOrder.Action, of before: WorkOrder, _ order: WorkOrder
    ) -> [NewDelivery] {
        switch action {
        case .dispatch, .rule, .redo, .urge, .supervise, .sendBack, .decideExtension, .add:
            order.holder.map { deliveries(to: $0, about: action.name.rawValue) } ?? []
        // What they handle is not what they were told.
        case .correct: order.holders.flatMap { deliveries(to: $0, about: action.name.rawValue) }
        // Whoever has a part in it need not go on with that.
        case .withdraw: before.holders.flatMap { deliveries(to: $0, about: action.name.rawValue) }
        case .share(let body, _, _): deliveries(to: body, about: action.name.rawValue)
        case .close, .closeAtOnce:
            citizens?.messages.map { gateway in
                order.fields.phone.isEmpty
                    ? [] : [NewDelivery(body: nil, about: action.name.rawValue, channel: .message, address: gateway)]
            } ?? []
        default: []
        }
    }
}
