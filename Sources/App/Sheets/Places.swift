import Synchronization

/// So many at once; who comes when they are taken is asked to come again.
final class Places: Sendable {
    private let free: Mutex<Int>

    init(_ places: Int) {
        free = Mutex(places)
    }

    func taking<Result: Sendable>(_ work: () async throws -> Result) async throws -> Result {
        let hasPlace = free.withLock { free in
            guard free > 0 else { return false }
            free -= 1
            return true
        }
        guard hasPlace else { throw Problem.sheetsBusy }
        defer { free.withLock { $0 += 1 } }
        return try await work()
    }
}
