import Foundation
import Logging
import NIOCore
import NIOPosix

/// Keeps one rtpengine running for us: adopts the one a former hotline left, starts one otherwise, and starts it
/// again when it dies.
///
/// It outlives us on purpose. Sessions do not survive an adoption yet: those a former hotline left are deleted.
package actor RTPEngineProcess {
    package enum Change: Sendable, Equatable {
        /// It died or does not answer; every leg is gone.
        case lost
        /// It runs again, empty.
        case back
    }

    /// How calls of ours are told from those of another user of a shared rtpengine.
    package static let callPrefix = "hl-"

    struct State: Codable, Equatable {
        var pid: Int32
        var controlPort: Int
        /// Where it tells of pressed keys; nil if an earlier version of us started it, which did not listen.
        var keyPort: Int?
        var arguments: [String]
    }

    private let options: RTPEngineOptions
    private let logger: Logger
    private let loop = MultiThreadedEventLoopGroup.singleton.next()
    private let onChange: @Sendable (Change) async -> Void
    private let onKey: @Sendable (KeyPress) -> Void
    private var state: State?
    private var keys: KeyListener?
    private var connection: RTPEngineClient?
    /// False once someone called `stop`, so that a watch under way does not start it again.
    private var wanted = true

    package private(set) var wasAdopted = false
    package var pid: Int32? { state?.pid }
    package var controlPort: Int? { state?.controlPort }

    /// - Parameter onKey: told on an event loop, so it must return at once.
    package init(
        options: RTPEngineOptions, logger: Logger, onChange: @escaping @Sendable (Change) async -> Void = { _ in },
        onKey: @escaping @Sendable (KeyPress) -> Void = { _ in }
    ) {
        self.options = options
        self.logger = logger
        self.onChange = onChange
        self.onKey = onKey
    }

    /// A client for a running rtpengine without calls of ours. Throws `voiceOff` without a binary.
    package func start() async throws -> RTPEngineClient {
        try makeDirectories()
        if let client = await adopt() { return client }
        guard let binary = options.binary() else { throw MediaError.voiceOff }
        if keys == nil { keys = try await KeyListener.open(tell: onKey) }
        let remembered = readState()?.controlPort
        var port = try options.controlPort != 0 ? options.controlPort : remembered.flatMap(free) ?? pickPort()
        // A free port may be taken by another between our look and rtpengine's; a given one is tried as often.
        for attempt in 1...3 {
            let client = try await RTPEngineClient.connect(port: port)
            do {
                try await launch(binary: binary, port: port, client: client)
                connection = client
                return client
            } catch {
                await client.close()
                await terminate()
                if attempt == 3 { throw error }
                if options.controlPort == 0 { port = try pickPort() }
            }
        }
        throw MediaError.unreachable
    }

    /// Looks after it until cancelled: a ping every two seconds; when it is gone, starts it again after a pause that
    /// grows to half a minute, for as long as we are wanted.
    package func watch() async {
        while !Task.isCancelled, wanted {
            try? await Task.sleep(for: .seconds(2))
            guard !Task.isCancelled, wanted, let client = connection, await !answers(client) else { continue }
            // The pid may live and not answer, e.g. stopped by a debugger: it is ended, as two would fight for the ports.
            logger.error("rtpengine is lost")
            await onChange(.lost)
            await restart(client)
        }
    }

    /// Deletes our calls first, for a SIGTERM during a recording crashes rtpengine 10.5; then ends the process.
    package func stop() async {
        wanted = false
        guard let client = connection else { return }
        connection = nil
        _ = try? await Self.deleteCalls(client)
        await client.close()
        await terminate()
        await closeKeys()
        try? FileManager.default.removeItem(atPath: options.stateFile)
        state = nil
    }

    /// Lets go of it and leaves it running, for the next hotline to adopt.
    package func release() async {
        wanted = false
        await connection?.close()
        connection = nil
        await closeKeys()
    }

    private func closeKeys() async {
        await keys?.close()
        keys = nil
    }

    /// Deletes every call of ours, a bounded number; returns how many.
    @discardableResult
    package static func deleteCalls(_ client: RTPEngineClient) async throws -> Int {
        var deleted = 0
        // 400 names fit a datagram; a hundred rounds are far more calls than a machine relays.
        for _ in 0..<100 {
            let reply = try await client.send("list", ["limit": 400])
            let ours = (reply["calls"]?.list ?? []).compactMap(\.text).filter { $0.hasPrefix(callPrefix) }
            guard !ours.isEmpty else { break }
            for call in ours {
                _ = try? await client.send("delete", ["call-id": .text(call), "delete-delay": 0])
                deleted += 1
            }
        }
        return deleted
    }

    // MARK: -

    private func adopt() async -> RTPEngineClient? {
        guard let known = readState(), isOurs(known) else { return nil }
        guard let client = try? await RTPEngineClient.connect(port: known.controlPort) else { return nil }
        state = known
        let wantedArguments = options.arguments(
            binary: known.arguments[0], controlPort: known.controlPort, keyPort: known.keyPort)
        let wantsPort = options.controlPort == 0 || options.controlPort == known.controlPort
        // It tells of keys at the port it was started with; if somebody else has that by now, it is of no use to us.
        if let port = known.keyPort { keys = try? await KeyListener.open(port: port, tell: onKey) }
        guard wantsPort, wantedArguments == known.arguments, keys != nil, await answers(client) else {
            logger.notice("the rtpengine found was started otherwise or does not answer; it is replaced")
            _ = try? await Self.deleteCalls(client)
            await client.close()
            await terminate()
            return nil
        }
        let deleted = (try? await Self.deleteCalls(client)) ?? 0
        logger.info("rtpengine adopted", metadata: ["pid": "\(known.pid)", "deleted": "\(deleted)"])
        connection = client
        wasAdopted = true
        return client
    }

    private func launch(binary: String, port: Int, client: RTPEngineClient) async throws {
        turnLog()
        let arguments = options.arguments(binary: binary, controlPort: port, keyPort: keys?.port)
        let pid = try DetachedProcess.start(arguments, log: options.logFile)
        let started = State(pid: pid, controlPort: port, keyPort: keys?.port, arguments: arguments)
        state = started
        try write(started)
        // It answers in 100 ms; a loaded machine may need seconds. A process has no arguments for a moment while it
        // becomes rtpengine, so it is given up only when it has had none for half a second: one given up too early
        // would run on, known to nobody.
        var emptyTurns = 0
        for _ in 0..<100 {
            emptyTurns = DetachedProcess.arguments(of: pid).isEmpty ? emptyTurns + 1 : 0
            if emptyTurns == 10 { break }
            if await answers(client) {
                logger.info("rtpengine started", metadata: ["pid": "\(pid)", "port": "\(port)"])
                return
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw MediaError.unreachable
    }

    private func restart(_ client: RTPEngineClient) async {
        var pause = Duration.milliseconds(250)
        while !Task.isCancelled, wanted {
            await terminate()
            if let port = state?.controlPort, let binary = options.binary(),
                (try? await launch(binary: binary, port: port, client: client)) != nil
            {
                guard wanted else { return await terminate() }
                return await onChange(.back)
            }
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, .seconds(30))
        }
    }

    private func answers(_ client: RTPEngineClient) async -> Bool {
        // A dead process needs no three seconds of retransmission.
        if let state, DetachedProcess.arguments(of: state.pid).isEmpty { return false }
        do {
            try await client.send("ping")
            return true
        } catch MediaError.busy {
            return true  // It is we who have too much under way.
        } catch {
            return false
        }
    }

    /// SIGTERM, and SIGKILL to one that does not go within five seconds. Never to a pid that is someone else's by now.
    private func terminate() async {
        guard let state else { return }
        for turn in 0..<120 {
            guard isOurs(state) else { return }
            if turn == 0 { kill(state.pid, SIGTERM) }
            if turn == 100 { kill(state.pid, SIGKILL) }
            // A cancelled task's `Task.sleep` returns at once and would spin through the turns.
            try? await loop.scheduleTask(in: .milliseconds(50)) {}.futureResult.get()
        }
    }

    private func isOurs(_ state: State) -> Bool {
        let running = DetachedProcess.arguments(of: state.pid)
        return !running.isEmpty && running == state.arguments && running[0].hasSuffix("rtpengine")
    }

    private func free(_ port: Int) -> Int? { (try? MediaSink(port: port)) != nil ? port : nil }

    /// The port is free a moment later as well, most likely; if not, rtpengine exits at once and `start` throws.
    private func pickPort() throws -> Int { try MediaSink().port }

    private func makeDirectories() throws {
        for path in [options.dataDirectory, options.recordingDirectory] {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        }
    }

    /// rtpengine only appends; 5 MB of warnings is more than anyone reads.
    private func turnLog() {
        let files = FileManager.default
        let size = (try? files.attributesOfItem(atPath: options.logFile)[.size] as? Int) ?? 0
        guard size > 5_000_000 else { return }
        try? files.removeItem(atPath: options.logFile + ".1")
        try? files.moveItem(atPath: options.logFile, toPath: options.logFile + ".1")
    }

    private func readState() -> State? {
        guard let data = FileManager.default.contents(atPath: options.stateFile) else { return nil }
        guard let state = try? JSONDecoder().decode(State.self, from: data), !state.arguments.isEmpty else {
            return nil
        }
        return state
    }

    private func write(_ state: State) throws {
        let data = try JSONEncoder().encode(state)
        try data.write(to: URL(fileURLWithPath: options.stateFile), options: .atomic)
    }
}
