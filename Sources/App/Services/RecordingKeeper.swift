import Engine
import Foundation
import Logging
import ServiceLifecycle
import Storage

/// Takes recordings that are done into the vault and names them on their calls. A WAV in the folder of recordings is one that
/// is not kept yet, and its name is the call's: what could not be kept when it came is tried again, also after a crash.
actor RecordingKeeper: Service {
    private let vault: Vault
    private let store: any Store
    private let folder: String
    private let logger: Logger
    /// Paths that are being kept.
    private var working: Set<String> = []
    /// Reading and encrypting an hour's recording takes a second; not on an event loop.
    private let queue = DispatchQueue(label: "hotline.vault", qos: .utility)

    init(vault: Vault, store: any Store, folder: String, logger: Logger) {
        self.vault = vault
        self.store = store
        self.folder = folder
        self.logger = logger
    }

    /// - Parameter path: below the folder.
    func keep(_ path: String, of call: CallID) async {
        // It is taken in within ten seconds, if not now.
        guard !working.contains(path), vault.turns.beginKeeping() else { return }
        working.insert(path)
        defer {
            working.remove(path)
            vault.turns.endKeeping()
        }
        let whole = folder + "/" + path
        do {
            let digest = try await offLoop { try $0.keep(contentsOf: whole) }.text
            try await name(digest, on: call)
            try FileManager.default.removeItem(atPath: whole)
        } catch {
            // It stays where it is, and is tried again.
            logger.warning("a recording is not kept yet", metadata: ["call": "\(call)", "error": "\(error)"])
        }
    }

    /// The call's row may be a moment behind the call.
    private func name(_ digest: String, on call: CallID) async throws {
        for _ in 0..<10 {
            do {
                return try await store.setRecording(digest, of: call)
            } catch StoreConflict.notFound {
                try await Task.sleep(for: .milliseconds(500))
            }
        }
        throw StoreConflict.notFound
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.takeInLeft()
                try? await Task.sleep(for: Self.pause)
            }
        }
    }

    private static let pause: Duration = .seconds(10)

    /// What is done and not kept: the database was away, or an earlier run ended in between.
    private func takeInLeft() async {
        let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        for path in names where path.hasSuffix(".wav") && !working.contains(path) {
            if Task.isCancelled { return }
            let call = CallID(String((path as NSString).lastPathComponent.dropLast(4)))
            // One whose call is not known may be of a call that has only just ended.
            if (try? await store.call(call)) != nil { await keep(path, of: call) }
        }
    }

    /// Removes files that no call or order has: they were removed there. Returns how many.
    func sweep() async throws -> Int {
        vault.turns.beginSweeping()
        defer { vault.turns.endSweeping() }
        while vault.turns.isKeeping { try await Task.sleep(for: .milliseconds(50)) }
        let all = try await offLoop { vault in try vault.all().map { try $0.get() } }
        var removed = 0
        for start in stride(from: 0, to: all.count, by: Self.sweptTogether) {
            let some = all[start..<min(start + Self.sweptTogether, all.count)].map(\.text)
            let wanted = try await store.filesInUse(among: some)
            for text in some where !wanted.contains(text) {
                guard let digest = FileDigest(text) else { continue }
                try await offLoop { try $0.remove(digest) }
                removed += 1
            }
        }
        return removed
    }

    private static let sweptTogether = 200

    private func offLoop<Result: Sendable>(
        _ work: @escaping @Sendable (Vault) throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { done in
            queue.async { [vault] in done.resume(with: Swift.Result { try work(vault) }) }
        }
    }
}
