import Engine
import Foundation

/// Where a page ended: the key of its last row. Opaque to everyone else, so that it can change.
struct Cursor {
    /// Which part of a list that has several.
    let part: Part
    let at: Int64
    let id: String

    enum Part: String {
        case newest = "n"
        case due = "d"
        /// In what a search found.
        case found = "f"
    }

    init(_ part: Part = .newest, at: Moment, id: String) {
        self.part = part
        self.at = at.milliseconds
        self.id = id
    }

    init(_ part: Part, at place: Int64) {
        self.part = part
        at = place
        id = ""
    }

    init?(_ page: Page) throws {
        guard let text = page.cursor else { return nil }
        let padding = String(repeating: "=", count: (4 - text.count % 4) % 4)
        let base64 = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        guard let data = Data(base64Encoded: base64 + padding), let plain = String(data: data, encoding: .utf8) else {
            throw StoreConflict.notFound
        }
        let fields = plain.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard fields.count == 3, let part = Part(rawValue: String(fields[0])), let at = Int64(fields[1]) else {
            throw StoreConflict.notFound
        }
        self.part = part
        self.at = at
        id = String(fields[2])
    }

    var text: String {
        Data("\(part.rawValue).\(at).\(id)".utf8).base64EncodedString()
            .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
    }
}

extension Rows {
    /// A page out of one row more than it holds: the extra one only says that there is a next.
    init(_ fetched: [Row], page: Page, cursor: (Row) -> Cursor) {
        let rows = Array(fetched.prefix(page.limit))
        self.init(rows: rows, next: fetched.count > page.limit ? rows.last.map { cursor($0).text } : nil)
    }
}
