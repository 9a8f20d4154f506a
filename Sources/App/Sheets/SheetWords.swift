import Engine
import Storage

/// The words that stand in sheets, as the pages have them.
extension Kind {
    var words: Sentence {
        switch self {
        case .consultation: Sentence("咨询", "Consultation")
        case .enquiry: Sentence("查询", "Enquiry")
        case .help: Sentence("求助", "Help")
        case .complaint: Sentence("投诉", "Complaint")
        case .report: Sentence("举报", "Report")
        case .suggestion: Sentence("建议", "Suggestion")
        case .praise: Sentence("表扬", "Praise")
        }
    }
}

extension Urgency {
    var words: Sentence {
        switch self {
        case .ordinary: Sentence("一般", "Ordinary")
        case .urgent: Sentence("紧急", "Urgent")
        case .extraUrgent: Sentence("特急", "Extra urgent")
        }
    }
}

extension WorkOrder {
    /// How it came.
    var cameBy: Sentence {
        switch source {
        case nil where details.imported != nil: Sentence("表格导入", "Spreadsheet")
        case nil: Sentence("电话等", "Telephone and others")
        case .page: Sentence("网上", "The web")
        case .client: Sentence("程序提交", "A program")
        }
    }

    /// The follow-up in which she was reached last.
    var verdict: FollowUp? { followUps.last { $0.reached } }
}

extension WorkOrder.FollowUp {
    var satisfactionWords: Sentence? {
        switch satisfaction {
        case 5: Sentence("很满意", "Very satisfied")
        case 4: Sentence("满意", "Satisfied")
        case 3: Sentence("基本满意", "Fairly satisfied")
        case 2: Sentence("不满意", "Dissatisfied")
        case 1: Sentence("很不满意", "Very dissatisfied")
        default: nil
        }
    }
}

extension Sentence {
    static let yes = Sentence("是", "Yes")
    static let no = Sentence("否", "No")

    /// As a word that stands alone: "a draft" is "Draft".
    var alone: Sentence {
        let bare = en.hasPrefix("a ") ? en.dropFirst(2) : en[...]
        return Sentence(zh, bare.prefix(1).uppercased() + bare.dropFirst())
    }

    /// Whether somebody who wrote this may have meant it; case and white space are nothing.
    func isMeant(by written: String) -> Bool {
        let plain = written.lowercased()
        return plain == zh.lowercased() || plain == en.lowercased()
    }
}
