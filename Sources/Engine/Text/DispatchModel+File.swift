import Foundation

/// The file of a model, little-endian throughout:
///
///     8 bytes   "HLDSPTCH"
///     UInt32    version, 1
///     UInt32    labels
///     UInt32    grams
///     Double    temperature
///     label by label:   UInt16 length and so many bytes of UTF-8, Float bias, Double slope, Double offset
///     gram by gram:     UInt64
///     gram by gram:     Float rarity
///     gram by gram:     one Float weight a label
///     UInt64    FNV-1a of all before it
extension DispatchModel {
    package enum FileProblem: Error, Equatable, CustomStringConvertible {
        case foreign
        case version(UInt32)
        case damaged

        package var description: String {
            switch self {
            case .foreign: "it is no dispatch model; make one with hotline dispatch train"
            case .version(let version):
                "it is a dispatch model of version \(version), and this program reads version \(fileVersion) only; "
                    + "train it again"
            case .damaged: "it is a dispatch model that is cut off or damaged; copy it again, or train it again"
            }
        }
    }

    /// No file of a model is larger: its weights are half of this at most, its labels another quarter.
    package static let mostBytes = 1 << 28

    private static let magic = Array("HLDSPTCH".utf8)
    private static let fileVersion: UInt32 = 1

    package func encoded() -> Data {
        var file = FileBytes()
        file.bytes += Self.magic
        file.append(Self.fileVersion)
        file.append(UInt32(labels.count))
        file.append(UInt32(vocabulary.count))
        file.append(temperature.bitPattern)
        for (index, label) in labels.enumerated() {
            file.append(UInt16(label.utf8.count))
            file.bytes += Array(label.utf8)
            file.append(biases[index].bitPattern)
            file.append(scales[index].slope.bitPattern)
            file.append(scales[index].offset.bitPattern)
        }
        for gram in vocabulary.grams { file.append(gram.code) }
        for rarity in vocabulary.rarity { file.append(rarity.bitPattern) }
        for weight in weights { file.append(weight.bitPattern) }
        return Self.sealed(Data(file.bytes))
    }

    static func sealed(_ data: Data) -> Data {
        var file = FileBytes()
        file.append(data.withUnsafeBytes(checksum))
        return data + file.bytes
    }

    /// Whatever the bytes are, this gives a model that can be used or says what is wrong with them.
    package init(encoded data: Data) throws(FileProblem) {
        guard data.starts(with: Self.magic) else { throw .foreign }
        var file = FileReader(data.dropFirst(Self.magic.count))
        let version: UInt32 = try file.number()
        guard version == Self.fileVersion else { throw .version(version) }
        let sum = data.dropLast(8).withUnsafeBytes(Self.checksum)
        guard sum == data.suffix(8).littleEndianNumber() else { throw .damaged }
        let labelCount = Int(try file.number() as UInt32)
        let gramCount = Int(try file.number() as UInt32)
        guard (1...Self.mostLabels).contains(labelCount), gramCount <= Self.gramLimit(labels: labelCount)
        else { throw .damaged }
        let temperature = Double(bitPattern: try file.number())
        var labels: [String] = []
        var biases: [Float] = []
        var scales: [PlattScale] = []
        for _ in 0..<labelCount {
            let length = Int(try file.number() as UInt16)
            guard let label = String(validating: try file.take(length), as: UTF8.self) else { throw .damaged }
            guard labels.last.map({ $0 < label }) ?? true else { throw .damaged }
            labels.append(label)
            biases.append(Float(bitPattern: try file.number()))
            let slope = Double(bitPattern: try file.number())
            scales.append(PlattScale(slope: slope, offset: Double(bitPattern: try file.number())))
        }
        let grams = try file.numbers(gramCount, Gram.init(code:)).compactMap(\.self)
        guard grams.count == gramCount, zip(grams, grams.dropFirst()).allSatisfy({ $0 < $1 }) else { throw .damaged }
        let rarity = try file.numbers(gramCount, Float.init(bitPattern:))
        let weights = try file.numbers(gramCount * labelCount, Float.init(bitPattern:))
        // What training never gives could make a confidence that is no number.
        let most = 1e9
        let isSane =
            Temperature.range.contains(temperature) && rarity.allSatisfy { (1...1000).contains($0) }
            && biases.allSatisfy { abs(Double($0)) < most }
            && weights.allSatisfy { abs(Double($0)) < most }
            && scales.allSatisfy { abs($0.slope) < most && abs($0.offset) < most }
        guard isSane, file.left == 8 else { throw .damaged }
        self.init(
            labels: labels, vocabulary: Vocabulary(grams: grams, rarity: rarity), weights: weights, biases: biases,
            scales: scales, temperature: temperature)
    }

    /// FNV-1a (Fowler, Noll, Vo): any one byte changed is always found. It guards against damage, not against malice.
    private static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }
}

private struct FileBytes {
    var bytes: [UInt8] = []

    mutating func append(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }
}

private struct FileReader {
    private var rest: Data

    init(_ data: Data) { rest = data }

    var left: Int { rest.count }

    mutating func take(_ count: Int) throws(DispatchModel.FileProblem) -> Data {
        guard count <= rest.count else { throw .damaged }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    mutating func number<Number: FixedWidthInteger>() throws(DispatchModel.FileProblem) -> Number {
        try take(MemoryLayout<Number>.size).littleEndianNumber()
    }

    mutating func numbers<Number: FixedWidthInteger, Value>(
        _ count: Int, _ value: (Number) -> Value
    ) throws(DispatchModel.FileProblem) -> [Value] {
        let size = MemoryLayout<Number>.size
        return try take(count * size).withUnsafeBytes { bytes in
            (0..<count).map {
                value(Number(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * size, as: Number.self)))
            }
        }
    }
}

extension Data {
    /// There must be enough of it.
    fileprivate func littleEndianNumber<Number: FixedWidthInteger>() -> Number {
        withUnsafeBytes { Number(littleEndian: $0.loadUnaligned(as: Number.self)) }
    }
}
