import Foundation

/// Where a hub points while its person is alone: a UDP socket on loopback that nobody reads.
///
/// The kernel drops what does not fit its buffer, so discarding costs us nothing; and because the port is ours, the
/// person's voice cannot reach a stranger's socket.
package final class MediaSink: Sendable {
    package let port: Int
    private let socket: Int32

    /// Port 0 takes any free one.
    package init(port: Int = 0) throws {
        let socket = Foundation.socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { throw MediaError.notReady("no socket for the sink") }
        var size: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        address.sin_port = UInt16(port).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let named = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0
            }
        }
        guard named else {
            Foundation.close(socket)
            throw MediaError.notReady("no port for the sink")
        }
        self.socket = socket
        self.port = Int(UInt16(bigEndian: address.sin_port))
    }

    deinit { Foundation.close(socket) }
}
