import Foundation
import TestSupport

@testable import Storage

extension FileKey {
    static let first = try! FileKey(base64: Data(repeating: 1, count: 32).base64EncodedString())
    static let second = try! FileKey(base64: Data(repeating: 2, count: 32).base64EncodedString())
    static let third = try! FileKey(base64: Data(repeating: 3, count: 32).base64EncodedString())
}

extension Data {
    /// As random as sound, and the same for the same size.
    static func sample(_ size: Int) -> Data {
        var state = UInt64(size) << 1 | 1
        return Data(
            (0..<size).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return UInt8(state >> 56)
            })
    }
}

/// A vault in a folder of its own, and what lies there.
struct SampleVault {
    let directory: String

    static func with<Result>(_ body: (SampleVault) async throws -> Result) async throws -> Result {
        try await withDirectory { try await body(SampleVault(directory: $0 + "/files")) }
    }

    func vault(_ current: FileKey = .first, _ previous: FileKey...) -> Vault {
        Vault(directory: directory, keys: FileKeys(current: current, previous: previous))
    }

    func path(_ digest: FileDigest) -> String { "\(directory)/\(digest.text.prefix(2))/\(digest)" }

    func stored(_ digest: FileDigest) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path(digest))) }

    func store(_ data: Data, as digest: FileDigest) throws {
        try data.write(to: URL(fileURLWithPath: path(digest)))
    }

    /// Every plain file, below the folder.
    func files() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: directory).filter { $0.contains("/") }.sorted()
    }

    func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
}

extension Vault {
    func read(_ digest: FileDigest) throws -> Data {
        let file = try open(digest)
        return try file.read(0..<file.size)
    }
}
