import Crypto
import CryptoExtras
import Dispatch
import Foundation

/// Makes and checks the stored form of passwords: `scrypt$N$r$p$salt$hash`, salt and hash in Base64.
///
/// One check takes about 100 ms of a core and 32 MiB, by intent. So it runs off the event loops, two at a time, and only so
/// many may wait: a flood of sign-ins must not take the machine from the calls.
package actor Passwords {
    private var running = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private let cost: Cost
    private static let atOnce = 2
    /// Sixteen wait less than a second; whoever comes after them is asked to try again.
    private static let mostWaiting = 16
    private static let queue = DispatchQueue(label: "hotline.passwords", attributes: .concurrent)

    /// How dear one check is. Lower only in tests.
    package struct Cost: Sendable, Equatable {
        package let rounds: Int
        package let blockSize: Int
        package let parallelism: Int

        package static let standard = Cost(rounds: 32_768, blockSize: 8, parallelism: 1)
        package static let forTests = Cost(rounds: 16, blockSize: 8, parallelism: 1)
    }

    struct Busy: Error {}

    package init(cost: Cost = .standard) {
        self.cost = cost
    }

    /// 20 characters without those that look alike, 115 bits: shown once, typed once.
    package static func random() -> String {
        let letters = Array("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789")
        var generator = SystemRandomNumberGenerator()
        return String((0..<20).compactMap { _ in letters.randomElement(using: &generator) })
    }

    /// The form to store.
    package func hash(_ password: String) async throws -> String {
        var generator = SystemRandomNumberGenerator()
        let salt = Data((0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
        let cost = cost
        let key = try await slowly { try Self.derive(password, salt: salt, cost: cost) }
        return Hash(cost: cost, salt: salt, key: key).text
    }

    /// Whether this is the password that was stored. Without a stored one it takes the same time and is false, so that the
    /// time does not tell which logins exist.
    package func verify(_ password: String, stored: String?) async throws -> Bool {
        let kept = stored.flatMap(Hash.init(text:))
        let hash = kept ?? Hash(cost: cost, salt: Data(repeating: 0, count: 16), key: Data())
        let key = try await slowly { try Self.derive(password, salt: hash.salt, cost: hash.cost) }
        return kept != nil && SHA256.hash(data: key) == SHA256.hash(data: hash.key)
    }

    private static func derive(_ password: String, salt: Data, cost: Cost) throws -> Data {
        try KDF.Scrypt.deriveKey(
            from: Data(password.utf8), salt: salt, outputByteCount: 32, rounds: cost.rounds,
            blockSize: cost.blockSize, parallelism: cost.parallelism
        ).withUnsafeBytes { Data($0) }
    }

    private func slowly(_ work: @escaping @Sendable () throws -> Data) async throws -> Data {
        if running < Self.atOnce {
            running += 1
        } else {
            guard waiting.count < Self.mostWaiting else { throw Busy() }
            // Whoever is done hands its place over, so `running` stays as it is.
            await withCheckedContinuation { waiting.append($0) }
        }
        defer { next() }
        return try await withCheckedThrowingContinuation { done in
            Self.queue.async { done.resume(with: Result { try work() }) }
        }
    }

    private func next() {
        if waiting.isEmpty { running -= 1 } else { waiting.removeFirst().resume() }
    }
}

/// The stored form, read.
private struct Hash {
    let cost: Passwords.Cost
    let salt: Data
    let key: Data

    var text: String {
        [
            "scrypt", "\(cost.rounds)", "\(cost.blockSize)", "\(cost.parallelism)", salt.base64EncodedString(),
            key.base64EncodedString(),
        ].joined(separator: "$")
    }

    init(cost: Passwords.Cost, salt: Data, key: Data) {
        self.cost = cost
        self.salt = salt
        self.key = key
    }

    /// Bounded, for a row with great numbers would stop the machine.
    init?(text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "scrypt",
            let rounds = Int(parts[1]), (2...1_048_576).contains(rounds), rounds & (rounds - 1) == 0,
            let blockSize = Int(parts[2]), (1...16).contains(blockSize),
            let parallelism = Int(parts[3]), (1...4).contains(parallelism),
            let salt = Data(base64Encoded: String(parts[4])), let key = Data(base64Encoded: String(parts[5])),
            key.count == 32
        else { return nil }
        self.init(
            cost: Passwords.Cost(rounds: rounds, blockSize: blockSize, parallelism: parallelism), salt: salt, key: key)
    }
}
