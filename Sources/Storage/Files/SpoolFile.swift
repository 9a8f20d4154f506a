import Foundation

/// Lines in a file whose room is taken when it is made: they can be added while the disk is full. After the last line stand
/// zeros.
package struct SpoolFile: Sendable {
    private let file: DiskFile
    private let capacity: Int
    /// Where the next line begins.
    private var end = 0

    package struct Full: Error {}

    /// Makes the file if it is not there. A line that a crash cut short is as good as never written.
    ///
    /// - Parameter capacity: in bytes; the same for as long as the file is there.
    package init(_ path: String, capacity: Int) throws {
        guard let file = try DiskFile(path, O_RDWR | O_CREAT) else {
            throw VaultError.unwritable(path: path, reason: "")
        }
        self.file = file
        self.capacity = capacity
        let size = try file.size()
        if size < capacity {
            try file.write(Data(count: capacity - size), at: size)
            try file.sync()
            try DiskFile.sync(folder: URL(fileURLWithPath: path).deletingLastPathComponent().path)
        }
        end = try content().lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    }

    private func content() throws -> Data { try file.read(capacity, at: 0).prefix { $0 != 0 } }

    package func lines() throws -> [Data] {
        try content().prefix(end).split(separator: UInt8(ascii: "\n")).map { Data($0) }
    }

    /// Returns when the disk has it.
    package mutating func append(_ line: Data) throws {
        guard end + line.count < capacity else { throw Full() }
        try file.write(line + [UInt8(ascii: "\n")], at: end)
        try file.sync()
        end += line.count + 1
    }

    package mutating func clear() throws {
        try file.write(Data(count: capacity), at: 0)
        try file.sync()
        end = 0
    }
}
