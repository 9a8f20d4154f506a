import Crypto
import Engine
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Storage

/// Files that belong to an order. A file is in the vault before its row is; each look by somebody of the centre or a body is an
/// audit row.
enum AttachmentOperations {
    /// As whoever sends it calls it; ASCII or not, a browser sends it in the query.
    static let name = Schema.Property("name", .text(1...200))

    static let all: [Operation] = [
        Operation(
            id: "listAttachments", method: .get, path: "/orders/{id}/attachments",
            summary: Sentence("附件", "The files of an order"), access: .needs(.readOrders),
            answers: [.ok(.object([.init("rows", .list(schema))]))]
        ) { exchange in
            let order = try await OrderOperations.visible(exchange)
            return .json(["rows": .array(try await exchange.office.store.attachments(of: order.id).map(view))])
        },
        Operation(
            id: "attachToOrder", method: .post, path: "/orders/{id}/attachments",
            summary: Sentence("上传附件", "Add a file to an order"), access: .needsEither(.writeOrders, .handleOrders),
            query: [name], takes: FileKind.papers, answers: [.created(.object([.init("rows", .list(schema))]))]
        ) { exchange in
            let order = try await OrderOperations.visible(exchange)
            try await keep(of: order, exchange)
            return .json(
                ["rows": .array(try await exchange.office.store.attachments(of: order.id).map(view))], status: .created)
        },
        Operation(
            id: "showAttachment", method: .get, path: "/orders/{id}/attachments/{place}",
            summary: Sentence("查看附件（留痕）", "One file; looking is noted"), access: .needs(.readOrders),
            answers: [.init(status: .ok, body: .media(FileKind.papers.map(\.rawValue)))]
        ) { exchange in
            try await show(of: try await OrderOperations.visible(exchange), exchange) { _ in true }
        },
        Operation(
            id: "showCitizensCode", method: .get, path: "/orders/{id}/code",
            summary: Sentence("市民查询码（留痕）", "The code with which the citizen follows it; looking is noted"),
            access: .needs(.followUp), answers: [.ok(.object([.init("number", .anyText), .init("code", .anyText)]))]
        ) { exchange in
            let order = try await OrderOperations.visible(exchange)
            try await exchange.office.note("code.view", "order:\(order.id)", exchange)
            return .json([
                "number": .string(order.number), "code": .string(exchange.office.citizens.codes.code(of: order.id)),
            ])
        },
    ]

    static let schema = Schema.named(
        "Attachment",
        .object([
            .init("place", .count), .init("name", .anyText),
            .init("mediaType", .oneOf(FileKind.papers.map(\.rawValue))),
            .init("bytes", .count), .init("at", .time), .init("byCitizen", .flag),
        ]))

    static func view(_ attachment: Attachment) -> JSON {
        [
            "place": JSON(attachment.place), "name": .string(attachment.name),
            "mediaType": .string(attachment.mediaType), "bytes": JSON(attachment.bytes), "at": JSON(attachment.at),
            "byCitizen": .bool(attachment.by == nil),
        ]
    }

    /// Keeps the request's body as a file of an order.
    static func keep(of order: WorkOrder, _ exchange: Exchange) async throws {
        let office = exchange.office
        guard order.removedAt == nil, let type = exchange.request.headers[.contentType],
            let kind = FileKind(contentType: type)
        else { throw Problem.badFile }
        // Before the disk is written to; the row is the last word.
        guard try await office.store.attachments(of: order.id).count < Attachment.most else {
            throw StoreConflict.tooMany
        }
        guard office.files.turns.beginKeeping() else { throw Problem.tooBusy }
        defer { office.files.turns.endKeeping() }
        let (vault, body) = (office.files, exchange.body)
        let digest = try await Blocking.run { try vault.keep(body) }
        try await office.store.attach(
            Attachment(
                order: order.id, digest: digest.text, name: exchange.text("name") ?? "", mediaType: kind.rawValue,
                bytes: body.count, at: exchange.now, by: exchange.caller?.person.id),
            by: exchange.actor)
        await office.topics.changed(order)
    }

    static func show(
        of order: WorkOrder, _ exchange: Exchange, _ mayBeSeen: (Attachment) -> Bool
    ) async throws -> Answer {
        let office = exchange.office
        guard let place = Int(exchange.path["place"] ?? ""),
            let found = try await office.store.attachments(of: order.id).first(where: { $0.place == place }),
            mayBeSeen(found), let kind = FileKind(rawValue: found.mediaType), let digest = FileDigest(found.digest)
        else { throw Problem.notFound }
        if exchange.caller != nil {
            try await office.store.note(
                AuditRow(
                    at: exchange.now, actor: exchange.actor, action: "attachment.view", subject: "order:\(order.id)",
                    digest: found.digest))
        }
        let vault = office.files
        let bytes = try await Blocking.run {
            let file = try vault.open(digest)
            return try file.pieces(0..<file.size).reduce(into: Data()) { $0 += try file.read($1) }
        }
        var headers: HTTPFields = [.contentType: kind.rawValue, .contentLength: String(bytes.count)]
        // A paper is never opened inside our pages.
        headers[.contentDisposition] =
            kind.isPicture ? "inline" : "attachment; filename=\"\(order.number)-\(place).pdf\""
        return Answer(
            response: Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes))))
    }
}
