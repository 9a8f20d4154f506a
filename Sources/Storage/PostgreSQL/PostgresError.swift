/// What the server refused: a constraint, a statement that is none, or its time limit.
///
/// A server that is not there is `StorageError.unavailable`.
struct PostgresError: Error, Equatable, CustomStringConvertible {
    /// SQLSTATE, five characters.
    let state: String
    let constraint: String?
    /// Without the detail, which would show what a row holds.
    let message: String

    var description: String { "\(message) (\(state))" }

    /// Integrity constraint violation (class 23), or a value that the column's type cannot hold (class 22, 42804).
    var isOfTheSchema: Bool { state.hasPrefix("23") || state.hasPrefix("22") || state == "42804" }
}
