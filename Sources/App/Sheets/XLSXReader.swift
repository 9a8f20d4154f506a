import Foundation

/// Reads the first sheet of an Excel workbook, by a child process: what a stranger's file makes of its reader, a
/// child's limits bear.
enum XLSXReader {
    enum Fault: Error, Equatable {
        case notInstalled
        /// It is no workbook, or would take more memory, time or room than one of a few thousand rows does.
        case unreadable
    }

    /// 512 MB of memory, ten seconds of reckoning, 16 MB of text (`ulimit -f` counts blocks of 512 bytes).
    private static let limits = "ulimit -v 524288 && ulimit -t 10 && ulimit -f 32768"
    private static let patience: TimeInterval = 20

    /// The first sheet, row for row; ends with 127 where openpyxl is not installed. A row that the file leaves out is an empty one.
    private static let program = """
        import csv, datetime, sys
        try:
            import openpyxl
        except ImportError:
            sys.exit(127)

        def text(value):
            if value is None:
                return ""
            if isinstance(value, bool):
                return "TRUE" if value else "FALSE"
            if isinstance(value, float) and value.is_integer():
                return str(int(value))
            if isinstance(value, datetime.datetime):
                return (value + datetime.timedelta(microseconds=500000)).strftime("%Y-%m-%d %H:%M:%S")
            return str(value)

        book = openpyxl.load_workbook(sys.argv[1], read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        with open(sys.argv[2], "w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            for row in sheet.iter_rows(values_only=True):
                rows.writerow([text(value) for value in row])
        """

    /// As CSV, in UTF-8; a date as `2026-11-22 14:05:00`: `SheetTime`.
    static func csv(_ workbook: Data, in parent: String) throws -> [UInt8] {
        let folder = try SheetFolder(in: parent)
        defer { folder.remove() }
        let (input, output) = (folder.file("sheet.xlsx"), folder.file("sheet.csv"))
        try workbook.write(to: URL(fileURLWithPath: input))
        let child = Process()
        child.executableURL = URL(fileURLWithPath: "/bin/sh")
        child.arguments = [
            "-c", "\(limits) && exec /usr/bin/python3 -I -c \"$1\" \"$2\" \"$3\"", "sh", program, input, output,
        ]
        child.environment = [
            "PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TMPDIR": folder.path, "HOME": folder.path,
        ]
        child.standardInput = FileHandle.nullDevice
        child.standardOutput = FileHandle.nullDevice
        child.standardError = FileHandle.nullDevice
        try child.run()
        let overdue = DispatchWorkItem { kill(child.processIdentifier, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + patience, execute: overdue)
        child.waitUntilExit()
        overdue.cancel()
        guard child.terminationStatus != 127 else { throw Fault.notInstalled }
        guard child.terminationReason == .exit, child.terminationStatus == 0,
            let text = FileManager.default.contents(atPath: output)
        else { throw Fault.unreadable }
        return [UInt8](text)
    }
}
