import Foundation

/// How rtpengine is started: where it keeps its things and where the parties' media arrive.
package struct RTPEngineOptions: Sendable, Equatable {
    /// Holds the state file, the log and, unless told otherwise, the recordings.
    package var dataDirectory: String
    /// 0 picks a free port and remembers it in the data directory.
    package var controlPort = 0
    /// The address the parties' media arrive at. Hubs are on 127.0.0.1 whatever this is.
    package var mediaAddress = "127.0.0.1"
    /// The address the parties are told, where a NAT stands before us.
    package var advertisedAddress: String?
    /// Each leg takes four ports, two of them while it is being set up only.
    package var ports: ClosedRange<Int> = 30_000...39_999
    package var recordingDirectory: String
    /// Where to look, in order; a bare name is looked for in PATH.
    package var binaries = ["rtpengine", "/usr/bin/rtpengine"]

    package init(dataDirectory: String) {
        self.dataDirectory = Self.absolute(dataDirectory)
        self.recordingDirectory = Self.absolute(dataDirectory + "/recordings")
    }

    /// `10.1.2.3` or, behind a NAT, `10.1.2.3/203.0.113.5`.
    package mutating func setMedia(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
        mediaAddress = parts.first ?? mediaAddress
        advertisedAddress = parts.count > 1 ? parts[1] : nil
    }

    var stateFile: String { dataDirectory + "/rtpengine.json" }
    var logFile: String { dataDirectory + "/rtpengine.log" }

    /// The two sides of every leg. The hub's is loopback, so that no advertised address and no firewall stands in a
    /// hop that never leaves the machine.
    ///
    /// - Parameter keyPort: where pressed keys are told; nil for one that was started before we listened for them.
    func arguments(binary: String, controlPort: Int, keyPort: Int?) -> [String] {
        let advertised = advertisedAddress.map { "!\($0)" } ?? ""
        return [
            binary, "--config-file=none", "--table=-1",
            "--interface=party/\(mediaAddress)\(advertised)", "--interface=hub/127.0.0.1",
            "--listen-ng=127.0.0.1:\(controlPort)",
        ] + (keyPort.map { ["--dtmf-log-dest=127.0.0.1:\($0)"] } ?? []) + [
            "--port-min=\(ports.lowerBound)", "--port-max=\(ports.upperBound)",
            "--delete-delay=0",
            // A silent party is ours to judge (`lastHeard`), and a call may last as long as it likes; half a day
            // only clears what a lost hotline left behind.
            "--timeout=43200", "--silent-timeout=43200",
            "--recording-method=pcap", "--recording-dir=\(recordingDirectory)", "--recording-format=eth",
            "--foreground", "--log-stderr", "--log-level=4",
        ]
    }

    /// nil: voice off.
    func binary() -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        for candidate in binaries {
            let places = candidate.contains("/") ? [candidate] : folders.map { "\($0)/\(candidate)" }
            if let found = places.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) { return found }
        }
        return nil
    }

    static func absolute(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.path
    }
}
