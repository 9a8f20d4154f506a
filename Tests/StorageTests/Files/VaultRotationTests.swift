import Foundation
import Testing

@testable import Storage

struct VaultRotationTests {
    @Test func anUnknownKeyIsNamed() async throws {
        try await SampleVault.with { sample in
            let digest = try sample.vault(.first).keep(Data.sample(1_000))
            #expect(throws: VaultError.unknownKey(FileKey.first.id)) { try sample.vault(.second).open(digest) }
            #expect(throws: VaultError.unknownKey(FileKey.first.id)) { try sample.vault(.second, .third).open(digest) }
            #expect(try sample.vault(.second, .third, .first).read(digest) == Data.sample(1_000))
            let words = VaultError.unknownKey(FileKey.first.id).description
            #expect(words.contains(FileKey.first.id) && words.contains("files.keys"))
        }
    }

    @Test func afterARotationOnlyTheNewKeyIsWanted() async throws {
        try await SampleVault.with { sample in
            let digests = try [0, 1, 70_000].map { try sample.vault(.first).keep(Data.sample($0)) }
            let new = try sample.vault(.second).keep(Data.sample(2))
            let before = try digests.map { try sample.stored($0).dropFirst(152) }
            var seen: [Int] = []
            #expect(try sample.vault(.second, .first).rotate { seen.append($0) } == (3, 1))
            #expect(seen == [1, 2, 3, 4])
            #expect(try sample.vault(.second).rotate() == (0, 4))
            #expect(try digests.map { try sample.stored($0).dropFirst(152) } == before)
            for (digest, size) in zip(digests + [new], [0, 1, 70_000, 2]) {
                #expect(try sample.vault(.second).read(digest) == Data.sample(size))
                #expect(throws: VaultError.unknownKey(FileKey.second.id)) { try sample.vault(.first).open(digest) }
                #expect(try sample.stored(digest).range(of: FileKey.first.mark) == nil)
            }
            // And on, into the slot that was cleared.
            #expect(try sample.vault(.third, .second).rotate() == (4, 0))
            #expect(try sample.vault(.third).read(digests[2]) == Data.sample(70_000))
        }
    }

    /// The power goes within either write, or between them.
    @Test(arguments: [false, true]) func anInterruptedRotationOpensAndIsFinished(fromSecondSlot: Bool) async throws {
        try await SampleVault.with { sample in
            let content = Data.sample(1_000)
            let digest = try sample.vault(fromSecondSlot ? .third : .first).keep(content)
            try sample.vault(.first, .third).rotate()
            let (old, new) = fromSecondSlot ? (84..<152, 16..<84) : (16..<84, 84..<152)
            let before = try sample.stored(digest)
            #expect(
                before[new].allSatisfy { $0 == 0 } && before[old.lowerBound..<old.lowerBound + 8] == FileKey.first.mark)
            #expect(throws: VaultError.notThere(digest)) {
                try sample.vault(.second, .first).rotate(digest) { () throws(VaultError) in throw .notThere(digest) }
            }
            let both = try sample.stored(digest)
            for key in [FileKey.first, .second] { #expect(try sample.vault(key).read(digest) == content) }
            try sample.vault(.second, .first).rotate()
            let after = try sample.stored(digest)

            for written in stride(from: 0, through: 68, by: 4) {
                let writing = new.lowerBound..<new.lowerBound + written
                let clearing = old.lowerBound..<old.lowerBound + written
                var (first, second) = (before, both)
                first.replaceSubrange(writing, with: both[writing])
                second.replaceSubrange(clearing, with: after[clearing])
                for (state, key) in [(first, FileKey.first), (second, FileKey.second)] {
                    try sample.store(state, as: digest)
                    #expect(try sample.vault(.second, .first).read(digest) == content)
                    if written == 0 || written == 68 { #expect(try sample.vault(key).read(digest) == content) }
                    let done = state == after ? (0, 1) : (1, 0)
                    #expect(try sample.vault(.second, .first).rotate() == done)
                    #expect(try sample.vault(.second).read(digest) == content)
                    #expect(throws: VaultError.unknownKey(FileKey.second.id)) { try sample.vault(.first).open(digest) }
                }
            }
        }
    }

    @Test func oneBadFileDoesNotKeepTheOthersFromTheirKey() async throws {
        try await SampleVault.with { sample in
            let digests = try (0..<10).map { try sample.vault(.first).keep(Data.sample($0)) }
            let bad = digests.min { $0.text < $1.text }!
            try sample.store(Data(count: 200), as: bad)
            #expect(throws: VaultError.damaged(bad)) { try sample.vault(.second, .first).rotate() }
            for digest in digests where digest != bad { try sample.vault(.second).verify(digest) }
        }
    }

    @Test func filesAreReadWhileTheyAreRotated() async throws {
        try await SampleVault.with { sample in
            let content = Data.sample(100)
            let digest = try sample.vault(.first).keep(content)
            try await withThrowingTaskGroup { group in
                group.addTask {
                    for _ in 0..<10 {
                        try sample.vault(.second, .first).rotate()
                        try sample.vault(.first, .second).rotate()
                    }
                }
                group.addTask {
                    for _ in 0..<2_000 {
                        let read = try sample.vault(.first, .second).read(digest)
                        #expect(read == content)
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}
