import Engine
import Storage

/// What a sheet to be imported may say of each matter, by its heading.
enum ImportColumn: String, CaseIterable, Sendable {
    case reference, line, kind, urgency, title, what
    case place = "where"
    case time = "when"
    case wish, name, phone, confidential, category, tags, body

    /// As the template has it.
    var heading: Sentence {
        switch self {
        case .reference: Sentence("来文编号", "Their number")
        case .line: Sentence("热线", "Line")
        case .kind: Sentence("诉求类型", "Kind")
        case .urgency: Sentence("紧急程度", "Urgency")
        case .title: Sentence("标题", "Title")
        case .what: Sentence("诉求内容", "What happened")
        case .place: Sentence("地点", "Where")
        case .time: Sentence("时间", "When")
        case .wish: Sentence("希望怎么解决", "What the citizen wants")
        case .name: Sentence("姓名", "Name")
        case .phone: Sentence("联系电话", "Telephone")
        case .confidential: Sentence("要求保密", "Confidential")
        case .category: Sentence("归类", "Category")
        case .tags: Sentence("标签", "Tags")
        case .body: Sentence("承办单位", "Body")
        }
    }

    /// What else it is called by those who send letters on.
    private var otherNames: [String] {
        switch self {
        case .reference: ["原编号", "来文号", "信访编号", "编号", "their reference"]
        case .line: ["热线号码"]
        case .kind: ["类型", "工单类型"]
        case .title: ["诉求标题", "主题", "subject"]
        case .what: ["内容", "什么事", "诉求", "details"]
        case .place: ["什么地点", "诉求地址", "地址", "address"]
        case .time: ["什么时间", "发生时间"]
        case .wish: ["诉求目的"]
        case .name: ["诉求人", "来信人"]
        case .phone: ["电话", "手机", "手机号", "phone number"]
        case .confidential: ["保密", "是否保密"]
        case .category: ["类别", "分类"]
        case .urgency, .tags, .body: []
        }
    }

    /// In the template, in characters.
    var width: Double {
        switch self {
        case .what: 60
        case .title, .place, .wish: 28
        default: 16
        }
    }

    /// Without these there is no matter.
    static let required: [ImportColumn] = [.title, .what]

    /// The column of a heading, however it is written: `标题`, `Title`, `title *`.
    init?(heading written: String) {
        let plain = written.filter { $0 != "*" && $0 != "＊" }.trimmed.lowercased()
        let found = Self.allCases.first { column in
            column.rawValue == plain || column.heading.isMeant(by: plain) || column.otherNames.contains(plain)
        }
        guard let found else { return nil }
        self = found
    }

    /// Made up, for the template. It is not imported: by its number it is known.
    func example(in centre: Centre) -> Sentence {
        switch self {
        case .reference: Sentence("示例", "EXAMPLE")
        case .line: centre.lines.first.map { Sentence($0.name, $0.englishName) } ?? Sentence("", "")
        case .kind: Kind.complaint.words
        case .urgency: Urgency.ordinary.words
        case .title: Sentence("路灯不亮", "A street lamp is out")
        case .what:
            Sentence("小区门口的路灯坏了一周，晚上看不清路。", "The lamp at the gate has been out for a week; it is dark at night.")
        case .place: Sentence("幸福路 1 号", "1 Happiness Road")
        case .time: Sentence("2026-11-15 晚上", "The evening of 2026-11-15")
        case .wish: Sentence("尽快修好", "Have it mended soon")
        case .name: Sentence("张三", "A. N. Other")
        case .phone: Sentence("13800000000", "13800000000")
        case .confidential: .no
        case .category: centre.categories?.first.map { Sentence($0.name, $0.englishName) } ?? Sentence("", "")
        case .tags: Sentence("市长信箱", "mayor's mailbox")
        case .body: centre.bodies.first.map { Sentence($0.name, $0.englishName) } ?? Sentence("", "")
        }
    }
}
