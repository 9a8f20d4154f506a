extension WorkOrder {
    /// What a person does to an order.
    package enum Action: Sendable, Equatable {
        /// - Parameter particulars: nil leaves them as they are.
        case save(Fields, particulars: [String: String]? = nil)
        case discard(reason: String)
        case dispatch(to: BodyID, readBack: Bool)
        case closeAtOnce(answer: String, readBack: Bool)
        case sign
        case contact(note: String)
        case answer(String)
        /// The centre has looked at the answer, or the body itself where nobody does.
        case close
        /// The centre has looked at the answer and is not content with it.
        case sendBack(reason: String)
        /// 退单: not for this body.
        case giveBack(reason: String)
        /// 异议, with the law it rests on.
        case object(basis: String, suggests: BodyID?)
        /// The ruling on an objection: who handles it.
        case rule(body: BodyID, ruling: String)
        case askExtension(reason: String, until: Moment)
        case decideExtension(granted: Bool, note: String)
        case pause(ClockPolicy.PauseReason, note: String)
        case resume(note: String)
        /// 催办
        case urge(note: String)
        /// 督办
        case supervise(note: String)
        /// 指导, or a remark that all who handle it see.
        case guide(note: String)
        /// What the citizen has to add.
        case add(note: String)
        case share(with: BodyID, as: Share.Role, note: String)
        case signShare
        case answerShare(String)
        case regrade(kind: Kind, urgency: Urgency, reason: String)
        case movePolicy(PolicyReference, reason: String)
        case label(category: String?, tags: [String])
        /// The particulars as they ought to have been, all that the category asks for.
        case correct(particulars: [String: String])
        case followUp(FollowUp)
        /// 重办
        case redo(body: BodyID, reason: String)
        /// Nothing more can be done, and the citizen has been told why.
        case explain(reason: String, justified: Bool)
        case archive(reason: String)
        /// 并单
        case merge(into: OrderID, reason: String)
        case unmerge(reason: String)
        case link(OrderID)
        /// 撤回: the citizen, or an agent whom she asked, takes her matter back.
        case withdraw(reason: String)
        /// Somebody has told a body by other means what its own system would not take: whom, and how.
        case tell(note: String)

        package enum Name: String, Sendable, Codable, CaseIterable {
            case create, save, discard, dispatch, closeAtOnce, sign, contact, answer, close, sendBack, giveBack, object,
                rule, askExtension, decideExtension, pause, resume, urge, supervise, guide, add, share, signShare,
                answerShare, regrade, movePolicy, label, followUp, redo, explain, archive, merge, unmerge, link,
                withdraw, tell, correct
        }

        package var name: Name {
            switch self {
            case .save: .save
            case .discard: .discard
            case .dispatch: .dispatch
            case .closeAtOnce: .closeAtOnce
            case .sign: .sign
            case .contact: .contact
            case .answer: .answer
            case .close: .close
            case .sendBack: .sendBack
            case .giveBack: .giveBack
            case .object: .object
            case .rule: .rule
            case .askExtension: .askExtension
            case .decideExtension: .decideExtension
            case .pause: .pause
            case .resume: .resume
            case .urge: .urge
            case .supervise: .supervise
            case .guide: .guide
            case .add: .add
            case .share: .share
            case .signShare: .signShare
            case .answerShare: .answerShare
            case .regrade: .regrade
            case .movePolicy: .movePolicy
            case .label: .label
            case .followUp: .followUp
            case .redo: .redo
            case .explain: .explain
            case .archive: .archive
            case .merge: .merge
            case .unmerge: .unmerge
            case .link: .link
            case .withdraw: .withdraw
            case .tell: .tell
            case .correct: .correct
            }
        }
    }

    /// In what capacity someone acts. Which person has which is decided by App's permissions and the order's own facts.
    package enum Capacity: Sendable, Equatable {
        /// Writes and dispatches orders; may change only drafts she took herself.
        case intake(PersonID)
        /// Handles the orders of one body.
        case handling(BodyID)
        /// Runs the shift: may do what intake and any body may, but for what only a body can say itself.
        case supervising(PersonID)
        /// The one whose matter it is, by the order's number and code.
        case citizen
    }

    /// Why the rules forbid an action. Each has a sentence in both languages (`OrderRefusal+Words` in App).
    package enum Refusal: Error, Sendable, Equatable {
        case wrongState(State, Action.Name)
        case staleVersion(current: Int)
        case notYours
        case anotherBodys
        case notReadBack
        case missing([Field])
        case tooLong(Field, limit: Int)
        case badPhone
        case unknownUrgency(Urgency)
        case unknownBody
        case badSatisfaction
        case verdictWithoutContact
        /// The answer is for the centre to look at first.
        case reviewedByCentre
        /// Only what has its own clock running can be given more time, asked for before it has run out.
        case extensionTooLate(due: Moment)
        case extensionNotLater
        case extensionTooLong(limit: Length)
        case extensionAsked
        case noExtensionAsked
        case alreadyPaused
        case notPaused
        /// No clock of this order may stand still for that reason.
        case pauseNotAllowed(ClockPolicy.PauseReason)
        case alreadyShared(BodyID)
        case sharesOpen([BodyID])
        case objectsToRuling
        case mergedIntoItself
        case unknownPolicy(String)
        case tooMany(Field, limit: Int)
        /// It is a draft, or does not stand by itself any more: what was merged into it would be nobody's.
        case cannotTakeMerged
        /// Its category asks for it.
        case particularMissing(Particular)
        case badParticular(Particular)
        /// They say already what they are to say.
        case nothingToCorrect
        /// Others told of it too, and theirs were merged into it: it is not hers alone to take back.
        case othersWait
    }

    package enum Field: String, Sendable, Equatable, CaseIterable {
        case kind, urgency, title, what, place = "where", time = "when", wish, name, phone, reason, answer, note, body,
            basis, ruling, category, tags, pauses, shares, links, particulars

        /// In characters; for lists how many. A text longer than this is a mistake or an attack; real answers stay far below.
        package var limit: Int {
            switch self {
            case .title: 200
            case .what, .answer: 8000
            case .wish, .note, .reason, .basis, .ruling: 2000
            case .place, .time, .particulars: 500
            case .name: 100
            case .phone: 20
            case .kind, .urgency, .body, .category: 64
            case .tags: 20
            case .pauses, .shares, .links: 50
            }
        }
    }

    /// One row of an order's history: who, when, from, to, why.
    package struct Transition: Sendable, Equatable, Codable {
        package let action: Action.Name
        package let from: State?
        package let to: State
        package let at: Moment
        /// Nil for the citizen.
        package let by: PersonID?
        package let note: String?
        /// The body that held it before, and after; figures by body are counted by them.
        package let fromBody: BodyID?
        package let toBody: BodyID?

        package init(
            action: Action.Name, from: State?, to: State, at: Moment, by: PersonID?, note: String?,
            fromBody: BodyID? = nil, toBody: BodyID? = nil
        ) {
            self.action = action
            self.from = from
            self.to = to
            self.at = at
            self.by = by
            self.note = note
            self.fromBody = fromBody
            self.toBody = toBody
        }
    }
}
