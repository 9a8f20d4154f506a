import Engine
import Storage

/// What is said of routing that cannot be.
extension Problem {
    init(_ problems: [RoutingProblem], in centre: Centre) {
        self.init(
            .unprocessableContent, .invalid,
            .wouldNotWork,
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
    static let wouldNotWork = Sentence("这样设置行不通，没有保存，请看原因。", "This would not work, and was not saved; see why.")
    static let idTaken = Sentence("这个代号已经有了，请换一个。", "This id is taken; choose another.")
    static let nameTaken = Sentence("这个名称已经有了，请换一个。", "This name is taken; choose another.")

    static func lineLeadsHere(_ line: Centre.Line) -> Sentence {
        Sentence(
            "热线“\(line.name)”的来电在这里排队，请先给它换一个队列。",
            "Callers of line \(line.englishName) wait here; give the line another queue first.")
    }

    static func queueFlowsHere(_ queue: Centre.Queue) -> Sentence {
        Sentence(
            "队列“\(queue.name)”会溢出到这里，请先去掉这条溢出。",
            "Queue \(queue.englishName) flows over into it; take this overflow out first.")
    }

    static func ruleLeadsHere(_ rule: RoutingRule) -> Sentence {
        Sentence("规则“\(rule.id)”会把来电送到这里，请先改这条规则。", "Rule \(rule.id) sends callers here; change the rule first.")
    }

    static func callersWaitHere(_ count: Int) -> Sentence {
        Sentence(
            "还有 \(count) 个来电在这里等待或通话，请等他们结束。", "\(count) callers still wait or talk here; let them finish first.")
    }

    static func callbacksWaitHere(_ count: Int) -> Sentence {
        Sentence("还有 \(count) 个预约回拨在这里排队，请等回拨完成。", "\(count) calls back are still due here; let them be made first.")
    }

    static func takeoversLeadHere(_ count: Int) -> Sentence {
        Sentence("还有 \(count) 条话务迁移指令送到这里，请先结束。", "\(count) takeovers send calls here; end them first.")
    }

    static func lineKeeps(_ line: Centre.Line, _ hours: Centre.Hours) -> Sentence {
        Sentence(
            "热线“\(line.name)”按“\(hours.name ?? hours.id.text)”服务，请先给它换一个服务时间。",
            "Line \(line.englishName) keeps the hours \(hours.englishName ?? hours.id.text); give it others first.")
    }

    static func takesBreak(_ agent: AgentID, _ kind: Named) -> Sentence {
        Sentence(
            "工号 \(agent) 正在或即将“\(kind.name)”，请等她回来。",
            "Agent \(agent) is on this break or about to be: \(kind.englishName).")
    }

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
