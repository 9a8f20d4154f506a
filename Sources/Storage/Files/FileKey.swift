import Crypto
import Foundation

/// A 256-bit AES key that wraps the keys of kept files. However it is printed, only its id shows.
package struct FileKey: Sendable {
    let key: SymmetricKey
    /// The first 8 bytes of SHA-256 over a label and the key: says which key a file wants, and nothing about it.
    let mark: Data

    /// The mark in 16 digits, for messages.
    package var id: String { mark.hexadecimal }

    /// Reads what `openssl rand -base64 32` prints; space and line ends around it do not matter.
    package init(base64 text: String) throws(FileKeyError) {
        guard let bytes = Data(base64Encoded: text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw .notBase64
        }
        guard bytes.count == Self.size else { throw .wrongSize(bytes.count) }
        key = SymmetricKey(data: bytes)
        mark = Data(SHA256.hash(data: Data("hotline file key".utf8) + bytes).prefix(Self.markSize))
    }

    static let size = 32
    static let markSize = 8
}

extension FileKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "file key \(id)" }
    package var debugDescription: String { description }
    /// For `dump`, which asks neither of the two.
    package var customMirror: Mirror { Mirror(self, children: ["id": id]) }
}

/// The key that new files are wrapped with, and those that older ones may still want until `Vault.rotate` is through.
package struct FileKeys: Sendable {
    package let current: FileKey
    package let previous: [FileKey]

    package init(current: FileKey, previous: [FileKey] = []) {
        self.current = current
        self.previous = previous
    }

    func marked(_ mark: Data) -> FileKey? {
        ([current] + previous).first { $0.mark == mark }
    }
}

/// Says what is wrong with a key's text without repeating any of it.
package enum FileKeyError: Error, Sendable, Equatable, CustomStringConvertible {
    case notBase64
    case wrongSize(Int)

    package var description: String {
        switch self {
        case .notBase64:
            "a file key is 32 random bytes in base64, and this is not base64: write what "
                + "`openssl rand -base64 32` prints"
        case .wrongSize(let size):
            "a file key is 32 random bytes in base64, and these are \(size): write what "
                + "`openssl rand -base64 32` prints"
        }
    }
}
