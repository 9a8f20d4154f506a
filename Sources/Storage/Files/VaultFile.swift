import Foundation

/// A kept file, open. It can be read to its end even if it is removed meanwhile.
package struct VaultFile: Sendable {
    /// Of the plain content.
    package var size: Int { chunks.length }
    package var digest: FileDigest { chunks.digest }

    private let file: DiskFile
    private let chunks: SealedChunks

    init(_ file: DiskFile, digest: FileDigest, keys: FileKeys) throws(VaultError) {
        // A rotation moves the key from one slot to the other; between the two it must not be looked for.
        try file.lock(LOCK_SH)
        let start = try file.read(VaultHeader.size, at: 0)
        try file.lock(LOCK_UN)
        guard let header = VaultHeader(start) else { throw .damaged(digest) }
        let key = try header.dataKey(of: digest, with: keys).key
        guard let length = header.length else { throw .damaged(digest) }
        self.file = file
        chunks = SealedChunks(digest: digest, length: length, key: key)
        guard try file.size() == chunks.fileSize else { throw .damaged(digest) }
    }

    /// Reads and decrypts only the chunks that the range touches, and holds the range in memory: for a long one, read
    /// its `pieces`.
    package func read(_ range: Range<Int>) throws(VaultError) -> Data {
        precondition(range.lowerBound >= 0 && range.upperBound <= size, "a range within the file")
        var data = Data()
        for piece in pieces(range) {
            let index = piece.lowerBound / SealedChunks.size
            let start = index * SealedChunks.size
            let sealed = try file.read(chunks.sealedSize(of: index), at: SealedChunks.offset(of: index))
            let plain = try chunks.open(sealed, index: index)
            data += plain.dropFirst(piece.lowerBound - start).prefix(piece.count)
        }
        return data
    }

    /// The range in parts of at most 64 KiB, cut where chunks end so that none is decrypted twice:
    ///
    ///     for piece in file.pieces(range) { try await writer.write(ByteBuffer(bytes: try file.read(piece))) }
    package func pieces(_ range: Range<Int>) -> [Range<Int>] {
        let first = range.lowerBound / SealedChunks.size
        let end = range.isEmpty ? first : (range.upperBound - 1) / SealedChunks.size + 1
        return (first..<end).map { ($0 * SealedChunks.size..<($0 + 1) * SealedChunks.size).clamped(to: range) }
    }
}
