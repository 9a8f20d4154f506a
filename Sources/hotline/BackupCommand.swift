import App
import ArgumentParser
import Foundation
import Storage

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copies a hotline into a folder, while it runs, and checks the copy.",
        discussion: """
            Database, audit anchors and recordings. On SQLite the copy is restored into a folder beside it and checked; on \
            PostgreSQL (pg_dump) give an empty database for that with --check-in. The key of the recordings is not in it.

              hotline backup --data /var/lib/hotline /backup/2026-11-26
            """)

    @OptionGroup var data: DataOption
    @Argument(help: "The folder to make.") var folder: String
    @Option(help: "An empty PostgreSQL database to restore into as the check.") var checkIn: String?
    @Flag(help: "Makes no check.") var unchecked = false

    func run() async throws {
        let location = try data.existing()
        let backup = Backup(folder: folder)
        let manifest = try await backup.make(of: location, dataDirectory: data.data, at: Date())
        show("\(manifest.files.count) files, \(manifest.files.reduce(0) { $0 + $1.bytes }) bytes in \(folder).")
        show(
            "The key of the recordings (files.key, or files.keys of the configuration) is not in it: keep it elsewhere."
        )
        if unchecked { return }
        if case .postgres = location, checkIn == nil {
            _ = try backup.verified()
            return show("Not restored as a check: give an empty database with --check-in.")
        }
        let place = folder + ".check"
        defer { try? FileManager.default.removeItem(atPath: place) }
        try? FileManager.default.removeItem(atPath: place)
        try await restore(backup, to: try checkIn.map(DataOption.location) ?? .sqlite(directory: place), place)
    }
}

struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract:
            "Puts a backup into a data folder without a database, or an empty PostgreSQL database, and checks it.",
        discussion: """
            Nothing is overwritten. Put the key of the recordings back yourself: DIR/files.key, or files.keys of the \
            configuration.

              hotline restore /backup/2026-11-26 --data /var/lib/hotline
            """)

    @OptionGroup var data: DataOption
    @Argument(help: "The folder that `hotline backup` made.") var folder: String

    func run() async throws {
        let lock = try DataLock(directory: data.data)
        defer { withExtendedLifetime(lock) {} }
        try await restore(Backup(folder: folder), to: data.location(), data.data)
    }
}

/// Restores, and looks whether all of it agrees.
private func restore(_ backup: Backup, to location: DatabaseLocation, _ directory: String) async throws {
    try await backup.restore(to: location, dataDirectory: directory)
    let check = try await DatabaseCheck.run(on: location)
    for problem in check.problems { show(problem) }
    let store = try await location.openStore()
    let anchors = try AuditAnchors(dataDirectory: directory).all()
    let audit = try await store.verifyAudit(against: anchors)
    try await store.close()
    for finding in audit.findings { show("\(finding)") }
    let isSound = check.problems.isEmpty && audit.isWhole
    show("Restored and \(isSound ? "sound" : "NOT SOUND"): \(check.digests.reduce(0) { $0 + $1.rows }) rows.")
    if !isSound { throw ExitCode(1) }
}
