import Engine
import Foundation

/// The program as the simulated world meets it: the real recorder around the real switchboard, with a journal that can be read
/// again. It can be killed at any moment, and its rules can be broken on purpose.
struct SimulatedCentre {
    private(set) var recorder = Recorder(switchboard: Switchboard(), position: 0, last: Moment(milliseconds: 0))
    /// What is on the disk.
    private(set) var journal: [Recorder.Entry] = []
    private var snapshot: (board: Switchboard, position: Int64, at: Moment)?
    private(set) var isUp = true
    private(set) var events = 0
    private var writing: [Recorder.Entry] = []
    private var boardWhenWritten = Switchboard()
    private var boardOnDisk = Switchboard()
    private let keepsJournal: Bool
    private var distortion: Distortion?

    init(broken: BrokenRule?, keepsJournal: Bool) {
        self.keepsJournal = keepsJournal
        distortion = broken.map { Distortion($0) }
    }

    var board: Switchboard { recorder.switchboard }

    /// Returns what is released at once; nothing if the journal is written later.
    mutating func receive(
        _ event: Event, at now: Moment, writesLater: Bool
    ) throws(SwitchboardRefusal) -> [Recorder.Entry] {
        events += 1
        guard let event = distortion == nil ? event : distortion!.incoming(event, recorder.switchboard) else {
            return []
        }
        try recorder.receive(event, at: now)
        if writesLater { return [] }
        beginWriting()
        return written()
    }

    /// Whether a batch waits and none is being written.
    var wantsToWrite: Bool { isUp && writing.isEmpty && recorder.hasUnwritten }

    mutating func beginWriting() {
        writing = recorder.batchToWrite() ?? []
        if keepsJournal { boardWhenWritten = recorder.switchboard }
    }

    /// The batch that was being written is on the disk: its entries, to be acted on.
    mutating func written() -> [Recorder.Entry] {
        guard !writing.isEmpty else { return [] }
        keep(writing)
        writing = []
        let entries = recorder.written()
        guard distortion != nil else { return entries }
        return entries.map { distortion!.outgoing($0, recorder.switchboard) }
    }

    private mutating func keep(_ batch: [Recorder.Entry]) {
        guard keepsJournal else { return }
        journal += distortion == nil ? batch : distortion!.journaled(batch)
        boardOnDisk = boardWhenWritten
    }

    /// - Parameter afterWriting: the batch reached the disk, its actions nobody: these are its entries.
    mutating func crash(afterWriting: Bool) -> [Recorder.Entry] {
        if afterWriting { keep(writing) }
        let written = afterWriting ? writing : []
        writing = []
        isUp = false
        return written
    }

    /// Comes up again from what is on the disk. Says what is wrong with that, or nil.
    mutating func restart() -> String? {
        isUp = true
        do {
            let again = try replayed()
            guard again.switchboard == boardOnDisk else {
                return "replay gives another state than the one that was written"
            }
            recorder = again
            return nil
        } catch {
            return "the journal cannot be replayed: \(error)"
        }
    }

    private func replayed() throws -> Recorder {
        var again = Recorder(
            switchboard: snapshot?.board ?? Switchboard(), position: snapshot?.position ?? 0,
            last: snapshot?.at ?? Moment(milliseconds: 0))
        for entry in journal where entry.position > again.position { try again.replay(entry) }
        return again
    }

    /// At the end, when all is written: the journal tells the same story once more.
    func replayProblem() -> String? {
        do {
            return try replayed().switchboard == board ? nil : "replay gives another state than the one reached"
        } catch {
            return "the journal cannot be replayed: \(error)"
        }
    }

    /// As the program does from time to time; through JSON, as it is stored.
    mutating func keepSnapshot() throws {
        guard keepsJournal, !recorder.hasUnwritten else { return }
        let stored = try JSONDecoder().decode(Switchboard.self, from: JSONEncoder().encode(recorder.switchboard))
        snapshot = (stored, recorder.position, recorder.last)
        journal.removeAll()
    }
}
