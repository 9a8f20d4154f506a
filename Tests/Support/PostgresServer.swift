import Foundation
import Synchronization

@testable import Storage

/// A PostgreSQL server of this test process's own, on loopback and a free port, in a temporary folder. It ends with the
/// process, however that ends: its shell waits for the end of a pipe that only we hold.
package final class PostgresServer: Sendable {
    package let port: Int
    private let process: Process
    private let lifeline: Pipe
    private let isPrepared = Mutex(false)
    private let turns = Turns()

    /// PostgreSQL's programs; nil where it is not installed.
    private static let programs: String? = {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return versions.compactMap(Int.init).filter { $0 >= 15 }.max().map { "\(root)/\($0)/bin" }
    }()

    package static var isInstalled: Bool { programs != nil }

    private static let started = Mutex<PostgresServer?>(nil)

    /// The one of this process, started when it is first asked for.
    package static func shared() throws -> PostgresServer {
        try started.withLock { server in
            if let server { return server }
            let new = try PostgresServer()
            server = new
            return new
        }
    }

    /// It goes with the process, so nothing of it need outlive a power cut: to make and drop a database for each test is a
    /// checkpoint each, and a slow disk made a minute of them.
    ///
    /// PostgreSQL refuses to be run by root, so root runs it as the user that Debian's package makes.
    private static let script = """
        set -eu
        folder=/tmp/hotline-postgres-$2
        rm -rf "$folder"
        mkdir -m 700 "$folder"
        trap 'rm -rf "$folder"' EXIT
        "$1/initdb" --pgdata="$folder/data" --username=hotline --auth=trust --encoding=UTF8 --locale=C.UTF-8 \
            --no-sync >/dev/null
        openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 \
            -keyout "$folder/key.pem" -out "$folder/certificate.pem" 2>/dev/null
        chmod 600 "$folder/key.pem"
        "$1/postgres" -D "$folder/data" -p "$2" -c listen_addresses=127.0.0.1 -c unix_socket_directories="$folder" \
            -c ssl=on -c ssl_cert_file="$folder/certificate.pem" -c ssl_key_file="$folder/key.pem" \
            -c fsync=off -c max_connections=200 -c shared_buffers=64MB -c logging_collector=off >"$folder/log" 2>&1 </dev/null &
        server=$!
        cat >/dev/null
        kill -QUIT "$server"
        wait "$server" || true
        """

    private init() throws {
        guard let programs = Self.programs else { throw CocoaError(.fileNoSuchFile) }
        port = try Self.freePort()
        lifeline = Pipe()
        process = Process()
        let shell = ["sh", "-c", Self.script, "sh", programs, String(port)]
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            getuid() == 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] + shell : shell
        process.currentDirectoryURL = URL(fileURLWithPath: "/tmp")
        process.standardInput = lifeline
        try process.run()
        try waitUntilItAnswers()
        try run("CREATE DATABASE template_hotline", in: "postgres")
    }

    private func waitUntilItAnswers() throws {
        for turn in 1...300 {
            do {
                return try run("SELECT 1", in: "postgres")
            } catch {
                if turn == 300 || !process.isRunning { throw error }
                Thread.sleep(forTimeInterval: 0.1)
            }
        }
    }

    /// Nothing is used by it now; a moment later something may be, and then the server does not start.
    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard bound else { throw CocoaError(.fileReadUnknown) }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// Its own, which nobody else has signed.
    package var certificate: String { "/tmp/hotline-postgres-\(port)/certificate.pem" }

    package func url(_ database: String) -> String { "postgres://hotline@127.0.0.1:\(port)/\(database)" }

    /// Runs with an empty database of the newest schema, and removes it.
    ///
    /// - Parameter isEmpty: without a schema.
    package static func withDatabase<Result>(
        isEmpty: Bool = false, _ body: (_ url: String) async throws -> Result
    ) async throws -> Result {
        let server = try shared()
        let number = await server.turns.begin()
        do {
            if !server.isPrepared.withLock({ $0 }) { try await server.prepareTemplate() }
            let name = "test\(number)"
            try server.run(
                "CREATE DATABASE \(name) TEMPLATE \(isEmpty ? "template0" : "template_hotline")", in: "postgres")
            let result = try await body(server.url(name))
            try server.run("DROP DATABASE \(name) WITH (FORCE)", in: "postgres")
            await server.turns.end()
            return result
        } catch {
            // Its database goes with the server.
            await server.turns.end()
            throw error
        }
    }

    /// The schema is made once and copied. The first to come makes it while the others wait for their turn.
    private func prepareTemplate() async throws {
        let location = DatabaseLocation.postgres(url: url("template_hotline"))
        try await location.openStore().close()
        try await location.openJournal().close()
        isPrepared.withLock { $0 = true }
        await turns.widen()
    }

    package func run(_ statement: String, in database: String) throws {
        try PostgresConnection(PostgresOptions(url: url(database))).executeScript(statement)
    }
}

/// Few tests at a time: each has ten connections and more, and two cores do not run the faster for fifty.
private actor Turns {
    private var width = 1
    private var running = 0
    private var count = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func begin() async -> Int {
        if running >= width {
            await withCheckedContinuation { waiting.append($0) }
        } else {
            running += 1
        }
        count += 1
        return count
    }

    /// Whoever waits longest takes the place over.
    func end() {
        if waiting.isEmpty { running -= 1 } else { waiting.removeFirst().resume() }
    }

    func widen() {
        width = 6
        while running < width, !waiting.isEmpty {
            running += 1
            waiting.removeFirst().resume()
        }
    }
}
