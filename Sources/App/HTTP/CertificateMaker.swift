import Crypto
import Foundation
import SwiftASN1
import X509

/// Makes a certificate that is signed by itself, for a hall that has no authority of its own. Browsers warn of it once;
/// without TLS they would not give the page a microphone.
package enum CertificateMaker {
    /// The longest that browsers accept.
    package static let days = 825

    package enum Problem: Error, Sendable, Equatable {
        case noName
        /// The file is there; a key in use must not be lost.
        case exists(String)
    }

    /// Writes both files. The key is readable by its owner alone from its first byte.
    package static func write(hosts: [String], certificate: URL, key: URL, at now: Date = Date()) throws {
        guard !hosts.isEmpty else { throw Problem.noName }
        for file in [certificate, key] where FileManager.default.fileExists(atPath: file.path) {
            throw Problem.exists(file.path)
        }
        let made = try make(hosts: hosts, at: now)
        try write(made.key, to: key, mode: 0o600)
        try write(made.certificate, to: certificate, mode: 0o644)
    }

    /// Both in PEM.
    static func make(hosts: [String], at now: Date) throws -> (certificate: String, key: String) {
        let key = P256.Signing.PrivateKey()
        let name = try DistinguishedName { CommonName(hosts[0]) }
        let certificate = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: .init(key.publicKey),
            // A clock that is a little behind must not find a certificate from the future.
            notValidBefore: now.addingTimeInterval(-3600),
            notValidAfter: now.addingTimeInterval(Double(days) * 86_400 - 3600), issuer: name, subject: name,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.serverAuth])
                SubjectAlternativeNames(hosts.map(alternativeName))
            }, issuerPrivateKey: .init(key))
        return (try certificate.serializeAsPEM().pemString + "\n", key.pemRepresentation + "\n")
    }

    private static func alternativeName(_ host: String) -> GeneralName {
        if let address = bytes(ofAddress: host) {
            .ipAddress(ASN1OctetString(contentBytes: address[...]))
        } else {
            .dnsName(host)
        }
    }

    private static func bytes(ofAddress host: String) -> [UInt8]? {
        var four = in_addr()
        if inet_pton(AF_INET, host, &four) == 1 { return withUnsafeBytes(of: four) { Array($0) } }
        var six = in6_addr()
        if inet_pton(AF_INET6, host, &six) == 1 { return withUnsafeBytes(of: six) { Array($0) } }
        return nil
    }

    private static func write(_ text: String, to file: URL, mode: Int) throws {
        guard
            FileManager.default.createFile(
                atPath: file.path, contents: Data(), attributes: [.posixPermissions: mode])
        else { throw CocoaError(.fileWriteUnknown) }
        let handle = try FileHandle(forWritingTo: file)
        defer { try? handle.close() }
        try handle.write(contentsOf: Data(text.utf8))
    }
}
