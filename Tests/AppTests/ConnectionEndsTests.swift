import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import App

@Suite struct ConnectionEndsTests {
    private let channel = EmbeddedChannel(handler: ConnectionEnds(longest: .seconds(120)))

    private func ask(_ method: HTTPRequest.Method = .post, _ headers: HTTPFields = [:], whole: Bool = true) throws {
        let head = HTTPRequest(
            method: method, scheme: "http", authority: "x", path: "/", headerFields: headers)
        try channel.writeInbound(HTTPRequestPart.head(head))
        if whole { try channel.writeInbound(HTTPRequestPart.end(nil)) }
    }

    /// Answers, and says whether the answer told that the connection ends.
    private func answer() throws -> Bool {
        try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .ok)))
        try channel.writeOutbound(HTTPResponsePart.end(nil))
        guard case .head(let head)? = try channel.readOutbound(as: HTTPResponsePart.self) else { return false }
        _ = try channel.readOutbound(as: HTTPResponsePart.self)
        return head.headerFields[.connection] == "close"
    }

    @Test func anotherProtocolIsAnsweredAndTheConnectionEnds() throws {
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        try ask()
        #expect(try !answer())
        #expect(channel.isActive)
        // Both were read at once; the first answer does not end what the second still waits for.
        try ask()
        try ask(.get, [.upgrade: "h2c", .connection: "upgrade"])
        #expect(try !answer())
        #expect(channel.isActive)
        #expect(try answer())
        #expect(!channel.isActive)
    }

    @Test func aTunnelEndsAfterItsAnswer() throws {
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        try ask(.connect)
        #expect(try answer())
        #expect(!channel.isActive)
    }

    @Test func aFormThatNeverEndsIsNotWaitedForForever() throws {
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        try ask()
        channel.embeddedEventLoop.advanceTime(by: .seconds(600))
        #expect(channel.isActive, "the request is here, only the answer takes long, as a stream of events does")
        _ = try answer()
        try ask(whole: false)
        for _ in 0..<119 {
            channel.embeddedEventLoop.advanceTime(by: .seconds(1))
            try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(string: " ")))
        }
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!channel.isActive)
    }
}
