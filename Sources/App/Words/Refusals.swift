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
        case StorageError.dayFull: self = .dayFull
        default: return nil
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
        case .seatTaken:
            self.init(
                .conflict, .seatTaken,
                Sentence(
                    "这部话机前已有别的话务员在岗，请另选座席。", "Another agent is on duty at this phone; choose another seat."))
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
        case .notInWrapUp:
            self.init(
                .conflict, .notInWrapUp, Sentence("现在不在话后整理中。", "There is no wrap-up to extend now."))
        case .notWaiting:
            self.init(
                .conflict, .notWaiting, Sentence("来电人已不在排队。", "The caller is no longer waiting."))
        case .callbackImpossible:
            self.init(
                .conflict, .callbackImpossible,
                Sentence("预约回拨已满，或该号码已在等候回拨。", "No more calls back can be promised, or this number waits for one."))
        case .unknownTakeover:
            self.init(
                .conflict, .unknownTakeover, Sentence("没有这条话务迁移指令。", "There is no such takeover."))
        case .takeoverOver:
            self.init(
                .conflict, .takeoverOver,
                Sentence("这条话务迁移指令已批准或已结束。", "This takeover was approved or ended already."))
        case .approvalByAnother:
            self.init(
                .conflict, .approvalByAnother,
                Sentence("下达指令的人不能自己批准，请由另一位负责人批准。", "Who gives the command may not approve it; ask another leader."))
        case .takeoverImpossible:
            self.init(
                .conflict, .takeoverImpossible,
                Sentence(
                    "比例应为1%至100%，接管队列必须属于另一个受理中心。",
                    "The percentage is 1 to 100, and the queue must belong to another centre."))
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
        case .tooMany:
            self.init(
                .conflict, .tooManyFiles,
                Sentence(
                    "这件工单的附件已达 \(Attachment.most) 个，不能再加。",
                    "This order has \(Attachment.most) files already; no more can be added."))
        case .stale:
            self.init(
                .conflict, .staleVersion,
                Sentence(
                    "调度设置刚被他人修改，请重新载入后再改。", "Somebody has just changed the routing; reload it and change it again."))
        }
    }

    /// Doors that stand open to everyone.
    static let wrongCode = Problem(
        .unauthorized, .wrongCode,
        Sentence("工单编号或查询码不对，请核对后重试。", "The number or the code is wrong; check both and try again."))
    static let webClosed = Problem(
        .notFound, .webClosed,
        Sentence("网上受理没有开通，请拨打热线电话。", "This hotline takes nothing over the web; please call it."))
    static let tooBusy = Problem(
        .serviceUnavailable, .tooBusy,
        Sentence("现在上传的人较多，请稍候再试。", "Many people are sending files just now; try again in a moment."),
        headers: [.retryAfter: "10"])
    static let badFile = Problem(
        .unprocessableContent, .badFile,
        Sentence(
            "只接收完整的 JPEG、PNG、WebP 图片或 PDF 文件，请换一个文件。",
            "Only whole JPEG, PNG or WebP pictures and PDF files are taken; choose another file."))

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
    static let dayFull = Problem(
        .serviceUnavailable, .dayFull,
        Sentence(
            "当天的 999999 个工单编号已用完，零时起才能再登记。",
            "All 999,999 order numbers of this day are taken; there are new ones from midnight."))
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
        case .disputed: Sentence("异议协调中", "disputed")
        case .returned: Sentence("已退单", "sent back")
        case .answered: Sentence("已答复", "answered")
        case .closed: Sentence("已办结", "closed")
        case .reviewing: Sentence("回访复核中", "under review")
        case .followedUp: Sentence("已回访", "followed up")
        case .archived: Sentence("已归档", "put away")
        case .merged: Sentence("已并单", "merged")
        case .discarded: Sentence("已作废", "discarded")
        case .withdrawn: Sentence("已撤回", "taken back by the citizen")
        }
    }
}
