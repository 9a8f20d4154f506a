import Engine
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Storage

/// One request that has passed the gate: who asks, and what has been checked.
struct Exchange: Sendable {
    let office: Office
    let request: Request
    let context: RequestBasics
    /// nil only where anyone may ask.
    let caller: Caller?
    let language: Language
    let now: Moment
    let path: [String: String]
    let query: [String: JSON]
    let body: Data
    /// The order whose code the citizen holds, where that is what lets her in.
    var citizensOrder: WorkOrder?

    /// Who asks, in an operation that only the signed-in reach.
    var me: Caller {
        guard let caller else { preconditionFailure("an operation for anyone asked who the caller is") }
        return caller
    }

    /// Her own order, in an operation that only its citizen reaches.
    var own: WorkOrder {
        guard let citizensOrder else { preconditionFailure("an operation for anyone asked for a citizen's order") }
        return citizensOrder
    }

    var actor: AuditActor { AuditActor(person: caller?.person.id, address: context.address) }

    /// A part of the path as the identifier it is.
    func id<Named>(_ name: String, of _: Identifier<Named>.Type = Identifier<Named>.self) -> Identifier<Named> {
        guard let text = path[name] else { preconditionFailure("the path has no \(name)") }
        return Identifier(text)
    }

    func text(_ name: String) -> String? {
        if case .string(let text) = query[name] { text } else { nil }
    }

    func day(_ name: String) -> LocalDay? { text(name).flatMap { LocalDay($0) } }

    func word<Word: RawRepresentable<String>>(_ name: String, as _: Word.Type = Word.self) -> Word? {
        text(name).flatMap(Word.init)
    }

    /// The form, decoded. Its shape was checked against the operation's schema, so that a failure here is our mistake.
    func form<Form: Decodable>(_: Form.Type = Form.self) throws -> Form {
        try JSONDecoder().decode(Form.self, from: body)
    }

    /// The page asked for by `cursor` and `limit`.
    var page: Page {
        guard case .integer(let limit) = query["limit"], (1...100).contains(limit) else {
            return Page(cursor: text("cursor"))
        }
        return Page(cursor: text("cursor"), limit: Int(limit))
    }

    static let paging: [Schema.Property] = [
        .init("cursor", .text(1...512), required: false),
        .init("limit", .integer(1...100), required: false),
    ]
}

/// What Hummingbird hands over with each request.
struct RequestBasics: RequestContext, RemoteAddressRequestContext {
    var coreContext: CoreRequestContextStorage
    let remoteAddress: SocketAddress?
    /// Of the connection; nil where there is none, as in a test of the router.
    let eventLoop: (any EventLoop)?
    let began = ContinuousClock.now
    /// Whose request it is, which a proxy of ours may know better than the connection.
    var address: String?
    /// As far as whoever asks can tell: to us, or to a proxy of ours.
    var isOverTLS = false

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        remoteAddress = source.channel.remoteAddress
        eventLoop = remoteAddress == nil ? nil : source.channel.eventLoop
        address = remoteAddress?.ipAddress
    }
}
