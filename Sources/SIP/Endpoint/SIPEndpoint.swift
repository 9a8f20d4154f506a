import NIOCore
import NIOPosix

/// A user agent on a UDP socket. One event loop owns both; events come on it, in order, and must not block it.
///
/// A TCP or TLS transport would be another handler on the same loop feeding the same user agent: what arrives is framed
/// by Content-Length, and `Output.send` names a peer it has a connection to.
package final class SIPEndpoint: Sendable {
    package struct Options: Sendable {
        package var host: String
        /// 0 takes any free port.
        package var port: Int
        /// What Via and Contact say. Nil takes the bound address; needed when bound to 0.0.0.0, or behind a NAT.
        package var advertisedHost: String?
        package var advertisedPort: Int?
        package var trustedPeers: [TrustedPeer]

        package init(
            host: String, port: Int, advertisedHost: String? = nil, advertisedPort: Int? = nil,
            trustedPeers: [TrustedPeer]
        ) {
            self.host = host
            self.port = port
            self.advertisedHost = advertisedHost
            self.advertisedPort = advertisedPort
            self.trustedPeers = trustedPeers
        }
    }

    /// Bound to every address, Via and Contact would send our peers nowhere.
    package struct AdvertisedHostMissing: Error {}

    /// Where the socket is bound.
    package let address: PeerAddress
    private let channel: any Channel
    private let handler: NIOLoopBound<UserAgentHandler>

    private init(channel: any Channel, handler: NIOLoopBound<UserAgentHandler>, address: PeerAddress) {
        self.channel = channel
        self.handler = handler
        self.address = address
    }

    /// Binds and begins to answer. `configure` may change bounds and limits; its advertised address and trusted peers
    /// are those of the options.
    package static func start(
        _ options: Options, on loop: any EventLoop = MultiThreadedEventLoopGroup.singleton.next(),
        random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
        configure: @escaping @Sendable (inout Configuration) -> Void = { _ in },
        report: @escaping @Sendable (Event) -> Void
    ) async throws -> SIPEndpoint {
        // Room for what arrives during a pause of some tens of milliseconds; the kernel gives what it allows.
        let receiveBuffer: ChannelOptions.Types.SocketOption.Value = 4 << 20
        // Sixteen datagrams a system call, each up to the largest there is.
        let vector = 16
        let bootstrap = DatagramBootstrap(group: loop)
            .channelOption(.socketOption(.so_rcvbuf), value: receiveBuffer)
            .channelOption(.datagramVectorReadMessageCount, value: vector)
            .channelOption(
                .recvAllocator,
                value: FixedSizeRecvByteBufferAllocator(capacity: vector * MessageParser.maximumLength))
        let channel = try await bootstrap.bind(host: options.host, port: options.port).get()
        guard let bound = channel.localAddress.flatMap(PeerAddress.init) else {
            throw ChannelError.unknownLocalAddress
        }
        guard options.advertisedHost != nil || !["0.0.0.0", "::"].contains(bound.ip) else {
            try await channel.close().get()
            throw AdvertisedHostMissing()
        }
        let advertised = PeerAddress(
            ip: options.advertisedHost ?? bound.ip,
            port: options.advertisedPort.flatMap(UInt16.init(exactly:)) ?? bound.port)
        var configuration = Configuration(advertised: advertised, trustedPeers: options.trustedPeers)
        configure(&configuration)
        let userAgent = UserAgent(configuration: configuration, random: random)
        let handler = try await channel.eventLoop.submit {
            let handler = UserAgentHandler(userAgent: userAgent, report: report)
            try channel.pipeline.syncOperations.addHandler(handler)
            return NIOLoopBound(handler, eventLoop: channel.eventLoop)
        }.get()
        return SIPEndpoint(channel: channel, handler: handler, address: bound)
    }

    /// From any thread; commands of one thread are carried out in its order.
    package func perform(_ command: Command) {
        let handler = handler
        channel.eventLoop.execute { handler.value.handle(.command(command)) }
    }

    /// What the user agent holds, and what it turned away.
    package func status() async throws -> Status {
        let handler = handler
        return try await channel.eventLoop.submit { handler.value.status }.get()
    }

    package struct Status: Sendable {
        package var legs: Int
        package var transactions: Int
        package var counts: UserAgent.Counts
    }

    /// Returns when the socket is closed, by us or because the system broke it; then nothing works until a new start.
    package func waitUntilClosed() async throws { try await channel.closeFuture.get() }

    /// Closes the socket. Calls are not hung up: send `hangUp` for those that shall not outlive it.
    package func close() async throws {
        guard channel.isActive else { return }
        try await channel.close().get()
    }
}

extension PeerAddress {
    init?(_ address: SocketAddress) {
        guard let ip = address.ipAddress, let port = address.port, let port = UInt16(exactly: port) else { return nil }
        self.init(ip: ip, port: port)
    }
}
