import Foundation
import Storage
import Testing

@Suite struct SpoolFileTests {
    private func with(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("spool-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.appendingPathComponent("calls").path)
    }

    private func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

    @Test func linesAreThereAgainUntilItIsEmptied() throws {
        try with { path in
            var file = try SpoolFile(path, capacity: 64)
            #expect(try bytes(path) == Data(count: 64), "its room is taken at once")
            try file.append(Data("one".utf8))
            try file.append(Data("two".utf8))
            file = try SpoolFile(path, capacity: 64)
            try file.append(Data("three".utf8))
            #expect(try file.lines().map { String(decoding: $0, as: UTF8.self) } == ["one", "two", "three"])
            try file.clear()
            #expect(try SpoolFile(path, capacity: 64).lines().isEmpty)
            #expect(try bytes(path) == Data(count: 64))
        }
    }

    @Test func aLineCutShortIsWrittenOver() throws {
        try with { path in
            try (Data("one\ntw".utf8) + Data(count: 58)).write(to: URL(fileURLWithPath: path))
            var file = try SpoolFile(path, capacity: 64)
            #expect(try file.lines() == [Data("one".utf8)])
            try file.append(Data("2".utf8))
            #expect(try file.lines() == [Data("one".utf8), Data("2".utf8)])
        }
    }

    @Test func whatDoesNotFitIsRefusedAndChangesNothing() throws {
        try with { path in
            var file = try SpoolFile(path, capacity: 8)
            try file.append(Data("12345".utf8))
            #expect(throws: SpoolFile.Full.self) { try file.append(Data("12".utf8)) }
            try file.append(Data("1".utf8))
            #expect(try SpoolFile(path, capacity: 8).lines() == [Data("12345".utf8), Data("1".utf8)])
        }
    }
}
