import Foundation
import SIP

/// A `hotline serve` of the bench's own, on loopback and free ports.
struct BenchServer {
    let pid: Int32
    /// `http://127.0.0.1:…`.
    let pages: String
    /// `127.0.0.1:…`.
    let sip: String
    private let process: Process

    struct DidNotStart: Error, CustomStringConvertible {
        let why: String
        var description: String { "the hotline to be measured did not start: \(why)" }
    }

    private struct Note: Decodable {
        let http: String
        let sip: String
        let pid: Int32
    }

    private static let longestStart: Duration = .seconds(30)

    init(program: String, data: String, arguments: [String], environment: [String: String] = [:]) async throws {
        process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["serve", "--data", data, "--listen", "127.0.0.1:0", "--sip", "127.0.0.1:0"] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging([
            "HOTLINE_LOG_LEVEL": "error", "HOTLINE_DISPATCH_TEACH": "false",
        ]) { $1 }
        .merging(environment) { $1 }
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let end = ContinuousClock.now + Self.longestStart
        while ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(100))
            guard process.isRunning else { throw DidNotStart(why: "it ended with \(process.terminationStatus)") }
            // A note that an earlier one left has another's number.
            if let bytes = try? Data(contentsOf: URL(fileURLWithPath: data + "/serve.json")),
                let note = try? JSONDecoder().decode(Note.self, from: bytes), note.pid == process.processIdentifier
            {
                (pid, pages, sip) = (note.pid, note.http, note.sip)
                return
            }
        }
        process.terminate()
        throw DidNotStart(why: "not within \(Self.longestStart)")
    }

    /// Where to call.
    func address() throws -> PeerAddress {
        let parts = sip.split(separator: ":")
        guard parts.count == 2, let port = UInt16(parts[1]) else {
            throw DidNotStart(why: "no address in \(sip)")
        }
        return PeerAddress(ip: String(parts[0]), port: port)
    }

    func stop() {
        process.terminate()
        process.waitUntilExit()
    }
}
