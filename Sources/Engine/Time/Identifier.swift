/// The name of one thing of a kind, so that a queue's name cannot be handed where an agent's is wanted.
///
/// Identifiers are made outside the engine (or typed by an administrator); the engine only compares them.
package struct Identifier<Named>: Hashable, Comparable, Sendable, Codable, CustomStringConvertible,
    ExpressibleByStringLiteral
{
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    package init(stringLiteral text: String) {
        self.text = text
    }

    package init(from decoder: any Decoder) throws {
        text = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    package var description: String { text }

    package static func < (left: Self, right: Self) -> Bool {
        left.text < right.text
    }
}

package typealias CallID = Identifier<Call>
package typealias AgentID = Identifier<Agent>
package typealias LineID = Identifier<Line>
package typealias QueueID = Identifier<Queue>
package typealias OrderID = Identifier<WorkOrder>
package typealias BodyID = Identifier<Body>
package typealias PersonID = Identifier<Person>
package typealias SiteID = Identifier<Site>
package typealias OfferID = Identifier<Offer>
package typealias CentreID = Identifier<Organisation>
package typealias SkillID = Identifier<Skill>
package typealias RuleID = Identifier<RoutingRule>
package typealias HoursID = Identifier<OpeningHours>
package typealias TakeoverID = Identifier<Takeover>
package typealias BreakID = Identifier<Pause>

/// A centre (受理中心).
package enum Organisation {}
/// A kind of break: a meal, training, a meeting.
package enum Pause {}
