import Foundation
import Testing

@testable import Storage

/// Whatever happens to a stored file, it is never read as something else.
struct VaultDamageTests {
    private static let headerSize = 152
    private static let sealedChunk = 65_552
    private static let unusedSlot = 84..<152

    /// One bit of one byte, two hundred times at random and once in every byte of the header.
    @Test func aFlippedBitIsFound() async throws {
        try await SampleVault.with { sample in
            let (vault, content) = (sample.vault(), Data.sample(140_000))
            let digest = try vault.keep(content)
            let whole = try sample.stored(digest)
            for offset in Array(0..<Self.headerSize) + (0..<200).map({ _ in whole.indices.randomElement()! }) {
                var stored = whole
                stored[offset] ^= 1 << UInt8.random(in: 0..<8)
                try sample.store(stored, as: digest)
                if Self.unusedSlot.contains(offset) {
                    // As after a write that the power cut short: the slot that opens is enough.
                    #expect(try vault.read(digest) == content, "byte \(offset)")
                    continue
                }
                #expect("byte \(offset)") { try vault.verify(digest) } throws: { error in
                    switch error as? VaultError {
                    case .damaged(digest): true
                    case .unknownKey(let id): (16..<24).contains(offset) && id != FileKey.first.id
                    default: false
                    }
                }
            }
        }
    }

    @Test(arguments: [0, 1, 65_536, 140_000])
    func aFileThatIsShorterOrLongerIsDamaged(size: Int) async throws {
        try await SampleVault.with { sample in
            let vault = sample.vault()
            let digest = try vault.keep(Data.sample(size))
            let whole = try sample.stored(digest)
            let lengths = [
                0, 1, 15, 16, 84, 151, 152, 153, 168, 152 + Self.sealedChunk, whole.count - 16, whole.count - 1,
            ]
            for length in lengths where (0..<whole.count).contains(length) {
                try sample.store(whole.prefix(length), as: digest)
                #expect(throws: VaultError.damaged(digest), "\(length) bytes") { try vault.open(digest) }
            }
            for tail in [Data([0]), Data(count: 16), whole.suffix(Self.sealedChunk)] {
                try sample.store(whole + tail, as: digest)
                #expect(throws: VaultError.damaged(digest)) { try vault.open(digest) }
            }
        }
    }

    @Test func aFileCutShortWhileItIsOpenIsDamaged() async throws {
        try await SampleVault.with { sample in
            let vault = sample.vault()
            let digest = try vault.keep(Data.sample(140_000))
            let file = try vault.open(digest)
            #expect(truncate(sample.path(digest), 100_000) == 0)
            #expect(try file.read(0..<65_536) == Data.sample(140_000).prefix(65_536))
            #expect(throws: VaultError.damaged(digest)) { try file.read(0..<140_000) }
        }
    }

    @Test func chunksFitNoOtherPlace() async throws {
        try await SampleVault.with { sample in
            let vault = sample.vault()
            let digest = try vault.keep(Data.sample(262_144))
            let whole = try sample.stored(digest)
            for (left, right) in [(0, 1), (1, 2), (0, 3), (2, 3)] {
                var stored = whole
                stored.replaceSubrange(Self.chunk(left), with: whole[Self.chunk(right)])
                stored.replaceSubrange(Self.chunk(right), with: whole[Self.chunk(left)])
                try sample.store(stored, as: digest)
                #expect(throws: VaultError.damaged(digest)) { try vault.verify(digest) }
            }
            // Fewer chunks with a length that fits them.
            var stored = whole.prefix(Self.headerSize + 3 * Self.sealedChunk)
            stored[13] = 3
            try sample.store(stored, as: digest)
            #expect(throws: VaultError.damaged(digest)) { try vault.open(digest) }
        }
    }

    @Test func filesFitNoOtherName() async throws {
        try await SampleVault.with { sample in
            let vault = sample.vault()
            let (one, other) = (try vault.keep(Data.sample(70_000)), try vault.keep(Data.sample(70_001).dropLast()))
            let (stored, rest) = (try sample.stored(one), try sample.stored(other))
            var withSlot = rest
            withSlot.replaceSubrange(16..<84, with: stored[16..<84])
            var withLastChunk = rest
            withLastChunk.replaceSubrange(Self.chunkStart(1)..., with: stored[Self.chunkStart(1)...])
            let withContent = rest.prefix(Self.headerSize) + stored.dropFirst(Self.headerSize)
            for mixed in [stored, withSlot, withContent, withLastChunk] {
                try sample.store(mixed, as: other)
                #expect(throws: VaultError.damaged(other)) { try vault.verify(other) }
            }
        }
    }

    /// Written by another program from the description in `VaultHeader`. What was kept once opens for ever.
    @Test func theFirstVersionIsRead() async throws {
        try await SampleVault.with { sample in
            let stored = """
                SE9URklMRQEAAAAAAAAADDAk/RNXhwRGMjM0NTY3ODk6Ozw9oj6Jp61V64gBaoTpK5yNixLGbfbxNN2QrWd15zeyGfESeDFY\
                TFNoYGLGGPkrqxrrAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\
                AAAAAAAAAAC433t03iBKwNKjxHtGGGxJRk+5yhZBaVH+1M8g
                """
            let key = try FileKey(base64: "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
            let digest = try #require(FileDigest("26bcd1f95be56cb58b7678ee35e97deba3ee3fd8744c69de4d0d277ce71c9e3f"))
            let vault = sample.vault(key)
            try FileManager.default.createDirectory(
                atPath: sample.directory + "/26", withIntermediateDirectories: true)
            try sample.store(#require(Data(base64Encoded: stored)), as: digest)
            #expect(try vault.read(digest) == Data("一段录音".utf8))
        }
    }

    private static func chunkStart(_ index: Int) -> Int { headerSize + index * sealedChunk }
    private static func chunk(_ index: Int) -> Range<Int> { chunkStart(index)..<chunkStart(index + 1) }
}
