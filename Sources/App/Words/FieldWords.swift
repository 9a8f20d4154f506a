/// What is said of a value that does not fit, and what to do instead.
extension Sentence {
    static let absent = Sentence("缺少这一项，请填写。", "This is missing; please give it.")
    static let unknownField = Sentence("没有这一项，请去掉。", "There is no such field; leave it out.")
    static let holdsNUL = Sentence(
        "文字中有不允许的字符，请重新输入。", "The text holds a character that is not allowed; type it again.")
    static let empty = Sentence("不能为空，请填写。", "This cannot be empty; please fill it in.")
    static let notAgreed = Sentence("请先向来电人复述并确认。", "Read it back to the caller first, and confirm.")
    static let wantsText = Sentence("这里应填写文字。", "This wants a text.")
    static let wantsNumber = Sentence("这里应填写数字。", "This wants a number.")
    static let wantsFlag = Sentence("这里应为 true 或 false。", "This is either true or false.")
    static let wantsList = Sentence("这里应为列表。", "This wants a list.")
    static let wantsObject = Sentence("这里应为一组字段。", "This wants an object.")
    static let twice = Sentence("这一项给了不止一次，请只给一次。", "This was given more than once; give it once.")

    static func tooShort(_ least: Int) -> Sentence {
        Sentence("至少 \(least) 个字。", "At least \(least) characters, please.")
    }

    static func tooLong(_ most: Int) -> Sentence {
        Sentence("最多 \(most) 个字，请缩短。", "At most \(most) characters; please shorten it.")
    }

    static func oneOf(_ words: [String]) -> Sentence {
        let named = words.filter { !$0.isEmpty }
        return Sentence("请从这些中选择：\(named.joined(separator: "、"))。", "Choose one of: \(named.joined(separator: ", ")).")
    }

    static func outside(_ range: ClosedRange<Int64>) -> Sentence {
        Sentence(
            "应为 \(range.lowerBound) 到 \(range.upperBound) 的整数。",
            "This wants a whole number from \(range.lowerBound) to \(range.upperBound).")
    }
}
