/// A SIP user agent over UDP as a value: what comes from the network, a fired timer or a command goes in, what is to be
/// sent, timed and reported comes out, in order (RFC 3261 §8, 12 to 15, 17; RFC 6026).
///
/// It never waits, reads no clock and draws from the randomness it was given, so it runs alike on an event loop, in a
/// test and in the simulator. It knows calls and sessions; what is in the SDP and why somebody calls is not its matter.
///
/// Everything it holds ends: a transaction by its own timers, a leg by the timer its phase names (`Leg.Phase`). Only a
/// confirmed dialog may last, and their number is bounded with the legs'.
///
/// Requests outside a dialog are taken from `Configuration.trustedPeers` alone. Those inside one must name its
/// Call-ID and both tags and come from a trusted address or from the dialog's own peer.
package struct UserAgent: Sendable {
    package enum Input: Sendable {
        case received([UInt8], from: PeerAddress)
        case fired(TimerID)
        case command(Command)
        /// The network would not take what we sent there.
        case sendFailed(to: PeerAddress)
    }

    package enum Output: Hashable, Sendable {
        case send([UInt8], to: PeerAddress)
        /// Replaces the timer of the same id, if one runs.
        case startTimer(TimerID, after: Duration)
        case cancelTimer(TimerID)
        case report(Event)
    }

    /// What was turned away, for the operator's figures.
    package struct Counts: Hashable, Sendable {
        package var unreadable = 0
        package var strangers = 0
        package var overload = 0
        package var strayAnswers = 0
    }

    package let configuration: Configuration
    package internal(set) var counts = Counts()

    var legs: [LegID: Leg] = [:]
    var legOfDialog: [DialogKey: LegID] = [:]
    var serverTransactions: [UInt64: ServerTransaction] = [:]
    var serverTransactionOfKey: [TransactionKey: UInt64] = [:]
    var clientTransactions: [UInt64: ClientTransaction] = [:]
    var clientTransactionOfKey: [TransactionKey: UInt64] = [:]
    /// The INVITEs being answered, by what stays the same when a proxy forks one to us twice (§8.2.2.2).
    var openInvites: [MergeKey: UInt64] = [:]
    /// The ACK of dialogs nobody wanted, until their BYE is done.
    var strays: [DialogKey: (ack: [UInt8], destination: PeerAddress)] = [:]

    var now = Duration.zero
    var outputs: [Output] = []
    private var lastNumber: UInt64 = 0
    private var random: any RandomNumberGenerator & Sendable
    private let tagSalt: UInt64
    var strangerAllowance: Allowance
    var strayAllowance: Allowance

    /// `random` makes tags, branches, Call-IDs and leg ids. It must be unguessable on a real network.
    package init(
        configuration: Configuration, random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
    ) {
        self.configuration = configuration
        self.random = random
        tagSalt = self.random.next()
        strangerAllowance = Allowance(perSecond: configuration.strangerAnswersPerSecond)
        strayAllowance = Allowance(perSecond: configuration.strayAnswersPerSecond)
    }

    package var legCount: Int { legs.count }
    package var transactionCount: Int { serverTransactions.count + clientTransactions.count }

    /// `now` is the time since any fixed origin.
    package mutating func handle(_ input: Input, at now: Duration) -> [Output] {
        self.now = now
        switch input {
        case .received(let bytes, let source): receive(bytes, from: source)
        case .fired(.client(let number, let timer)): fireClient(number, timer)
        case .fired(.server(let number, let timer)): fireServer(number, timer)
        case .fired(.leg(let leg, let timer)): fire(timer, of: leg)
        case .command(let command): perform(command)
        case .sendFailed(let destination): failTransport(to: destination)
        }
        defer { outputs = [] }
        return outputs
    }

    private mutating func receive(_ bytes: [UInt8], from source: PeerAddress) {
        do throws(ParseError) {
            switch try MessageParser.parse(bytes) {
            case .request(let request): receive(request, from: source)
            case .response(let response): receive(response, from: source)
            }
        } catch {
            if error != .empty { counts.unreadable += 1 }
        }
    }

    // MARK: What all parts need

    mutating func send(_ bytes: [UInt8], to destination: PeerAddress) {
        outputs.append(.send(bytes, to: destination))
    }

    mutating func report(_ event: Event) { outputs.append(.report(event)) }

    mutating func start(_ timer: LegTimer, of leg: LegID, after delay: Duration) {
        outputs.append(.startTimer(.leg(leg, timer), after: delay))
    }

    mutating func cancel(_ timer: LegTimer, of leg: LegID) { outputs.append(.cancelTimer(.leg(leg, timer))) }

    mutating func makeNumber() -> UInt64 {
        lastNumber += 1
        return lastNumber
    }

    /// 64 random bits, which nobody guesses within a call's life.
    mutating func makeToken() -> String {
        let text = String(random.next(), radix: 36)
        return String(repeating: "0", count: 13 - text.utf8.count) + text
    }

    mutating func makeVia() -> Via {
        Via(
            host: configuration.advertised.hostText, port: configuration.advertised.port,
            branch: Via.magicCookie + makeToken())
    }

    /// The tag of answers that leave no state: the same for a request that comes again (§8.2.7).
    func statelessTag(for request: Request) -> String {
        var hash = tagSalt ^ 0xcbf2_9ce4_8422_2325
        for byte in request.callID.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        for byte in (request.from.tag ?? "").utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return String(hash, radix: 36)
    }

    var contact: Header {
        Header(canonical: "Contact", value: "<sip:\(configuration.advertised)>")
    }

    static let allow = Header(canonical: "Allow", value: Method.allowed.map(\.name).joined(separator: ", "))
}

/// RFC 3261 §8.2.2.2.
struct MergeKey: Hashable, Sendable {
    let callID: String
    let fromTag: String
    let sequence: UInt32

    init(_ request: Request) {
        callID = request.callID
        fromTag = request.from.tag ?? ""
        sequence = request.sequence
    }
}
