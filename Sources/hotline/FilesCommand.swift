import App
import ArgumentParser
import Foundation
import Storage

struct FilesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "files",
        abstract: "The recordings, which are kept by digest and encrypted.",
        subcommands: [Verify.self, Rotate.self])

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Reads every file and compares it with its digest. Ends with 1 if one is damaged.")
        @OptionGroup var files: FilesOption

        func run() async throws {
            let vault = try await files.vault(files.keys())
            var (sound, damaged) = (0, 0)
            for listed in vault.all() {
                do {
                    try vault.verify(listed.get())
                    sound += 1
                } catch {
                    show("\(error)")
                    damaged += 1
                }
            }
            show("\(sound) files sound, \(damaged) not.")
            if damaged > 0 { throw ExitCode(1) }
        }
    }

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Wraps the key of every file with a new key; no file is encrypted again.",
            discussion: """
                Without files.keys in the configuration: stop `hotline serve`; a new key is made, put into DIR/files.key, and the \
                old one forgotten when all is done. With them: put the new key first, start `hotline serve` again, run this, then \
                take the old one out. Backups made before still want the old key.
                """)
        @OptionGroup var files: FilesOption

        func run() async throws {
            let ring = FileKeyRing(dataDirectory: files.data)
            let configured = try await files.configured()
            let lock = configured.isEmpty ? try DataLock(directory: files.data) : nil
            defer { withExtendedLifetime(lock) {} }
            let keys = configured.isEmpty ? try ring.addKey() : try ring.keys(configured: configured)
            let (rotated, already) = try await files.vault(keys).rotate()
            if configured.isEmpty { try ring.forgetPrevious() }
            show("\(rotated) files are under key \(keys.current.id) now, \(already) were before.")
        }
    }
}

/// The files of a hotline and their keys.
struct FilesOption: ParsableArguments {
    @Option(help: "The data folder of the hotline.") var data = ".data"
    @Option(help: "The JSON file with its configuration, if files.keys are there.") var config: String?

    func configured() async throws -> [String] {
        do {
            return try await ServeConfiguration.load(flags: [:], file: config).fileKeys
        } catch let problem as ServeConfiguration.Problem {
            throw ValidationError(problem.description)
        }
    }

    func keys() async throws -> FileKeys {
        try FileKeyRing(dataDirectory: data).keys(configured: await configured())
    }

    func vault(_ keys: FileKeys) async throws -> Vault {
        guard FileManager.default.fileExists(atPath: data) else {
            throw ValidationError("there is no folder \(data); name another with --data")
        }
        return Vault(directory: data + "/files", keys: keys)
    }
}
