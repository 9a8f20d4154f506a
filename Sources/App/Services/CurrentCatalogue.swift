import Crypto
import Engine
import Foundation
import Storage
import Synchronization

/// The dispatch catalogue that proposes now: the newest that was taught, from the data folder.
package final class CurrentCatalogue: Sendable {
    package struct Held: Sendable {
        package let taught: TaughtModel
        package let catalogue: DispatchCatalogue
    }

    private struct Kept {
        var newest: TaughtModel?
        var held: Held?
    }

    private let kept = Mutex(Kept())
    private let files: CatalogueFiles?

    /// Without a data folder nothing is ever proposed.
    package init(dataDirectory: String? = nil) { files = dataDirectory.map(CatalogueFiles.init) }

    package var held: Held? { kept.withLock { $0.held } }

    /// The newest version there is, whether or not its file can be read.
    package var newestVersion: Int { kept.withLock { $0.newest?.version ?? 0 } }

    /// Takes up the newest model if it is another than the one held. Where its file is gone or damaged the one before
    /// goes on proposing, and this throws.
    package func load(from store: any Store) async throws {
        guard let newest = try await store.newestDispatchModel() else { return }
        kept.withLock { $0.newest = newest }
        guard let files, held?.taught != newest else { return }
        let catalogue = try files.read(newest.digest)
        kept.withLock { $0.held = Held(taught: newest, catalogue: catalogue) }
    }
}

/// Where catalogues are kept: `DIR/dispatch/DIGEST`, readable by their owner alone.
package struct CatalogueFiles: Sendable {
    private let folder: URL

    package init(dataDirectory: String) {
        folder = URL(fileURLWithPath: dataDirectory, isDirectory: true).appendingPathComponent("dispatch")
    }

    package enum Problem: Error, CustomStringConvertible {
        case notThere(digest: String)
        case damaged(digest: String)

        package var description: String {
            switch self {
            case .notThere(let digest): "the dispatch model \(digest) is not in the data folder; teach another"
            case .damaged(let digest): "the dispatch model \(digest) is damaged; teach another"
            }
        }
    }

    func read(_ digest: String) throws -> DispatchCatalogue {
        guard let data = FileManager.default.contents(atPath: path(digest)) else {
            throw Problem.notThere(digest: digest)
        }
        guard SHA256.hash(data: data).hexadecimal == digest else { throw Problem.damaged(digest: digest) }
        return try DispatchCatalogue(encoded: data)
    }

    /// Writes the file, then the row that names it, and removes the files that nobody needs any more: all but this
    /// and the one before, which a program that runs may be reading.
    package func keep(
        _ catalogue: DispatchCatalogue, orders: Int, in store: any Store, at now: Moment
    ) async throws -> TaughtModel {
        let data = catalogue.encoded()
        let digest = SHA256.hash(data: data).hexadecimal
        let before = try await store.newestDispatchModel()
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try data.write(to: URL(fileURLWithPath: path(digest)), options: .atomic)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path(digest))
        let taught = try await store.save(TaughtModel(at: now, digest: digest, orders: orders, bytes: data.count))
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path)
        where name != digest && name != before?.digest {
            try FileManager.default.removeItem(atPath: path(name))
        }
        return taught
    }

    private func path(_ digest: String) -> String { folder.appendingPathComponent(digest).path }
}
