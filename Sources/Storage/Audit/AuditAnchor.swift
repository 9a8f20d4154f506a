import Crypto
import Engine
import Foundation

/// A seal's chain as it stood on a day, signed. Kept away from the database, it shows when seals were made anew.
package struct AuditAnchor: Sendable, Equatable, Codable {
    /// `2026-11-24`.
    package let day: String
    package let position: Int64
    package let chain: String
    /// Ed25519 (RFC 8032) over the day, the position and the chain; base64.
    package let signature: String

    package init(day: String, seal: AuditSeal, key: Curve25519.Signing.PrivateKey) throws {
        self.day = day
        position = seal.position
        chain = seal.chain
        let message = Self.message(day: day, position: seal.position, chain: seal.chain)
        signature = try key.signature(for: message).base64EncodedString()
    }

    package func isSigned(by key: Curve25519.Signing.PublicKey) -> Bool {
        guard let signature = Data(base64Encoded: signature) else { return false }
        return key.isValidSignature(signature, for: Self.message(day: day, position: position, chain: chain))
    }

    private static func message(day: String, position: Int64, chain: String) -> Data {
        Data("hotline audit \(day) \(position) \(chain)".utf8)
    }
}

/// The signed anchors in `DIR/audit`: one line a day in `anchors.jsonl`, and the public key. Copied elsewhere (another
/// machine, paper), they bind whoever could write to the database and to this folder.
package struct AuditAnchors: Sendable {
    package let directory: String
    private var file: String { directory + "/anchors.jsonl" }
    private var keyFile: String { directory + "/signing.key" }
    private var publicKeyFile: String { directory + "/public.key" }

    package init(dataDirectory: String) {
        directory = dataDirectory + "/audit"
    }

    /// What has been anchored; a line that does not read is an error, for nobody but us writes there.
    package func all() throws -> [AuditAnchor] {
        guard let data = FileManager.default.contents(atPath: file) else { return [] }
        return try data.split(separator: UInt8(ascii: "\n")).map {
            try JSONDecoder().decode(AuditAnchor.self, from: Data($0))
        }
    }

    /// Adds a day's anchor, flushed to the disk, unless the day has one.
    package func add(_ seal: AuditSeal, day: String) throws {
        guard try all().last?.day != day else { return }
        let anchor = try AuditAnchor(day: day, seal: seal, key: key())
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let line = try encoder.encode(anchor) + Data("\n".utf8)
        if !FileManager.default.fileExists(atPath: file) { try write(Data(), to: file) }
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: file))
        defer { try? handle.close() }
        try handle.seekToEnd()
        try handle.write(contentsOf: line)
        try handle.synchronize()
    }

    /// Those that are not signed by the public key beside them, or, if another copy of it is given, by that.
    package func forged(among anchors: [AuditAnchor]) throws -> [AuditFinding] {
        guard !anchors.isEmpty else { return [] }
        guard let text = FileManager.default.contents(atPath: publicKeyFile),
            let raw = Data(base64Encoded: text.filter { $0 != UInt8(ascii: "\n") })
        else { throw CocoaError(.fileReadNoSuchFile, userInfo: [NSFilePathErrorKey: publicKeyFile]) }
        let key = try Curve25519.Signing.PublicKey(rawRepresentation: raw)
        return anchors.filter { !$0.isSigned(by: key) }.map { .anchorForged(day: $0.day) }
    }

    /// Made at its first use; readable by us alone.
    private func key() throws -> Curve25519.Signing.PrivateKey {
        if let text = FileManager.default.contents(atPath: keyFile), let raw = Data(base64Encoded: text) {
            return try Curve25519.Signing.PrivateKey(rawRepresentation: raw)
        }
        let key = Curve25519.Signing.PrivateKey()
        try write(key.rawRepresentation.base64EncodedData(), to: keyFile)
        try write(key.publicKey.rawRepresentation.base64EncodedData() + Data("\n".utf8), to: publicKeyFile)
        return key
    }

    private func write(_ data: Data, to path: String) throws {
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        guard FileManager.default.createFile(atPath: path, contents: data, attributes: [.posixPermissions: 0o600])
        else { throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: path]) }
    }
}
