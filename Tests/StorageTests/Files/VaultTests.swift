import Crypto
import Foundation
import Testing

@testable import Storage

struct VaultTests {
    @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 131_072, 1_000_003])
    func whatIsKeptIsReadBack(size: Int) async throws {
        try await SampleVault.with { sample in
            let (vault, content) = (sample.vault(), Data.sample(size))
            let digest = try vault.keep(content)
            #expect(digest.text == SHA256.hash(data: content).hexadecimal)
            #expect(vault.exists(digest))
            #expect(try vault.open(digest).size == size)
            #expect(try vault.read(digest) == content)
            try vault.verify(digest)

            let source = sample.directory + "/source"
            try content.write(to: URL(fileURLWithPath: source))
            try vault.remove(digest)
            #expect(try vault.keep(contentsOf: source) == digest)
            #expect(try vault.read(digest) == content)
        }
    }

    @Test func anyRangeIsReadAndInPieces() async throws {
        try await SampleVault.with { sample in
            let content = Data.sample(200_001)
            let vault = sample.vault()
            let file = try vault.open(vault.keep(content))
            let edges = [0, 1, 65_535, 65_536, 65_537, 131_072, 131_073, 196_608, 200_000, 200_001]
            for first in edges {
                for last in edges where last >= first {
                    #expect(try file.read(first..<last) == content[first..<last])
                    let pieces = Array(file.pieces(first..<last))
                    #expect(pieces.allSatisfy { (1...65_536).contains($0.count) })
                    #expect(try pieces.reduce(into: Data()) { $0 += try file.read($1) } == content[first..<last])
                }
            }
        }
    }

    @Test func theSameContentIsOneFile() async throws {
        try await SampleVault.with { sample in
            let (vault, content) = (sample.vault(), Data.sample(100_000))
            let digest = try vault.keep(content)
            let stored = try sample.stored(digest)
            #expect(try vault.keep(content) == digest)
            #expect(try sample.stored(digest) == stored)
            try await withThrowingTaskGroup { group in
                for _ in 0..<8 { group.addTask { _ = try vault.keep(Data.sample(70_000)) } }
                try await group.waitForAll()
            }
            #expect(try sample.files().count == 2)
        }
    }

    @Test func keepingAgainPutsADamagedFileRight() async throws {
        try await SampleVault.with { sample in
            let (vault, content) = (sample.vault(), Data.sample(100_000))
            let digest = try vault.keep(content)
            var stored = try sample.stored(digest)
            stored[90_000] ^= 1
            try sample.store(stored, as: digest)
            try vault.keep(content)
            #expect(try vault.read(digest) == content)
        }
    }

    @Test func aFileThatIsRemovedIsReadToItsEnd() async throws {
        try await SampleVault.with { sample in
            let (vault, content) = (sample.vault(), Data.sample(100_000))
            let digest = try vault.keep(content)
            let file = try vault.open(digest)
            try vault.remove(digest)
            try vault.remove(digest)
            #expect(!vault.exists(digest))
            #expect(throws: VaultError.notThere(digest)) { try vault.open(digest) }
            #expect(throws: VaultError.notThere(digest)) { try vault.verify(digest) }
            #expect(try file.read(0..<file.size) == content)
        }
    }

    @Test func aFileThatChangesWhileItIsReadIsRefused() async throws {
        try await SampleVault.with { sample in
            let content = Data.sample(65_536)
            for second in [Data.sample(65_535), content.dropLast(), Data(), content + [1]] {
                var reads = 0
                #expect(throws: VaultError.unreadable(path: "a", reason: "it changed while it was read")) {
                    try sample.vault().keep("a") { index in
                        reads += 1
                        return Data((reads < 3 ? content : second).dropFirst(index * 65_536).prefix(65_536))
                    }
                }
            }
            let left = try sample.files()
            #expect(left == [])
        }
    }

    @Test func whatCannotBeReadOrWrittenSaysSo() async throws {
        try await SampleVault.with { sample in
            let vault = sample.vault()
            let missing = sample.directory + "/missing"
            #expect(throws: VaultError.unreadable(path: missing, reason: "there is no such file")) {
                try vault.keep(contentsOf: missing)
            }
            let digest = try vault.keep(Data.sample(1))
            let folder = sample.directory + "/\(digest.text.prefix(2))"
            #expect(throws: VaultError.self) { try vault.keep(contentsOf: folder) }
            try FileManager.default.removeItem(atPath: folder)
            try Data().write(to: URL(fileURLWithPath: folder))
            #expect { try vault.keep(Data.sample(1)) } throws: { error in
                guard case .unwritable = error as? VaultError else { return false }
                return "\(error)".contains(folder)
            }
        }
    }

    @Test func onlyWeMayReadAndNothingPlainIsThere() async throws {
        try await SampleVault.with { sample in
            let content = Data((0..<20_000).flatMap { Array("sentence \($0) of a call. ".utf8) })
            let digest = try sample.vault().keep(content)
            #expect(try sample.mode(sample.directory) == 0o700)
            #expect(try sample.mode(sample.directory + "/\(digest.text.prefix(2))") == 0o700)
            #expect(try sample.mode(sample.path(digest)) == 0o600)
            let stored = try sample.stored(digest)
            for start in stride(from: 0, to: content.count - 16, by: 1_009) {
                #expect(stored.range(of: content[start..<start + 16]) == nil)
            }
            #expect(try sample.vault().keep(Data.sample(3)) != digest)
        }
    }

    @Test func twoVaultsEncryptTheSameContentDifferently() async throws {
        try await SampleVault.with { one in
            try await SampleVault.with { other in
                let digest = try one.vault().keep(Data.sample(1_000))
                try other.vault().keep(Data.sample(1_000))
                #expect(try one.stored(digest).dropFirst(24) != other.stored(digest).dropFirst(24))
            }
        }
    }

    @Test func temporariesAreRemovedAndNothingElse() async throws {
        try await SampleVault.with { sample in
            let vault = sample.vault()
            #expect(try vault.removeTemporaries() == 0)
            let digest = try vault.keep(Data.sample(1_000))
            let stale = sample.directory + "/\(digest.text.prefix(2))/\(UUID()).new"
            try Data("half".utf8).write(to: URL(fileURLWithPath: stale))
            #expect(Array(vault.all()) == [.success(digest)])
            #expect(try vault.removeTemporaries() == 1)
            #expect(try sample.files().map { String($0.dropFirst(3)) } == [digest.text])
        }
    }

    @Test func allAreListedInOrder() async throws {
        try await SampleVault.with { sample in
            let vault = sample.vault()
            #expect(Array(vault.all()).isEmpty)
            let digests = try (0..<40).map { try vault.keep(Data.sample($0)).text }
            #expect(try vault.all().map { try $0.get().text } == digests.sorted())
        }
    }

    /// Whoever takes the previous key away after a rotation must not be told that a folder was empty.
    @Test func aFolderThatCannotBeListedIsNotAnEmptyOne() async throws {
        try await SampleVault.with { sample in
            let vault = sample.vault()
            let digest = try vault.keep(Data.sample(1))
            let wrong = sample.directory + (digest.text.hasPrefix("ff") ? "/fe" : "/ff")
            try Data().write(to: URL(fileURLWithPath: wrong))
            let failures = vault.all().filter { (try? $0.get()) == nil }
            #expect(failures.count == 1)
            #expect(throws: VaultError.self) { try vault.rotate() }
        }
    }
}
