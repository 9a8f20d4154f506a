import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Reverse proxies of ours. To limit what one address may do, and to write down who did what, we must know whom they speak for;
/// and whether over TLS, so that a browser keeps its cookie to that.
package struct Proxies: Sendable {
    private let addresses: Set<String>

    package static let none = Proxies(known: [])

    private init(known addresses: Set<String>) { self.addresses = addresses }

    /// - Parameter addresses: as the system writes them, such as `10.0.0.5` or `::1`. Nil if one is no IP address.
    package init?(_ addresses: [String]) {
        let known = addresses.map(Self.ip)
        guard known.allSatisfy({ $0 != nil }) else { return nil }
        self.init(known: Set(known.compactMap(\.self)))
    }

    /// Whoever asks: the other end of the connection, unless it is a proxy of ours. Each proxy adds at the end of
    /// `X-Forwarded-For` whom it heard; what stands before the last that is not ours anybody may have made up.
    func address(of request: HTTPRequest, from peer: String?) -> String? {
        guard let peer, addresses.contains(peer) else { return peer }
        let said = request.headerFields[values: .forwardedFor].joined(separator: ",").split(separator: ",")
        let names = said.suffix(Self.mostHops).map { Self.ip($0.trimmingCharacters(in: .whitespaces)) }
        guard let last = names.last(where: { $0.map { !addresses.contains($0) } ?? true }) else { return peer }
        return last ?? peer
    }

    /// Whether whoever asks does so over TLS, which ends at a proxy of ours.
    func saysTLS(of request: HTTPRequest, from peer: String?) -> Bool {
        guard let peer, addresses.contains(peer) else { return false }
        return request.headerFields[.forwardedProto]?.lowercased() == "https"
    }

    /// A chain of more is made up.
    private static let mostHops = 16

    private static func ip(_ text: String) -> String? {
        try? SocketAddress(ipAddress: text, port: 0).ipAddress
    }
}

extension HTTPField.Name {
    static let forwardedFor = known("X-Forwarded-For")
    static let forwardedProto = known("X-Forwarded-Proto")
}
