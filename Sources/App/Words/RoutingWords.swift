import Storage

/// What is said of routing that cannot be.
extension Problem {
    init(_ problems: [RoutingProblem], in centre: Centre) {
        self.init(
            .unprocessableContent, .invalid,
            Sentence("这样设置行不通，没有保存，请看原因。", "This would not work, and was not saved; see why."),
            fields: problems.map { problem in
                FieldProblem(
                    field: problem.place.path,
                    message: Sentence(
                        problem.zh { centre.names($0, $1)?.zh ?? $1 }, problem.en { centre.names($0, $1)?.en ?? $1 }))
            })
    }

    static let restartFirst = Problem(
        .conflict, .staleVersion,
        Sentence(
            "已导入新的受理中心文件，重启系统后生效；重启前不能在这里修改。",
            "A new centre file was imported and holds after a restart; until then nothing can be changed here."))

    static let agentNotOnDuty = Problem(
        .conflict, .notSignedIn, Sentence("这位话务员还没有上岗。", "This agent is not on duty."))

    static func noSuch(_ field: String, _ zh: String, _ en: String) -> FieldProblem {
        FieldProblem(field: field, message: Sentence("没有这个\(zh)，请另选。", "There is no such \(en); choose another."))
    }
}

extension Sentence {
    static let oneTrigger = Sentence(
        "请写明一个溢出条件：等待、人数、预计等待或无人当班。", "Give one condition: waited, length, forecast, or nobody.")
}

extension Centre {
    /// What a thing of it is called.
    fileprivate func names(_ kind: RoutingProblem.Kind, _ id: String) -> (zh: String, en: String)? {
        switch kind {
        case .queue: queues.first { $0.id.text == id }.map { ($0.name, $0.englishName) }
        case .line: lines.first { $0.id.text == id }.map { ($0.name, $0.englishName) }
        case .skill: (skills ?? []).first { $0.id == id }.map { ($0.name, $0.englishName) }
        case .centre: (centres ?? []).first { $0.id == id }.map { ($0.name, $0.englishName) }
        case .hours: (hours ?? []).first { $0.id.text == id }.map { ($0.name ?? id, $0.englishName ?? id) }
        }
    }
}
