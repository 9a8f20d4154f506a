import Crypto
import Foundation

/// What a kept file is called: SHA-256 of its plain content, in 64 lower-case hexadecimal digits.
package struct FileDigest: Hashable, Sendable, CustomStringConvertible {
    package let text: String
    package var description: String { text }

    /// Nil for anything else, so that a text from outside never becomes a path.
    package init?(_ text: String) {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        let letters = UInt8(ascii: "a")...UInt8(ascii: "f")
        guard text.utf8.count == 64, text.utf8.allSatisfy({ digits.contains($0) || letters.contains($0) }) else {
            return nil
        }
        self.text = text
    }

    init(_ hash: SHA256.Digest) {
        text = hash.hexadecimal
    }

    /// The folder it lies in.
    var folder: String { String(text.prefix(2)) }
}
