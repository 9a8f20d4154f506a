import NIOCore
import NIOPosix

/// Speaks rtpengine's `ng` protocol: one datagram asks, one answers, and the asker repeats itself until then.
///
/// A repeated request is answered from rtpengine's memory by its cookie, not done twice; so the prefix is random for
/// each client, or a restarted hotline would be given the answers of its former life.
package final class RTPEngineClient: Sendable {
    /// Nil for `withoutMedia`.
    private let channel: (any Channel)?
    private let exchange: NIOLoopBound<RTPEngineExchange>?

    private init(channel: (any Channel)?, exchange: NIOLoopBound<RTPEngineExchange>?) {
        self.channel = channel
        self.exchange = exchange
    }

    /// Speaks with nobody: every description is answered as it is given, and whatever is played has ended at once. For measuring
    /// what the rest of a hotline can do where sound would take the machine; a caller hears nothing.
    package static func withoutMedia() -> RTPEngineClient { RTPEngineClient(channel: nil, exchange: nil) }

    package var hasMedia: Bool { channel != nil }

    package static func connect(
        host: String = "127.0.0.1", port: Int, on group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) async throws -> RTPEngineClient {
        let address = try SocketAddress(ipAddress: host, port: port)
        let local = address.protocol == .inet6 ? "::" : (host == "127.0.0.1" ? "127.0.0.1" : "0.0.0.0")
        let loop = group.next()
        let exchange = try await loop.submit { NIOLoopBound(RTPEngineExchange(to: address), eventLoop: loop) }.get()
        let channel = try await DatagramBootstrap(group: loop)
            // The default reads 2 KB of a datagram and drops the rest; a `query` is larger.
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: Bencode.maximumSize))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(exchange.value) }
            }
            .bind(host: local, port: 0).get()
        return RTPEngineClient(channel: channel, exchange: exchange)
    }

    /// The reply's dictionary, `result` included. Throws `unreachable` after about three seconds, `refused` with
    /// rtpengine's reason, `busy` when too many requests are under way.
    @discardableResult
    package func send(_ command: String, _ arguments: [String: Bencode] = [:]) async throws -> [String: Bencode] {
        guard let channel, let exchange else { return Self.pretend(command, arguments) }
        var request = arguments
        request["command"] = .text(command)
        let bytes = Bencode.dictionary(request).encoded()
        guard bytes.count < 60_000 else { throw MediaError.refused("request too large") }
        let promise = channel.eventLoop.makePromise(of: [String: Bencode].self)
        channel.eventLoop.execute { exchange.value.begin(bytes, promise: promise) }
        let reply = try await promise.futureResult.get()
        switch reply["result"]?.text {
        case "ok", "pong": return reply
        default: throw MediaError.refused(reply["error-reason"]?.text ?? "no reason given")
        }
    }

    package func close() async {
        try? await channel?.close()
    }

    private static func pretend(_ command: String, _ arguments: [String: Bencode]) -> [String: Bencode] {
        switch command {
        case "offer", "answer": ["sdp": arguments["sdp"] ?? ""]
        case "play media": ["duration": 0]
        default: [:]
        }
    }
}

/// The requests under way, on one event loop.
private final class RTPEngineExchange: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    /// A burst of a thousand legs is 2 requests each answered in a millisecond; more waiting than this means that
    /// rtpengine is gone, and memory must not fill while it is.
    static let maximumInFlight = 512
    /// When to repeat, and at the last to give up: 3 s in all.
    static let waits: [TimeAmount] = [250, 500, 1_000, 1_250].map { .milliseconds($0) }

    private struct Request {
        let bytes: ByteBuffer
        let promise: EventLoopPromise<[String: Bencode]>
        var attempts = 0
        var timer: Scheduled<Void>?
    }

    private let remote: SocketAddress
    private let prefix = String(UInt64.random(in: .min ... .max), radix: 36)
    private var counter = 0
    private var requests: [String: Request] = [:]
    private var context: ChannelHandlerContext?

    init(to remote: SocketAddress) { self.remote = remote }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        let abandoned = requests.values
        requests = [:]
        for request in abandoned {
            request.timer?.cancel()
            request.promise.fail(MediaError.unreachable)
        }
    }

    func begin(_ bytes: [UInt8], promise: EventLoopPromise<[String: Bencode]>) {
        guard context != nil else { return promise.fail(MediaError.unreachable) }
        guard requests.count < Self.maximumInFlight else { return promise.fail(MediaError.busy) }
        counter += 1
        let cookie = "\(prefix)_\(counter)"
        requests[cookie] = Request(bytes: ByteBuffer(bytes: Array("\(cookie) ".utf8) + bytes), promise: promise)
        attempt(cookie)
    }

    private func attempt(_ cookie: String) {
        guard let context, var request = requests[cookie] else { return }
        guard request.attempts < Self.waits.count else {
            requests[cookie] = nil
            return request.promise.fail(MediaError.unreachable)
        }
        let wait = Self.waits[request.attempts]
        request.attempts += 1
        let this = NIOLoopBound(self, eventLoop: context.eventLoop)
        request.timer = context.eventLoop.scheduleTask(in: wait) { this.value.attempt(cookie) }
        requests[cookie] = request
        context.writeAndFlush(
            wrapOutboundOut(AddressedEnvelope(remoteAddress: remote, data: request.bytes)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        guard envelope.remoteAddress == remote else { return }
        let bytes = envelope.data.readableBytesView
        guard let space = bytes.prefix(64).firstIndex(of: UInt8(ascii: " ")) else { return }
        let cookie = String(decoding: bytes[bytes.startIndex..<space], as: UTF8.self)
        // A second answer to a repeated request finds nobody waiting.
        guard let request = requests.removeValue(forKey: cookie) else { return }
        request.timer?.cancel()
        if let reply = try? Bencode(decoding: bytes[bytes.index(after: space)...]).dictionary {
            request.promise.succeed(reply)
        } else {
            request.promise.fail(MediaError.refused("unreadable reply"))
        }
    }

    /// An ICMP refusal of one datagram is no reason to close the socket: rtpengine may be restarting.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}
