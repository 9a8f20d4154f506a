import App
import ArgumentParser
import Engine
import Foundation
import Storage

struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user",
        abstract: "People who sign in.",
        subcommands: [List.self, Add.self, Password.self, Deactivate.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists everyone.")
        @OptionGroup var data: DataOption

        func run() async throws {
            try await data.withStore { store in
                for person in try await store.people() {
                    let place = person.agent?.text ?? person.body?.text ?? "-"
                    show(
                        [person.login, person.name, person.role.rawValue, place, person.active ? "active" : "inactive"]
                            .joined(separator: "\t"))
                }
            }
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Adds a person and prints her password, once.")
        @OptionGroup var data: DataOption

        @Argument(help: "What she signs in with.") var login: String
        @Option(help: "Her name as others see it.") var name: String
        @Option(help: "agent, leader, officer, director or administrator.") var role: String
        @Option(help: "Her agent number, for those who take calls.") var agent: String?
        @Option(help: "The body she belongs to, for officers.") var body: String?

        func validate() throws {
            guard let role = Role(rawValue: role) else {
                throw ValidationError("--role is one of \(Role.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            guard (1...64).contains(login.count), !login.contains(where: \.isWhitespace) else {
                throw ValidationError("a login is 1 to 64 characters without spaces")
            }
            if role == .agent, agent == nil { throw ValidationError("an agent has a number; give --agent") }
            if role == .officer, body == nil { throw ValidationError("an officer belongs to a body; give --body") }
        }

        func run() async throws {
            try await data.withStore { store in
                let centre = try await store.centre()
                if let agent, centre?.agents.contains(where: { $0.id.text == agent }) != true {
                    throw ValidationError("there is no agent \(agent) in the centre; add it there first")
                }
                if let body, centre?.bodies.contains(where: { $0.id == body }) != true {
                    throw ValidationError("there is no body \(body) in the centre; add it there first")
                }
                let password = Passwords.random()
                let person = StoredPerson(
                    id: PersonID(UUID().uuidString.lowercased()), login: login, name: name, role: Role(rawValue: role)!,
                    agent: agent.map { AgentID($0) }, body: body.map { BodyID($0) },
                    passwordHash: try await Passwords().hash(password))
                do {
                    try await store.save(person, by: .program, at: .now)
                } catch StoreConflict.loginTaken {
                    throw ValidationError("the login \(login) is taken; choose another")
                } catch StoreConflict.agentTaken {
                    throw ValidationError("agent number \(agent ?? "") is someone else's; choose another")
                }
                show("\(login)\t\(password)")
            }
        }
    }

    struct Password: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Gives a person a new random password, prints it once, and ends her sessions.")
        @OptionGroup var data: DataOption
        @Argument(help: "Her login.") var login: String

        func run() async throws {
            try await data.withStore { store in
                var person = try await find(login, in: store)
                let password = Passwords.random()
                person.passwordHash = try await Passwords().hash(password)
                try await store.save(person, by: .program, at: .now)
                try await store.closeSessions(of: person.id)
                show("\(login)\t\(password)")
            }
        }
    }

    struct Deactivate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lets a person sign in no more; her rows stay.")
        @OptionGroup var data: DataOption
        @Argument(help: "Her login.") var login: String

        func run() async throws {
            try await data.withStore { store in
                var person = try await find(login, in: store)
                person.active = false
                try await store.save(person, by: .program, at: .now)
                try await store.closeSessions(of: person.id)
                show("\(login) can sign in no more.")
            }
        }
    }
}

private func find(_ login: String, in store: any Store) async throws -> StoredPerson {
    guard let person = try await store.person(login: login) else {
        throw ValidationError("there is nobody with the login \(login); see `hotline user list`")
    }
    return person
}
