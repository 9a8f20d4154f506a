import Foundation
import Storage

/// The keys of kept files: `files.keys` of the configuration, or else the lines of `DIR/files.key`, which the first start
/// makes. The first is the current one; the others are there until `hotline files rotate` is through.
package struct FileKeyRing: Sendable {
    private let path: String

    package init(dataDirectory: String) { path = dataDirectory + "/files.key" }

    package struct Problem: Error, CustomStringConvertible {
        package let description: String
    }

    /// - Parameter configured: as in the configuration; empty for those of the file.
    package func keys(configured: [String]) throws -> FileKeys {
        try configured.isEmpty ? read() ?? make() : Self.keys(configured, from: "files.keys")
    }

    /// Puts a new current key before the others.
    package func addKey() throws -> FileKeys {
        let keys = [Self.newKey()] + (try lines() ?? [])
        try write(keys)
        return try Self.keys(keys, from: path)
    }

    /// Leaves only the current key; called when no file wants another.
    package func forgetPrevious() throws {
        if let current = try lines()?.first { try write([current]) }
    }

    private func read() throws -> FileKeys? {
        try lines().map { try Self.keys($0, from: path) }
    }

    private func make() throws -> FileKeys { try addKey() }

    private func lines() throws -> [String]? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
        // Another key would make every file that is kept unreadable without a word.
        guard !lines.isEmpty else { throw Problem(description: "\(path) is empty; put back the key it held") }
        return lines
    }

    private func write(_ keys: [String]) throws {
        let draft = path + ".new"
        try? FileManager.default.removeItem(atPath: draft)
        guard
            FileManager.default.createFile(
                atPath: draft, contents: Data((keys.joined(separator: "\n") + "\n").utf8),
                attributes: [.posixPermissions: 0o600])
        else { throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: draft]) }
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: draft))
        try file.synchronize()
        try file.close()
        guard rename(draft, path) == 0 else {
            throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: path])
        }
    }

    private static func keys(_ texts: [String], from source: String) throws -> FileKeys {
        do {
            let keys = try texts.map { text throws(FileKeyError) in try FileKey(base64: text) }
            return FileKeys(current: keys[0], previous: Array(keys.dropFirst()))
        } catch {
            throw Problem(description: "\(source): \(error)")
        }
    }

    private static func newKey() -> String {
        var generator = SystemRandomNumberGenerator()
        return Data((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }).base64EncodedString()
    }
}
