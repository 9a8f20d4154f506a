/// Our handle on one call leg: a dialog to be, in being, or ending. The user agent makes those of inbound legs from its
/// randomness; those of outbound legs come with the command.
package struct LegID: Hashable, Sendable, Codable, CustomStringConvertible {
    package let token: String

    package init(_ token: String) { self.token = token }

    package var description: String { token }

    package init(from decoder: any Decoder) throws {
        token = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(token)
    }
}
