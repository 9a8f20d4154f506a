import Crypto
import Foundation

/// The first bytes of a kept file; what follows is `SealedChunks`.
///
///       0   8  "HOTFILE" and the version, 1
///       8   8  length of the content, big-endian
///      16  68  slot: mark of the key 8, nonce 12, data key 32, tag 16; zeros when it is empty
///      84  68  another
///     152
///
/// A slot is sealed over the 16 bytes before and the digest, so it fits no other file. One is in use; the other is
/// there to be written before that is cleared. A slot that does not open is passed over when the other does: it may
/// have been half written when the power went.
struct VaultHeader {
    static let size = 152
    static let slotSize = 68
    static let slotOffsets = [16, 84]
    static let emptySlot = Data(count: slotSize)
    private static let mark = Data("HOTFILE".utf8) + [1]

    /// Mark, version and length.
    private let start: Data
    let slots: [Data]

    init(length: Int) {
        start = Self.mark + UInt64(length).bigEndianBytes
        slots = [Self.emptySlot, Self.emptySlot]
    }

    /// Nil if it is not one.
    init?(_ data: Data) {
        guard data.count == Self.size, data.starts(with: Self.mark) else { return nil }
        start = Data(data.prefix(16))
        slots = Self.slotOffsets.map { Data(data.dropFirst($0).prefix(Self.slotSize)) }
    }

    /// Trustworthy once a slot has opened.
    var length: Int? {
        Int(exactly: start.dropFirst(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) })
    }

    /// The whole header with the data key in the first slot.
    func data(_ dataKey: SymmetricKey, of digest: FileDigest, under key: FileKey) -> Data {
        start + slot(dataKey, of: digest, under: key) + Self.emptySlot
    }

    /// Random nonces may serve one key some 2^32 times, which is more files than a folder holds.
    func slot(_ dataKey: SymmetricKey, of digest: FileDigest, under key: FileKey) -> Data {
        let plain = dataKey.withUnsafeBytes { Data($0) }
        guard let box = try? AES.GCM.seal(plain, using: key.key, authenticating: start + digest.bytes),
            let sealed = box.combined
        else { preconditionFailure("a 256-bit key seals, with a nonce of 12 bytes") }
        return key.mark + sealed
    }

    /// The data key, and the slot it was in. One under the current key is preferred.
    func dataKey(of digest: FileDigest, with keys: FileKeys) throws(VaultError) -> (key: SymmetricKey, slot: Int) {
        for key in [keys.current] + keys.previous {
            for (index, slot) in slots.enumerated() where slot.prefix(FileKey.markSize) == key.mark {
                guard let box = try? AES.GCM.SealedBox(combined: slot.dropFirst(FileKey.markSize)),
                    let plain = try? AES.GCM.open(box, using: key.key, authenticating: start + digest.bytes)
                else { continue }
                return (SymmetricKey(data: plain), index)
            }
        }
        let marks = slots.filter { $0 != Self.emptySlot }.map { $0.prefix(FileKey.markSize) }
        if let unknown = marks.first(where: { keys.marked($0) == nil }) { throw .unknownKey(unknown.hexadecimal) }
        throw .damaged(digest)
    }
}

/// A content in chunks of 64 KiB, each sealed under the file's own key and followed by its tag of 16 bytes.
///
/// The nonce is the chunk's index: the key is random and seals one content once, so none repeats. Digest, index and
/// whether it is the last are authenticated: a chunk fits no other place and no other file, and none can be cut off.
struct SealedChunks {
    static let size = 65_536
    static let tagSize = 16

    let digest: FileDigest
    let length: Int
    let key: SymmetricKey

    var count: Int { (length + Self.size - 1) / Self.size }
    /// Of the whole file.
    var fileSize: Int { VaultHeader.size + length + count * Self.tagSize }

    static func offset(of index: Int) -> Int { VaultHeader.size + index * (size + tagSize) }

    func sealedSize(of index: Int) -> Int { min(Self.size, length - index * Self.size) + Self.tagSize }

    func seal(_ plain: Data, index: Int) -> Data {
        guard
            let box = try? AES.GCM.seal(plain, using: key, nonce: nonce(index), authenticating: authenticated(index))
        else { preconditionFailure("a 256-bit key seals") }
        return box.ciphertext + box.tag
    }

    func open(_ sealed: Data, index: Int) throws(VaultError) -> Data {
        guard sealed.count == sealedSize(of: index),
            let box = try? AES.GCM.SealedBox(
                nonce: nonce(index), ciphertext: sealed.dropLast(Self.tagSize), tag: sealed.suffix(Self.tagSize)),
            let plain = try? AES.GCM.open(box, using: key, authenticating: authenticated(index))
        else { throw .damaged(digest) }
        return plain
    }

    private func nonce(_ index: Int) -> AES.GCM.Nonce {
        guard let nonce = try? AES.GCM.Nonce(data: Data(count: 4) + UInt64(index).bigEndianBytes) else {
            preconditionFailure("12 bytes are a nonce")
        }
        return nonce
    }

    private func authenticated(_ index: Int) -> Data {
        digest.bytes + UInt64(index).bigEndianBytes + [index == count - 1 ? 1 : 0]
    }
}

extension FileDigest {
    fileprivate var bytes: Data { Data(text.utf8) }
}

extension UInt64 {
    fileprivate var bigEndianBytes: Data { withUnsafeBytes(of: bigEndian) { Data($0) } }
}
