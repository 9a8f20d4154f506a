import Synchronization

/// So many at once; who comes when they are taken is asked to come again.
final class Places: Sendable {
    private let free: Mutex<Int>

    init(_ places: Int) {
        free = Mutex(places)
    }

    func taking<Result: Sendable>(_ work: () async throws -> Result) async throws -> Result {
        let place = try take()
        defer { place.giveBack() }
        return try await work()
    }

    func take() throws -> Place {
        let hasPlace = free.withLock { free in
            guard free > 0 else { return false }
            free -= 1
            return true
        }
        guard hasPlace else { throw Problem.sheetsBusy }
        return Place { self.free.withLock { $0 += 1 } }
    }

    /// One of them. It is given back once, at the latest when nobody knows of it any more, as of an answer that was never sent.
    final class Place: Sendable {
        private let isHeld = Mutex(true)
        private let free: @Sendable () -> Void

        fileprivate init(free: @escaping @Sendable () -> Void) {
            self.free = free
        }

        func giveBack() {
            let wasHeld = isHeld.withLock { isHeld in
                defer { isHeld = false }
                return isHeld
            }
            if wasHeld { free() }
        }

        deinit { giveBack() }
    }
}
