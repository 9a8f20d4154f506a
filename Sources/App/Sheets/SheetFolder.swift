import Foundation

/// A folder for one sheet that nobody else may read; who makes it removes it.
struct SheetFolder: Sendable {
    let path: String

    init(in parent: String) throws {
        var pattern = Array((parent + "/sheet-XXXXXX").utf8CString)
        guard mkdtemp(&pattern) != nil else { throw CocoaError(.fileWriteUnknown) }
        path = String(decoding: pattern.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Makes the folder that sheets are made in, without what a crash left there.
    static func prepare(_ parent: String) throws {
        try? FileManager.default.removeItem(atPath: parent)
        try FileManager.default.createDirectory(
            atPath: parent, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }
}
