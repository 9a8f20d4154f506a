import AsyncHTTPClient
import Crypto
import Engine
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import ServiceLifecycle
import Storage

/// Brings what a body is to be told to its webhook or mailbox, and what the citizen is to be told to the gateway of short
/// messages, until it has been taken: a dispatch is a row from the transaction that made
/// it, and a row is never forgotten.
///
/// Each is sent with the same `Hotline-Delivery`, however often: a receiver that answered and was not heard knows it again.
/// `Hotline-Signature: sha256=…` is an HMAC of the body by the key in `DIR/webhook.key`.
package struct DeliveryService: Service {
    let store: any Store
    let key: SymmetricKey
    let codes: CitizenCodes
    /// Nil where no letters are sent.
    let post: LetterPost?
    let now: @Sendable () -> Moment
    let logger: Logger

    private static let every: Duration = .seconds(1)
    private static let together = 50
    /// A receiver that has not answered by then is asked again later.
    private static let patience: TimeAmount = .seconds(10)

    package init(
        store: any Store, key: SymmetricKey, citizensKey: SymmetricKey, post: LetterPost? = nil,
        now: @escaping @Sendable () -> Moment, logger: Logger
    ) {
        self.store = store
        self.key = key
        codes = CitizenCodes(key: citizensKey)
        self.post = post
        self.now = now
        self.logger = logger
    }

    package func run() async throws {
        let client = HTTPClient(
            eventLoopGroupProvider: .singleton, configuration: .init(redirectConfiguration: .disallow))
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await deliverDue(with: client)
                } catch is CancellationError {
                    return
                } catch {
                    logger.warning("deliveries wait", metadata: ["error": "\(type(of: error))"])
                }
                try await Task.sleep(for: Self.every)
            }
        }
        try await client.shutdown()
    }

    func deliverDue(with client: HTTPClient) async throws {
        for delivery in try await store.deliveries(dueBy: now(), limit: Self.together) {
            guard let order = try await store.order(delivery.order) else { continue }
            let error = try await send(delivery, order, with: client)
            let settled = try await store.settle(delivery, at: now(), error: error)
            guard let error else { continue }
            // Shouted, and on the order: nobody may believe that a body knows what it does not.
            logger.log(
                level: settled == .failed ? .error : .warning, "a body was not reached",
                metadata: [
                    "body": "\(delivery.body?.text ?? "citizen")", "order": "\(delivery.order)", "error": "\(error)",
                ])
        }
    }

    /// Nil when it was taken; else why not.
    private func send(_ delivery: Delivery, _ order: WorkOrder, with client: HTTPClient) async throws -> String? {
        switch delivery.channel {
        case .page: return nil
        case .webhook: return await send(DeliveryMessage.json(delivery, order), of: delivery, with: client)
        case .message:
            guard let centre = try await store.centre(), let address = centre.citizens?.address else {
                return "citizens.address is not set"
            }
            let message = DeliveryMessage.short(
                delivery, order, from: centre, at: address, code: codes.code(of: order.id))
            return await send(message, of: delivery, with: client)
        case .email:
            guard let post else { return "mail.from is not set" }
            let centre = try await store.centre()
            return await post.send(DeliveryMessage.letter(delivery, order, from: centre), to: delivery.address)
        }
    }

    private func send(_ message: JSON, of delivery: Delivery, with client: HTTPClient) async -> String? {
        let body = Data(message.text.utf8)
        let signature = HMAC<SHA256>.authenticationCode(for: body, using: key).map { hexadecimal($0) }.joined()
        do {
            var request = HTTPClientRequest(url: delivery.address)
            request.method = .POST
            request.headers = HTTPHeaders([
                ("content-type", "application/json"), ("hotline-delivery", "\(delivery.id)"),
                ("hotline-signature", "sha256=\(signature)"),
            ])
            request.body = .bytes(ByteBuffer(bytes: body))
            let answer = try await client.execute(request, timeout: Self.patience)
            return (200..<300).contains(answer.status.code) ? nil : "HTTP \(answer.status.code)"
        } catch {
            return "\(error)".prefix(200).description
        }
    }

    private func hexadecimal(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
    }
}

/// What is told of an order.
enum DeliveryMessage {
    /// To the citizen's telephone, through a gateway: Chinese first, for a message is short.
    static func short(
        _ delivery: Delivery, _ order: WorkOrder, from centre: Centre, at address: String, code: String
    ) -> JSON {
        let link = "\(address)/citizen/follow#number=\(order.number)&code=\(code)"
        return [
            "delivery": JSON(delivery.id), "about": .string(delivery.about), "number": .string(order.number),
            "to": .string(order.fields.phone),
            "text": .string("【\(centre.name)】您反映的事项（\(order.number)）已办结，请查看结果并评价：\(link)"),
        ]
    }

    /// To a body's mailbox: letters go far and lie about, so that who the citizen is stays behind the sign-in.
    static func letter(_ delivery: Delivery, _ order: WorkOrder, from centre: Centre?) -> LetterPost.Letter {
        let fields = order.fields
        let link = centre?.citizens?.address.map { "\n\n\($0)/orders/\(order.id)" } ?? ""
        return LetterPost.Letter(
            id: "delivery-\(delivery.id)", subject: "[\(order.number)] \(fields.title) · \(delivery.about)",
            text: ([fields.what, fields.place, fields.time, fields.wish] + particulars(of: order, in: centre))
                .filter { !$0.isEmpty }.joined(separator: "\n") + link)
    }

    /// As people read them; what was written freely without the citizen's name and without telephone numbers.
    private static func particulars(of order: WorkOrder, in centre: Centre?) -> [String] {
        (centre?.particulars(of: order.details.category) ?? []).compactMap { asked in
            order.details.particulars[asked.id].map { value in
                let said =
                    switch asked.kind {
                    case .choice: asked.options?.first { $0.id == value }?.name ?? value
                    case .text: bare(value, order.fields)
                    case .day, .mailItem: value
                    }
                return "\(asked.name)：\(said)"
            }
        }
    }

    private static func bare(_ text: String, _ fields: WorkOrder.Fields) -> String {
        var text = text
        if fields.name.count > 1 { text = text.replacingOccurrences(of: fields.name, with: "***") }
        if !fields.phone.isEmpty {
            text = text.replacingOccurrences(of: fields.phone, with: TelephoneNumber.mask(fields.phone))
        }
        // A mobile's eleven digits, or an area code and a number: what else is of digits is the matter's.
        return text.replacing(#/1[3-9][0-9][ \-]?[0-9]{4}[ \-]?[0-9]{4}|0[0-9]{2,3}[ \-]?[0-9]{7,8}/#) { found in
            TelephoneNumber.mask(found.output.filter(\.isNumber))
        }
    }

    static func json(_ delivery: Delivery, _ order: WorkOrder) -> JSON {
        let fields = order.fields
        return [
            "delivery": JSON(delivery.id), "about": .string(delivery.about), "body": JSON(delivery.body),
            "at": JSON(delivery.createdAt), "order": JSON(order.id), "number": .string(order.number),
            "version": JSON(delivery.version), "state": .string(order.state.rawValue),
            "kind": JSON(fields.kind?.rawValue), "urgency": .string(fields.urgency.rawValue),
            "title": .string(fields.title), "what": .string(fields.what), "where": .string(fields.place),
            "when": .string(fields.time), "wish": .string(fields.wish), "category": JSON(order.details.category),
            "particulars": .array(
                order.details.particulars.sorted { $0.key < $1.key }
                    .map { ["id": .string($0.key), "value": .string($0.value)] }),
            // Who asked for secrecy is nobody to the body.
            "name": fields.confidential ? .null : .string(fields.name),
            "phone": fields.confidential ? .null : .string(fields.phone),
        ]
    }
}
