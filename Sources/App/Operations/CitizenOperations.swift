import Engine
import Storage

/// The citizen's own page: she files a matter, follows it by number and code, adds, urges, takes it back, and says what came
/// of it.
enum CitizenOperations {
    static let all: [Operation] = [
        Operation(
            id: "showCitizensDoor", method: .get, path: "/citizen",
            summary: Sentence("网上受理", "What citizens may file here"), access: .anyone, answers: [.ok(door)],
            handle: { .json(door(of: $0.office.centre)) }),
        Operation(
            id: "fileOrder", method: .post, path: "/citizen/orders", summary: Sentence("网上提交诉求", "File a matter"),
            access: .anyone,
            form: .object([
                .init("kind", .nullable(.words(Kind.self))), .init("category", .nullable(.id), required: false),
                .init("title", OrderViews.text(.title, atLeast: 1)), .init("what", OrderViews.text(.what, atLeast: 1)),
                .init("where", OrderViews.text(.place)), .init("when", OrderViews.text(.time)),
                .init("wish", OrderViews.text(.wish)), .init("name", OrderViews.text(.name)),
                .init("phone", .form(.telephone)), .init("confidential", .flag),
            ]),
            answers: [.created(.object([.init("number", .anyText), .init("code", .anyText)]))],
            refusals: [.notFound, .tooManyRequests], handle: file),
        Operation(
            id: "followOwnOrder", method: .get, path: "/citizen/orders/{number}",
            summary: Sentence("查询我的诉求", "What has become of it"), access: .holdsCode,
            answers: [.ok(CitizenViews.schema)], handle: { .json(try await view($0.own, $0)) }),
        said(
            "addToOwnOrder", "additions", Sentence("补充内容", "Add something"),
            [.init("note", OrderViews.text(.note, atLeast: 1))]
        ) { .add(note: try text($0, "note")) },
        said(
            "urgeOwnOrder", "urges", Sentence("催办", "Urge it"), [.init("note", OrderViews.text(.note, atLeast: 1))]
        ) { .urge(note: try text($0, "note")) },
        said(
            "withdrawOwnOrder", "withdrawal", Sentence("撤回", "Take it back"),
            [.init("reason", OrderViews.text(.reason, atLeast: 1))]
        ) { .withdraw(reason: try text($0, "reason")) },
        said(
            "rateOwnOrder", "rating", Sentence("评价", "Say whether it was solved"),
            [
                .init("solved", .flag), .init("satisfaction", .integer(1...5)),
                .init("contacted", .nullable(.flag), required: false),
                .init("note", OrderViews.text(.note), required: false),
            ], rate),
        Operation(
            id: "attachToOwnOrder", method: .post, path: "/citizen/orders/{number}/attachments",
            summary: Sentence("上传照片或文件", "Send a picture or a paper"), access: .holdsCode,
            query: [AttachmentOperations.name], takes: FileKind.papers, answers: [.ok(CitizenViews.schema)]
        ) { exchange in
            let own = exchange.own
            guard !own.isOver else { throw Problem(WorkOrder.Refusal.wrongState(own.state, .add)) }
            try await AttachmentOperations.keep(of: own, exchange)
            return .json(try await view(own, exchange))
        },
        Operation(
            id: "showOwnAttachment", method: .get, path: "/citizen/orders/{number}/attachments/{place}",
            summary: Sentence("查看我上传的附件", "A file she sent"), access: .holdsCode,
            answers: [.init(status: .ok, body: .media(FileKind.papers.map(\.rawValue)))], refusals: [.notFound]
        ) { exchange in
            try await AttachmentOperations.show(of: exchange.own, exchange) { $0.by == nil }
        },
    ]

    private static func said(
        _ id: String, _ noun: String, _ summary: Sentence, _ form: [Schema.Property],
        _ action: @escaping @Sendable (Exchange) throws -> WorkOrder.Action
    ) -> Operation {
        Operation(
            id: id, method: .post, path: "/citizen/orders/{number}/\(noun)", summary: summary, access: .holdsCode,
            form: .object(form), answers: [.ok(CitizenViews.schema)], refusals: [.conflict]
        ) { exchange in
            let order = try await exchange.office.citizens.apply(
                try action(exchange), to: exchange.own.id, address: exchange.context.address, office: exchange.office,
                at: exchange.now)
            return .json(try await view(order, exchange))
        }
    }

    private static func text(_ exchange: Exchange, _ name: String) throws -> String {
        try exchange.form([String: String].self)[name] ?? ""
    }

    private static func rate(_ exchange: Exchange) throws -> WorkOrder.Action {
        struct Form: Decodable {
            let solved: Bool
            let satisfaction: Int
            let contacted: Bool?
            let note: String?
        }
        let form = try exchange.form(Form.self)
        return .followUp(
            WorkOrder.FollowUp(
                at: exchange.now, by: nil, reached: true, satisfaction: form.satisfaction, solved: form.solved,
                contacted: form.contacted, note: form.note ?? "", call: nil))
    }

    // MARK: Filing

    private static let door = Schema.object([
        .init("open", .flag), .init("name", .anyText), .init("englishName", .anyText),
        .init("numbers", .list(.anyText)), .init("utcOffsetSeconds", .integer(-86_400...86_400)),
        .init(
            "categories", .list(.object([.init("id", .id), .init("name", .anyText), .init("englishName", .anyText)]))),
    ])

    private static func door(of centre: Centre) -> JSON {
        [
            "open": .bool(centre.citizens != nil), "name": .string(centre.name),
            "englishName": .string(centre.englishName),
            "numbers": .array(centre.lines.map { .string($0.number) }), "utcOffsetSeconds": 28_800,
            "categories": .array(
                (centre.categories ?? []).map {
                    ["id": .string($0.id), "name": .string($0.name), "englishName": .string($0.englishName)]
                }),
        ]
    }

    private struct Form: Decodable {
        let kind: Kind?
        let category: String?
        let title, what, `where`, when, wish, name, phone: String
        let confidential: Bool
    }

    private static func file(_ exchange: Exchange) async throws -> Answer {
        let form = try exchange.form(Form.self)
        let office = exchange.office
        var problems: [FieldProblem] = []
        for (field, text) in [("title", form.title), ("what", form.what)] where text.allSatisfy(\.isWhitespace) {
            problems.append(FieldProblem(field: field, message: .empty))
        }
        if let category = form.category, office.centre.categories?.contains(where: { $0.id == category }) != true {
            problems.append(
                FieldProblem(field: "category", message: Sentence("没有这个类别，请另选。", "There is no such category.")))
        }
        guard let phone = TelephoneNumber(form.phone) else {
            problems.append(FieldProblem(field: "phone", message: Schema.Form.telephone.wanted))
            throw Problem.invalid(problems)
        }
        guard problems.isEmpty else { throw Problem.invalid(problems) }
        let fields = WorkOrder.Fields(
            kind: form.kind, title: form.title, what: form.what, place: form.where, time: form.when, wish: form.wish,
            name: form.name, phone: phone.text, confidential: form.confidential)
        let order = try await office.citizens.file(
            .init(fields: fields, category: form.category), from: .page, address: exchange.context.address,
            office: office, at: exchange.now)
        return .json(
            ["number": .string(order.number), "code": .string(office.citizens.codes.code(of: order.id))],
            status: .created)
    }

    private static func view(_ order: WorkOrder, _ exchange: Exchange) async throws -> JSON {
        let store = exchange.office.store
        // One that was merged goes on in the other.
        let main = order.details.mergedInto
        return CitizenViews(exchange.office, exchange.now).view(
            order, goingOnIn: try await { if let main { try await store.order(main) } else { nil } }(),
            history: try await store.history(of: order.id), attachments: try await store.attachments(of: order.id))
    }
}
