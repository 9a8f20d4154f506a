import Foundation

/// Reads rtpengine's pcap of a call, a packet at a time, for as far as it is whole: a crash cuts the last one.
final class PcapReader {
    struct Datagram {
        /// Nanoseconds since 1970.
        let time: Int64
        let destinationPort: Int
        let payload: ArraySlice<UInt8>
    }

    private let file: FileHandle
    private var buffer: [UInt8] = []
    private var position = 0
    private let nanoseconds: Bool

    /// Larger than any datagram; a record that claims more is damage.
    private static let maximumRecord = 70_000
    private static let readSize = 262_144

    init(path: String) throws {
        guard let file = FileHandle(forReadingAtPath: path) else { throw MediaError.recording("no file \(path)") }
        self.file = file
        buffer = [UInt8](try file.read(upToCount: 24) ?? Data())
        guard buffer.count == 24 else { throw MediaError.recording("no packets") }
        let magic = Self.long(buffer, 0)
        guard magic == 0xa1b2_c3d4 || magic == 0xa1b2_3c4d, Self.long(buffer, 20) == 1 else {
            throw MediaError.recording("not a pcap of Ethernet frames")
        }
        nanoseconds = magic == 0xa1b2_3c4d
        buffer = []
    }

    /// The next UDP datagram; nil at the end or at the first damage.
    func next() throws -> Datagram? {
        while let record = try nextRecord() {
            if let datagram = Self.udp(in: record.frame, at: record.time) { return datagram }
        }
        return nil
    }

    private func nextRecord() throws -> (time: Int64, frame: ArraySlice<UInt8>)? {
        guard try has(16) else { return nil }
        let length = Self.long(buffer, position + 8)
        guard length <= Self.maximumRecord, try has(16 + length) else { return nil }
        let fraction = Int64(Self.long(buffer, position + 4)) * (nanoseconds ? 1 : 1_000)
        guard fraction < 1_000_000_000 else { return nil }
        let time = Int64(Self.long(buffer, position)) * 1_000_000_000 + fraction
        let start = position + 16
        position = start + length
        return (time, buffer[start..<position])
    }

    /// Sees to it that so many bytes are in the buffer.
    private func has(_ count: Int) throws -> Bool {
        while buffer.count - position < count {
            guard let more = try file.read(upToCount: Self.readSize), !more.isEmpty else { return false }
            buffer.removeFirst(position)
            position = 0
            buffer += more
        }
        return true
    }

    /// Ethernet, IPv4 or IPv6 without extensions, UDP: the headers rtpengine makes up.
    private static func udp(in frame: ArraySlice<UInt8>, at time: Int64) -> Datagram? {
        let start = frame.startIndex
        guard frame.count >= 14 else { return nil }
        let ip = start + 14
        let udp: Int
        switch (frame[start + 12], frame[start + 13]) {
        case (0x08, 0x00):
            guard frame.count >= 34, frame[ip + 9] == 17 else { return nil }
            udp = ip + 4 * Int(frame[ip] & 0x0f)
        case (0x86, 0xdd):
            guard frame.count >= 54, frame[ip + 6] == 17 else { return nil }
            udp = ip + 40
        default: return nil
        }
        guard udp + 8 <= frame.endIndex else { return nil }
        let port = Int(frame[udp + 2]) << 8 | Int(frame[udp + 3])
        return Datagram(time: time, destinationPort: port, payload: frame[(udp + 8)...])
    }

    /// Little-endian, as rtpengine writes on every machine it is built for here.
    private static func long(_ bytes: [UInt8], _ at: Int) -> Int {
        Int(bytes[at]) | Int(bytes[at + 1]) << 8 | Int(bytes[at + 2]) << 16 | Int(bytes[at + 3]) << 24
    }
}
