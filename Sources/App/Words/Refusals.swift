import Engine
import HTTPTypes
import Storage

/// Every refusal, with its status and the sentence the person reads. The switches have no default, so that a new refusal
/// does not compile until it has words.
extension Problem {
    /// What a refusal is to the person; nil for an error that is none of hers.
    init?(refusal error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let refusal as WorkOrder.Refusal: self.init(refusal)
        case let refusal as SwitchboardRefusal: self.init(refusal)
        case let conflict as StoreConflict: self.init(conflict)
        case let refusal as VoiceRefusal: self.init(refusal)
        case let error as StorageError where error.isPassing: self = .databaseUnavailable
        default: return nil
        }
    }

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
                        "没有联系上来电人，不能填写满意度和是否解决。",
                        "The citizen was not reached, so there is no verdict to record; leave it empty."))
            ])
        }
    }

    init(_ refusal: SwitchboardRefusal) {
        switch refusal {
        case .unknownAgent:
            self.init(
                .conflict, .unknownAgent,
                Sentence("您的账号没有可用的工号，请联系管理员。", "Your account has no agent number in use; ask the administrator."))
        case .notSignedIn:
            self.init(.conflict, .notSignedIn, Sentence("您还没有上岗，请先上岗。", "You are not on duty; go on duty first."))
        case .agentBusy:
            self.init(
                .conflict, .agentBusy,
                Sentence("您正在通话或有来电，请先处理完。", "You are on a call or being offered one; finish it first."))
        case .offerGone:
            self.init(
                .conflict, .offerGone, Sentence("来电已挂断或已转给他人。", "The caller has hung up or gone to somebody else."))
        case .noCall:
            self.init(.conflict, .noCall, Sentence("现在没有通话。", "There is no call now."))
        case .notReachable:
            self.init(
                .conflict, .notReachable,
                Sentence("您的话机还没有接通，请检查耳麦或稍候再试。", "Your voice is not connected; check the headset, or wait a moment."))
        case .unknownLine:
            self.init(
                .conflict, .unknownLine,
                Sentence("这条热线已停用，请联系管理员。", "This line is no longer in use; ask the administrator."))
        }
    }

    init(_ conflict: StoreConflict) {
        switch conflict {
        case .notFound:
            self = .notFound
        case .loginTaken:
            self.init(.conflict, .loginTaken, Sentence("这个登录名已有人使用，请另选。", "This login is taken; choose another."))
        case .agentTaken:
            self.init(.conflict, .agentTaken, Sentence("这个工号已有人使用，请另选。", "This agent number is taken; choose another."))
        case .alreadyDone:
            self.init(.conflict, .alreadyDone, Sentence("已由他人处理。", "Somebody has already dealt with this."))
        }
    }

    init(_ refusal: VoiceRefusal) {
        switch refusal {
        case .unknownLeg:
            self.init(
                .conflict, .legGone, Sentence("语音连接已更新，请稍候。", "A newer voice connection is on its way; wait a moment."))
        case .badAnswer:
            self = .invalid([
                FieldProblem(
                    field: "sdp",
                    message: Sentence("语音连接没有成功，请刷新页面。", "The voice could not be connected; reload the page."))
            ])
        }
    }
}

/// Refusals that come from no rule of the engine.
extension Problem {
    static let malformed = Problem(
        .badRequest, .malformed,
        Sentence("请求的内容无法读取，请刷新页面后重试。", "The request could not be read; reload the page and try again."))
    static let signInRequired = Problem(.unauthorized, .signInRequired, Sentence("请先登录。", "Please sign in first."))
    static let wrongPassword = Problem(
        .unauthorized, .wrongPassword,
        Sentence("登录名或密码不对，请重新输入。", "The login or the password is wrong; type them again."))
    static let notAllowed = Problem(
        .forbidden, .notAllowed,
        Sentence("您没有这项权限，如有需要请联系管理员。", "You are not allowed to do this; ask the administrator if you need it."))
    static let badToken = Problem(
        .forbidden, .badToken, Sentence("页面已过期，请刷新后重试。", "This page is out of date; reload it and try again."))
    static let badOrigin = Problem(
        .forbidden, .badOrigin, Sentence("请从本系统的页面登录。", "Sign in from this system's own page."))
    static let notFound = Problem(
        .notFound, .notFound, Sentence("没有找到，可能已删除或您无权查看。", "Not found; it may be gone, or not yours to see."))
    static let tooLarge = Problem(
        .contentTooLarge, .tooLarge, Sentence("内容太大，请缩短后重试。", "This is too large; shorten it and try again."))
    static let unsupportedMediaType = Problem(
        .unsupportedMediaType, .unsupportedMediaType,
        Sentence("请求应使用 application/json。", "The request must be application/json."))
    static let voiceOff = Problem(
        .serviceUnavailable, .voiceOff,
        Sentence("语音暂不可用，请稍候，仍可填写工单。", "There is no voice now; you can still write orders."))
    static let journalUnavailable = Problem(
        .serviceUnavailable, .journalUnavailable,
        Sentence("暂时无法记录操作，通话不受影响，请稍后再试。", "This cannot be recorded now; calls go on. Try again in a moment."))
    static let databaseUnavailable = Problem(
        .serviceUnavailable, .databaseUnavailable,
        Sentence("数据库暂时不能使用，请稍后再试。", "The database cannot be used now. Try again in a moment."))
    static let tooManyStreams = Problem(
        .serviceUnavailable, .tooManyStreams, Sentence("在线页面太多，请稍后再试。", "Too many pages are open; try again later."))
    static let internalError = Problem(
        .internalServerError, .internalError,
        Sentence("系统出错，已记录，请稍后再试。", "Something went wrong and has been noted; try again later."))
    static let noNumber = Problem(
        .conflict, .noNumber, Sentence("没有可以拨打的号码。", "There is no number to call."))
    static let noBrowserVoice = Problem(
        .conflict, .noBrowserVoice, Sentence("您使用电话机接听，不需要网页语音。", "You use a desk phone, so the page needs no voice."))
    static let pickUpThePhone = Problem(
        .conflict, .noBrowserVoice, Sentence("请拿起话机接听。", "Pick up your phone to answer."))

    static func invalid(_ fields: [FieldProblem]) -> Problem {
        Problem(
            .unprocessableContent, .invalid,
            Sentence("有内容需要修改，请看标出的各项。", "Some entries need correcting; see each one."),
            fields: fields)
    }

    static func methodNotAllowed(_ allowed: [String]) -> Problem {
        Problem(
            .methodNotAllowed, .methodNotAllowed, Sentence("这里不能这样操作。", "This cannot be done here."),
            headers: [.allow: allowed.joined(separator: ", ")])
    }

    static func tooManyAttempts(seconds: Int64) -> Problem {
        Problem(
            .tooManyRequests, .tooManyAttempts,
            Sentence("尝试次数太多，请 \(seconds) 秒后再试。", "Too many attempts; try again in \(seconds) seconds."),
            headers: [.retryAfter: String(seconds)])
    }

    static func rangeNotSatisfiable(size: Int) -> Problem {
        Problem(
            .rangeNotSatisfiable, .rangeNotSatisfiable, Sentence("录音没有这么长。", "The recording is not that long."),
            headers: [.contentRange: "bytes */\(size)"])
    }
}

extension WorkOrder.State {
    var words: Sentence {
        switch self {
        case .draft: Sentence("草稿", "a draft")
        case .dispatched: Sentence("已派单", "dispatched")
        case .signed: Sentence("已签收", "signed for")
        case .answered: Sentence("已答复", "answered")
        case .closed: Sentence("已办结", "closed")
        case .followedUp: Sentence("已回访", "followed up")
        case .discarded: Sentence("已作废", "discarded")
        }
    }
}
