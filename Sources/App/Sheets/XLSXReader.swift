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

    /// As CSV, in UTF-8; a date as `2026-11-22 14:04:59`, for it falls short of a minute by a hair: `SheetTime`.
    static func csv(_ workbook: Data, in parent: String) throws -> [UInt8] {
        let folder = try SheetFolder(in: parent)
        defer { folder.remove() }
        let (input, output) = (folder.file("sheet.xlsx"), folder.file("sheet.csv"))
        try workbook.write(to: URL(fileURLWithPath: input))
        let child = Process()
        child.executableURL = URL(fileURLWithPath: "/bin/sh")
        child.arguments = [
            "-c", "\(limits) && exec xlsx2csv --sheet 1 --dateformat '%Y-%m-%d %H:%M:%S' \"$1\" \"$2\"", "sh", input,
            output,
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
