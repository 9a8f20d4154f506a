import Dispatch
import Foundation
import Testing

@testable import App

/// Reads an event stream as a browser does, from a plain socket.
enum EventReader {
    /// A test that waits longer has failed; nothing here waits on purpose.
    private static let patience = timeval(tv_sec: 20, tv_usec: 0)
    struct Ended: Error {
        let text: String
    }

    /// The first event of a topic that is right, with its id and data.
    static func first(
        _ topic: String, port: Int, cookie: String, last: String? = nil,
        where isRight: @escaping @Sendable (String) -> Bool
    ) async throws -> String {
        try await onThread {
            let socket = try open(port: port, cookie: cookie, last: last)
            defer { close(socket) }
            var text = ""
            while let more = receive(socket) {
                text += more
                for event in text.matches(of: /event: ([a-z]+)\n((?:id: [0-9]+\n)?data: [^\n]*)\n\n/)
                where event.output.1 == topic && isRight(String(event.output.2)) {
                    return String(event.output.2)
                }
            }
            throw Ended(text: text)
        }
    }

    /// Everything up to the end of the stream; `act` runs once the first event is there.
    static func untilClosed(
        port: Int, cookie: String, act: @escaping @Sendable () async throws -> Void
    ) async throws -> String {
        let socket = try await onThread { try open(port: port, cookie: cookie, last: nil) }
        defer { close(socket) }
        var text = ""
        while !text.contains("event: "), let more = await (try onThread { receive(socket) }) { text += more }
        try await act()
        // The last chunk of a body has no length.
        while !text.hasSuffix("\r\n0\r\n\r\n"), let more = await (try onThread { receive(socket) }) { text += more }
        #expect(text.hasSuffix("\r\n0\r\n\r\n"))
        return text
    }

    /// Reading blocks, so it must not hold a thread of Swift's pool.
    private static func onThread<Value: Sendable>(_ read: @escaping @Sendable () throws -> Value) async throws -> Value
    {
        try await withCheckedThrowingContinuation { done in
            DispatchQueue.global().async { done.resume(with: Result { try read() }) }
        }
    }

    private static func open(port: Int, cookie: String, last: String?) throws -> Int32 {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo("localhost", String(port), &hints, &found) == 0 else { throw Ended(text: "no address") }
        defer { freeaddrinfo(found) }
        var next = found
        while let address = next?.pointee {
            let descriptor = socket(address.ai_family, address.ai_socktype, address.ai_protocol)
            if connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 {
                var patience = patience
                setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
                let request =
                    "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nCookie: \(cookie)\r\n"
                    + (last.map { "Last-Event-ID: \($0)\r\n" } ?? "") + "\r\n"
                _ = request.withCString { send(descriptor, $0, strlen($0), 0) }
                return descriptor
            }
            close(descriptor)
            next = address.ai_next
        }
        throw Ended(text: "nobody listens")
    }

    private static func receive(_ socket: Int32) -> String? {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = recv(socket, &bytes, bytes.count, 0)
        return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
    }
}
