import Engine
import Storage

/// What a leader sends to change how calls are routed. The shapes are those of a centre's file, so that what is read there can
/// be written here.
enum RoutingForms {
    static let skill = Schema.object([.init("id", .id), .init("level", .integer(1...9))])
    static let named = Schema.object([
        .init("id", .id), .init("name", .text(1...200)), .init("englishName", .text(0...200)),
    ])
    static let membership = Schema.object([.init("queue", .id), .init("preference", .integer(0...9))])
    private static let seconds = Schema.integer(1...86_400)

    static let overflow = Schema.object([
        .init("waited", seconds, required: false), .init("length", .integer(0...100_000), required: false),
        .init("forecast", seconds, required: false), .init("nobody", .agreed, required: false),
        .init("to", .either(.object([.init("queue", .id)]), .oneOf(["callback", "voicemail"]))),
    ])

    static let rule = Schema.object([
        .init("id", .text(1...64)),
        .init(
            "when",
            .object([
                .init("lines", .list(.id), required: false), .init("numbers", .list(.text(1...32)), required: false),
                .init("regions", .list(.text(1...64)), required: false), .init("language", .id, required: false),
                .init("attempts", .integer(1...100), required: false),
                .init("hasOpenOrder", .flag, required: false),
            ])),
        .init(
            "then",
            .object([
                .init("queue", .id, required: false), .init("requires", .list(skill), required: false),
                .init("priority", .integer(-100...100), required: false),
                .init("ownAgentSeconds", .integer(1...3600), required: false),
            ])),
    ])

    private static let version = Schema.Property("version", .count)
    static let queueSettings: [Schema.Property] = [
        .init("strategy", .words(Engine.Queue.Strategy.self)), .init("priority", .integer(-100...100)),
        .init("offerSeconds", .integer(1...300)), .init("wrapUpLimitSeconds", .nullable(.integer(0...86_400))),
        .init("capacity", .integer(1...100_000)), .init("overflow", .list(overflow)),
        .init("announceSeconds", .nullable(.integer(10...3600))), .init("callbackTries", .integer(1...20)),
        .init("callbackRetrySeconds", seconds),
    ]

    private static let names: [Schema.Property] = [.init("name", .text(1...200)), .init("englishName", .text(0...200))]
    static let queue = Schema.object([version] + names + queueSettings)
    /// A centre that is not named is this one.
    static let newQueue = Schema.object(
        [version, .init("id", .text(1...64)), .init("centre", .nullable(.id), required: false)] + names + queueSettings)
    static let line = Schema.object([
        version, .init("queue", .id), .init("requires", .list(skill)), .init("priority", .integer(-100...100)),
        .init("hours", .nullable(.id)),
    ])
    static let agent = Schema.object([
        version, .init("queues", .list(membership)), .init("skills", .list(skill)),
    ])
    static let rules = Schema.object([version, .init("rules", .list(rule))])
    static let skills = Schema.object([version, .init("skills", .list(named))])
    static let breaks = Schema.object([version, .init("breaks", .list(named))])
    private static let stretches = Schema.list(.text(1...32))
    static let hoursSettings: [Schema.Property] = [
        .init("week", .list(stretches)),
        .init("exceptions", .list(.object([.init("day", .text(1...32)), .init("open", stretches)]))),
    ]
    static let hours = Schema.object([
        version, .init("hours", .list(.object([.init("id", .text(1...64))] + names + hoursSettings))),
    ])

    struct Based: Decodable { let version: Int }

    struct Queue: Decodable {
        let name: String
        let englishName: String
        let strategy: Engine.Queue.Strategy
        let priority: Int
        let offerSeconds: Int
        let wrapUpLimitSeconds: Int?
        let capacity: Int
        let overflow: [Overflow]
        let announceSeconds: Int?
        let callbackTries: Int
        let callbackRetrySeconds: Int

        /// - Parameter queue: what it is apart from these.
        func change(_ queue: inout Centre.Queue) {
            let defaults = Engine.Queue(id: queue.id)
            queue.name = name
            queue.englishName = englishName
            queue.strategy = RoutingForms.kept(strategy, queue.strategy, defaults.strategy)
            queue.priority = RoutingForms.kept(priority, queue.priority, defaults.priority)
            queue.offerSeconds = offerSeconds
            queue.wrapUpLimitSeconds = wrapUpLimitSeconds
            queue.capacity = capacity
            queue.overflow = RoutingForms.kept(overflow, queue.overflow, defaults.overflow)
            queue.announceSeconds = announceSeconds
            queue.callbackTries = RoutingForms.kept(callbackTries, queue.callbackTries, defaults.callbackTries)
            queue.callbackRetrySeconds = RoutingForms.kept(
                callbackRetrySeconds, queue.callbackRetrySeconds, defaults.callbackRetrySeconds)
        }
    }

    struct Line: Decodable {
        let queue: QueueID
        let requires: [Skill]
        let priority: Int
        let hours: HoursID?
    }

    struct Agent: Decodable {
        let queues: [AgentProfile.Membership]
        let skills: [Skill]
    }

    /// What the file leaves to the switchboard, and the form shows, is no change when it is sent back.
    static func kept<Value: Equatable>(_ new: Value, _ old: Value?, _ fallback: Value) -> Value? {
        old == nil && new == fallback ? nil : new
    }

    struct Rules: Decodable { let rules: [RoutingRule] }
    struct Skills: Decodable { let skills: [Named] }
    struct Breaks: Decodable { let breaks: [Named] }
    struct Hours: Decodable { let hours: [Centre.Hours] }

    struct NewQueue: Decodable {
        let id: QueueID
        let centre: CentreID?
    }

    /// Each overflow has one trigger; the schema cannot say so.
    static func checkTriggers(_ form: JSON) throws {
        let overflows: [JSON] = if case .array(let all)? = form["overflow"] { all } else { [] }
        let wrong = overflows.indices.filter { index in
            ["waited", "length", "forecast", "nobody"].filter { overflows[index][$0] != nil }.count != 1
        }
        guard wrong.isEmpty else {
            throw Problem.invalid(wrong.map { FieldProblem(field: "overflow[\($0)]", message: .oneTrigger) })
        }
    }

    /// A name given twice could not be told apart later.
    static func checkTwice(_ field: String, _ names: [String]) throws {
        var seen: Set<String> = []
        let twice = names.indices.filter { !seen.insert(names[$0]).inserted }
        guard twice.isEmpty else {
            throw Problem.invalid(
                twice.map {
                    FieldProblem(
                        field: "\(field)[\($0)].id",
                        message: Sentence("这个名称用了不止一次，请改一个。", "This is there more than once; change one."))
                })
        }
    }
}
