import ArgumentParser
import Engine
import Foundation

/// When a promise must be kept, and why then.
struct DeadlineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deadline",
        abstract: "When an order must be done, and how that is counted.",
        discussion: """
            Counts one clock of a policy from a moment on, as the hotline does for an order, and explains each step.

              hotline deadline --policy hangzhou --kind complaint --urgency ordinary --clock resolve \\
                --from 2020-01-22T16:30:00+08:00 [--pause FROM/TO] [--json]

            With --batch FILE it answers a file line by line: a header line that names the columns (policy, kind, urgency, \
            clock, from, and if wanted pause, category, body, line, time-zone, known-on), tabs between them; several pauses are \
            apart by commas. It prints for each line its due moment, a tab, and whether that is provisional; with --json an \
            object. A line that cannot be answered says why, and the command ends with 1.
            """)

    @Option(help: "\(ClockPolicy.presets.map(\.name).joined(separator: ", ")).")
    var policy: String?
    @Option(help: "\(Kind.allCases.map(\.rawValue).joined(separator: ", ")). [complaint]")
    var kind: String?
    @Option(help: "\(Urgency.allCases.map(\.rawValue).joined(separator: ", ")). [ordinary]")
    var urgency: String?
    @Option(help: "\(ClockName.allCases.map(\.rawValue).joined(separator: ", ")). [resolve]")
    var clock: String?
    @Option(help: "What starts the clock, ISO 8601 with its distance from UTC.")
    var from: String?
    @Option(help: "FROM/TO: the clock stood still; may be given several times.")
    var pause: [String] = []
    @Option(help: "A branch of the catalogue, where the policy has limits by it.")
    var category: String?
    @Option(help: "A body, where the policy has limits by it.")
    var body: String?
    @Option(help: "A line, where the policy has limits by it.")
    var line: String?
    @Option(help: "Instead of the policy's own, such as America/Chicago.")
    var timeZone: String?
    @Option(help: "By the notices published up to this day, YYYY-MM-DD.")
    var knownOn: String?
    @Option(help: "A TSV file of such questions, or - for standard input.")
    var batch: String?
    @Flag(help: "Prints one JSON object.")
    var json = false

    func run() throws {
        if let batch { return try answer(file: batch) }
        var question = DeadlineQuestion()
        let given: [(String, String?)] = [
            ("policy", policy), ("kind", kind), ("urgency", urgency), ("clock", clock), ("from", from),
            ("pause", pause.isEmpty ? nil : pause.joined(separator: ",")), ("category", category), ("body", body),
            ("line", line), ("time-zone", timeZone), ("known-on", knownOn),
        ]
        do throws(DeadlineQuestion.Problem) {
            for (name, value) in given { if let value { try question.set(name, value) } }
            let answer = try question.answer()
            print(json ? answer.json : answer.text)
        } catch {
            throw ValidationError(error.description)
        }
    }

    private func answer(file: String) throws {
        guard
            let data = file == "-"
                ? FileHandle.standardInput.readDataToEndOfFile() : FileManager.default.contents(atPath: file)
        else { throw ValidationError("\(file) cannot be read") }
        var lines = String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.hasSuffix("\r") ? $0.dropLast() : $0 }
        if lines.last == "" { lines.removeLast() }
        guard let header = lines.first else {
            throw ValidationError("\(file) is empty; its first line names the columns")
        }
        let columns = header.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        if let unknown = columns.first(where: { !DeadlineQuestion.columns.contains($0) }) {
            throw ValidationError(
                "\(file): there is no column \(unknown); use \(DeadlineQuestion.columns.joined(separator: ", "))")
        }
        var failed = 0
        for (index, line) in lines.enumerated().dropFirst() {
            do throws(DeadlineQuestion.Problem) {
                let values = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
                guard values.count == columns.count else {
                    throw DeadlineQuestion.Problem("it has \(values.count) columns, the header \(columns.count)")
                }
                var question = DeadlineQuestion()
                for (column, value) in zip(columns, values) where !value.isEmpty { try question.set(column, value) }
                let answer = try question.answer()
                print(json ? answer.json : "\(answer.due)\t\(answer.deadline.provisional)")
            } catch {
                failed += 1
                print(json ? "{\"error\":\(error.json)}" : "error: \(error.description)")
                FileHandle.standardError.write(Data("line \(index + 1): \(error.description)\n".utf8))
            }
        }
        if failed > 0 { throw ExitCode(1) }
    }
}

/// One clock asked about.
struct DeadlineQuestion {
    private var policy: ClockPolicy?
    private var matter = ClockPolicy.Matter(kind: .complaint, urgency: .ordinary)
    private var clock = ClockName.resolve
    private var from: Moment?
    private var pauses: [Deadline.Pause] = []
    private var wall: WallClock?
    private var knownOn: LocalDay?

    static let columns = [
        "policy", "kind", "urgency", "clock", "from", "pause", "category", "body", "line", "time-zone", "known-on",
    ]

    struct Problem: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) { self.description = description }

        var json: String {
            let data = try? JSONEncoder().encode(description)
            return data.map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
        }
    }

    mutating func set(_ name: String, _ value: String) throws(Problem) {
        switch name {
        case "policy":
            guard let preset = ClockPolicy.preset(value) else {
                throw Problem(
                    "there is no policy \(value); use \(ClockPolicy.presets.map(\.name).joined(separator: ", "))")
            }
            policy = preset
        case "kind": matter.kind = try word(value, "kind")
        case "urgency": matter.urgency = try word(value, "urgency")
        case "clock": clock = try word(value, "clock")
        case "from": from = try moment(value)
        case "pause": for text in value.split(separator: ",") { pauses.append(try pause(text)) }
        case "category": matter.category = value
        case "body": matter.body = BodyID(value)
        case "line": matter.line = LineID(value)
        case "time-zone":
            guard let zone = WallClock(zone: value) else {
                throw Problem("there is no time zone \(value); write one like Asia/Shanghai")
            }
            wall = zone
        case "known-on":
            guard let day = LocalDay(value) else { throw Problem("\(value) is no day; write YYYY-MM-DD") }
            knownOn = day
        default: throw Problem("there is no column \(name); use \(Self.columns.joined(separator: ", "))")
        }
    }

    private func word<Word: RawRepresentable<String> & CaseIterable>(_ text: String, _ what: String) throws(Problem)
        -> Word
    {
        guard let word = Word(rawValue: text) else {
            throw Problem("there is no \(what) \(text); use \(Word.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return word
    }

    private func moment(_ text: some StringProtocol) throws(Problem) -> Moment {
        guard let moment = Moment(iso8601: text) else {
            throw Problem("\(text) is no moment; write it as 2020-01-22T16:30:00+08:00, with its distance from UTC")
        }
        return moment
    }

    private func pause(_ text: Substring) throws(Problem) -> Deadline.Pause {
        let ends = text.split(separator: "/", omittingEmptySubsequences: false)
        guard ends.count == 2 else { throw Problem("\(text) is no pause; write FROM/TO") }
        let pause = Deadline.Pause(from: try moment(ends[0]), to: try moment(ends[1]))
        guard pause.from <= pause.to else { throw Problem("the pause \(text) ends before it begins") }
        return pause
    }

    func answer() throws(Problem) -> DeadlineAnswer {
        guard var policy else {
            throw Problem("say which policy: \(ClockPolicy.presets.map(\.name).joined(separator: ", "))")
        }
        guard let from else { throw Problem("say from when, as 2020-01-22T16:30:00+08:00") }
        if let wall { policy.zone = wall.zoneName ?? "Asia/Shanghai" }
        let known = knownOn.map(WorkingCalendar.china.knownOn) ?? .china
        guard let deadline = policy.deadline(clock, for: matter, from: from, calendar: known, pauses: pauses) else {
            throw Problem(
                "the policy \(policy.name) promises no \(clock.rawValue) for \(matter.kind?.rawValue ?? "orders") that are \(matter.urgency.rawValue)"
            )
        }
        return DeadlineAnswer(policy: policy, deadline: deadline, wall: policy.calendar(known).clock)
    }
}

struct DeadlineAnswer {
    let policy: ClockPolicy
    let deadline: Deadline
    let wall: WallClock

    var due: String { wall.iso8601(deadline.due) }

    var text: String {
        var lines = deadline.steps.map { "  \($0.en)  \($0.zh)" }
        lines.insert(
            "\(due)\(deadline.provisional ? " (provisional: holidays of a later year are not published)" : "")", at: 0)
        lines.append("  Source: \(policy.source)")
        if let verify = policy.verify { lines.append("  Verify before use: \(verify)") }
        return lines.joined(separator: "\n")
    }

    var json: String {
        struct Object: Encodable {
            let due: String
            let provisional: Bool
            let started: String
            let steps: [Deadline.Step]
            let source: String
            let verify: String?
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let object = Object(
            due: due, provisional: deadline.provisional, started: wall.iso8601(deadline.startedAt),
            steps: deadline.steps, source: policy.source, verify: policy.verify)
        return (try? encoder.encode(object)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}
