extension WorkOrder {
    /// What a person does to an order.
    package enum Action: Sendable, Equatable {
        case save(Fields)
        case discard(reason: String)
        case dispatch(to: BodyID, readBack: Bool)
        case closeAtOnce(answer: String, readBack: Bool)
        case sign
        case contact(note: String)
        case answer(String)
        case close
        case followUp(FollowUp)

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
            case .followUp: .followUp
            }
        }

        package enum Name: String, Sendable, Codable, CaseIterable {
            case create, save, discard, dispatch, closeAtOnce, sign, contact, answer, close, followUp
        }
    }

    /// In what capacity someone acts. Which person has which is decided by App's permissions and the order's own facts.
    package enum Capacity: Sendable, Equatable {
        /// Writes and dispatches orders; may change only drafts she took herself.
        case intake(PersonID)
        /// Handles the orders of one body.
        case handling(BodyID)
        /// Runs the shift: may do what intake and any body may.
        case supervising(PersonID)
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
    }

    package enum Field: String, Sendable, Equatable, CaseIterable {
        case kind, urgency, title, what, place = "where", time = "when", wish, name, phone, reason, answer, note, body

        /// In characters. A text longer than this is a mistake or an attack; real answers stay far below.
        package var limit: Int {
            switch self {
            case .title: 200
            case .what, .answer: 8000
            case .wish, .note, .reason: 2000
            case .place, .time: 500
            case .name: 100
            case .phone: 20
            case .kind, .urgency, .body: 64
            }
        }
    }

    /// One row of an order's history: who, when, from, to, why.
    package struct Transition: Sendable, Equatable, Codable {
        package let action: Action.Name
        package let from: State?
        package let to: State
        package let at: Moment
        package let by: PersonID
        package let note: String?

        package init(action: Action.Name, from: State?, to: State, at: Moment, by: PersonID, note: String?) {
            self.action = action
            self.from = from
            self.to = to
            self.at = at
            self.by = by
            self.note = note
        }
    }
}
