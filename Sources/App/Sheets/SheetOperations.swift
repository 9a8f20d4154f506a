import Engine
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Storage

/// Orders as files of spreadsheets, in and out.
enum SheetOperations {
    private static let format = Schema.Property("format", .words(SheetFormat.self))
    private static let sheet = Operation.Answered(
        status: .ok, body: .media(SheetFormat.allCases.map(\.kind.rawValue)))

    static let all: [Operation] = [
        Operation(
            id: "exportOrders", method: .get, path: "/orders/sheet",
            summary: Sentence("导出工单（留痕）", "The orders of a filter as a file; it is noted"),
            access: .needs(.exportOrders), query: [format] + OrderLists.filters, answers: [sheet],
            refusals: [.notFound, .serviceUnavailable], handle: OrderExport.sheet),
        Operation(
            id: "importOrders", method: .post, path: "/orders/imports",
            summary: Sentence("导入工单；试运行只检查", "Make orders of a file; a dry run only looks"),
            access: .needs(.importOrders),
            // The name is sent with every file, and not kept.
            query: [
                .init("name", AttachmentOperations.name.schema, required: false),
                .init("dryRun", .flag, required: false),
            ], takes: FileKind.sheets,
            answers: [.ok(OrderImport.schema)], handle: OrderImport.take),
        Operation(
            id: "showImportTemplate", method: .get, path: "/orders/imports/template",
            summary: Sentence("导入模板", "A file to begin an import with"), access: .needs(.importOrders),
            query: [format], answers: [sheet], handle: template),
    ]

    /// Headings and one made-up row.
    private static func template(_ exchange: Exchange) async throws -> Answer {
        let format = exchange.word("format", as: SheetFormat.self) ?? .csv
        let language = exchange.language
        let (centre, wall) = (exchange.office.centre, exchange.office.wallClock)
        let parent = exchange.office.sheets.folder
        let file = try await Blocking.run {
            let folder = try SheetFolder(in: parent)
            defer { folder.remove() }
            let path = folder.file("template.\(format.rawValue)")
            let headings = ImportColumn.allCases.map { column in
                let text = column.heading.text(in: language)
                return SheetHeading(
                    text: ImportColumn.required.contains(column) ? text + " *" : text, width: column.width)
            }
            let writer = try format.writer(path, Sentence("导入", "Import").text(in: language), headings, wall)
            try writer.add([
                ImportColumn.allCases.map { SheetCell($0.example(in: centre).text(in: language)) }
            ])
            try writer.finish()
            return try Data(contentsOf: URL(fileURLWithPath: path))
        }
        let headers: HTTPFields = [
            .contentType: format.kind.rawValue, .contentLength: String(file.count),
            .contentDisposition: "attachment; filename=\"import-template.\(format.rawValue)\"",
        ]
        return Answer(
            response: Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: file))))
    }
}

/// How much is done with sheets at once: each takes a reader's share of the database, and a core.
struct Sheets: Sendable {
    let exporting = Places(2)
    /// Those that are made and not sent yet stand on the disk, and whoever reads slowly keeps hers there.
    let leaving: Places
    static let mostLeaving = 8
    /// One, so that nobody makes the orders of a file while another looks which are there.
    let importing = Places(1)
    let mostExported: Int
    /// Where they are made, each in a folder of its own.
    let folder: String

    init(mostExported: Int, mostLeaving: Int, folder: String) {
        leaving = Places(mostLeaving)
        self.mostExported = mostExported
        self.folder = folder
    }
}
