import HTTPTypes
import HummingbirdTesting
import Storage
import Testing

@testable import App

/// Made from the table of operations itself, so that a new one is tested the day it is added.
@Suite struct PermissionTests {
    /// A request of the right shape of address, with nothing in it.
    static func path(of operation: Operation) -> String {
        operation.path.split(separator: "/").map { $0.hasPrefix("{") ? "none" : String($0) }
            .reduce("") { $0 + "/" + $1 }
    }

    /// The stream never ends, and signing out ends what the others need; both are tested elsewhere.
    /// What a citizen does with her code asks for no role.
    static let tried = Operations.all.filter {
        !["listen", "signOut", "signIn"].contains($0.id) && $0.access != .holdsCode
    }

    @Test(arguments: TestHotline.logins.map { ($0.login, $0.role) })
    func everyRoleMayDoWhatTheTableSays(login: String, role: Role) async throws {
        try await TestHotline.with { _, client in
            let browser = try await Browser.signedIn(client, login)
            for operation in Self.tried {
                let reply = try await browser.send(
                    operation.method, Self.path(of: operation), operation.method == .get ? nil : [:])
                if operation.admits(role) {
                    #expect(reply.status != 403 && reply.status != 401, "\(role) \(operation.id): \(reply.status)")
                } else {
                    #expect(reply.code == "notAllowed", "\(role) \(operation.id): \(reply.status)")
                }
            }
        }
    }

    @Test func nobodyDoesAnythingWithoutASession() async throws {
        try await TestHotline.with { _, client in
            for operation in Operations.all where operation.wantsSession {
                let reply = try await Browser(client: client).send(
                    operation.method, Self.path(of: operation), operation.method == .get ? nil : [:])
                #expect(reply.code == "signInRequired", "\(operation.id): \(reply.status)")
            }
        }
    }

    @Test func nobodyReachesACitizensOrderWithoutItsCode() async throws {
        try await TestHotline.with { _, client in
            let leader = try await Browser.signedIn(client, "lei")
            for operation in Operations.all where operation.access == .holdsCode {
                for browser in [Browser(client: client), leader] {
                    let reply = try await browser.send(
                        operation.method, Self.path(of: operation), operation.method == .get ? nil : [:])
                    #expect(["wrongCode", "tooManyAttempts"].contains(reply.code), "\(operation.id): \(reply.status)")
                }
            }
        }
    }

    @Test func rolesAreAsInTheContract() {
        #expect(
            Role.officer.permissions.map(\.rawValue) == [
                "orders.read", "orders.handle", "orders.speakForBody", "orders.export", "phones.view",
            ])
        #expect(
            Role.allCases.filter { $0.permissions.contains(.exportOrders) } == Role.allCases.filter { $0 != .agent })
        #expect(Role.allCases.filter { $0.permissions.contains(.importOrders) } == [.leader])
        #expect(!Role.leader.permissions.contains(.speakForBody))
        #expect(Set(Role.leader.permissions).isSuperset(of: Role.agent.permissions))
        #expect(!Role.agent.permissions.contains(.playRecordings))
        #expect(!Role.administrator.permissions.contains(.viewPhones))
    }
}
