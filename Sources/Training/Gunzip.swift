import CZlib
import Foundation

/// Unpacks gzip, one member after the other, as `zcat` does.
enum Gunzip {
    enum Problem: Error, Equatable, CustomStringConvertible {
        case damaged
        case cut
        case tooLarge(Int)

        var description: String {
            switch self {
            case .damaged: "it is damaged: its gzip data do not unpack; copy it again"
            case .cut: "it ends in the middle of its gzip data; copy it again"
            case .tooLarge(let most): "it unpacks to more than \(most) bytes; split it"
            }
        }
    }

    static func isGzip(_ data: Data) -> Bool { data.starts(with: [0x1F, 0x8B]) }

    static func unpack(_ data: Data, mostBytes: Int) throws(Problem) -> Data {
        var stream = z_stream()
        guard hotline_begin_gunzip(&stream) == Z_OK else { preconditionFailure("zlib does not begin") }
        defer { inflateEnd(&stream) }
        var unpacked = Data()
        var block = [UInt8](repeating: 0, count: 1 << 18)
        // zlib does not write where it reads, though its type says so; a copy would be as large as the file.
        let problem = data.withUnsafeBytes { bytes -> Problem? in
            let packed = UnsafeMutableBufferPointer(mutating: bytes.assumingMemoryBound(to: UInt8.self))
            return block.withUnsafeMutableBufferPointer { block -> Problem? in
                var place = 0
                while true {
                    // zlib counts in 32 bits.
                    let given = min(packed.count - place, 1 << 30)
                    stream.next_in = packed.baseAddress! + place
                    stream.avail_in = UInt32(given)
                    stream.next_out = block.baseAddress
                    stream.avail_out = UInt32(block.count)
                    let result = inflate(&stream, Z_NO_FLUSH)
                    place += given - Int(stream.avail_in)
                    unpacked.append(block.baseAddress!, count: block.count - Int(stream.avail_out))
                    guard unpacked.count <= mostBytes else { return .tooLarge(mostBytes) }
                    switch result {
                    case Z_STREAM_END where place == packed.count: return nil
                    case Z_STREAM_END: inflateReset(&stream)
                    case Z_OK: continue
                    case Z_BUF_ERROR: return .cut
                    default: return .damaged
                    }
                }
            }
        }
        if let problem { throw problem }
        return unpacked
    }
}
