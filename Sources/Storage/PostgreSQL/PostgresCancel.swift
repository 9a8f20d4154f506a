import CLibpq
import Synchronization

/// Stops what a connection's server is doing, from another thread (libpq allows that for PQcancel alone).
final class PostgresCancel: Sendable {
    /// Nil when it is too late.
    private let handle: Mutex<Handle?>

    private struct Handle: @unchecked Sendable { let pointer: OpaquePointer }

    init(_ pointer: OpaquePointer) { handle = Mutex(Handle(pointer: pointer)) }

    deinit { forget() }

    /// Waits for the server to take it; the statement then ends with an error of its own.
    func send() {
        handle.withLock { handle in
            guard let handle else { return }
            // What is wrong is told by the connection itself.
            var message = [CChar](repeating: 0, count: 256)
            _ = PQcancel(handle.pointer, &message, Int32(message.count))
        }
    }

    func forget() {
        handle.withLock { handle in
            if let handle { PQfreeCancel(handle.pointer) }
            handle = nil
        }
    }
}
