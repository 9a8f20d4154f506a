import App
import ArgumentParser
import Configuration
import Engine
import Foundation
import Logging
import Simulation
import Storage

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Answers calls and serves the pages.",
        discussion: """
            Flags come before the environment (HOTLINE_HTTP_LISTEN), that before the file, that before the defaults; all keys \
            are in docs/configuration.md. Port 0 takes a free one and prints it.

              hotline serve --demo --data /tmp/demo
              hotline serve --data /var/lib/hotline --listen 0.0.0.0:443 --certificate host.pem --key host.key \\
                --sip 10.0.0.2:5060 --trunk 10.0.0.1 --outbound 10.0.0.1:5060
            """)

    @Option(help: "The folder for databases, recordings and secrets; made if it is not there. [.data]")
    var data: String?
    @Option(
        help: """
            A PostgreSQL database, postgres://…; without it SQLite files in the data folder. Others on the machine see a \
            flag: a URL with a password belongs in HOTLINE_DATABASE or the file.
            """)
    var database: String?
    @Option(help: "Where the pages are served, HOST:PORT. [127.0.0.1:8080]")
    var listen: String?
    @Option(help: "Where calls arrive over UDP, HOST:PORT. [127.0.0.1:5060]")
    var sip: String?
    @Option(help: "An address that may send us calls; may be given several times. [127.0.0.1]")
    var trunk: [String] = []
    @Option(help: "Where calls to citizens are sent, HOST:PORT; without it there are none.")
    var outbound: String?
    @Option(help: "Certificate chain for TLS, PEM.")
    var certificate: String?
    @Option(help: "Its key, PEM.")
    var key: String?
    @Option(help: "The folder of the pages. [Public]")
    var pages: String?
    @Option(help: "The folder of the prompts. [.prompts]")
    var prompts: String?
    @Option(help: "A JSON file with any of the keys.")
    var config: String?
    @Flag(
        help:
            "Begins with a small city's centre, its people and two weeks of orders; passwords go to DIR/demo-users.txt."
    )
    var demo = false

    func run() async throws {
        let configuration: ServeConfiguration
        do {
            configuration = try await ServeConfiguration.load(flags: flags, file: config)
        } catch let problem as ServeConfiguration.Problem {
            throw ValidationError(problem.description)
        }
        guard let level = Logger.Level(rawValue: configuration.logLevel) else {
            throw ValidationError(
                "log.level is one of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        switch configuration.logFormat {
        case .text: LoggingSystem.bootstrap(StreamLogHandler.standardError)
        case .json: LoggingSystem.bootstrap { JSONLog(label: $0) }
        }
        var logger = Logger(label: "hotline")
        logger.logLevel = level

        let directory = configuration.dataDirectory
        let lock = try DataLock(directory: directory)
        let store = try await configuration.database.openStore()
        if demo { try await prepareDemo(store, directory) }
        if let password = try await FirstStart.createAdministrator(in: store, at: .now) {
            show("First start: sign in as \(FirstStart.login) with the password \(password) (shown only now).")
        }
        let scheme = configuration.certificate == nil ? "http" : "https"
        let host = configuration.listen.host
        let installation = try await Installation.prepare(
            configuration, store: store, lock: lock,
            teaching: configuration.teachesDispatch
                ? TeachingProcess(
                    executable: Self.executable, dataDirectory: directory, database: configuration.database) : nil,
            logger: logger
        ) { port, sip in
            let pages = "\(scheme)://\(HostPort(host: host, port: port))"
            show("Pages:  \(pages)\nCalls:  sip:\(sip)")
            RunningNote(http: pages, sip: "\(sip)", pid: ProcessInfo.processInfo.processIdentifier).write(to: directory)
        }
        if let why = installation.voiceOff { show("Voice is off: \(why).") }
        try await installation.run()
        RunningNote.remove(from: directory)
    }

    /// This program itself, wherever it was started from.
    private static let executable =
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]

    private var flags: [String: ConfigValue] {
        var flags: [String: ConfigValue] = [:]
        let texts = [
            "data.directory": data, "database": database, "http.listen": listen, "sip.listen": sip,
            "sip.outbound": outbound,
            "http.certificate": certificate, "http.key": key, "http.pages": pages, "prompts.directory": prompts,
        ]
        for (name, text) in texts { if let text { flags[name] = ConfigValue(.string(text), isSecret: false) } }
        if !trunk.isEmpty { flags["sip.trunks"] = ConfigValue(.stringArray(trunk), isSecret: false) }
        return flags
    }

    private func prepareDemo(_ store: any Store, _ directory: String) async throws {
        let passwords = Passwords()
        let logins = try await Demo.prepare(
            store: store, at: .now, passwordHash: { try await passwords.hash($0) })
        guard !logins.isEmpty else { return }
        let path = directory + "/demo-users.txt"
        let text =
            logins.map { "\($0.login)\t\($0.password)\t\($0.role.rawValue)\t\($0.name)" }.joined(separator: "\n") + "\n"
        guard
            FileManager.default.createFile(
                atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
        else { throw ValidationError("\(path) cannot be written") }
        show("The demonstration's logins and passwords are in \(path).")
    }
}

/// `DIR/serve.json`: how other commands and tests find a running hotline.
struct RunningNote: Codable {
    let http: String
    let sip: String
    let pid: Int32

    func write(to directory: String) {
        // Without it the hotline still serves; whoever looks for it says that there is none.
        try? JSONEncoder().encode(self).write(to: URL(fileURLWithPath: Self.path(directory)), options: .atomic)
    }

    static func remove(from directory: String) {
        try? FileManager.default.removeItem(atPath: path(directory))
    }

    private static func path(_ directory: String) -> String { directory + "/serve.json" }
}
