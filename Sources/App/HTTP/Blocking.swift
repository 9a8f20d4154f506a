import Foundation

/// Work that blocks its thread: a file, a child. Never on a thread that serves.
enum Blocking {
    static func run<Result: Sendable>(
        _ work: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { done in
            DispatchQueue.global(qos: .userInitiated).async { done.resume(with: Swift.Result { try work() }) }
        }
    }
}
