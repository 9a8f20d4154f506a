import NIOCore

/// The event loop's side of an `RTPStream`.
final class RTPStreamHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    /// 20 ms at 8 kHz, as every telephone sends.
    private static let frame = 160

    let law: G711
    private let keep: Int
    var remote: SocketAddress?
    var heard = RTPStream.Heard()

    private var context: ChannelHandlerContext?
    private var voice: [UInt8] = []
    private var position = 0
    private var repeating = false
    private var key: (event: UInt8, payloadType: Int, left: Int, timestamp: UInt32)?
    /// A cancelled timer that is due in the same turn of the loop runs all the same; this stops it.
    private var isSending = false
    private var next = NIODeadline.now()
    private var timer: Scheduled<Void>?
    private var expected: UInt16?
    private var sequence = UInt16.random(in: .min ... .max)
    private var timestamp = UInt32.random(in: .min ... .max)
    private let source = UInt32.random(in: .min ... .max)

    init(law: G711, keep: Int) {
        self.law = law
        self.keep = keep
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        stop()
        self.context = nil
    }

    func say(_ samples: [Int16], repeating: Bool) {
        voice = law.encode(samples)
        position = 0
        self.repeating = repeating
        guard !isSending else { return }
        isSending = true
        next = .now()
        tick()
    }

    func press(_ event: UInt8, payloadType: Int) {
        key = (event, payloadType, 8, timestamp)
    }

    func stop() {
        isSending = false
        timer?.cancel()
        timer = nil
    }

    /// Paced by the time of the next packet, not by a pause after the last: the pauses' errors would add up.
    private func tick() {
        guard let context, isSending else { return }
        send(context)
        next = next + .milliseconds(20)
        // After a stall (a suspended machine) it goes on from now, rather than sending the backlog in a burst.
        if NIODeadline.now() - next > .seconds(1) { next = .now() }
        let this = NIOLoopBound(self, eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(deadline: next) { this.value.tick() }
    }

    private func send(_ context: ChannelHandlerContext) {
        defer { timestamp &+= UInt32(Self.frame) }
        guard let remote else { return }
        let packet: RTPPacket
        if var pressed = key {
            // 100 ms of the key, then its end three times as the RFC asks.
            let isEnd = pressed.left <= 3
            let duration = UInt16(min(5, 9 - pressed.left) * Self.frame)
            packet = RTPPacket(
                marker: pressed.left == 8, payloadType: pressed.payloadType, sequence: sequence,
                timestamp: pressed.timestamp, source: source,
                payload: [pressed.event, isEnd ? 0x8a : 0x0a, UInt8(duration >> 8), UInt8(duration & 0xff)])
            pressed.left -= 1
            key = pressed.left > 0 ? pressed : nil
        } else {
            packet = RTPPacket(
                payloadType: law.payloadType, sequence: sequence, timestamp: timestamp, source: source,
                payload: nextFrame())
        }
        sequence &+= 1
        context.writeAndFlush(
            wrapOutboundOut(AddressedEnvelope(remoteAddress: remote, data: ByteBuffer(bytes: packet.bytes))),
            promise: nil)
    }

    private func nextFrame() -> [UInt8] {
        (0..<Self.frame).map { _ in
            if position >= voice.count, repeating { position = 0 }
            guard position < voice.count else { return law.silence }
            defer { position += 1 }
            return voice[position]
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let packet = RTPPacket(parsing: unwrapInboundIn(data).data.readableBytesView) else { return }
        heard.packets += 1
        heard.lastAt = .now()
        heard.payloadTypes.insert(packet.payloadType)
        if heard.sources.last != packet.source {
            heard.sources.append(packet.source)
            if heard.sources.count > 16 { heard.sources.removeFirst() }
        } else if let expected {
            // A gap forward is loss; a step back is a late packet.
            let gap = packet.sequence &- expected
            if gap < 1_000 { heard.lost += Int(gap) }
        }
        expected = packet.sequence &+ 1
        guard let law = G711(payloadType: packet.payloadType) else { return }
        heard.samples += law.decode(packet.payload)
        // Trimmed by halves, so that a long call does not move the whole store with each packet.
        if heard.samples.count > 2 * keep { heard.samples.removeFirst(heard.samples.count - keep) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}
