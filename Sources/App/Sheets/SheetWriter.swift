import CXlsxwriter
import Engine
import Foundation

/// What stands in one cell.
enum SheetCell: Sendable, Equatable {
    case text(String)
    case time(Moment)
    case empty

    init(_ time: Moment?) { self = time.map(SheetCell.time) ?? .empty }
    init(_ text: String?) { self = text.map { $0.isEmpty ? .empty : .text($0) } ?? .empty }
}

struct SheetHeading: Sendable {
    let text: String
    /// In characters of the usual width.
    let width: Double
}

/// Writes a table into a file row by row, so that its length costs no memory. For one task at a time; it blocks.
protocol SheetWriter: AnyObject, Sendable {
    func add(_ rows: [[SheetCell]]) throws
    /// Ends the file.
    func finish() throws
}

enum SheetFormat: String, CaseIterable, Sendable {
    case csv, xlsx

    var kind: FileKind {
        switch self {
        case .csv: .csv
        case .xlsx: .xlsx
        }
    }

    func writer(_ path: String, _ name: String, _ headings: [SheetHeading], _ wall: WallClock) throws -> any SheetWriter
    {
        switch self {
        case .csv: try CSVWriter(path, headings, wall)
        case .xlsx: try XLSXWriter(path, name, headings, wall)
        }
    }
}

private final class CSVWriter: SheetWriter {
    private let file: FileHandle
    private let wall: WallClock

    init(_ path: String, _ headings: [SheetHeading], _ wall: WallClock) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path)
        else { throw CocoaError(.fileWriteUnknown) }
        self.file = file
        self.wall = wall
        // The mark tells Excel that this is UTF-8.
        try file.write(contentsOf: Data("\u{FEFF}\(CSVText.row(headings.map(\.text)))".utf8))
    }

    func add(_ rows: [[SheetCell]]) throws {
        let lines = rows.map { CSVText.row($0.map(text)) }
        try file.write(contentsOf: Data(lines.joined().utf8))
    }

    func finish() throws { try file.close() }

    private func text(_ cell: SheetCell) -> String {
        switch cell {
        case .text(let text): text
        case .time(let time): String(wall.text(time).prefix(16))
        case .empty: ""
        }
    }
}

/// By libxlsxwriter. Unchecked: the pointers are C's, and used by one task at a time.
private final class XLSXWriter: SheetWriter, @unchecked Sendable {
    private let wall: WallClock
    private var workbook: UnsafeMutablePointer<lxw_workbook>?
    private let sheet: UnsafeMutablePointer<lxw_worksheet>
    private let timeFormat: UnsafeMutablePointer<lxw_format>
    private let columns: Int
    private var row: UInt32 = 1

    struct Failed: Error {
        let code: UInt32
    }

    init(_ path: String, _ name: String, _ headings: [SheetHeading], _ wall: WallClock) throws {
        let folder = (path as NSString).deletingLastPathComponent
        guard let workbook = hotline_new_workbook(path, folder), let sheet = workbook_add_worksheet(workbook, name),
            let timeFormat = workbook_add_format(workbook), let headFormat = workbook_add_format(workbook)
        else { throw CocoaError(.fileWriteUnknown) }
        (self.workbook, self.sheet, self.timeFormat, self.wall) = (workbook, sheet, timeFormat, wall)
        columns = headings.count
        format_set_num_format(timeFormat, "yyyy-mm-dd hh:mm")
        format_set_align(timeFormat, UInt8(LXW_ALIGN_LEFT.rawValue))
        format_set_bold(headFormat)
        for (column, heading) in headings.enumerated() {
            let at = UInt16(column)
            try check(worksheet_set_column(sheet, at, at, heading.width, nil))
            try check(worksheet_write_string(sheet, 0, at, heading.text, headFormat))
        }
        worksheet_freeze_panes(sheet, 1, 0)
    }

    deinit { workbook.map(lxw_workbook_free) }

    func add(_ rows: [[SheetCell]]) throws {
        for cells in rows {
            for (column, cell) in cells.enumerated() { try write(cell, UInt16(column)) }
            row += 1
        }
    }

    /// A text is written as a text, whatever it begins with.
    private func write(_ cell: SheetCell, _ column: UInt16) throws {
        switch cell {
        case .text(let text): try check(worksheet_write_string(sheet, row, column, Self.xml(text), nil))
        case .time(let time):
            let (day, second) = wall.parts(time)
            // Days since 1899-12-30. The middle of its second: some readers cut what falls short of a minute by a hair.
            let serial = Double(day.number + 25_569) + (Double(second) + 0.5) / 86_400
            try check(worksheet_write_number(sheet, row, column, serial, timeFormat))
        case .empty: break
        }
    }

    /// A cell holds 32,767 characters, and what XML cannot hold would spoil the whole file.
    private static func xml(_ text: String) -> String {
        let fit = text.unicodeScalars.filter { $0.value >= 32 || $0 == "\n" || $0 == "\t" }.filter {
            $0.value & 0xFFFE != 0xFFFE
        }
        return String(String.UnicodeScalarView(fit.prefix(32_767)))
    }

    func finish() throws {
        guard let workbook else { return }
        try check(worksheet_autofilter(sheet, 0, 0, max(row, 2) - 1, UInt16(columns - 1)))
        // Frees it too, whatever comes of it.
        self.workbook = nil
        try check(workbook_close(workbook))
    }

    private func check(_ error: lxw_error) throws {
        guard error == LXW_NO_ERROR else { throw Failed(code: error.rawValue) }
    }
}
