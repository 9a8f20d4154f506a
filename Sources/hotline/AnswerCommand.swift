import App
import ArgumentParser
import Foundation
import Simulation

struct AnswerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "answer",
        abstract: "Picks up as citizens do when the hotline calls them back.",
        discussion: """
            Listens for SIP where `hotline serve --outbound` sends its calls, rings for a moment, picks up and sounds a tone. \
            Ctrl-C ends it.

              hotline answer --listen 127.0.0.1:5090
            """)

    @Option(help: "Where to listen, HOST:PORT.")
    var listen = "127.0.0.1:5090"

    @Option(help: "Rings so many seconds before picking up (0 to 60).")
    var ring = 3

    @Option(help: "Hangs up so many seconds after picking up (1 to 3600); without it, waits for the agent to.")
    var seconds: Int?

    @Option(help: "The address of the hotline, whose calls are taken.")
    var server = "127.0.0.1"

    func validate() throws {
        guard HostPort(listen) != nil else { throw ValidationError("--listen is HOST:PORT; \(listen) is not") }
        guard (0...60).contains(ring) else { throw ValidationError("--ring is 0 to 60") }
        if let seconds, !(1...3600).contains(seconds) { throw ValidationError("--seconds is 1 to 3600") }
    }

    func run() async throws {
        let address = HostPort(listen)!
        let bank = try await TelephoneBank.start(host: address.host, port: address.port, server: server)
        await bank.answer(.init(after: .seconds(ring), hangUpAfter: seconds.map { .seconds($0) }))
        show("Citizens pick up at \(bank.address).")
        try await Task.sleep(for: .seconds(1_000_000_000))
    }
}

/// Prints at once, for someone may be reading a pipe or a log: Swift's `print` waits for a full buffer there.
func show(_ text: String) {
    FileHandle.standardOutput.write(Data((text + "\n").utf8))
}
