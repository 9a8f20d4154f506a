import Engine
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Storage
import TestSupport
import Testing

@testable import App

@Suite struct OrderImportTests {
    private static let headings = "来文编号,诉求类型,标题,诉求内容,地点,姓名,联系电话,保密,归类,标签,承办单位"
    private static let good = """
        \(headings)
        信〔2026〕1号,投诉,路灯不亮,"小区门口的路灯坏了一周,晚上看不清路。",幸福路,张三,138-0000-1234,是,路灯,市长信箱、路灯,住建局
        信〔2026〕2号,建议,增设座椅,公园里没有座椅。,人民公园,,,,,,
        """

    private static func with(
        _ test: @escaping @Sendable (TestHotline, any TestClientProtocol) async throws -> Void
    ) async throws {
        try await TestHotline.with(
            centre: {
                $0.categories = [.init(id: "lamps", name: "路灯", englishName: "Street lamps")]
            }, test)
    }

    private static func send(
        _ browser: Browser, _ bytes: Data, _ kind: FileKind = .csv, dryRun: Bool = false
    ) async throws -> Browser.Reply {
        try await browser.sendRaw(
            .post, "/orders/imports?name=x\(dryRun ? "&dryRun=true" : "")", ByteBuffer(bytes: bytes),
            [.contentType: kind.rawValue])
    }

    private static func workbook(_ rows: [[String]]) throws -> Data {
        let folder = try SheetFolder(in: NSTemporaryDirectory())
        defer { folder.remove() }
        let path = folder.file("made.xlsx")
        let writer = try SheetFormat.xlsx.writer(
            path, "表", rows[0].map { SheetHeading(text: $0, width: 12) }, .china)
        try writer.add(rows.dropFirst().map { $0.map { SheetCell($0) } })
        try writer.finish()
        return try Data(contentsOf: URL(fileURLWithPath: path))
    }

    private static func bad(_ reply: Browser.Reply) -> [String] {
        (reply.json["bad"]?.elements ?? []).map {
            "\($0["row"]?.number ?? 0) \($0["column"]?.text(or: nil) ?? "")：\($0["zh"]?.text(or: nil) ?? "")"
        }
    }

    @Test func allRowsBecomeOrdersByTheRules() async throws {
        try await Self.with { hotline, client in
            let lei = try await Browser.signedIn(client, "lei")
            let looked = try await Self.send(lei, Data(Self.good.utf8), dryRun: true)
            #expect(looked.json["good"] == 2 && looked.json["made"] == 0 && Self.bad(looked).isEmpty)
            #expect(try await lei.get("/orders").json["rows"]?.elements.isEmpty == true, "a dry run changes nothing")

            let made = try await Self.send(lei, Data(Self.good.utf8))
            #expect(made.json["made"] == 2)
            let orders = try #require(made.json["orders"]?.elements)
            #expect(orders.map { $0["number"] } == ["20261122-000001", "20261122-000002"])
            #expect(orders.map { $0["row"] } == [2, 3])
            #expect(
                try await lei.get("/orders").json["rows"]?.elements.map { $0["id"] }
                    == orders.reversed().map { $0["id"] })
            let id = try #require(orders[0]["id"]?.text(or: nil))
            let order = try await lei.get("/orders/\(id)").json
            #expect(order["state"] == "dispatched" && order["body"] == "housing" && order["agent"] == "6001")
            #expect(order["category"] == "lamps" && order["tags"] == ["市长信箱", "路灯"])
            #expect(order["source"] == "sheet" && order["reference"] == "信〔2026〕1号")
            #expect(order["fields"]?["confidential"] == true && order["fields"]?["what"] == "小区门口的路灯坏了一周,晚上看不清路。")
            #expect(
                order["history"]?.elements.map { $0["action"] } == ["create", "label", "dispatch"])
            #expect(order["clocks"]?.elements.isEmpty == false && order["deliveries"]?.elements.count == 1)
            #expect(try await lei.get("/orders/\(id)/phone").json["phone"] == "13800001234")
            #expect(try await lei.get("/orders?tag=市长信箱").json["rows"]?.elements.count == 1)
            #expect(try await lei.get("/orders?q=公园里").json["rows"]?.elements.first?["state"] == "draft")
            let housing = try await Browser.signedIn(client, "housing")
            #expect(try await housing.get("/orders/\(id)").json["fields"]?["name"] == "***")
            let audit = try await hotline.store.auditRows(page: Page(limit: 20)).rows
            #expect(
                audit.contains { $0.action == "orders.import" && $0.subject == "orders:2" && $0.digest?.count == 64 })
            #expect(audit.filter { $0.action == "order.create" && $0.actor.person == "p-lei" }.count == 2)
        }
    }

    @Test func theSameAgainMakesNothingTwice() async throws {
        try await Self.with { hotline, client in
            let lei = try await Browser.signedIn(client, "lei")
            let lines = Self.good.split(separator: "\n").map(String.init)
            // As a crash after the first row leaves it.
            #expect(try await Self.send(lei, Data(lines[0...1].joined(separator: "\n").utf8)).json["made"] == 1)
            let again = try await Self.send(lei, Data(Self.good.utf8))
            #expect(again.json["made"] == 1 && again.json["known"] == 1)
            #expect(again.json["orders"]?.elements.map { $0["isNew"] } == [false, true])
            // In another session, from a workbook with its columns in another order, under other headings, after the order was changed.
            let elsewhere = try await Browser.signedIn(client, "lei")
            let id = try #require(again.json["orders"]?.elements[1]["id"]?.text(or: nil))
            _ = try await lei.post("/orders/\(id)/discard", ["version": 1, "reason": "重复"])
            let workbook = try Self.workbook([
                ["What happened", "Title", "kind", "where", "their number"],
                ["公园里没有座椅。", "增设座椅", "建议", "人民公园", "信〔2026〕2号"],
            ])
            let third = try await Self.send(elsewhere, workbook, .xlsx)
            #expect(third.json["made"] == 0 && third.json["known"] == 1 && Self.bad(third).isEmpty)
            #expect(try await lei.get("/orders").json["rows"]?.elements.count == 2)

            let other = lines[0] + "\n" + lines[2].replacing("公园里没有座椅。", with: "另一件事。")
            #expect(
                Self.bad(try await Self.send(lei, Data(other.utf8), dryRun: true)) == [
                    "2 来文编号：这个来文编号已导入为工单 20261122-000002，但内容不同；如是另一件事，请换一个编号。"
                ])
        }
    }

    @Test func everyBadRowIsTold() async throws {
        try await Self.with { _, client in
            let lei = try await Browser.signedIn(client, "lei")
            let file = """
                来文编号,热线,类型,紧急程度,标题,诉求内容,联系电话,保密,归类,标签,承办单位
                1,政务热线,咨询,,好的一行,内容,,,,,
                2,12345,闲聊,急,,内容,12,也许,园林,\(String(repeating: "长", count: 41)),城管局
                3,96110,咨询,,标题,内容,,,,,
                1,政务热线,咨询,,重复的编号,别的内容,,,,,
                ,,咨询,,没有编号,一样的内容,,,,,
                ,,咨询,,没有编号,一样的内容,,,,,
                6,,,,要派单却没有类型,内容,,,,,住建局
                7,,咨询,,\(String(repeating: "题", count: 201)),内容,,,,,
                8,,咨询,,多出一格,内容,,,,,,多余
                ,,,,,,,,,,
                示例,,咨询,,路灯不亮,内容,,,,,
                """
            let looked = try await Self.send(lei, Data(file.utf8), dryRun: true)
            #expect(looked.json["rows"] == 10 && looked.json["good"] == 2)
            #expect(
                Self.bad(looked) == [
                    "3 诉求类型：请从这些中选择：咨询、查询、求助、投诉、举报、建议、表扬。",
                    "3 紧急程度：请从这些中选择：一般、紧急、特急。",
                    "3 归类：没有这个类别，请填写类别名称。",
                    "3 承办单位：没有这个承办单位，请填写单位名称。",
                    "3 要求保密：请从这些中选择：是、否。",
                    "3 联系电话：请填写 3 到 15 位数字的电话号码。",
                    "3 标题：缺少这一项，请填写。",
                    "3 标签：每个标签最多 40 个字。",
                    "4 热线：没有这条热线，请填写热线名称或号码。",
                    "5 来文编号：与第 2 行重复，请删去一行。",
                    "7 ：与第 6 行重复，请删去一行。",
                    "8 诉求类型：缺少这一项，请填写。",
                    "9 标题：最多 200 个字，请缩短。",
                    "10 ：这一行的内容超出了有列名的列。",
                    "12 来文编号：这是模板里的示例，请删去这一行。",
                ])
            let refused = try await Self.send(lei, Data(file.utf8))
            #expect(refused.status == 422 && refused.message == "有 8 行需要修改，一件也没有导入。")
            #expect(refused.fields["3 标题"] == "缺少这一项，请填写。")
            #expect(try await lei.get("/orders").json["rows"]?.elements.isEmpty == true)
        }
    }

    @Test func headingsThatAreWrongAreNamed() async throws {
        try await Self.with { _, client in
            let lei = try await Browser.signedIn(client, "lei")
            let reply = try await Self.send(lei, Data("标题,电话,手机,办理结果\n甲,1,2,3\n".utf8), dryRun: true)
            #expect(reply.code == "badSheet")
            #expect(Set(reply.fields.keys) == ["手机", "办理结果", "诉求内容"])
            #expect(try await Self.send(lei, Data("标题,诉求内容\n".utf8)).message?.hasPrefix("文件里没有要导入的行") == true)
            let long = "标题,诉求内容\n" + (0...OrderImport.mostRows).map { "第\($0)件,内容\n" }.joined()
            let tooMany = try await Self.send(lei, Data(long.utf8), dryRun: true)
            #expect(tooMany.code == "tooManyRows" && tooMany.message?.contains("2000") == true)
        }
    }

    @Test func chineseExcelsEncodingIsRead() async throws {
        try await Self.with { _, client in
            let lei = try await Browser.signedIn(client, "lei")
            // 标题,诉求内容 / 路灯不亮,幸福路𠮷家巷. The rare character takes four bytes in GB18030.
            let bytes = Data(
                [0xB1, 0xEA, 0xCC, 0xE2, 0x2C, 0xCB, 0xDF, 0xC7, 0xF3, 0xC4, 0xDA, 0xC8, 0xDD, 0x0D, 0x0A]
                    + [0xC2, 0xB7, 0xB5, 0xC6, 0xB2, 0xBB, 0xC1, 0xC1, 0x2C, 0xD0, 0xD2, 0xB8, 0xA3, 0xC2, 0xB7]
                    + [0x95, 0x34, 0xB2, 0x35, 0xBC, 0xD2, 0xCF, 0xEF, 0x0D, 0x0A])
            let made = try await Self.send(lei, bytes)
            let id = try #require(made.json["orders"]?.elements.first?["id"]?.text(or: nil), "\(made.message ?? "")")
            let order = try await lei.get("/orders/\(id)").json
            #expect(order["title"] == "路灯不亮")
            #expect(order["fields"]?["what"] == "幸福路𠮷家巷")
            // A mark in front says UTF-8, whatever else it might be.
            let marked = try await Self.send(lei, Data([0xEF, 0xBB, 0xBF]) + Data(Self.good.utf8), dryRun: true)
            #expect(marked.json["good"] == 2)
            #expect(try await Self.send(lei, Data([0xEF, 0xBB, 0xBF]) + bytes, dryRun: true).code == "badSheet")
        }
    }

    @Test(arguments: [
        ("2026-11-22 14:04:59", "2026-11-22 14:05"), ("2026-11-22 00:00:00", "2026-11-22"),
        ("2026-11-22 23:59:59", "2026-11-23"), ("46348", "2026-11-22"), ("46348.586806", "2026-11-22 14:05"),
        ("昨晚 8 点", "昨晚 8 点"), ("2026-11-22 下午", "2026-11-22 下午"), ("2026", "2026"), ("8:30", "8:30"),
    ])
    func aWorkbooksTimesAreReadable(cell: String, text: String) {
        #expect(SheetTime.text(of: cell) == text)
    }

    /// Our own writer puts texts where they stand and not into a table of their own, as other programs do too.
    @Test func aLongTextComesWhole() async throws {
        try await Self.with { _, client in
            let lei = try await Browser.signedIn(client, "lei")
            let what = String(repeating: "路灯坏了，夜里看不见路。", count: 500) + "完"
            let book = try Self.workbook([["标题", "诉求内容"], ["路灯不亮", what]])
            let id = try await Self.send(lei, book, .xlsx).json["orders"]?.elements.first?["id"]?.text(or: nil)
            #expect(try await lei.get("/orders/\(try #require(id))").json["fields"]?["what"] == .string(what))
        }
    }

    @Test func whatIsNoSheetIsRefused() async throws {
        try await Self.with { _, client in
            let lei = try await Browser.signedIn(client, "lei")
            let end = Data("PK\u{5}\u{6}".utf8) + Data(count: 18)
            for (bytes, kind) in [
                (Data("PK\u{3}\u{4}".utf8) + Data((0..<2000).map { UInt8($0 % 251) }) + end, FileKind.xlsx),
                (Data([0xD0, 0xCF, 0x11, 0xE0]), .xlsx), (Data(), .xlsx), (Data([0, 1, 2]), .csv),
                (Data([0xFF, 0xFE, 0x07, 0x68]), .csv), (Data("标题,诉求内容\n\"甲,乙\n".utf8), .csv),
                (CitizenTests.photo, .jpeg),
            ] {
                let reply = try await Self.send(lei, bytes, kind, dryRun: true)
                #expect(reply.status == 422 && reply.code == "badSheet", "\(kind) \(bytes.count): \(reply.status)")
            }
            let tooLarge = Data(repeating: UInt8(ascii: "a"), count: FileKind.mostSheetBytes + 1)
            #expect(try await Self.send(lei, tooLarge).code == "tooLarge")
            #expect(try await Self.send(lei, Data(Self.good.utf8), dryRun: true).json["good"] == 2)
        }
    }

    @Test(arguments: SheetFormat.allCases) func theTemplateIsTakenButNotItsExample(format: SheetFormat) async throws {
        try await Self.with { _, client in
            let lei = try await Browser.signedIn(client, "lei")
            let template = try await lei.get("/orders/imports/template?format=\(format.rawValue)")
            let looked = try await Self.send(lei, template.bytes, format.kind, dryRun: true)
            #expect(Self.bad(looked) == ["2 来文编号：这是模板里的示例，请删去这一行。"], "\(looked.message ?? "")")
        }
    }

    @Test func onlyLeadersImport() async throws {
        try await Self.with { _, client in
            for login in ["chen", "housing", "director", "admin"] {
                let browser = try await Browser.signedIn(client, login)
                #expect(try await Self.send(browser, Data(Self.good.utf8), dryRun: true).code == "notAllowed")
            }
        }
    }
}
