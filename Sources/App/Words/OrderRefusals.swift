import Engine
import HTTPTypes
import Storage

/// What the rules of work orders forbid, in the person's words. The switch has no default, so that a new refusal does not
/// compile until it has some.
extension Problem {
    init(_ refusal: WorkOrder.Refusal) {
        switch refusal {
        case .wrongState(let state, _):
            self.init(
                .conflict, .wrongState,
                Sentence(
                    "工单现在是“\(state.words.zh)”，不能这样办理，请刷新后查看。",
                    "The order is now \(state.words.en), so this cannot be done; reload it and look again."))
        case .staleVersion:
            self.init(
                .conflict, .staleVersion,
                Sentence("工单刚被他人修改，请刷新后再办理。", "Someone has just changed the order; reload it and try again."))
        case .notYours:
            self.init(
                .forbidden, .notAllowed,
                Sentence(
                    "这张工单由他人受理，请交给受理人或班长办理。",
                    "Somebody else took this order; ask her or the shift leader to do this."))
        case .anotherBodys:
            self.init(.notFound, .notFound, Problem.notFound.message)
        case .notReadBack:
            self = .invalid([FieldProblem(field: "readBack", message: .notAgreed)])
        case .missing(let fields):
            self = .invalid(fields.map { FieldProblem(field: $0.rawValue, message: .absent) })
        case .tooLong(let field, let limit):
            self = .invalid([FieldProblem(field: field.rawValue, message: .tooLong(limit))])
        case .badPhone:
            self = .invalid([FieldProblem(field: "phone", message: Schema.Form.telephone.wanted)])
        case .unknownUrgency:
            self = .invalid([
                FieldProblem(
                    field: "urgency",
                    message: Sentence("现行办理规则没有这个紧急程度，请另选。", "The rules in force have no such urgency; choose another.")
                )
            ])
        case .unknownBody:
            self = .invalid([
                FieldProblem(
                    field: "body", message: Sentence("没有这个承办单位，请另选。", "There is no such body; choose another."))
            ])
        case .badSatisfaction:
            self = .invalid([FieldProblem(field: "satisfaction", message: .outside(1...5))])
        case .verdictWithoutContact:
            self = .invalid([
                FieldProblem(
                    field: "reached",
                    message: Sentence(
                        "没有联系上来电人，不能填写满意度、是否解决和是否联系过。",
                        "The citizen was not reached, so there is no verdict to record; leave it empty."))
            ])
        case .reviewedByCentre:
            self.init(
                .forbidden, .notAllowed,
                Sentence("答复须经受理中心审核后办结。", "The centre looks at the answer before the order is closed."))
        case .extensionTooLate:
            self.init(conflict: "已过办结时限，不能再申请延期。", "Its time has run out; more can be asked for only before that.")
        case .extensionNotLater:
            self.init(field: "until", "新的时限须晚于现在的办结时限。", "The new end must be later than the one it has.")
        case .extensionTooLong(let limit):
            self.init(
                field: "until", "每次最多延期\(limit.words.zh)。", "At most \(limit.words.en) more can be asked for at a time."
            )
        case .extensionAsked:
            self.init(conflict: "已有延期申请等待审批。", "An extension has been asked for and waits for a decision.")
        case .noExtensionAsked:
            self.init(conflict: "没有等待审批的延期申请。", "No extension waits for a decision.")
        case .alreadyPaused:
            self.init(conflict: "已经暂停计时。", "Its clocks stand still already.")
        case .notPaused:
            self.init(conflict: "现在没有暂停计时。", "Its clocks are running.")
        case .pauseNotAllowed:
            self.init(field: "reason", "按现行时限规则，不能因此暂停计时。", "No clock of this order may stand still for that reason.")
        case .alreadyShared:
            self.init(field: "body", "该单位已在办理这张工单。", "This body has a part in the order already.")
        case .sharesOpen(let bodies):
            self.init(
                conflict: "还有 \(bodies.count) 个协办单位没有答复，请等其答复后再答复。",
                "\(bodies.count) co-handling bodies have not answered yet; answer when they have.")
        case .objectsToRuling:
            self.init(
                conflict: "此类事项已有协调裁定由本单位办理，不能再提异议。",
                "The coordination has ruled that matters of this kind are yours; there is no further objection.")
        case .mergedIntoItself:
            self.init(field: "into", "不能并入或关联自身。", "An order cannot be merged into, or linked to, itself.")
        case .cannotTakeMerged:
            self.init(
                field: "into", "不能并入草稿或已并单、作废、撤回的工单，请另选。",
                "It is a draft, or was merged, discarded or taken back; choose another order to merge this into.")
        case .particularMissing(let particular):
            self.init(
                field: "particulars.\(particular.id)", "请填写“\(particular.name)”。",
                "Fill in “\(particular.englishName)”; orders of this category need it.")
        case .badParticular(let particular):
            let wanted = particular.kind.wanted
            self.init(
                field: "particulars.\(particular.id)", "“\(particular.name)”\(wanted.zh)",
                "“\(particular.englishName)”: \(wanted.en)")
        case .nothingToCorrect:
            self.init(conflict: "附加项没有改动。", "The particulars say that already.")
        case .othersWait:
            self.init(
                conflict: "还有其他人反映的同一事项并入了这张工单，不能撤回；撤销并单后才能撤回。",
                "Others told of the same matter and their orders were merged into this one; it can be taken back only when they "
                    + "have been taken apart again.")
        case .unknownPolicy:
            self.init(field: "policy", "没有这个时限规则，请另选。", "There is no such policy; choose another.")
        case .tooMany(let field, let limit):
            self.init(field: field.rawValue, "最多 \(limit) 项。", "At most \(limit) of these.")
        }
    }

    private init(conflict zh: String, _ en: String) {
        self.init(.conflict, .wrongState, Sentence(zh, en))
    }

    private init(field: String, _ zh: String, _ en: String) {
        self = .invalid([FieldProblem(field: field, message: Sentence(zh, en))])
    }
}

extension Particular.Kind {
    /// What a value of it looks like.
    fileprivate var wanted: Sentence {
        switch self {
        case .text: Sentence("太长。", "it is too long.")
        case .choice: Sentence("请从选项中选一个。", "choose one of those offered.")
        case .day: Sentence("请填写日期，例如 2026-11-22。", "give a day, such as 2026-11-22.")
        case .mailItem:
            Sentence(
                "应为 13 位，例如 EA123456785CN；请核对每一位，第 11 位是校验码。",
                "it has 13 characters, such as EA123456785CN; check each of them, the eleventh checks the others.")
        }
    }
}
