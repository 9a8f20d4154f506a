import Engine
import Storage

/// An order as a row of a sheet, for one reader: what she may not see on the pages is not in it either.
struct OrderCells: Sendable {
    private let me: Caller
    private let now: Moment
    private let office: Office
    private let language: Language
    private let lines: [LineID: String]
    private let bodies: [String: String]
    private let categories: [String: String]

    init(_ exchange: Exchange) {
        (me, now, office, language) = (exchange.me, exchange.now, exchange.office, exchange.language)
        let (centre, language) = (office.centre, language)
        func name(_ zh: String, _ en: String) -> String { Sentence(zh, en).text(in: language) }
        lines = Dictionary(centre.lines.map { ($0.id, name($0.name, $0.englishName)) }) { first, _ in first }
        bodies = Dictionary(centre.bodies.map { ($0.id, name($0.name, $0.englishName)) }) { first, _ in first }
        categories = Dictionary((centre.categories ?? []).map { ($0.id, name($0.name, $0.englishName)) }) {
            first, _ in first
        }
    }

    private struct Column {
        let heading: Sentence
        let width: Double
        let cell: @Sendable (WorkOrder, OrderCells) -> SheetCell

        init(
            _ zh: String, _ en: String, _ width: Double,
            _ cell: @escaping @Sendable (WorkOrder, OrderCells) -> SheetCell
        ) {
            heading = Sentence(zh, en)
            self.width = width
            self.cell = cell
        }
    }

    private static let columns: [Column] = [
        Column("单号", "Number", 17) { order, _ in SheetCell(order.number) },
        Column("来文编号", "Their number", 16) { order, _ in SheetCell(order.details.imported?.reference) },
        Column("热线", "Line", 14) { order, my in SheetCell(my.lines[order.line] ?? order.line.text) },
        Column("受理时间", "Taken", 17) { order, _ in .time(order.createdAt) },
        Column("来源", "Came by", 12) { order, my in my.word(order.cameBy) },
        Column("诉求类型", "Kind", 12) { order, my in my.word(order.fields.kind?.words) },
        Column("紧急程度", "Urgency", 12) { order, my in my.word(order.fields.urgency.words) },
        Column("归类", "Category", 16) { order, my in
            SheetCell(order.details.category.map { my.categories[$0] ?? $0 })
        },
        Column("标签", "Tags", 16) { order, my in
            SheetCell(order.details.tags.joined(separator: my.word(Sentence("、", ", "))))
        },
        Column("状态", "State", 12) { order, my in my.word(order.state.words.alone) },
        Column("承办单位", "Body", 18) { order, my in SheetCell(order.body.map { my.bodies[$0.text] ?? $0.text }) },
        Column("标题", "Title", 32) { order, my in
            order.removedAt == nil
                ? SheetCell(order.fields.title) : my.word(Sentence("（内容已按保存期限删除）", "(contents removed)"))
        },
        Column("诉求内容", "What happened", 60) { order, _ in SheetCell(order.fields.what) },
        Column("地点", "Where", 28) { order, _ in SheetCell(order.fields.place) },
        Column("时间", "When", 16) { order, _ in SheetCell(order.fields.time) },
        Column("希望怎么解决", "What the citizen wants", 32) { order, _ in SheetCell(order.fields.wish) },
        Column("姓名", "Name", 12) { order, my in SheetCell(my.me.citizensName(of: order)) },
        Column("联系电话", "Telephone", 16) { order, _ in SheetCell(TelephoneNumber.mask(order.fields.phone)) },
        Column("到期时间", "Due", 17) { order, my in SheetCell(my.office.due(order, taken: .init(), at: my.now).next) },
        Column("办结时间", "Closed", 17) { order, _ in SheetCell(order.closedAt) },
        Column("是否解决", "Solved", 10) { order, my in my.word(order.verdict?.solved.map { $0 ? .yes : .no }) },
        Column("满意度", "Satisfaction", 14) { order, my in my.word(order.verdict?.satisfactionWords) },
        Column("答复", "Answer", 60) { order, _ in SheetCell(order.answer) },
    ]

    var headings: [SheetHeading] {
        Self.columns.map { SheetHeading(text: word($0.heading), width: $0.width) }
    }

    func row(_ order: WorkOrder) -> [SheetCell] {
        Self.columns.map { $0.cell(order, self) }
    }

    func word(_ sentence: Sentence) -> String { sentence.text(in: language) }
    private func word(_ sentence: Sentence?) -> SheetCell { SheetCell(sentence?.text(in: language)) }
}
