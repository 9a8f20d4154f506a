import Crypto
import Engine
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Storage

/// The orders of a filter as a file, for whoever has to hand a list on. Each file handed out is an audit row.
enum OrderExport {
    /// More than any body or auditor reads; a year of a county's orders. Beyond it the filter is to be narrowed, for a
    /// list that was cut would be taken for the whole.
    static let most = 20_000

    /// In that time the slowest line has a whole sheet; who has not does not want it, or wants our disk.
    private static let longestSending: Duration = .seconds(600)

    static func sheet(_ exchange: Exchange) async throws -> Answer {
        let format = exchange.word("format", as: SheetFormat.self) ?? .csv
        let place = try exchange.office.sheets.leaving.take()
        return try await exchange.office.sheets.exporting.taking {
            let folder = try SheetFolder(in: exchange.office.sheets.folder)
            defer { folder.remove() }
            let path = folder.file("orders.\(format.rawValue)")
            let rows = try await write(to: path, as: format, exchange)
            // Open, it needs its name no longer: the folder goes now, and the file when somebody has read it.
            let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
            return try await hand(out: file, as: format, rows: rows, place, exchange)
        }
    }

    /// Returns how many orders are in it.
    private static func write(to path: String, as format: SheetFormat, _ exchange: Exchange) async throws -> Int {
        let people = try await exchange.office.staff.people()
        let cells = OrderCells(exchange)
        let writer = try format.writer(
            path, cells.word(Sentence("工单", "Orders")), cells.headings, exchange.office.wallClock)
        var rows = 0
        if let filter = OrderLists.filter(exchange, people) {
            var cursor: String?
            repeat {
                // A page at a time, so that nobody's transaction waits for it; by creation, which never changes while
                // it is read.
                let page = try await exchange.office.store.orders(
                    filter, sort: .newest, page: Page(cursor: cursor, limit: 100))
                rows += page.rows.count
                let most = exchange.office.sheets.mostExported
                guard rows <= most else { throw Problem.tooManyOrders(most) }
                try await Blocking.run { try writer.add(page.rows.map(cells.row)) }
                cursor = page.next
            } while cursor != nil
        }
        try await Blocking.run { try writer.finish() }
        return rows
    }

    private static func hand(
        out file: FileHandle, as format: SheetFormat, rows: Int, _ place: Places.Place, _ exchange: Exchange
    ) async throws -> Answer {
        let (digest, size) = try await Blocking.run {
            var hash = SHA256()
            var size = 0
            while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty {
                hash.update(data: piece)
                size += piece.count
            }
            try file.seek(toOffset: 0)
            return (hash.finalize().hexadecimal, size)
        }
        // Noted before the first byte leaves; by the digest a file found elsewhere is known again.
        try await exchange.office.store.note(
            AuditRow(
                at: exchange.now, actor: exchange.actor, action: "orders.export",
                subject: "orders:\(rows) \(format.rawValue) \(filterWords(exchange))", digest: digest))
        let name = exchange.office.wallClock.text(exchange.now).prefix(16).filter { $0.isNumber }
        let headers: HTTPFields = [
            .contentType: format.kind.rawValue, .contentLength: String(size),
            .contentDisposition: "attachment; filename=\"orders-\(name).\(format.rawValue)\"",
        ]
        let loop = exchange.context.eventLoop
        let body = ResponseBody(contentLength: size) { writer in
            // Until it was sent, or the connection has gone, which the writing tells.
            defer { place.giveBack() }
            let end = Task {
                try await Task.sleep(for: longestSending)
                // Emptied and not closed: while it is read its number must be nobody else's.
                try file.truncate(atOffset: 0)
                place.giveBack()
            }
            defer { end.cancel() }
            var sent = 0
            while let piece = try file.read(upToCount: 65_536), !piece.isEmpty {
                try await writer.write(ByteBuffer(bytes: piece))
                // Only now the connection has it, and knows whether it takes more: a busy one would be handed the whole file.
                try await loop?.submit {}.get()
                sent += piece.count
            }
            // The connection ends, so that half a sheet is not taken for the whole.
            guard sent == size else { throw CancellationError() }
            try await writer.finish(nil)
        }
        return Answer(response: Response(status: .ok, headers: headers, body: body))
    }

    /// The filter without what somebody typed: words and places may be a citizen's name or number.
    private static func filterWords(_ exchange: Exchange) -> String {
        let typed = ["q", "place", "tag", "category", "agent"]
        return exchange.query.keys.sorted().filter { $0 != "format" }.map { name in
            switch exchange.query[name] {
            case _ where typed.contains(name): "\(name)=…"
            case .string(let text): "\(name)=\(text)"
            case .bool(let flag): "\(name)=\(flag)"
            default: name
            }
        }.joined(separator: "&")
    }
}
