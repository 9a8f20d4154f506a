import Foundation

/// A sound held in memory: 16-bit samples, channels interleaved.
package struct WAV: Sendable, Equatable {
    package var rate: Int
    package var channels: Int
    package var samples: [Int16]

    package enum Malformed: Error, Equatable, Sendable {
        case notWAV, tooLarge
        /// Anything but 16-bit PCM at 8 or 16 kHz in one or two channels.
        case format(String)
    }

    /// Ten minutes in stereo at 16 kHz: a prompt is seconds. Recordings are written as a stream and never held.
    package static let maximumBytes = 40_000_000

    package init(rate: Int = 8_000, channels: Int = 1, samples: [Int16]) {
        self.rate = rate
        self.channels = channels
        self.samples = samples
    }

    package var frames: Int { samples.count / channels }
    package var duration: Duration { .milliseconds(frames * 1_000 / rate) }

    /// One channel of an interleaved sound, 0 the left.
    package func channel(_ index: Int) -> [Int16] {
        stride(from: index, to: samples.count, by: channels).map { samples[$0] }
    }

    package init(contentsOf path: String) throws {
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        guard size <= Self.maximumBytes else { throw Malformed.tooLarge }
        try self.init(parsing: [UInt8](Data(contentsOf: URL(fileURLWithPath: path))))
    }

    /// Takes a file cut short as far as it goes; other chunks (`LIST`, `fact`) are stepped over.
    package init(parsing bytes: [UInt8]) throws(Malformed) {
        guard bytes.count <= Self.maximumBytes else { throw .tooLarge }
        func word(_ at: Int) -> Int { Int(bytes[at]) | Int(bytes[at + 1]) << 8 }
        func long(_ at: Int) -> Int { word(at) | word(at + 2) << 16 }
        func name(_ at: Int) -> String { String(decoding: bytes[at..<(at + 4)], as: UTF8.self) }
        guard bytes.count >= 12, name(0) == "RIFF", name(8) == "WAVE" else { throw .notWAV }
        var position = 12
        var format: (rate: Int, channels: Int)?
        while position + 8 <= bytes.count {
            let body = position + 8
            let length = min(long(position + 4), bytes.count - body)
            switch name(position) {
            case "fmt ":
                guard length >= 16 else { throw .notWAV }
                let (kind, channels, rate, bits) = (word(body), word(body + 2), long(body + 4), word(body + 14))
                // 0xfffe is the extensible header some tools write for plain PCM.
                guard kind == 1 || kind == 0xfffe, bits == 16, [1, 2].contains(channels),
                    [8_000, 16_000].contains(rate)
                else { throw .format("kind \(kind), \(bits) bit, \(rate) Hz, \(channels) channels") }
                format = (rate, channels)
            case "data":
                guard let format else { throw .notWAV }
                let whole = length / (2 * format.channels) * format.channels
                self.init(
                    rate: format.rate, channels: format.channels,
                    samples: (0..<whole).map { Int16(truncatingIfNeeded: word(body + 2 * $0)) })
                return
            default: break
            }
            position = body + length + length % 2
        }
        throw .notWAV
    }

    package func write(to path: String) throws {
        let file = try WAVWriter(path: path, rate: rate, channels: channels)
        try file.append(samples)
        try file.finish()
    }
}

/// Writes a WAV as it comes, for sounds too long to hold. The file is readable by us alone.
package final class WAVWriter {
    private let file: FileHandle
    private let rate: Int
    private let channels: Int
    private var bytes = 0
    /// Written out at 64 KB: one system call for two seconds of stereo.
    private var pending: [UInt8] = []

    /// The sizes in a RIFF header are 32 bits: 37 hours of stereo at 8 kHz.
    package static let maximumDataBytes = 0xffff_ff00

    package init(path: String, rate: Int = 8_000, channels: Int) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: path]) }
        file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        self.rate = rate
        self.channels = channels
        pending = header()
    }

    package func append(_ samples: some Collection<Int16>) throws {
        guard bytes + samples.count * 2 <= Self.maximumDataBytes else { throw WAV.Malformed.tooLarge }
        bytes += samples.count * 2
        let isCopied: Void? = samples.withContiguousStorageIfAvailable { buffer in
            // A WAV is little-endian, as is every machine this runs on.
            pending.append(contentsOf: UnsafeRawBufferPointer(buffer))
        }
        if isCopied == nil {
            for sample in samples {
                pending.append(UInt8(truncatingIfNeeded: sample))
                pending.append(UInt8(truncatingIfNeeded: sample >> 8))
            }
        }
        if pending.count >= 65_536 { try flush() }
    }

    /// Completes the header and sees the file onto the disk.
    package func finish() throws {
        try flush()
        try file.seek(toOffset: 0)
        try file.write(contentsOf: Data(header()))
        try file.synchronize()
        try file.close()
    }

    private func flush() throws {
        try file.write(contentsOf: Data(pending))
        pending.removeAll(keepingCapacity: true)
    }

    private func header() -> [UInt8] {
        func word(_ value: Int) -> [UInt8] { [UInt8(value & 0xff), UInt8(value >> 8 & 0xff)] }
        func long(_ value: Int) -> [UInt8] { word(value & 0xffff) + word(value >> 16 & 0xffff) }
        return Array("RIFF".utf8) + long(bytes + 36) + Array("WAVEfmt ".utf8) + long(16) + word(1) + word(channels)
            + long(rate) + long(rate * channels * 2) + word(channels * 2) + word(16) + Array("data".utf8) + long(bytes)
    }
}
