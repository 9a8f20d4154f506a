import Engine
import Storage

/// An order as its citizen sees it: what she said, where it is, what came of it; no remark of those who handle it.
struct CitizenViews: Sendable {
    private let office: Office
    private let now: Moment

    init(_ office: Office, _ now: Moment) {
        self.office = office
        self.now = now
    }

    /// Where it is, in words a citizen uses.
    enum Stage: String, CaseIterable {
        /// Nobody has taken it up yet.
        case received
        case handling
        /// Answered, and hers to judge.
        case closed
        /// She was not content, and somebody looks at it again.
        case reviewing
        case over
        /// Not taken up; the reason is in its story.
        case refused
        /// She, or an agent for her, took it back.
        case withdrawn

        /// The answer has been looked at and stands; before that, and of what was taken back, it is nobody's to read.
        var isAnswered: Bool { [.closed, .reviewing, .over].contains(self) }

        init(_ state: WorkOrder.State) {
            switch state {
            case .draft: self = .received
            // Whose it is may be in dispute; that is the bodies' matter and not hers.
            case .dispatched, .signed, .disputed, .returned, .answered, .merged: self = .handling
            case .closed: self = .closed
            case .reviewing: self = .reviewing
            case .followedUp, .archived: self = .over
            case .discarded: self = .refused
            case .withdrawn: self = .withdrawn
            }
        }
    }

    /// What happened, as far as it is hers to know.
    enum Step: String, CaseIterable {
        case submitted, dispatched, signed, contacted, reassigned, closed, urged, added, rated, redo, explained,
            merged, refused, archived, withdrawn

        init?(_ change: WorkOrder.Transition) {
            switch change.action {
            case .create: self = .submitted
            case .dispatch, .rule: self = .dispatched
            case .sign: self = .signed
            case .contact: self = .contacted
            case .giveBack, .object: self = .reassigned
            case .close, .closeAtOnce: self = .closed
            case .urge: self = .urged
            case .add where change.by == nil: self = .added
            case .followUp where change.to != change.from: self = .rated
            case .redo: self = .redo
            case .explain: self = .explained
            case .merge: self = .merged
            case .discard: self = .refused
            case .archive: self = .archived
            case .withdraw: self = .withdrawn
            default: return nil
            }
        }

        /// Whether its note was written to her, or by her.
        func isHers(_ change: WorkOrder.Transition) -> Bool {
            switch self {
            case .refused, .explained, .withdrawn: true
            case .urged, .added, .rated: change.by == nil
            default: false
            }
        }
    }

    func view(
        _ order: WorkOrder, goingOnIn main: WorkOrder?, history: [WorkOrder.Transition], attachments: [Attachment]
    ) -> JSON {
        let state = main ?? order
        let resolve =
            state.isOver ? nil : office.clocks(of: state, at: now).first { $0.name == .resolve && $0.body == nil }
        let isAnswered = Stage(state.state).isAnswered
        let allowed = order.allowed(to: .citizen)
        let verdict = order.followUps.last { $0.reached }
        return [
            "number": .string(order.number), "stage": .string(Stage(state.state).rawValue),
            "title": .string(order.fields.title), "what": .string(order.fields.what),
            "where": .string(order.fields.place), "createdAt": JSON(order.createdAt),
            "body": state.body.flatMap { body in office.centre.bodies.first { $0.id == body.text } }
                .map { ["name": .string($0.name), "englishName": .string($0.englishName)] } ?? .null,
            "due": JSON(resolve.flatMap { $0.metAt == nil ? $0.due : nil }),
            "answer": isAnswered ? JSON(state.answer) : .null,
            "story": .array(
                history.compactMap { change in
                    Step(change).map { step in
                        [
                            "at": JSON(change.at), "step": .string(step.rawValue),
                            "note": step.isHers(change) ? JSON(change.note) : .null,
                        ]
                    }
                }),
            "attachments": .array(attachments.filter { $0.by == nil }.map(AttachmentOperations.view)),
            "may": .array([.add, .urge, .followUp, .withdraw].filter(allowed.contains).map { .string($0.rawValue) }),
            "solved": JSON(verdict?.solved), "satisfaction": JSON(verdict?.satisfaction),
        ]
    }

    static let schema = Schema.named(
        "OwnOrder",
        .object([
            .init("number", .anyText), .init("stage", .words(Stage.self)), .init("title", .anyText),
            .init("what", .anyText), .init("where", .anyText), .init("createdAt", .time),
            .init("body", .nullable(.object([.init("name", .anyText), .init("englishName", .anyText)]))),
            .init("due", .nullable(.time)), .init("answer", .nullable(.anyText)),
            .init(
                "story",
                .list(
                    .object([
                        .init("at", .time), .init("step", .words(Step.self)), .init("note", .nullable(.anyText)),
                    ]))),
            .init("attachments", .list(AttachmentOperations.schema)),
            .init("may", .list(.oneOf(["add", "urge", "followUp", "withdraw"]))),
            .init("solved", .nullable(.flag)), .init("satisfaction", .nullable(.integer(1...5))),
        ]))
}
