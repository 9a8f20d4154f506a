import App
import ArgumentParser
import Foundation
import Storage

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Brings a database to this version's schema.",
        discussion: """
            `hotline serve` does the same when it starts. Forward only: make a backup first. A program older than the database \
            refuses to start.
            """)

    @OptionGroup var data: DataOption

    func run() async throws {
        let done = try await data.existing().migrate()
        show(
            done.isEmpty
                ? "The schema is the newest already." : done.map { "Migrated to \($0)." }.joined(separator: "\n"))
    }
}

struct DatabaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "database",
        abstract: "Copies, checks and compares databases.",
        subcommands: [Copy.self, Check.self, Digest.self])

    struct Copy: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Copies everything into an empty database, of the same kind or the other.",
            discussion: """
                A database is a data folder (SQLite) or postgres://…; stop `hotline serve` first. After a break the same command \
                goes on where it stopped. At the end both are compared, table by table. Recordings are not in the database: copy \
                files/, files.key and audit/ of the data folder yourself.

                  hotline database copy /var/lib/hotline postgres://hotline@10.0.0.5/hotline
                """)

        @Argument(help: "What is copied.") var from: String
        @Argument(help: "Where to; must be empty.") var to: String

        func run() async throws {
            let source = try DataOption.location(of: from)
            if case .sqlite(let directory) = source, !FileManager.default.fileExists(atPath: directory) {
                throw ValidationError("there is no folder \(directory)")
            }
            var locks: [DataLock] = []
            for place in [source, try DataOption.location(of: to)] {
                if case .sqlite(let directory) = place { locks.append(try DataLock(directory: directory)) }
            }
            defer { withExtendedLifetime(locks) {} }
            let copy = DatabaseCopy(from: source, to: try DataOption.location(of: to))
            let digests = try await copy.run { table, rows in
                FileHandle.standardError.write(Data("\(table): \(rows)\n".utf8))
            }
            for digest in digests { show("\(digest.text)  \(digest.table)  \(digest.rows)") }
            show("Copied, and both hold the same.")
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Looks for damage and for rows that do not agree.",
            discussion: "Reads everything; a hotline may be running meanwhile. Ends with 1 if anything is wrong.")

        @OptionGroup var data: DataOption

        func run() async throws {
            let check = try await DatabaseCheck.run(on: data.existing())
            for problem in check.problems { show(problem) }
            let rows = check.digests.reduce(0) { $0 + $1.rows }
            show("\(rows) rows in \(check.digests.count) tables: " + (check.problems.isEmpty ? "sound" : "NOT SOUND"))
            if !check.problems.isEmpty { throw ExitCode(1) }
        }
    }

    struct Digest: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Prints what each table holds: digest, name, rows. The same rows give the same on either kind of database."
        )

        @OptionGroup var data: DataOption

        func run() async throws {
            for digest in try await data.existing().digests() {
                show("\(digest.text)  \(digest.table)  \(digest.rows)")
            }
        }
    }
}
