import App
import ArgumentParser
import Foundation

struct CertificateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "certificate",
        abstract: "Makes a self-signed certificate, for trials.",
        discussion: """
            A browser gives no microphone to a page off localhost without TLS. A self-signed certificate makes every browser \
            warn; a hotline at work has one from an authority its computers trust.
            """)

    @Argument(help: "The names and addresses the pages are opened under.")
    var hosts: [String]

    @Option(help: "Where the certificate goes.")
    var certificate = "hotline.pem"

    @Option(help: "Where its key goes, readable by its owner only.")
    var key = "hotline.key"

    func validate() throws {
        guard !hosts.isEmpty else { throw ValidationError("name at least one host, as in hotline.example or 10.0.0.2") }
        for path in [certificate, key] where FileManager.default.fileExists(atPath: path) {
            throw ValidationError("\(path) is there already; move it away or name another")
        }
    }

    func run() throws {
        try CertificateMaker.write(
            hosts: hosts, certificate: URL(fileURLWithPath: certificate), key: URL(fileURLWithPath: key))
        show("Self-signed: \(certificate), key \(key). Browsers will warn; use it for trials only.")
        show("hotline serve --certificate \(certificate) --key \(key)")
    }
}
