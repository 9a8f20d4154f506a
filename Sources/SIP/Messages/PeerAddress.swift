/// A UDP address: an IP address as text (IPv6 without brackets) and a port.
package struct PeerAddress: Hashable, Sendable, Codable, CustomStringConvertible {
    package var ip: String
    package var port: UInt16

    package init(ip: String, port: UInt16) {
        self.ip = ip
        self.port = port
    }

    /// As a host is written in a URI: IPv6 in brackets.
    package var hostText: String { ip.utf8.contains(.colon) ? "[" + ip + "]" : ip }

    package var description: String { hostText + ":\(port)" }
}

/// An IP address as bits, for comparing and for networks. Text in another spelling gives the same value.
package struct IPAddress: Hashable, Sendable {
    let bytes: [UInt8]

    /// An IPv4 or IPv6 literal, the latter with or without brackets; nil for a name.
    package init?(_ text: String) {
        var scanner = ByteScanner(text)
        if scanner.consume(UInt8(ascii: "[")) {
            guard scanner.bytes.last == UInt8(ascii: "]") else { return nil }
            scanner = ByteScanner(scanner.rest.dropLast())
        }
        if scanner.rest.contains(.colon) {
            guard let bytes = Self.sixteenBytes(of: scanner.rest) else { return nil }
            // ::ffff:1.2.3.4 is 1.2.3.4 seen through a dual-stack socket.
            let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xff && bytes[11] == 0xff
            self.bytes = isMapped ? Array(bytes[12...]) : bytes
        } else {
            guard let bytes = Self.fourBytes(of: scanner.rest) else { return nil }
            self.bytes = bytes
        }
    }

    /// As a `PeerAddress` has it: IPv6 as eight groups, without brackets.
    package var text: String {
        if bytes.count == 4 { return bytes.map(String.init).joined(separator: ".") }
        return stride(from: 0, to: 16, by: 2)
            .map { String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16) }
            .joined(separator: ":")
    }

    func isInside(_ network: IPAddress, prefix: Int) -> Bool {
        guard bytes.count == network.bytes.count else { return false }
        for (index, pair) in zip(bytes, network.bytes).enumerated() {
            let bits = min(8, max(0, prefix - index * 8))
            let mask = bits == 0 ? 0 : UInt8(truncatingIfNeeded: 0xff << (8 - bits))
            if pair.0 & mask != pair.1 & mask { return false }
        }
        return true
    }

    private static func fourBytes(of text: ArraySlice<UInt8>) -> [UInt8]? {
        var scanner = ByteScanner(text)
        var bytes: [UInt8] = []
        for position in 0..<4 {
            if position > 0 { guard scanner.consume(UInt8(ascii: ".")) else { return nil } }
            guard let number = scanner.takeNumber(upTo: 255) else { return nil }
            bytes.append(UInt8(number))
        }
        return scanner.isAtEnd ? bytes : nil
    }

    private static func sixteenBytes(of text: ArraySlice<UInt8>) -> [UInt8]? {
        var head: [UInt8] = []
        var tail: [UInt8]?
        let groups = text.split(separator: .colon, maxSplits: 8, omittingEmptySubsequences: false)
        guard groups.count >= 3, groups.count <= 9 else { return nil }
        for (index, group) in groups.enumerated() {
            if group.isEmpty {
                let isEdge = index == 0 || index == groups.count - 1
                if isEdge && groups[index == 0 ? 1 : index - 1].isEmpty { continue }
                guard !isEdge, tail == nil else { return nil }
                tail = []
                continue
            }
            var bytes: [UInt8]
            if index == groups.count - 1, group.contains(UInt8(ascii: ".")) {
                guard let four = fourBytes(of: group) else { return nil }
                bytes = four
            } else {
                guard group.count <= 4 else { return nil }
                var value: UInt16 = 0
                for byte in group {
                    guard let digit = byte.hexValue else { return nil }
                    value = value << 4 | UInt16(digit)
                }
                bytes = [UInt8(value >> 8), UInt8(value & 0xff)]
            }
            if tail == nil { head += bytes } else { tail? += bytes }
        }
        guard let tail else { return head.count == 16 ? head : nil }
        let missing = 16 - head.count - tail.count
        guard missing >= 2 else { return nil }
        return head + [UInt8](repeating: 0, count: missing) + tail
    }
}
