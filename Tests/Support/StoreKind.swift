import Engine
import Foundation
import Storage

/// The databases the store runs on; every test of the contract runs on each.
package enum StoreKind: String, CaseIterable, Sendable, CustomStringConvertible {
    case sqlite, postgres

    /// Those that are installed here; `scripts/setup --check` installs both.
    package static let allCases: [StoreKind] = PostgresServer.isInstalled ? [.sqlite, .postgres] : [.sqlite]

    /// The one that tests run on which are not about the database. `HOTLINE_TEST_DATABASE=postgres` runs them on the other.
    package static let chosen: StoreKind = {
        guard let name = ProcessInfo.processInfo.environment["HOTLINE_TEST_DATABASE"] else { return .sqlite }
        guard let kind = StoreKind(rawValue: name) else { preconditionFailure("there is no database \(name)") }
        return kind
    }()

    package var description: String { rawValue }

    /// Runs with an empty database of its own.
    package func withLocation<Result>(_ body: (DatabaseLocation) async throws -> Result) async throws -> Result {
        switch self {
        case .sqlite:
            try await withDirectory { try await body(.sqlite(directory: $0)) }
        case .postgres:
            try await PostgresServer.withDatabase { try await body(.postgres(url: $0)) }
        }
    }
}

package func withDirectory<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("hotline-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: directory) }
    return try await body(directory)
}

extension Store {
    /// Over all lines.
    package func count(_ filter: OrderFilter) async throws -> Int {
        try await tally([filter])[0].values.reduce(0, +)
    }

    package func person(_ id: PersonID) async throws -> StoredPerson? {
        try await people().first { $0.id == id }
    }
}
