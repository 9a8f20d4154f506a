/// What a request asks for. Methods are case-sensitive (RFC 3261 §7.1), and one we do not know is kept as it came, so
/// that it can be answered with 405 or 501.
package struct Method: Hashable, Sendable, CustomStringConvertible {
    package let name: String

    package init(_ name: String) { self.name = name }

    package static let invite = Method("INVITE")
    package static let ack = Method("ACK")
    package static let bye = Method("BYE")
    package static let cancel = Method("CANCEL")
    package static let options = Method("OPTIONS")
    package static let update = Method("UPDATE")
    package static let register = Method("REGISTER")

    /// What this user agent carries out, in the order its Allow header names them.
    package static let allowed = [invite, ack, cancel, bye, options]

    /// Methods some RFC defines and we do not carry out: they get a 405, all others a 501.
    static let definedElsewhere: Set<Method> = [
        update, register, Method("PRACK"), Method("INFO"), Method("REFER"), Method("NOTIFY"), Method("SUBSCRIBE"),
        Method("MESSAGE"), Method("PUBLISH"),
    ]

    package var description: String { name }
}
