import Foundation

/// A table of messages in a file: tabs between columns, the first line names them, gzip or plain.
package struct MessageFile: Sendable {
    /// Line by line, the values of the columns asked for, in their order.
    package let rows: [[String]]

    package struct Problem: Error, Equatable, CustomStringConvertible {
        package let description: String

        init(_ description: String) { self.description = description }
    }

    /// A file larger than this, unpacked, is refused rather than filling the memory.
    package static let mostBytes = 1 << 30
    /// Short messages take many times the memory of their bytes; of long ones the trainer takes fewer than this.
    package static let mostMessages = 4_000_000
    /// No message is as long; a file without line breaks is, and one tab is a value.
    static let longestLine = 1 << 20

    package init(path: String, columns: [String]) throws(Problem) {
        let data: Data
        do {
            data = try Self.read(path, mostBytes: Self.mostBytes)
        } catch {
            throw Problem("\(path) cannot be read; is the name right, and may you read it?")
        }
        do throws(Problem) {
            try self.init(data, columns: columns)
        } catch {
            throw Problem("\(path): \(error.description)")
        }
    }

    package init(
        _ data: Data, columns: [String], mostBytes: Int = mostBytes, mostMessages: Int = mostMessages
    ) throws(Problem) {
        var data = data
        if Gunzip.isGzip(data) {
            do throws(Gunzip.Problem) {
                data = try Gunzip.unpack(data, mostBytes: mostBytes)
            } catch {
                throw Problem(error.description)
            }
        }
        guard data.count <= mostBytes else { throw Problem("it is larger than \(mostBytes) bytes; split it") }
        var lines = Lines(data)
        guard let first = try lines.next() else {
            throw Problem("it is empty; its first line names the columns \(columns.joined(separator: ", "))")
        }
        let header = try Self.values(first.starts(with: [0xEF, 0xBB, 0xBF]) ? first.dropFirst(3) : first, line: 1)
        var places: [Int] = []
        for column in columns {
            guard let place = header.firstIndex(of: column) else {
                throw Problem("line 1 names no column \(column); name the columns \(columns.joined(separator: ", "))")
            }
            places.append(place)
        }
        var rows: [[String]] = []
        while let line = try lines.next() {
            let values = try Self.values(line, line: lines.number)
            guard values.count == header.count else {
                throw Problem("line \(lines.number) has \(values.count) columns, the header \(header.count)")
            }
            guard rows.count < mostMessages else {
                throw Problem("it has more than \(mostMessages) messages; leave some out")
            }
            rows.append(places.map { values[$0] })
        }
        self.rows = rows
    }

    /// The first byte too many is read as well, so that what comes next can tell.
    package static func read(_ path: String, mostBytes: Int) throws -> Data {
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        defer { try? file.close() }
        return try file.read(upToCount: mostBytes + 1) ?? Data()
    }

    private static func values(_ bytes: Data, line: Int) throws(Problem) -> [String] {
        let bytes = bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Problem("line \(line) is not UTF-8; save the file as UTF-8")
        }
        return text.utf8.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
            .map { unquoted(Substring($0)) }
    }

    /// Spreadsheets put a value that holds a quotation mark between quotation marks and double those in it. What is not
    /// of that form only begins with one, and stays as it is.
    private static func unquoted(_ value: Substring) -> String {
        guard value.utf8.count > 1, value.utf8.first == UInt8(ascii: "\""), value.utf8.last == UInt8(ascii: "\"")
        else { return String(value) }
        let inner = value.dropFirst().dropLast()
        let single = inner.replacing("\"\"", with: "")
        return single.utf8.contains(UInt8(ascii: "\"")) ? String(value) : String(inner.replacing("\"\"", with: "\""))
    }
}

/// One line after the other: cut up all at once, a file of line breaks would be many times as large as it is.
private struct Lines {
    /// Of the line that was given last, from 1.
    private(set) var number = 0
    private var rest: Data

    init(_ data: Data) { rest = data }

    mutating func next() throws(MessageFile.Problem) -> Data? {
        guard !rest.isEmpty else { return nil }
        number += 1
        let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
        let line = rest[..<end]
        guard line.count <= MessageFile.longestLine else {
            throw MessageFile.Problem(
                "line \(number) is longer than \(MessageFile.longestLine) bytes; is there a line break after each message?"
            )
        }
        rest = rest[end...].dropFirst()
        return line
    }
}

extension MessageFile {
    /// Longer than this is no name of a body or a label; the wrong column is more likely.
    private static let longestLabel = 200

    /// Columns `label`, `subject`, `detail`.
    package static func labelled(path: String) throws(Problem) -> [LabelledMessage] {
        try labelled(MessageFile(path: path, columns: ["label", "subject", "detail"]), name: path)
    }

    static func labelled(_ file: MessageFile, name: String) throws(Problem) -> [LabelledMessage] {
        var messages: [LabelledMessage] = []
        for (index, row) in file.rows.enumerated() {
            let label = row[0].trimmingCharacters(in: .whitespaces)
            guard !label.isEmpty else { throw Problem("\(name): line \(index + 2) has no label") }
            guard label.utf8.count <= longestLabel else {
                throw Problem("\(name): line \(index + 2) has a label of more than \(longestLabel) bytes")
            }
            messages.append(LabelledMessage(label: label, subject: row[1], detail: row[2]))
        }
        return messages
    }

    /// Columns `subject`, `detail`.
    package static func messages(path: String) throws(Problem) -> [(subject: String, detail: String)] {
        try MessageFile(path: path, columns: ["subject", "detail"]).rows.map { ($0[0], $0[1]) }
    }
}
