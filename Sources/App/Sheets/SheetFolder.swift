import Foundation
import Synchronization

/// A folder for one sheet that nobody else may read; who makes it removes it.
struct SheetFolder: Sendable {
    let path: String

    init(in parent: String) throws {
        var pattern = Array((parent + "/sheet-XXXXXX").utf8CString)
        guard mkdtemp(&pattern) != nil else { throw CocoaError(.fileWriteUnknown) }
        path = String(decoding: pattern.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Makes the folder that sheets are made in, without what a crash left there.
    static func prepare(_ parent: String) throws {
        try? FileManager.default.removeItem(atPath: parent)
        try FileManager.default.createDirectory(
            atPath: parent, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
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
