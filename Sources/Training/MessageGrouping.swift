import Engine

/// Which messages are one matter told twice, so that a test never asks about what was taught.
package enum MessageGrouping: String, Sendable, CaseIterable {
    case subject
    case detail
    /// Messages that share either.
    case both

    /// Texts are compared without white space, marks, case and width. A message without the text asked for goes by its
    /// other one.
    package func keys(of messages: [LabelledMessage]) -> [String] {
        let subjects = messages.map { MessageText.plain($0.subject) }
        let details = messages.map { MessageText.plain($0.detail) }
        func key(_ first: String, _ second: String, _ names: (String, String)) -> String {
            first.isEmpty ? names.1 + second : names.0 + first
        }
        return switch self {
        case .subject: zip(subjects, details).map { key($0, $1, ("subject ", "detail ")) }
        case .detail: zip(details, subjects).map { key($0, $1, ("detail ", "subject ")) }
        case .both: GroupedFolds.connected(subjects, details)
        }
    }
}
