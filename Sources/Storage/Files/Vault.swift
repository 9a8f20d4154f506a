import Crypto
import Foundation
import Synchronization

/// Keeps files by the digest of their content, encrypted at rest: `<directory>/ab/abcdef…`.
///
/// What `keep` has returned is on the disk. A crash leaves a whole file or none, and perhaps a temporary one. Every
/// call blocks its thread until the disk has answered: half a second for a recording of 150 MB.
package struct Vault: Sendable {
    package let directory: String
    private let keys: FileKeys
    package let turns = Turns()

    /// Whoever keeps a file and then names it in a row, and whoever removes the files that no row names, take turns: what is
    /// kept and not named yet would look like what nobody has. Copies of a vault share them.
    package final class Turns: Sendable {
        private let state = Mutex((keeping: 0, isSweeping: false))

        /// False while files are removed: try again in a moment.
        package func beginKeeping() -> Bool {
            state.withLock { state in
                guard !state.isSweeping else { return false }
                state.keeping += 1
                return true
            }
        }

        package func endKeeping() { state.withLock { $0.keeping -= 1 } }

        /// From now on nobody begins to keep.
        package func beginSweeping() { state.withLock { $0.isSweeping = true } }
        package var isKeeping: Bool { state.withLock { $0.keeping > 0 } }
        package func endSweeping() { state.withLock { $0.isSweeping = false } }
    }

    package init(directory: String, keys: FileKeys) {
        self.directory = directory
        self.keys = keys
    }

    private func folder(_ name: String) -> String { directory + "/" + name }
    private func path(_ digest: FileDigest) -> String { folder(digest.folder) + "/" + digest.text }
    private static let temporary = ".new"

    // MARK: Keeping

    /// The same content twice is one file. One that changes while it is read is refused.
    @discardableResult
    package func keep(contentsOf path: String) throws(VaultError) -> FileDigest {
        guard let source = try DiskFile(path, O_RDONLY) else {
            throw .unreadable(path: path, reason: "there is no such file")
        }
        return try keep(path) { index throws(VaultError) in
            try source.read(SealedChunks.size, at: index * SealedChunks.size)
        }
    }

    @discardableResult
    package func keep(_ data: Data) throws(VaultError) -> FileDigest {
        try keep("data") { index in Data(data.dropFirst(index * SealedChunks.size).prefix(SealedChunks.size)) }
    }

    /// Reads twice, because the digest is authenticated with every chunk. `chunk` gives an empty one after the last.
    func keep(_ source: String, chunk: (Int) throws(VaultError) -> Data) throws(VaultError) -> FileDigest {
        var hash = SHA256()
        var (index, length) = (0, 0)
        while true {
            let plain = try chunk(index)
            if plain.isEmpty { break }
            hash.update(data: plain)
            (index, length) = (index + 1, length + plain.count)
        }
        let digest = FileDigest(hash.finalize())
        let chunks = SealedChunks(digest: digest, length: length, key: SymmetricKey(size: .bits256))
        try DiskFile.make(folder: directory)
        try DiskFile.make(folder: folder(digest.folder))
        // A damaged one is put right by writing it anew.
        if (try? verify(digest)) == nil {
            let temporary = folder(digest.folder) + "/" + UUID().uuidString + Self.temporary
            do throws(VaultError) {
                try write(chunks, to: temporary, from: source, chunk)
                try DiskFile.rename(temporary, to: path(digest))
            } catch {
                try? DiskFile.remove(temporary)
                throw error
            }
        }
        // Also when it was there: whoever put it there may not have come so far.
        try DiskFile.sync(folder: folder(digest.folder))
        try DiskFile.sync(folder: directory)
        return digest
    }

    private func write(
        _ chunks: SealedChunks, to path: String, from source: String, _ chunk: (Int) throws(VaultError) -> Data
    ) throws(VaultError) {
        guard let file = try DiskFile(path, O_WRONLY | O_CREAT | O_EXCL) else {
            throw .unwritable(path: path, reason: "its folder is gone")
        }
        let header = VaultHeader(length: chunks.length)
        try file.write(header.data(chunks.key, of: chunks.digest, under: keys.current), at: 0)
        var hash = SHA256()
        for index in 0..<chunks.count {
            let plain = try chunk(index)
            hash.update(data: plain)
            try file.write(chunks.seal(plain, index: index), at: SealedChunks.offset(of: index))
        }
        guard FileDigest(hash.finalize()) == chunks.digest, try chunk(chunks.count).isEmpty else {
            throw .unreadable(path: source, reason: "it changed while it was read")
        }
        try file.sync()
    }

    /// Called at start, when nothing is being kept: a temporary file is what a crash left.
    @discardableResult
    package func removeTemporaries() throws(VaultError) -> Int {
        var count = 0
        for folder in Self.folders {
            for name in try names(in: folder) where name.hasSuffix(Self.temporary) {
                try DiskFile.remove(self.folder(folder) + "/" + name)
                count += 1
            }
        }
        return count
    }

    // MARK: Reading

    package func open(_ digest: FileDigest) throws(VaultError) -> VaultFile {
        guard let file = try DiskFile(path(digest), O_RDONLY) else { throw .notThere(digest) }
        return try VaultFile(file, digest: digest, keys: keys)
    }

    /// Whether there is one, not whether it is whole.
    package func exists(_ digest: FileDigest) -> Bool {
        access(path(digest), F_OK) == 0
    }

    /// Reads all of it.
    package func verify(_ digest: FileDigest) throws(VaultError) {
        let file = try open(digest)
        var hash = SHA256()
        for piece in file.pieces(0..<file.size) { hash.update(data: try file.read(piece)) }
        guard FileDigest(hash.finalize()) == digest else { throw .damaged(digest) }
    }

    /// In order, one folder at a time in memory. A folder that cannot be read is a failure in its place: whoever took
    /// it for an empty one would lose files.
    package func all() -> some Sequence<Result<FileDigest, VaultError>> {
        Self.folders.lazy.flatMap { folder -> [Result<FileDigest, VaultError>] in
            do throws(VaultError) {
                return try names(in: folder).compactMap(FileDigest.init).filter { $0.folder == folder }
                    .sorted { $0.text < $1.text }.map { .success($0) }
            } catch {
                return [.failure(error)]
            }
        }
    }

    private static let folders = (UInt8.min...UInt8.max).map { [$0].hexadecimal }

    private func names(in folder: String) throws(VaultError) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: self.folder(folder))
        } catch CocoaError.fileReadNoSuchFile {
            return []
        } catch {
            throw .unreadable(path: self.folder(folder), reason: error.localizedDescription)
        }
    }

    // MARK: Removing and rotating

    /// One that is not there is as good as removed: an interrupted removal is done again.
    package func remove(_ digest: FileDigest) throws(VaultError) {
        try DiskFile.remove(path(digest))
        try DiskFile.sync(folder: folder(digest.folder))
    }

    /// Wraps the key of every file with the current key; no content is written again. Once it has returned, no file
    /// here wants a previous key; copies made earlier, as in backups, do.
    ///
    /// Can be done again, and beside a running hotline that has the same current key. A file that does not open is
    /// passed over; the first such error is thrown when all others are done.
    @discardableResult
    package func rotate(progress: (Int) -> Void = { _ in }) throws(VaultError) -> (rotated: Int, already: Int) {
        var (rotated, already) = (0, 0)
        var failure: VaultError?
        for listed in all() {
            do throws(VaultError) {
                if try rotate(listed.get()) { rotated += 1 } else { already += 1 }
            } catch {
                switch error {
                case .notThere: break  // Removed since it was listed.
                case .damaged, .unknownKey: failure = failure ?? error
                case .unwritable, .unreadable: throw error
                }
            }
            progress(rotated + already)
        }
        if let failure { throw failure }
        return (rotated, already)
    }

    /// False if there was nothing to do. At every moment one slot is whole, on the disk too. `between` is where a test
    /// lets the power go.
    func rotate(
        _ digest: FileDigest, between: () throws(VaultError) -> Void = {}
    ) throws(VaultError) -> Bool {
        guard let file = try DiskFile(path(digest), O_RDWR) else { throw .notThere(digest) }
        try file.lock(LOCK_EX)
        guard let header = VaultHeader(try file.read(VaultHeader.size, at: 0)) else { throw .damaged(digest) }
        let (dataKey, found) = try header.dataKey(of: digest, with: keys)
        let other = 1 - found
        let isCurrent = header.slots[found].prefix(FileKey.markSize) == keys.current.mark
        if isCurrent, header.slots[other] == VaultHeader.emptySlot { return false }
        if !isCurrent {
            let slot = header.slot(dataKey, of: digest, under: keys.current)
            try file.write(slot, at: VaultHeader.slotOffsets[other])
        }
        // Also when it was there: a rotation may have been interrupted before it was on the disk.
        try file.sync()
        try between()
        try file.write(VaultHeader.emptySlot, at: VaultHeader.slotOffsets[isCurrent ? other : found])
        try file.sync()
        return true
    }
}
