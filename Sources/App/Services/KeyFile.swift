import Crypto
import Foundation

/// A secret of this installation in a file of the data folder, made at the first start.
enum KeyFile: String {
    /// Signs what webhooks are sent; the receiver is given the same text.
    case webhook = "webhook.key"
    /// Makes the codes by which citizens open their orders. Without this file the codes they were given open nothing.
    case citizens = "citizens.key"

    func read(dataDirectory: String) throws -> SymmetricKey {
        let path = dataDirectory + "/" + rawValue
        if let known = FileManager.default.contents(atPath: path), !known.isEmpty {
            let text = String(decoding: known, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            return SymmetricKey(data: Data(text.utf8))
        }
        let text = Secret.token()
        guard
            FileManager.default.createFile(
                atPath: path, contents: Data((text + "\n").utf8), attributes: [.posixPermissions: 0o600])
        else { throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: path]) }
        return SymmetricKey(data: Data(text.utf8))
    }
}
