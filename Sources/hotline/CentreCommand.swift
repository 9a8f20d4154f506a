import App
import ArgumentParser
import Engine
import Foundation
import Storage

struct CentreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "centre",
        abstract: "Lines, queues, bodies, sites and agents: as a JSON file.",
        discussion: "Export, edit, check, import; a running `hotline serve` takes it up when it is started again.",
        subcommands: [Export.self, Import.self])

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Prints the centre as JSON.")

        @OptionGroup var data: DataOption

        func run() async throws {
            try await data.withStore { store in
                guard let centre = try await store.centre() else {
                    throw ValidationError("there is no centre yet; write one and import it (docs/configuration.md)")
                }
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
                show(String(decoding: try encoder.encode(centre), as: UTF8.self))
            }
        }
    }

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Checks a JSON file and keeps it as the centre.")

        @OptionGroup var data: DataOption

        @Argument(help: "The file, in the form `hotline centre export` prints.")
        var file: String

        @Flag(help: "Only says what is wrong with it.")
        var check = false

        func run() async throws {
            let centre: Centre
            do {
                centre = try JSONDecoder().decode(Centre.self, from: Data(contentsOf: URL(fileURLWithPath: file)))
            } catch {
                throw ValidationError("\(file) cannot be read as a centre: \(error)")
            }
            let problems = centre.problems
            guard problems.isEmpty else {
                throw ValidationError(
                    "\(file) cannot be used; nothing was changed:\n  " + problems.joined(separator: "\n  "))
            }
            if check { return show("\(file) can be used.") }
            try await data.withStore { store in
                try await store.save(centre, by: .program, at: .now)
            }
            show(
                "\(centre.lines.count) lines, \(centre.queues.count) queues, \(centre.agents.count) agents, "
                    + "\(centre.bodies.count) bodies. Start `hotline serve` again to use them.")
        }
    }
}

/// The hotline whose database a command works on.
struct DataOption: ParsableArguments {
    @Option(help: "The data folder of the hotline.")
    var data = ".data"
    @Option(
        help:
            "Its PostgreSQL database, postgres://…, if it has one; better in HOTLINE_DATABASE, which others do not see."
    )
    var database: String?

    func location() throws -> DatabaseLocation {
        let url = database ?? ProcessInfo.processInfo.environment["HOTLINE_DATABASE"]
        do {
            return try ServeConfiguration.database(url, dataDirectory: data)
        } catch let problem as ServeConfiguration.Problem {
            throw ValidationError(problem.description)
        }
    }

    /// A data folder, or the URL of a PostgreSQL database.
    static func location(of text: String) throws -> DatabaseLocation {
        text.contains("://") ? try ServeConfiguration.database(text, dataDirectory: "") : .sqlite(directory: text)
    }

    /// One that is there; a command that looks must not make an empty one.
    func existing() throws -> DatabaseLocation {
        let location = try location()
        guard location != .sqlite(directory: data) || FileManager.default.fileExists(atPath: data) else {
            throw ValidationError(
                "there is no folder \(data); start `hotline serve --data \(data)` once, or name another")
        }
        return location
    }

    func withStore<Result>(_ work: (any Store) async throws -> Result) async throws -> Result {
        let store = try await existing().openStore()
        do {
            let result = try await work(store)
            try await store.close()
            return result
        } catch {
            try? await store.close()
            throw error
        }
    }
}

extension Moment {
    static var now: Moment { Moment(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
}
