/// What is wrong with rules a supervisor writes, a policy or a notice of holidays: where, and a sentence in both languages.
package struct RuleProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// The path of the part to mend, such as `promises[2].within`; empty for the whole.
    package let field: String
    package let zh: String
    package let en: String
    package var description: String { en }

    package init(_ field: String, _ zh: String, _ en: String) {
        self.field = field
        self.zh = zh
        self.en = en
    }
}
