import Engine

/// A time as a workbook's reader tells it, made readable.
enum SheetTime {
    /// From 1970 to 2100, as days since 1899-12-30; the reader does not know that some Chinese formats are dates.
    private static let serials = 25_569.0..<73_050.0

    /// `2026-11-22 14:05`, or `2026-11-22` at midnight; whatever is not a workbook's time stays as it is.
    static func text(of cell: String) -> String {
        guard let (day, second) = read(cell) else { return cell }
        // Times are fractions of a day; 14:05 may be 14:04:59.999 and is cut to its second.
        let minute = (second + 1) / 60
        guard minute < 1440 else { return "\(day.next)" }
        let time = [minute / 60, minute % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
        return minute == 0 ? "\(day)" : "\(day) \(time)"
    }

    private static func read(_ cell: String) -> (LocalDay, second: Int)? {
        if let serial = Double(cell), serials.contains(serial) {
            let second = ((serial - serial.rounded(.down)) * 86_400).rounded()
            return (LocalDay(number: Int(serial) - 25_569), Int(second))
        }
        let parts = cell.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2, let day = LocalDay(String(parts[0])) else { return nil }
        let time = parts[1].split(separator: ":").compactMap { Int($0) }
        guard time.count == 3, parts[1].count == 8 else { return nil }
        return (day, time[0] * 3600 + time[1] * 60 + time[2])
    }
}
