/// Comma-separated values as RFC 4180 has them: rows end with CRLF, a quote within quotes is doubled.
enum CSVText {
    /// One row to be written, its cells made harmless.
    static func row(_ cells: [String]) -> String {
        cells.map { quoted(harmless($0)) }.joined(separator: ",") + "\r\n"
    }

    private static func quoted(_ cell: String) -> String {
        let needsQuotes = cell.utf8.contains { byte in
            byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\r")
                || byte == UInt8(ascii: "\n")
        }
        guard needsQuotes else { return cell }
        // By scalars: a quote with an accent after it is one Character that is no quote, but a reader of bytes ends the cell there.
        var text = "\"".unicodeScalars
        for scalar in cell.unicodeScalars {
            if scalar == "\"" { text.append(scalar) }
            text.append(scalar)
        }
        return String(text) + "\""
    }

    // MARK: Formulas

    /// What a spreadsheet takes for the beginning of a formula, the full-width forms among them (OWASP, CSV injection).
    private static let dangerous: Set<Unicode.Scalar> = [
        "=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠",
    ]

    /// A citizen's words must not be reckoned: with an apostrophe in front, a spreadsheet takes them for text.
    static func harmless(_ cell: String) -> String {
        guard let first = cell.unicodeScalars.first, dangerous.contains(first) else { return cell }
        return "'" + cell
    }

    /// Takes off the apostrophe that `harmless` put there.
    static func plain(_ cell: String) -> String {
        let scalars = cell.unicodeScalars
        guard scalars.first == "'", let second = scalars.dropFirst().first, dangerous.contains(second) else {
            return cell
        }
        return String(scalars.dropFirst())
    }

    // MARK: Reading

    struct Row: Sendable, Equatable {
        /// As a spreadsheet counts: the first row is 1, and a row may have several lines.
        let number: Int
        let cells: [String]
    }

    enum Fault: Error, Equatable {
        /// A quote that is opened in this row is never closed.
        case openQuote(row: Int)
        case tooManyRows
        /// Something stands further right than any column of ours.
        case tooWide(row: Int)
    }

    /// More cells than a row of any form has.
    private static let widest = 200

    /// The rows in which anything stands; throws as soon as there are more than `most`.
    static func rows(_ text: [UInt8], most: Int) throws(Fault) -> [Row] {
        var reader = Reader(text: text, most: most)
        try reader.read()
        return reader.rows
    }

    private struct Reader {
        let text: [UInt8]
        let most: Int
        var rows: [Row] = []
        private var number = 1
        private var cells: [String] = []
        private var cell: [UInt8] = []

        init(text: [UInt8], most: Int) {
            self.text = text
            self.most = most
        }

        mutating func read() throws(Fault) {
            var at = 0
            var isQuoted = false
            while at < text.count {
                let byte = text[at]
                at += 1
                if isQuoted {
                    if byte != UInt8(ascii: "\"") {
                        cell.append(byte)
                    } else if at < text.count, text[at] == UInt8(ascii: "\"") {
                        cell.append(byte)
                        at += 1
                    } else {
                        isQuoted = false
                    }
                    continue
                }
                switch byte {
                case UInt8(ascii: "\"") where cell.isEmpty: isQuoted = true
                case UInt8(ascii: ","): try endCell()
                case UInt8(ascii: "\r"), UInt8(ascii: "\n"):
                    if byte == UInt8(ascii: "\r"), at < text.count, text[at] == UInt8(ascii: "\n") { at += 1 }
                    try endRow()
                default: cell.append(byte)
                }
            }
            guard !isQuoted else { throw .openQuote(row: number) }
            if !cells.isEmpty || !cell.isEmpty { try endRow() }
        }

        private mutating func endCell() throws(Fault) {
            let text = String(decoding: cell, as: UTF8.self).trimmed
            cell.removeAll(keepingCapacity: true)
            guard cells.count < CSVText.widest else {
                guard text.isEmpty else { throw .tooWide(row: number) }
                return
            }
            cells.append(text)
        }

        private mutating func endRow() throws(Fault) {
            try endCell()
            if cells.contains(where: { !$0.isEmpty }) {
                guard rows.count < most else { throw .tooManyRows }
                rows.append(Row(number: number, cells: cells))
            }
            cells.removeAll(keepingCapacity: true)
            number += 1
        }
    }
}

extension String {
    /// Without white space around it, the full-width space included.
    var trimmed: String {
        guard let from = firstIndex(where: { !$0.isWhitespace }), let to = lastIndex(where: { !$0.isWhitespace }) else {
            return ""
        }
        return String(self[from...to])
    }
}
