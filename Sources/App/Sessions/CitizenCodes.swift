import Crypto
import Engine
import Foundation

/// The code with which a citizen opens her order beside its number. It follows from the order's id and a key of this
/// installation, so that it is kept nowhere and can be told again.
struct CitizenCodes: Sendable {
    let key: SymmetricKey
    private let throttle = SignInThrottle()

    /// Without vowels, so that no code is a word, and without what looks alike: 28 letters and digits.
    private static let letters = Array("23456789BCDFGHJKMNPQRSTVWXYZ")
    /// 38 bits: with the throttle below, guessing one order's code at one try each quarter of an hour takes millions of years.
    static let length = 8

    init(key: SymmetricKey) { self.key = key }

    func code(of order: OrderID) -> String {
        let digest = HMAC<SHA256>.authenticationCode(for: Data("citizen \(order)".utf8), using: key)
        // 64 bits over 28^8 values: the bias is below one in ten million.
        var number = digest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return String(
            (0..<Self.length).map { _ in
                let letter = Self.letters[Int(number % UInt64(Self.letters.count))]
                number /= UInt64(Self.letters.count)
                return letter
            })
    }

    /// Lets one who names a number and its code have the order; after some wrong ones in a row, for a number or from an address,
    /// each further one doubles the wait. A number that is not there answers like a wrong code.
    func check(
        number: String, code: String, address: String?, at now: Moment, find: () async throws -> OrderID?
    ) async throws {
        if let wait = await throttle.begin(login: number, address: address, at: now) {
            throw Problem.tooManyAttempts(seconds: wait)
        }
        let typed = code.uppercased().filter { !$0.isWhitespace && $0 != "-" }
        guard let id = try await find(), Secret.equal(typed, self.code(of: id)) else { throw Problem.wrongCode }
        await throttle.succeeded(login: number, address: address)
    }
}
