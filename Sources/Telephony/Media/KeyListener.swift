import Foundation
import NIOCore
import NIOPosix

/// A key that a party pressed on the telephone.
package struct KeyPress: Sendable, Equatable {
    /// Of the party, as `MediaServer` knows it.
    package let leg: String
    package let key: Character
}

/// Hears of pressed keys (RFC 4733): rtpengine sends one JSON datagram a press to a loopback port of ours, for every call of
/// its own. The port is part of how it was started, so whoever adopts it must listen on the same one.
final class KeyListener: Sendable {
    let port: Int
    private let channel: any Channel

    private init(channel: any Channel, port: Int) {
        self.channel = channel
        self.port = port
    }

    /// Port 0 takes any free one. `tell` is called on an event loop and must return at once.
    static func open(port: Int = 0, tell: @escaping @Sendable (KeyPress) -> Void) async throws -> KeyListener {
        let channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(KeyHandler(tell: tell))
                }
            }
            .bind(host: "127.0.0.1", port: port).get()
        guard let port = channel.localAddress?.port else { throw MediaError.notReady("no port for pressed keys") }
        return KeyListener(channel: channel, port: port)
    }

    func close() async {
        try? await channel.close()
    }

    /// Nil for a call that is not ours, for the hub's side, and for anything that does not read.
    static func keyPress(_ bytes: Data) -> KeyPress? {
        guard let note = try? JSONDecoder().decode(Note.self, from: bytes), note.type == "DTMF",
            note.sourceTag == "party", note.callid.hasPrefix(RTPEngineProcess.callPrefix),
            keys.indices.contains(note.event)
        else { return nil }
        return KeyPress(leg: String(note.callid.dropFirst(RTPEngineProcess.callPrefix.count)), key: keys[note.event])
    }

    /// In the order of the RFC's event codes.
    private static let keys = Array("0123456789*#ABCD")

    private struct Note: Decodable {
        let callid: String
        let sourceTag: String
        let type: String
        let event: Int

        private enum CodingKeys: String, CodingKey {
            case callid, type, event
            case sourceTag = "source_tag"
        }
    }
}

private final class KeyHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private let tell: @Sendable (KeyPress) -> Void

    init(tell: @escaping @Sendable (KeyPress) -> Void) {
        self.tell = tell
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if let key = KeyListener.keyPress(Data(unwrapInboundIn(data).data.readableBytesView)) { tell(key) }
    }

    /// One datagram that failed is no reason to hear of no more.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}
