import Foundation

/// The recordings rtpengine has under way, on disk so that a restarted hotline can finish them.
///
/// rtpengine writes `pcaps/<call>-<random>.pcap` and a description of the call; beside them we note, in
/// `open/<name>.json`, which port was the hub's. Both become one WAV and are removed.
///
/// Only what arrived is in the pcap: the person's voice and that of whoever they were joined to. Prompts, queue and
/// hold music are rtpengine's own and are not; they are silence. A held person's voice is recorded, a muted
/// partner's is not, as it never reaches the hub.
struct Recordings: Sendable {
    struct Note: Codable, Sendable, Equatable {
        var name: String
        var call: String
        var hubPort: Int
        /// Nanoseconds since 1970.
        var startedAt: Int64
    }

    let directory: String
    /// One at a time and off every event loop: an hour is five seconds of a core and 115 MB written.
    private let queue = DispatchQueue(label: "hotline.recordings", qos: .utility)

    init(directory: String) { self.directory = RTPEngineOptions.absolute(directory) }

    static func isPlain(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 100 && !name.hasPrefix(".")
            && name.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                    || [45, 46, 95].contains(byte)
            }
    }

    func begin(_ note: Note) throws {
        try FileManager.default.createDirectory(
            atPath: directory + "/open", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let path = notePath(note.name)
        guard !FileManager.default.fileExists(atPath: path) else {
            throw MediaError.recording("\(note.name) exists")
        }
        let data = try JSONEncoder().encode(note)
        guard FileManager.default.createFile(atPath: path, contents: data, attributes: [.posixPermissions: 0o600])
        else {
            throw MediaError.recording("cannot write \(path)")
        }
    }

    func cancel(_ name: String) { try? FileManager.default.removeItem(atPath: notePath(name)) }

    /// At most 10,000 names: a day's calls of a large centre, all unfinished.
    func unfinished() -> [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: directory + "/open")) ?? []
        return files.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted().prefix(10_000).map { $0 }
    }

    /// Writes the WAV and removes what it was made of. The call must have ended.
    func finish(_ name: String, to path: String) async throws -> RecordingSummary {
        guard Self.isPlain(name), let data = FileManager.default.contents(atPath: notePath(name)),
            let note = try? JSONDecoder().decode(Note.self, from: data)
        else { throw MediaError.recording("no recording \(name)") }
        try await settle(note)
        return try await withCheckedThrowingContinuation { done in
            queue.async { done.resume(with: Result { try convert(note, to: path) }) }
        }
    }

    private func convert(_ note: Note, to path: String) throws -> RecordingSummary {
        guard let pcap = files("pcaps", note).first else { throw MediaError.recording("no packets of \(note.name)") }
        let draft = path + ".part"
        let summary: RecordingSummary
        do {
            summary = try RecordingMixdown.run(
                pcap: pcap, to: draft, hubPort: note.hubPort, startedAt: note.startedAt)
            guard rename(draft, path) == 0 else { throw MediaError.recording("cannot write \(path)") }
        } catch {
            try? FileManager.default.removeItem(atPath: draft)
            throw error
        }
        remove(note)
        return summary
    }

    /// Nobody talked in it.
    func discard(_ name: String) async throws {
        guard Self.isPlain(name), let data = FileManager.default.contents(atPath: notePath(name)),
            let note = try? JSONDecoder().decode(Note.self, from: data)
        else { throw MediaError.recording("no recording \(name)") }
        try await settle(note)
        remove(note)
    }

    private func remove(_ note: Note) {
        for file in ["pcaps", "metadata", "tmp"].flatMap({ files($0, note) }) + [notePath(note.name)] {
            try? FileManager.default.removeItem(atPath: file)
        }
    }

    /// rtpengine closes the file as it deletes the call, which its reply does not wait for: until the description is
    /// in its place and the pcap grows no more. After a crash the description never comes, hence the bound.
    private func settle(_ note: Note) async throws {
        var size: Int?
        for _ in 0..<20 {
            let now = files("pcaps", note).first.flatMap {
                try? FileManager.default.attributesOfItem(atPath: $0)[.size] as? Int
            }
            if now != nil, now == size, !files("metadata", note).isEmpty { return }
            size = now
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    private func files(_ folder: String, _ note: Note) -> [String] {
        let path = "\(directory)/\(folder)"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        // `call` may begin another's name, but no call's name is followed by a dash and sixteen hex digits.
        let lead = note.call + "-"
        return names.filter { name in
            guard let range = name.range(of: lead) else { return false }
            let rest = name[range.upperBound...].prefix { $0 != "." }
            return rest.count == 16 && rest.allSatisfy(\.isHexDigit)
        }.sorted().map { "\(path)/\($0)" }
    }

    private func notePath(_ name: String) -> String { "\(directory)/open/\(name).json" }
}
