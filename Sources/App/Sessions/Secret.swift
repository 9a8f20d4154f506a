import Crypto
import Engine
import Foundation
import Storage

/// Random tokens, and how they are compared and kept.
package enum Secret {
    /// 256 bits from the system's generator, in hexadecimal.
    static func token() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<4).map { _ in
            let hex = String(generator.next(), radix: 16)
            return String(repeating: "0", count: 16 - hex.count) + hex
        }.joined()
    }

    /// 32 hexadecimal digits: 48 bits of milliseconds, then 80 at random, as version 7 of a UUID has them (RFC 9562, 5.7). Rows of
    /// one time stand together in an index, where random ones would each touch a page of their own; nobody can guess one.
    static func id(at now: Moment) -> String {
        let hex = String(now.milliseconds, radix: 16).suffix(12)
        return String(repeating: "0", count: 12 - hex.count) + hex + token().prefix(20)
    }

    /// SHA-256 in hexadecimal: what the database holds instead of the thing itself.
    package static func digest(_ text: String) -> String {
        SHA256.hash(data: Data(text.utf8)).hexadecimal
    }

    /// Takes the same time wherever the two differ: digests compare in constant time.
    static func equal(_ left: String, _ right: String) -> Bool {
        SHA256.hash(data: Data(left.utf8)) == SHA256.hash(data: Data(right.utf8))
    }
}
