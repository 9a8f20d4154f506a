import Foundation

/// The text of a CSV file: UTF-8 with or without a mark in front, or GB18030, in which Excel writes on a Chinese
/// Windows.
enum SheetText {
    /// The text as UTF-8; nil for what is neither.
    static func utf8(_ bytes: Data) -> [UInt8]? {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let hasMark = bytes.starts(with: mark)
        let text = [UInt8](hasMark ? bytes.dropFirst(mark.count) : bytes)
        // Chinese in GB18030 is practically never valid UTF-8; the other way round it often is.
        if String(validating: text, as: UTF8.self) != nil { return text }
        return hasMark ? nil : converted(text)
    }

    private static func converted(_ bytes: [UInt8]) -> [UInt8]? {
        guard let converter = iconv_open("UTF-8", "GB18030"), Int(bitPattern: converter) != -1 else { return nil }
        defer { iconv_close(converter) }
        var input = bytes.map { CChar(bitPattern: $0) }
        // Two bytes become three at most.
        var output = [CChar](repeating: 0, count: 2 * bytes.count)
        var left = output.count
        let failed = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                var (from, to) = (input.baseAddress, output.baseAddress)
                var remaining = input.count
                return iconv(converter, &from, &remaining, &to, &left) == -1
            }
        }
        guard !failed else { return nil }
        return output.dropLast(left).map { UInt8(bitPattern: $0) }
    }
}
