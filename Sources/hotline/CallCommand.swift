import App
import ArgumentParser
import Foundation
import SIP
import Simulation
import Telephony

struct CallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "call",
        abstract: "Places a citizen's call over real SIP and RTP.",
        discussion: """
            Calls a line of a running hotline, speaks a WAV file (or a tone) once answered, and hangs up after a while. The \
            hotline must trust the address it is called from (sip.trunks).

              hotline call 12345
              hotline call 12315 --from 13900005678 --say complaint.wav --seconds 60 --hear heard.wav
            """)

    @Argument(help: "The number to dial, as in 12345.")
    var number: String

    @Option(help: "Where the hotline listens for SIP, HOST:PORT.")
    var to = "127.0.0.1:5060"

    @Option(help: "The citizen's own number.")
    var from = "13800001234"

    @Option(help: "A WAV file to speak: 8 kHz, 16 bit, mono. Without it, a tone of 440 Hz.")
    var say: String?

    @Option(help: "Hangs up so many seconds after the answer (1 to 36000).")
    var seconds = 60

    @Option(help: "Gives up when not answered for so many seconds.")
    var patience = 60

    @Option(help: "Writes what was heard to this WAV file.")
    var hear: String?

    @Option(help: "The address to call from; it must reach the hotline.")
    var bind = "127.0.0.1"

    func validate() throws {
        guard let address = HostPort(to), address.port > 0 else {
            throw ValidationError("--to is HOST:PORT; \(to) is not")
        }
        guard (1...36_000).contains(seconds) else { throw ValidationError("--seconds is 1 to 36000") }
        guard (1...3600).contains(patience) else { throw ValidationError("--patience is 1 to 3600") }
        guard !number.isEmpty, number.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == "+") }) else {
            throw ValidationError("the number to dial is digits; \(number) is not")
        }
    }

    func run() async throws {
        let server = HostPort(to)!
        let samples = try speech()
        let bank = try await TelephoneBank.start(host: bind, server: server.host)
        show("Calling \(number) at \(to) as \(from) …")
        let outcome = try await bank.call(
            number, at: PeerAddress(ip: server.host, port: UInt16(server.port)), from: from, saying: samples,
            length: .seconds(seconds), patience: .seconds(patience),
            keep: .seconds(hear == nil ? 1 : min(seconds + 5, 3600)))
        await bank.close()
        if let hear { try WAV(samples: outcome.heard).write(to: hear) }
        switch outcome.end {
        case .refused(let status):
            show("Refused: SIP status \(status).")
            throw ExitCode.failure
        case .hungUp, .hungUpByPeer:
            guard let answered = outcome.answeredAfter else {
                show("Not answered within \(patience) s.")
                throw ExitCode.failure
            }
            let who = outcome.end == .hungUp ? "we hung up" : "the hotline hung up"
            let after = Int(answered / .milliseconds(1))
            show("Answered after \(after) ms, \(outcome.packetsHeard) packets heard, \(who).")
        }
    }

    private func speech() throws -> [Int16] {
        guard let say else { return Tone.samples(hertz: 440, milliseconds: 1000) }
        let wav = try WAV(contentsOf: say)
        guard wav.rate == 8000, wav.channels == 1 else {
            throw ValidationError("\(say) is \(wav.rate) Hz with \(wav.channels) channels; give 8000 Hz mono")
        }
        return wav.samples
    }
}
