import Foundation
import Synchronization

/// A folder for one sheet that nobody else may read; who makes it removes it.
struct SheetFolder: Sendable {
    let path: String

    init() throws {
        var pattern = Array((FileManager.default.temporaryDirectory.path + "/hotline-sheet-XXXXXX").utf8CString)
        guard mkdtemp(&pattern) != nil else { throw CocoaError(.fileWriteUnknown) }
        path = String(decoding: pattern.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }
}

/// Work that blocks its thread: a file, a child. Never on a thread that serves.
enum Blocking {
    static func run<Result: Sendable>(
        _ work: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { done in
            DispatchQueue.global(qos: .utility).async { done.resume(with: Swift.Result { try work() }) }
        }
    }
}

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
