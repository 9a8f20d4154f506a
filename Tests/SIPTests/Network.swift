@testable import SIP

/// Small, fast and the same everywhere: a seed replays a test (SplitMix64).
struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

/// User agents on a network in memory, with virtual time. It can lose, double, delay and so reorder datagrams.
struct Network {
    struct Faults {
        var loss = 0.0
        var duplication = 0.0
        var delay: ClosedRange<Int> = 1...1
    }

    struct Host {
        var userAgent: UserAgent
        var timers = TimerQueue()
        var events: [Event] = []
    }

    private struct Datagram {
        let due: Duration
        let order: Int
        let bytes: [UInt8]
        let source: PeerAddress
        let destination: PeerAddress
    }

    static let alice = PeerAddress(ip: "10.0.0.1", port: 5060)
    static let bob = PeerAddress(ip: "10.0.0.2", port: 5060)

    private(set) var now = Duration.zero
    var hosts: [PeerAddress: Host] = [:]
    var faults = Faults()
    /// What went over the wire, with whether it was lost.
    private(set) var log: [String] = []
    /// What the user of a host does on an event.
    var react: (PeerAddress, Event) -> [Command] = { _, _ in [] }
    private var inFlight: [Datagram] = []
    private var sent = 0
    private var generator: SeededGenerator

    init(
        seed: UInt64 = 1, addresses: [PeerAddress] = [alice, bob], configure: (inout Configuration) -> Void = { _ in }
    ) {
        generator = SeededGenerator(seed: seed)
        for address in addresses {
            hosts[address] = Self.host(at: address, seed: generator.next(), configure)
        }
    }

    static func host(
        at address: PeerAddress, seed: UInt64, _ configure: (inout Configuration) -> Void = { _ in }
    ) -> Host {
        var configuration = Configuration(
            advertised: address, trustedPeers: [TrustedPeer("10.0.0.0/8", kind: .trunk)!])
        configure(&configuration)
        return Host(userAgent: UserAgent(configuration: configuration, random: SeededGenerator(seed: seed)))
    }

    mutating func perform(_ command: Command, at address: PeerAddress) { handle(.command(command), at: address) }

    /// Puts a datagram on the wire from anywhere.
    mutating func inject(_ bytes: [UInt8], from source: PeerAddress, to destination: PeerAddress) {
        sent += 1
        inFlight.append(Datagram(due: now, order: sent, bytes: bytes, source: source, destination: destination))
    }

    mutating func handle(_ input: UserAgent.Input, at address: PeerAddress) {
        var pending = [input]
        while !pending.isEmpty {
            let input = pending.removeFirst()
            guard let outputs = hosts[address]?.userAgent.handle(input, at: now) else { return }
            for output in outputs {
                switch output {
                case .send(let bytes, let destination): transmit(bytes, from: address, to: destination)
                case .startTimer(let id, let delay): hosts[address]?.timers.start(id, due: now + delay)
                case .cancelTimer(let id): hosts[address]?.timers.cancel(id)
                case .report(let event):
                    hosts[address]?.events.append(event)
                    pending += react(address, event).map { .command($0) }
                }
            }
        }
    }

    private mutating func transmit(_ bytes: [UInt8], from source: PeerAddress, to destination: PeerAddress) {
        let line = String(decoding: bytes.prefix { $0 != 13 }, as: UTF8.self)
        let copies = chance(faults.duplication) ? 2 : 1
        for _ in 0..<copies {
            let isLost = chance(faults.loss)
            log.append("\(source.ip) > \(destination.ip) \(line)\(isLost ? " (lost)" : "")")
            if isLost { continue }
            sent += 1
            let delay = Int.random(in: faults.delay, using: &generator)
            inFlight.append(
                Datagram(
                    due: now + .milliseconds(delay), order: sent, bytes: bytes, source: source,
                    destination: destination))
        }
    }

    private mutating func chance(_ probability: Double) -> Bool {
        probability > 0 && Double.random(in: 0..<1, using: &generator) < probability
    }

    /// Delivers and fires all that is due within `duration`.
    mutating func run(for duration: Duration) {
        let end = now + duration
        while let due = nextDue(), due <= end {
            now = max(now, due)
            if let index = inFlight.indices.filter({ inFlight[$0].due <= now }).min(by: {
                inFlight[$0].order < inFlight[$1].order
            }) {
                let datagram = inFlight.remove(at: index)
                handle(.received(datagram.bytes, from: datagram.source), at: datagram.destination)
                continue
            }
            for address in hosts.keys.sorted(by: { $0.description < $1.description }) {
                if let id = hosts[address]?.timers.popDue(at: now) { handle(.fired(id), at: address) }
            }
        }
        now = end
    }

    private mutating func nextDue() -> Duration? {
        var due = inFlight.map(\.due).min()
        for address in hosts.keys {
            guard let timer = hosts[address]?.timers.nextDue() else { continue }
            due = min(due ?? timer, timer)
        }
        return due
    }

    func events(at address: PeerAddress) -> [Event] { hosts[address]?.events ?? [] }

    mutating func takeLog() -> [String] {
        defer { log = [] }
        return log
    }
}
