import Foundation

/// What a citizen is promised about an order. The words are those of the API and the command line.
package enum ClockName: String, Sendable, Codable, CaseIterable {
    /// 签收: the body has accepted the order.
    case sign
    /// 联系: it has spoken with the citizen.
    case contact
    /// 响应: it has done something about the matter; by most rules its first contact with the citizen.
    case respond
    /// 办结: the matter is closed.
    case resolve
    /// 回访: the citizen has been asked whether it was solved.
    case followUp = "follow-up"
}

/// Which clocks run for an order, how long each is, and what happens when one runs out. Rules are data: this is read from a file
/// or from a row that a supervisor has saved, and names its source. An order keeps the one it was born with.
package struct ClockPolicy: Sendable, Equatable, Codable {
    package var name: String
    package var title: Title
    /// Where the numbers come from.
    package var source: String
    /// Why the numbers should be checked before the policy is used; nil if their source was read itself.
    package var verify: String?
    /// `Asia/Shanghai` if absent.
    package var zone: String?
    /// Whose working days count: `cn` if absent, or `weekdays`.
    package var calendar: String?
    package var hours: WorkingHours?
    /// Somebody of the centre looks at a body's answer before the order is closed (审核).
    package var reviews: Bool?
    /// What happens around the end of each clock that does not say so itself.
    package var ladder: [Rung]
    /// For each clock the first that fits an order holds.
    package var promises: [Promise]

    package struct Title: Sendable, Equatable, Codable {
        package var zh: String
        package var en: String
    }

    /// One clock.
    package struct Promise: Sendable, Equatable, Codable {
        package var clock: ClockName
        // The orders it is for; absent: all.
        package var kinds: [Kind]?
        package var urgencies: [Urgency]?
        package var categories: [String]?
        package var lines: [LineID]?
        package var bodies: [BodyID]?
        package var within: Length
        package var start: Deadline.Start?
        package var rollsOver: Bool?
        /// What starts it; by the clock's name if absent.
        package var from: OrderEvent?
        /// What stops it; by the clock's name if absent.
        package var until: OrderEvent?
        /// The reasons for which it may be paused; absent: all of them.
        package var pauses: [PauseReason]?
        package var ladder: [Rung]?
        /// The most that a body may be given more, each time it asks; absent: no limit.
        package var `extension`: Length?
        /// What the source says, in its words.
        package var note: String?

        package init(_ clock: ClockName, within: Length) {
            self.clock = clock
            self.within = within
        }
    }

    package init(file data: Data) throws {
        self = try JSONDecoder().decode(ClockPolicy.self, from: data)
        if let problem = problems.first { throw problem }
    }

    package init(name: String, title: Title, source: String, promises: [Promise], ladder: [Rung] = []) {
        self.name = name
        self.title = title
        self.source = source
        self.promises = promises
        self.ladder = ladder
    }

    /// The urgencies this policy has rules for, in the order of their names.
    package var urgencies: [Urgency] {
        Urgency.allCases.filter { urgency in promises.contains { $0.urgencies?.contains(urgency) ?? true } }
    }

    /// The clock's promise for an order like this; nil if nothing is promised.
    package func promise(_ clock: ClockName, for matter: Matter) -> Promise? {
        promises.first { $0.clock == clock && $0.fits(matter) }
    }

    /// The days this policy counts by.
    package func calendar(_ known: WorkingCalendar) -> WorkingCalendar {
        let clock = zone.flatMap { WallClock(zone: $0) } ?? .china
        let days = calendar == "weekdays" ? WorkingCalendar.weekdays(clock) : known
        return days.with(clock: clock, hours: hours ?? known.hours)
    }
}

extension ClockPolicy {
    /// What a promise asks of an order.
    package struct Matter: Sendable {
        package var kind: Kind?
        package var urgency: Urgency
        package var category: String?
        package var line: LineID?
        package var body: BodyID?

        package init(
            kind: Kind?, urgency: Urgency, category: String? = nil, line: LineID? = nil, body: BodyID? = nil
        ) {
            self.kind = kind
            self.urgency = urgency
            self.category = category
            self.line = line
            self.body = body
        }
    }

    /// Something that happens to an order, and starts or stops a clock.
    package enum OrderEvent: String, Sendable, Codable, CaseIterable {
        case created
        /// The first time; a body that sends it back does not lengthen what the citizen was promised.
        case dispatched
        /// To the body that has it now.
        case sent
        case signed, contacted, answered, closed
        case followedUp = "followed-up"
    }

    /// Why a clock stands still.
    package enum PauseReason: String, Sendable, Codable, CaseIterable {
        /// 待市民补充材料
        case awaitingCitizen = "awaiting-citizen"
        /// 检验、检测、鉴定、评审
        case expertise
        /// 责任协调
        case coordination
        /// 不可抗力
        case forceMajeure = "force-majeure"
    }

    /// One step of what happens around the end of a clock (预警、催办、督办、上报).
    package struct Rung: Sendable, Equatable, Codable {
        package var when: When
        package var does: Deed
        package var tells: [Told]

        package init(_ when: When, _ does: Deed, _ tells: [Told]) {
            self.when = when
            self.does = does
            self.tells = tells
        }

        package enum Deed: String, Sendable, Codable, CaseIterable {
            case warn, urge, supervise, notify
        }

        /// Who is told.
        package enum Told: String, Sendable, Codable, CaseIterable {
            case body, agent, leader, director
        }

        /// `80%` of the time from start to end, `2 hours before`, `due`, `1 working-days after`.
        package enum When: Sendable, Equatable {
            case passed(percent: Int)
            case before(Length)
            case due
            case after(Length)
        }
    }
}

extension ClockPolicy.Promise {
    fileprivate func fits(_ matter: ClockPolicy.Matter) -> Bool {
        func among<Value: Equatable>(_ values: [Value]?, _ value: Value?) -> Bool {
            guard let values else { return true }
            return value.map(values.contains) ?? false
        }
        return among(kinds, matter.kind) && among(urgencies, matter.urgency) && among(categories, matter.category)
            && among(lines, matter.line) && among(bodies, matter.body)
    }

    package var startsWith: ClockPolicy.OrderEvent {
        if let from { return from }
        switch clock {
        case .resolve: return .dispatched
        case .sign, .contact, .respond: return .sent
        case .followUp: return .closed
        }
    }

    package var stopsWith: ClockPolicy.OrderEvent {
        if let until { return until }
        switch clock {
        case .sign: return .signed
        case .contact, .respond: return .contacted
        case .resolve: return .closed
        case .followUp: return .followedUp
        }
    }

    package func mayPause(for reason: ClockPolicy.PauseReason) -> Bool {
        pauses?.contains(reason) ?? true
    }
}

extension ClockPolicy.Rung.When: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        if text == "due" {
            self = .due
        } else if text.hasSuffix("%"), let percent = Int(text.dropLast()), (1...99).contains(percent) {
            self = .passed(percent: percent)
        } else if text.hasSuffix(" before"), let length = Length(text.dropLast(7)) {
            self = .before(length)
        } else if text.hasSuffix(" after"), let length = Length(text.dropLast(6)) {
            self = .after(length)
        } else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription:
                    "not a moment of a ladder: \(text); write \"80%\", \"due\" or \"1 working-days after\"")
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    package var text: String {
        switch self {
        case .passed(let percent): "\(percent)%"
        case .before(let length): "\(length.text) before"
        case .due: "due"
        case .after(let length): "\(length.text) after"
        }
    }
}
