import Engine
import TestSupport
import Testing

@testable import Storage

/// Orders without a taker, their files and the programs that file them.
struct CitizenStoreTests {
    private static func file(
        _ store: any Store, _ id: OrderID, from source: WorkOrder.Source, confidential: Bool = false,
        at: Moment = .noon()
    ) async throws -> WorkOrder {
        try await store.createOrder(
            { number in
                var order = WorkOrder(
                    draft: id, number: number,
                    fields: .init(kind: .help, title: "路灯", what: "不亮", confidential: confidential), line: "12345",
                    call: nil, takenBy: nil, source: source, at: at)
                order.details.location = WorkOrder.Location(latitude: 30.2, longitude: 120.1)
                order.details.email = "a@example.org"
                return order
            }, by: .program, at: at)
    }

    @Test(arguments: StoreKind.allCases)
    func anOrderKeepsItsSource(kind: StoreKind) async throws {
        try await kind.with { store in
            let page = try await Self.file(store, "a", from: .page)
            let app = try await Self.file(store, "b", from: .client("app"), at: .noon(1))
            _ = try await store.createOrder({ .sample("c", $0) }, by: .program, at: .noon(2))
            #expect(try await store.order(number: page.number) == page)
            #expect(try await store.order("b") == app)
            #expect(try await store.order(number: "20000101-000001") == nil)
            func ids(_ set: (inout OrderFilter) -> Void) async throws -> [OrderID] {
                var filter = OrderFilter()
                set(&filter)
                return try await store.orders(filter, sort: .newest, page: Page()).rows.map(\.id)
            }
            #expect(try await ids { $0.filed = true } == ["b", "a"])
            #expect(try await ids { $0.filed = false } == ["c"])
            #expect(try await ids { $0.source = .client("app") } == ["b"])
            let changes = try await store.changes(of: nil, from: .noon(), until: .noon(1), limit: 10)
            #expect(changes.map(\.number) == [page.number])
            #expect(try await store.changes(of: .client("app"), from: .noon(), until: .noon(9), limit: 10).count == 1)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func anOrderHasSoManyFiles(kind: StoreKind) async throws {
        try await kind.with { store in
            let order = try await Self.file(store, "a", from: .page)
            let digest = String(repeating: "ab", count: 32)
            func file(_ id: OrderID, by person: PersonID? = nil) -> Storage.Attachment {
                Storage.Attachment(
                    order: id, digest: digest, name: "灯.jpg", mediaType: "image/jpeg", bytes: 9, at: .noon(5),
                    by: person)
            }
            await #expect(throws: StoreConflict.notFound) { try await store.attach(file("nobody"), by: .program) }
            for _ in 0..<Storage.Attachment.most { try await store.attach(file(order.id), by: .program) }
            await #expect(throws: StoreConflict.tooMany) { try await store.attach(file(order.id), by: .program) }
            #expect(try await store.attachments(of: order.id).map(\.place) == Array(1...Storage.Attachment.most))
            #expect(try await store.filesInUse(among: [digest, String(repeating: "cd", count: 32)]) == [digest])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aClientIsKeptByTheDigestOfItsKey(kind: StoreKind) async throws {
        try await kind.with { store in
            var client = StoredClient(
                id: "app", name: "随手拍", digest: String(repeating: "0f", count: 32), createdAt: .noon())
            try await store.save(client, by: .program, at: .noon())
            #expect(try await store.clients() == [client])
            client.revokedAt = .noon(9)
            try await store.save(client, by: .program, at: .noon(9))
            #expect(try await store.clients() == [client])
        }
    }
}
