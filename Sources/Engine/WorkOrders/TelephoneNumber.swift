/// A telephone number that may be dialled: 3 to 15 digits (ITU-T E.164 allows 15), with `+` in front for one from abroad.
///
/// Everything that could mean something else to a switch or a URI is refused here, once.
package struct TelephoneNumber: Sendable, Hashable, Codable {
    package let text: String

    /// Reads what people write, spaces and hyphens allowed; nil for anything that is no number.
    package init?(_ written: some StringProtocol) {
        let bare = String(written.filter { $0 != " " && $0 != "-" })
        let digits = bare.hasPrefix("+") ? bare.dropFirst() : bare[...]
        guard (3...15).contains(digits.count), digits.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        text = bare
    }

    /// How it is shown to those who need not call it: `138****1234`, and shorter ones with less.
    package var masked: String {
        Self.mask(text)
    }

    package static func mask(_ text: String) -> String {
        switch text.count {
        case 0...3: text
        case 4...7: String(text.prefix(1)) + "****" + String(text.suffix(2))
        default: String(text.prefix(3)) + "****" + String(text.suffix(4))
        }
    }
}
