import Crypto
import Engine
import Foundation

/// A copy of a hotline in a folder: the database, the audit's anchors, the files. Made while the hotline runs and never in its
/// way. What is kept encrypted stays so: the key of the files is not in it.
///
///     BACKUP/manifest.json      what is here, with sizes and SHA-256
///            hotline.sqlite     journal.sqlite     or, of PostgreSQL, hotline.dump
///            audit/…            files/…
package struct Backup: Sendable {
    package let folder: String

    package init(folder: String) { self.folder = folder }

    package struct Manifest: Sendable, Codable, Equatable {
        package var format = 1
        /// ISO 8601.
        package var madeAt: String
        package var database: Kind
        package var files: [File]

        package enum Kind: String, Sendable, Codable { case sqlite, postgres }
    }

    package struct File: Sendable, Codable, Equatable {
        /// Below the backup's folder.
        package var path: String
        package var bytes: Int64
        package var sha256: String
    }

    package enum Problem: Error, Equatable, CustomStringConvertible {
        case exists(String)
        case notABackup(String)
        case damaged(path: String)
        case otherKind(Manifest.Kind)
        case toolFailed(tool: String, said: String)

        package var description: String {
            switch self {
            case .exists(let path): "\(path) is there already; name a folder that is not"
            case .notABackup(let path): "\(path) holds no whole backup: there is no manifest.json that reads"
            case .damaged(let path): "\(path) is not what was backed up; use another backup"
            case .otherKind(let kind):
                "this is a backup of \(kind == .sqlite ? "SQLite" : "PostgreSQL"): restore it into the same kind, then use "
                    + "`hotline database copy`"
            case .toolFailed(let tool, let said):
                "\(tool) failed: \(said). Debian's postgresql-client has it; its version must not be older than the server"
            }
        }
    }

    /// The folders of the data folder that belong to a backup.
    private static let folders = ["audit", "files"]
    private var manifestPath: String { folder + "/manifest.json" }

    // MARK: Making

    /// Everything that was acknowledged before the call is in it. The folder appears whole or not at all.
    package func make(of location: DatabaseLocation, dataDirectory: String, at date: Date) async throws -> Manifest {
        guard !FileManager.default.fileExists(atPath: folder) else { throw Problem.exists(folder) }
        let draft = Backup(folder: folder + ".part")
        try? FileManager.default.removeItem(atPath: draft.folder)
        try FileManager.default.createDirectory(
            atPath: draft.folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        // The store before the journal, which may be ahead of it; the files last, for what a row names must be there.
        let kind: Manifest.Kind
        switch location {
        case .sqlite:
            kind = .sqlite
            for part in DatabasePart.all {
                try await SQLiteDatabase.snapshot(part.file, in: dataDirectory, to: draft.folder + "/" + part.file)
            }
        case .postgres(let url):
            kind = .postgres
            try PostgresTool.run(
                "pg_dump", ["--format=custom", "--no-owner", "--no-privileges", "--file=\(draft.folder)/hotline.dump"],
                url: url)
        }
        for name in Self.folders where FileManager.default.fileExists(atPath: dataDirectory + "/" + name) {
            try FileManager.default.copyItem(atPath: dataDirectory + "/" + name, toPath: draft.folder + "/" + name)
        }
        let manifest = Manifest(
            madeAt: date.formatted(.iso8601), database: kind, files: try draft.listing())
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try encoder.encode(manifest).write(to: URL(fileURLWithPath: draft.manifestPath))
        for file in manifest.files.map(\.path) + ["manifest.json"] { try Disk.flush(draft.folder + "/" + file) }
        guard rename(draft.folder, folder) == 0 else { throw Problem.exists(folder) }
        try Disk.flush(
            (folder as NSString).deletingLastPathComponent.isEmpty
                ? "." : (folder as NSString).deletingLastPathComponent)
        return manifest
    }

    private func listing() throws -> [File] {
        guard let names = FileManager.default.enumerator(atPath: folder) else { throw Problem.notABackup(folder) }
        var files: [File] = []
        for case let path as String in names {
            let whole = folder + "/" + path
            let facts = try FileManager.default.attributesOfItem(atPath: whole)
            guard facts[.type] as? FileAttributeType == .typeRegular else { continue }
            let bytes = (facts[.size] as? NSNumber)?.int64Value ?? 0
            files.append(File(path: path, bytes: bytes, sha256: try Disk.sha256(whole)))
        }
        return files.sorted { $0.path < $1.path }
    }

    // MARK: Restoring

    /// The manifest, after every file was found to be what it says.
    package func verified() throws -> Manifest {
        guard let data = FileManager.default.contents(atPath: manifestPath),
            let manifest = try? JSONDecoder().decode(Manifest.self, from: data), manifest.format == 1
        else { throw Problem.notABackup(folder) }
        let found = Dictionary(uniqueKeysWithValues: try listing().map { ($0.path, $0) })
        for file in manifest.files where found[file.path] != file { throw Problem.damaged(path: file.path) }
        return manifest
    }

    /// Puts everything into a data folder that has no database, or a PostgreSQL database that is empty.
    package func restore(to location: DatabaseLocation, dataDirectory: String) async throws {
        let manifest = try verified()
        switch (location, manifest.database) {
        case (.sqlite, .postgres), (.postgres, .sqlite): throw Problem.otherKind(manifest.database)
        case (.sqlite, .sqlite), (.postgres, .postgres): break
        }
        let taken = DatabasePart.all.map(\.file) + Self.folders
        for name in taken where FileManager.default.fileExists(atPath: dataDirectory + "/" + name) {
            throw Problem.exists(dataDirectory + "/" + name)
        }
        try FileManager.default.createDirectory(
            atPath: dataDirectory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        if case .postgres(let url) = location {
            try PostgresTool.run(
                "pg_restore",
                ["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", "\(folder)/hotline.dump"],
                url: url, database: "--dbname=")
        }
        // The databases last: a folder without them is one that nothing was restored to.
        let databases = DatabasePart.all.map(\.file)
        let files = manifest.files.map(\.path).filter { $0 != "hotline.dump" }
        for path in files.filter({ !databases.contains($0) }) + files.filter({ databases.contains($0) }) {
            let target = dataDirectory + "/" + path
            try FileManager.default.createDirectory(
                atPath: (target as NSString).deletingLastPathComponent, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
            try FileManager.default.copyItem(atPath: folder + "/" + path, toPath: target)
            try Disk.flush(target)
        }
    }
}

/// PostgreSQL's own programs.
enum PostgresTool {
    /// - Parameter database: the option that names the database, for a tool that does not look into the environment for it.
    static func run(_ tool: String, _ arguments: [String], url: String, database: String? = nil) throws {
        let options = try PostgresOptions(url: url)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        // The password goes by the environment: others on the machine see arguments.
        let named = database.map { [$0 + (options.environment["PGDATABASE"] ?? "")] } ?? []
        process.arguments = [tool] + named + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(options.environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let line = said.split(separator: "\n").first.map(String.init) ?? "status \(process.terminationStatus)"
            throw Backup.Problem.toolFailed(tool: tool, said: line)
        }
    }
}

/// What is done to files of any size.
enum Disk {
    /// Flushes a file or a folder.
    static func flush(_ path: String) throws {
        let descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else { throw CocoaError(.fileReadUnknown, userInfo: [NSFilePathErrorKey: path]) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: path]) }
    }

    static func sha256(_ path: String) throws -> String {
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        defer { try? file.close() }
        var hash = SHA256()
        while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty { hash.update(data: piece) }
        return hash.finalize().hexadecimal
    }
}
