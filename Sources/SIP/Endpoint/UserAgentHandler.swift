import NIOCore

/// Runs a user agent on its channel's event loop: carries out what it returns and feeds it timers.
final class UserAgentHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    /// SIP's shortest timer is 500 ms; one that fires this much late harms nobody.
    private static let tick = TimeAmount.milliseconds(10)
    /// Peers whose socket address is remembered: a large centre's phones. Beyond it the memory starts anew.
    private static let maximumKnownAddresses = 8_192

    private var userAgent: UserAgent
    private var timers = TimerQueue()
    private var isTicking = false
    /// More datagrams may follow at once; their answers leave together.
    private var isReading = false
    private var context: ChannelHandlerContext?
    private var known: [PeerAddress: SocketAddress] = [:]
    private let report: @Sendable (Event) -> Void
    private let start = NIODeadline.now()

    init(userAgent: UserAgent, report: @escaping @Sendable (Event) -> Void) {
        self.userAgent = userAgent
        self.report = report
    }

    var status: SIPEndpoint.Status {
        SIPEndpoint.Status(
            legs: userAgent.legCount, transactions: userAgent.transactionCount, counts: userAgent.counts)
    }

    private var now: Duration { .nanoseconds((NIODeadline.now() - start).nanoseconds) }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        guard let source = PeerAddress(envelope.remoteAddress) else { return }
        if known[source] == nil { remember(source, envelope.remoteAddress) }
        isReading = true
        handle(.received(Array(envelope.data.readableBytesView), from: source))
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        context.flush()
        context.fireChannelReadComplete()
    }

    /// Errors of a datagram socket (an ICMP from somewhere) concern one peer and must not close it.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {}

    func handle(_ input: UserAgent.Input) {
        let now = now
        for output in userAgent.handle(input, at: now) {
            switch output {
            case .send(let bytes, let destination): send(bytes, to: destination)
            case .startTimer(let id, let delay): timers.start(id, due: now + delay)
            case .cancelTimer(let id): timers.cancel(id)
            case .report(let event): report(event)
            }
        }
        if !isReading { context?.flush() }
        startTicking()
    }

    private func send(_ bytes: [UInt8], to destination: PeerAddress) {
        guard let context else { return }
        guard let address = socketAddress(of: destination) else { return failSending(to: destination) }
        let envelope = AddressedEnvelope(remoteAddress: address, data: ByteBuffer(bytes: bytes))
        let written = context.eventLoop.makePromise(of: Void.self)
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        written.futureResult.whenFailure { _ in handler.value.failSending(to: destination) }
        context.write(wrapOutboundOut(envelope), promise: written)
    }

    /// Later, not now: what the user agent returned is still being carried out.
    private func failSending(to destination: PeerAddress) {
        guard let context else { return }
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.execute { handler.value.handle(.sendFailed(to: destination)) }
    }

    private func socketAddress(of peer: PeerAddress) -> SocketAddress? {
        if let address = known[peer] { return address }
        guard let address = try? SocketAddress(ipAddress: peer.ip, port: Int(peer.port)) else { return nil }
        remember(peer, address)
        return address
    }

    private func remember(_ peer: PeerAddress, _ address: SocketAddress) {
        if known.count >= Self.maximumKnownAddresses { known.removeAll(keepingCapacity: true) }
        known[peer] = address
    }

    // MARK: Timers

    private func startTicking() {
        guard !isTicking, !timers.isEmpty, let context else { return }
        isTicking = true
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: Self.tick) { handler.value.fireTimers() }
    }

    private func fireTimers() {
        isTicking = false
        guard context != nil else { return }
        let due = now
        while let id = timers.popDue(at: due) { handle(.fired(id)) }
        startTicking()
    }
}
