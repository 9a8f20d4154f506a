import Crypto
import Engine
import Foundation
import Glibc
import HTTPTypes
import HummingbirdTesting
import Storage
import TestSupport
import Testing

@testable import App

@Suite struct OrderExportTests {
    /// The rows of a sheet as lists of what stands under each heading.
    static func rows(_ reply: Browser.Reply, sourceLocation: SourceLocation = #_sourceLocation) throws -> [[String:
        String]]
    {
        try #require(reply.status == 200, "\(reply.message ?? "")", sourceLocation: sourceLocation)
        let isWorkbook = reply.headers[.contentType] == FileKind.xlsx.rawValue
        let text =
            isWorkbook ? try XLSXReader.csv(reply.bytes, in: NSTemporaryDirectory()) : [UInt8](reply.bytes.dropFirst(3))
        let rows = try CSVText.rows(text, most: 1000)
        let headings = try #require(rows.first).cells
        return rows.dropFirst().map { row in
            Dictionary(uniqueKeysWithValues: zip(headings, row.cells + Array(repeating: "", count: 30)))
        }
    }

    /// With an accent, a joiner or a variation mark after it a quote is another Character, and still ends a cell.
    @Test(arguments: ["", "\u{301}", "\u{FE0F}", "\u{200D}"]) func aQuoteCannotEndItsCell(mark: String) throws {
        let cell = "x\"\(mark),=1+1\"\(mark)\n=2"
        let rows = try CSVText.rows([UInt8](CSVText.row(["a", cell, "b"]).utf8), most: 10)
        #expect(rows.map { $0.cells.map { Array($0.utf8) } } == [["a", cell, "b"].map { Array($0.utf8) }])
    }

    @Test(arguments: SheetFormat.allCases) func aSheetHoldsTheOrdersOfTheFilter(format: SheetFormat) async throws {
        try await TestHotline.with { hotline, client in
            let chen = try await Browser.signedIn(client, "chen")
            _ = try await OrderTests.dispatched(chen, to: "water", ["title": "甲，\"乙\"", "what": "第一行\n第二行"])
            hotline.clock.advance(seconds: 60)
            _ = try await OrderTests.draft(chen, ["kind": "complaint"])
            let lei = try await Browser.signedIn(client, "lei")
            let reply = try await lei.get("/orders/sheet?format=\(format.rawValue)")
            #expect(
                reply.headers[.contentDisposition]
                    == "attachment; filename=\"orders-202611221406.\(format.rawValue)\"")
            let rows = try Self.rows(reply)
            #expect(rows.map { $0["单号"] } == ["20261122-000002", "20261122-000001"])
            let sent = try #require(rows.last)
            #expect(SheetTime.text(of: sent["受理时间"] ?? "") == "2026-11-22 14:05")
            #expect(sent["热线"] == "政务热线" && sent["承办单位"] == "水务局" && sent["状态"] == "已派单")
            #expect(sent["诉求类型"] == "求助" && sent["紧急程度"] == "特急" && sent["来源"] == "电话等")
            #expect(sent["标题"] == "甲，\"乙\"" && sent["诉求内容"] == "第一行\n第二行")
            #expect(sent["联系电话"] == "138****1234" && sent["姓名"] == "王女士")
            #expect(sent["到期时间"]?.hasPrefix("2026-11-2") == true)
            let filtered = try await lei.get("/orders/sheet?format=\(format.rawValue)&state=draft&kind=complaint")
            #expect(try Self.rows(filtered).map { $0["单号"] } == ["20261122-000002"])
            #expect(try Self.rows(try await lei.get("/orders/sheet?format=\(format.rawValue)&agent=5002")).isEmpty)
            #expect(try Self.rows(try await lei.get("/orders/sheet?format=\(format.rawValue)&q=翠苑")).count == 2)
        }
    }

    @Test func csvIsAsExcelWantsIt() async throws {
        try await TestHotline.with { _, client in
            let lei = try await Browser.signedIn(client, "lei")
            let reply = try await lei.get("/orders/sheet?format=csv")
            #expect(reply.bytes.starts(with: [0xEF, 0xBB, 0xBF]) && reply.bytes.suffix(2) == Data("\r\n".utf8))
            var english = lei
            _ = try await english.put(
                "/session/preferences", ["language": "en", "theme": "system", "textSize": "normal"])
            english = try await Browser.signedIn(client, "lei")
            let heading = String(decoding: try await english.get("/orders/sheet?format=csv").bytes, as: UTF8.self)
            #expect(heading.hasPrefix("\u{FEFF}Number,Their number,Line,Taken,Came by,Kind,"))
        }
    }

    @Test func aCitizensWordsAreNeverReckoned() async throws {
        try await TestHotline.with { _, client in
            let chen = try await Browser.signedIn(client, "chen")
            let formula = "=HYPERLINK(\"http://evil.example\",\"点此\")"
            for title in [formula, "+1", "-1", "@SUM(1)", "＝1+1", "\t=1"] {
                _ = try await OrderTests.draft(chen, ["title": .string(title), "phone": "+8613800001234"])
            }
            let lei = try await Browser.signedIn(client, "lei")
            let csv = String(decoding: try await lei.get("/orders/sheet?format=csv").bytes, as: UTF8.self)
            #expect(csv.contains(",\"'=HYPERLINK(\"\"http://evil.example\"\",\"\"点此\"\")\","))
            for title in ["'+1", "'-1", "'@SUM(1)", "'＝1+1", "'\t=1", "'+86****1234"] {
                #expect(csv.contains(",\(title),"))
            }
            let workbook = try await lei.get("/orders/sheet?format=xlsx")
            #expect(try Self.rows(workbook).last?["标题"] == formula)
            // As it is in the file: a text, and no formula anywhere.
            #expect(workbook.bytes.starts(with: Data("PK".utf8)))
        }
    }

    @Test func everyoneGetsWhatSheMaySeeAndNoMore() async throws {
        try await TestHotline.with { _, client in
            let chen = try await Browser.signedIn(client, "chen")
            let open = try await OrderTests.dispatched(chen, to: "housing")
            _ = try await OrderTests.dispatched(chen, to: "housing", ["confidential": true])
            _ = try await OrderTests.dispatched(chen, to: "water")
            func names(_ login: String) async throws -> [String?] {
                let reader = try await Browser.signedIn(client, login)
                return try Self.rows(try await reader.get("/orders/sheet?format=csv")).map { $0["姓名"] }
            }
            #expect(try await names("lei") == ["王女士", "王女士", "王女士"])
            #expect(try await names("director") == ["王女士", "***", "王女士"])
            #expect(try await names("housing") == ["***", "王女士"])
            #expect(try await chen.get("/orders/sheet?format=csv").code == "notAllowed")
            #expect(open.hasPrefix("/orders/"))
        }
    }

    @Test func eachFileIsNotedWithoutWhatWasTyped() async throws {
        try await TestHotline.with { hotline, client in
            let chen = try await Browser.signedIn(client, "chen")
            _ = try await OrderTests.draft(chen)
            let lei = try await Browser.signedIn(client, "lei")
            let reply = try await lei.get("/orders/sheet?format=csv&state=draft&q=13800001234")
            let row = try #require(try await hotline.store.auditRows(page: Page(limit: 1)).rows.first)
            #expect(row.action == "orders.export" && row.subject == "orders:1 csv q=…&state=draft")
            #expect(row.actor.person == "p-lei")
            #expect(row.digest == SHA256.hash(data: reply.bytes).hexadecimal)
        }
    }

    @Test func moreThanItHoldsIsRefusedAndNotCut() async throws {
        try await TestHotline.with(mostExported: 120) { hotline, client in
            let lei = try await Browser.signedIn(client, "lei")
            let orders = (0..<121).map { index in
                var order = WorkOrder(
                    draft: OrderID("o\(index)"), number: "20261121-\(String(100_000 + index))",
                    fields: .init(kind: index < 120 ? .help : .praise, title: "第\(index)件"), line: "gov", call: nil,
                    takenBy: "p-chen", at: hotline.clock.now.adding(seconds: Int64(index) - 1000))
                order.version = 1
                return ImportedOrder(order, due: OrderDue(next: nil, resolve: nil))
            }
            try await hotline.store.importOrders(orders, by: .program)
            for format in SheetFormat.allCases {
                let refused = try await lei.get("/orders/sheet?format=\(format.rawValue)")
                #expect(refused.status == 422 && refused.code == "tooManyRows")
                #expect(refused.message?.contains("超过 120 件") == true && refused.message?.contains("缩小筛选范围") == true)
                let whole = try Self.rows(try await lei.get("/orders/sheet?format=\(format.rawValue)&kind=help"))
                #expect(Set(whole.map { $0["标题"] }).count == 120)
            }
            let left = try FileManager.default.contentsOfDirectory(atPath: hotline.dependencies.sheetFolder)
            #expect(left.isEmpty, "of a refused sheet nothing stays")
        }
    }

    /// Whoever takes her file slowly keeps it on the disk; there are so many of them and no more, until they have it or go.
    @Test func slowReadersHaveSoManyPlaces() async throws {
        try await TestHotline.with(.live, mostLeaving: 2) { hotline, client in
            let lei = try await Browser.signedIn(client, "lei")
            // More than the buffers between them hold.
            let orders = (0..<250).map { index in
                let order = WorkOrder(
                    draft: OrderID("o\(index)"), number: "20261121-\(String(100_000 + index))",
                    fields: .init(kind: .help, title: "第\(index)件", what: String(repeating: "🏠", count: 8000)),
                    line: "gov", call: nil, takenBy: "p-chen",
                    at: hotline.clock.now.adding(seconds: Int64(index) - 1000))
                return ImportedOrder(order, due: OrderDue(next: nil, resolve: nil))
            }
            try await hotline.store.importOrders(orders, by: .program)
            let (port, cookie) = (try #require(client.port), try #require(lei.cookie))
            var held: [StalledReader] = []
            for _ in 0..<2 {
                held.append(try await Blocking.run { try StalledReader(port: port, cookie: cookie) })
                #expect(held.last?.answer == "HTTP/1.1 200 OK")
            }
            let full = try await lei.get("/orders/sheet?format=csv&kind=praise")
            #expect(full.status == 503 && full.code == "tooBusy")
            // One goes, and leaves a place: each who has taken her file gives it to the next.
            held.removeLast().close()
            var answers: [Int] = []
            for _ in 0..<200 where answers.last != 200 {
                try await Task.sleep(for: .milliseconds(50))
                answers.append(try await lei.get("/orders/sheet?format=csv&kind=praise").status)
            }
            #expect(try await lei.get("/orders/sheet?format=csv").status == 200)
            #expect(try await lei.get("/orders/sheet?format=csv&kind=praise").status == 200)
            held.forEach { $0.close() }
        }
    }
}

/// Asks for a sheet and takes no more of it than the first line of the answer.
private final class StalledReader: Sendable {
    let answer: String
    private let socket: Int32

    init(port: Int, cookie: String) throws {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        // Nothing is taken in beyond this for a reader who does not read.
        var room: Int32 = 4096
        setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &room, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(connected == 0)
        let request = "GET /api/v1/orders/sheet?format=csv HTTP/1.1\r\nHost: localhost\r\nCookie: \(cookie)\r\n\r\n"
        try #require(send(socket, request, request.utf8.count, 0) == request.utf8.count)
        self.socket = socket
        var line = [UInt8](repeating: 0, count: 15)
        let count = recv(socket, &line, line.count, Int32(MSG_WAITALL))
        answer = String(decoding: line.prefix(max(0, count)), as: UTF8.self)
    }

    func close() { Glibc.close(socket) }
}
