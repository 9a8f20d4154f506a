import NIOCore
import NIOPosix

/// A telephone's sound over one UDP port: sends a sound as RTP every 20 ms and keeps what arrives.
///
/// The voice of `hotline call`, the simulated citizen, and of the tests. It has no jitter buffer and judges nothing.
package final class RTPStream: Sendable {
    /// What one hears and counts.
    package struct Heard: Sendable {
        package var samples: [Int16] = []
        package var packets = 0
        package var lost = 0
        /// Distinct senders, in order of appearance; the last 16.
        package var sources: [UInt32] = []
        package var lastAt: NIODeadline?
        package var payloadTypes: Set<Int> = []
    }

    private let channel: any Channel
    private let handler: NIOLoopBound<RTPStreamHandler>
    package let host: String
    package let port: Int
    package let law: G711

    private init(
        channel: any Channel, handler: NIOLoopBound<RTPStreamHandler>, host: String, port: Int, law: G711
    ) {
        self.law = law
        self.channel = channel
        self.handler = handler
        self.host = host
        self.port = port
    }

    /// `law` is what it speaks; it understands both. Keeps the last `keep` of what it hears.
    package static func open(
        host: String = "127.0.0.1", law: G711 = .mu, keep: Duration = .seconds(60),
        on group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) async throws -> RTPStream {
        let loop = group.next()
        // An hour at most: 58 MB.
        let kept = Int(min(keep, .seconds(3_600)) / .milliseconds(1)) * 8
        let handler = try await loop.submit {
            NIOLoopBound(RTPStreamHandler(law: law, keep: kept), eventLoop: loop)
        }.get()
        let channel = try await DatagramBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(handler.value) }
            }
            .bind(host: host, port: 0).get()
        return RTPStream(
            channel: channel, handler: handler, host: host, port: channel.localAddress?.port ?? 0, law: law)
    }

    /// What it offers or answers: the codec it speaks first, key presses last.
    package func description(direction: String = "sendrecv", telephoneEvent: Int? = 101) -> String {
        let name = law == .mu ? "PCMU" : "PCMA"
        var lines = [
            "v=0", "o=- 1 1 IN IP4 \(host)", "s=-", "c=IN IP4 \(host)", "t=0 0",
            "m=audio \(port) RTP/AVP \(law.payloadType)" + (telephoneEvent.map { " \($0)" } ?? ""),
            "a=rtpmap:\(law.payloadType) \(name)/8000",
        ]
        if let telephoneEvent {
            lines += ["a=rtpmap:\(telephoneEvent) telephone-event/8000", "a=fmtp:\(telephoneEvent) 0-15"]
        }
        return (lines + ["a=\(direction)", "a=ptime:20", ""]).joined(separator: "\r\n")
    }

    /// Sends to where a session description says. Hearing needs no aim.
    package func aim(at description: String) async throws {
        let audio = try AudioDescription(parsing: description)
        let address = try SocketAddress(ipAddress: audio.address, port: audio.port)
        try await with { $0.remote = address }
    }

    /// Speaks these samples (8 kHz) from the start, over and over or once and then silence.
    package func say(_ samples: [Int16], repeating: Bool = false) async throws {
        try await with { $0.say(samples, repeating: repeating) }
    }

    /// A tone until told otherwise. A second's worth is repeated, so whole hertz have no seam.
    package func say(hertz: Int) async throws {
        try await say(Tone.samples(hertz: Double(hertz), milliseconds: 1_000), repeating: true)
    }

    /// Stops sending altogether, as a party that vanished.
    package func fallSilent() async throws {
        try await with { $0.stop() }
    }

    /// A key press (RFC 4733) of 100 ms amid the sound.
    package func press(_ key: Character, payloadType: Int = 101) async throws {
        guard let event = Array("0123456789*#ABCD").firstIndex(of: key) else { return }
        try await with { $0.press(UInt8(event), payloadType: payloadType) }
    }

    package func heard() async throws -> Heard { try await with { $0.heard } }

    /// Begins to listen afresh.
    package func forget() async throws { try await with { $0.heard = Heard() } }

    package func close() async {
        try? await with { $0.stop() }
        try? await channel.close()
    }

    private func with<Result: Sendable>(_ body: @escaping @Sendable (RTPStreamHandler) throws -> Result) async throws
        -> Result
    {
        let handler = self.handler
        return try await channel.eventLoop.submit { try body(handler.value) }.get()
    }
}
