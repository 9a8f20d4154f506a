import App
import ArgumentParser
import Engine
import Foundation
import Storage

struct ClientCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "client",
        abstract: "Programs that file orders for citizens over Open311, each by a key.",
        subcommands: [List.self, Add.self, Revoke.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists them.")
        @OptionGroup var data: DataOption

        func run() async throws {
            try await data.withStore { store in
                for client in try await store.clients() {
                    show("\(client.id)\t\(client.name)\t\(client.revokedAt == nil ? "active" : "revoked")")
                }
            }
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Adds one and prints its api_key, once.")
        @OptionGroup var data: DataOption
        @Argument(help: "Whose program it is.") var name: String

        func validate() throws {
            guard (1...100).contains(name.count) else { throw ValidationError("a name is 1 to 100 characters") }
        }

        func run() async throws {
            try await data.withStore { store in
                let key = Passwords.random() + Passwords.random()
                let id = ClientID(String(UUID().uuidString.lowercased().prefix(8)))
                try await store.save(
                    StoredClient(id: id, name: name, digest: Secret.digest(key), createdAt: .now), by: .program,
                    at: .now)
                show("\(id)\t\(key)")
            }
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lets one file and read no more; its orders stay.")
        @OptionGroup var data: DataOption
        @Argument(help: "Its id; see `hotline client list`.") var id: String

        func run() async throws {
            try await data.withStore { store in
                guard var client = try await store.clients().first(where: { $0.id.text == id }) else {
                    throw ValidationError("there is no client \(id); see `hotline client list`")
                }
                client.revokedAt = .now
                try await store.save(client, by: .program, at: .now)
                show("\(client.name) can do nothing any more.")
            }
        }
    }
}
