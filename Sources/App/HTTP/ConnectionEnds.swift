import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Ends connections that would keep their place for nothing. One of a server's few places is held by
///
/// - who asks for another protocol (`Upgrade`, as curl does for HTTP/2, or CONNECT): NIO's parser reads nothing more
///   after such a request, so that the next one on the same connection would never be answered;
/// - who sends a form a byte at a time: each byte counts as a sign of life, so that the idle timeout never comes.
final class ConnectionEnds: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// From the head of a request to its last byte. A telephone at the edge of its network sends some 100 KB/s.
    static let longest = TimeAmount.minutes(2)

    private let longest: TimeAmount
    private var unanswered = 0
    private var endsAfterAnswers = false
    private var deadline: Scheduled<Void>?

    init(longest: TimeAmount = longest) {
        self.longest = longest
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            unanswered += 1
            if head.method == .connect || head.headerFields[.upgrade] != nil { endsAfterAnswers = true }
            let channel = context.channel
            deadline = context.eventLoop.scheduleTask(in: longest) { channel.close(promise: nil) }
        case .body:
            break
        case .end:
            stopWaiting()
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head) where endsAfterAnswers && unanswered == 1 && head.status.kind != .informational:
            head.headerFields[.connection] = "close"
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end:
            unanswered -= 1
            guard endsAfterAnswers, unanswered == 0 else { return context.write(data, promise: promise) }
            context.writeAndFlush(data, promise: promise)
            context.close(promise: nil)
        case .head, .body:
            context.write(data, promise: promise)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        stopWaiting()
        context.fireChannelInactive()
    }

    private func stopWaiting() {
        deadline?.cancel()
        deadline = nil
    }
}
