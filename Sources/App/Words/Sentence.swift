import Storage

/// The same words in both languages. Chinese comes first; English is complete.
package struct Sentence: Sendable, Equatable {
    package let zh: String
    package let en: String

    package init(_ zh: String, _ en: String) {
        self.zh = zh
        self.en = en
    }

    package func text(in language: Preferences.Language) -> String {
        switch language {
        case .zh: zh
        case .en: en
        }
    }
}

extension Preferences.Language {
    /// The first of our languages that `Accept-Language` names; Chinese if it names none. Weights are not looked at, for
    /// browsers list what they like best first.
    init(accepting header: String?) {
        let named = (header ?? "").lowercased().split(separator: ",").lazy
            .map { $0.drop { $0 == " " } }
            .compactMap { tag -> Self? in
                if tag.hasPrefix("zh") { return .zh }
                return tag.hasPrefix("en") ? .en : nil
            }
        self = named.first ?? .zh
    }
}
