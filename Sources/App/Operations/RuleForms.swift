import Engine
import Foundation
import Storage

/// Reads the rules a supervisor writes, which come as the text of a JSON value: a policy, a notice of holidays.
///
/// What does not read, or could not be used, is told by the field to mend: `policy.promises[2].within`.
enum RuleForms {
    static func policy(_ text: String, in centre: Centre) throws -> ClockPolicy {
        let policy: ClockPolicy = try read(text, "policy", Sentence("不是时限规则", "Not a policy"))
        try refuse(policy.problems + unknown(in: policy, centre), "policy")
        return policy
    }

    static func notice(_ text: String) throws -> WorkingCalendar.Notice {
        let notice: WorkingCalendar.Notice = try read(text, "notice", Sentence("不是放假通知", "Not a notice"))
        try refuse(notice.problems, "notice")
        return notice
    }

    /// What we hold ourselves as JSON.
    static func json(_ value: some Encodable) throws -> JSON {
        guard let json = JSON(reading: try JSONEncoder().encode(value), deepest: 32) else {
            preconditionFailure("what we wrote ourselves does not read")
        }
        return json
    }

    static func invalid(_ field: String, _ message: Sentence) -> Problem {
        .invalid([FieldProblem(field: field, message: message)])
    }

    private static func read<Value: Decodable>(_ text: String, _ name: String, _ what: Sentence) throws -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
        } catch let error as DecodingError {
            let (path, told) = told(error)
            let field = name + path.map(step).joined()
            let said = wanted(path.last { $0.intValue == nil }?.stringValue)
            throw invalid(field, said ?? Sentence("\(what.zh)：\(told)", "\(what.en): \(told)"))
        } catch {
            throw invalid(name, Sentence("\(what.zh)：JSON ?", "\(what.en): JSON ?"))
        }
    }

    private static func step(_ key: any CodingKey) -> String {
        key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)"
    }

    /// What a field that people fill in wants; nil for one that only a program writes wrong.
    private static func wanted(_ field: String?) -> Sentence? {
        switch field {
        case "within", "extension":
            Sentence(
                "请填写 \(Length.counts.lowerBound) 到 \(Length.counts.upperBound) 的整数和单位。",
                "Give a whole number from \(Length.counts.lowerBound) to \(Length.counts.upperBound) and a unit.")
        case "when":
            Sentence(
                "请填写 1 到 99 的百分比，或者到期前后的时间。", "Give a percentage from 1 to 99, or a time before or after the end.")
        case "hours":
            Sentence(
                "请按先后写成 09:00-12:00 13:30-17:30。", "Write them in order, as 09:00-12:00 13:30-17:30.")
        case "published": Sentence("请填写发布日期，例如 2025-11-04。", "Give the day it was published, such as 2025-11-04.")
        case "off":
            Sentence(
                "请填写名称和起止日期；截止日期不早于开始日期，最多一个月。",
                "Give a name, the first and the last day; the last not before the first, and within a month.")
        case "work", "plain": Sentence("请填写日期，例如 2026-02-14。", "Give a day, such as 2026-02-14.")
        default: nil
        }
    }

    private static func told(_ error: DecodingError) -> (path: [any CodingKey], text: String) {
        switch error {
        case .keyNotFound(let key, let context): (context.codingPath, "\(key.stringValue) ?")
        case .dataCorrupted(let context), .typeMismatch(_, let context), .valueNotFound(_, let context):
            (context.codingPath, context.debugDescription)
        @unknown default: ([], "JSON ?")
        }
    }

    private static func refuse(_ problems: [RuleProblem], _ name: String) throws {
        guard !problems.isEmpty else { return }
        throw Problem.invalid(
            problems.prefix(20).map {
                FieldProblem(
                    field: $0.field.isEmpty ? name : "\(name).\($0.field)", message: Sentence($0.zh, $0.en))
            })
    }

    /// A limit for a body or line that is not there would silently hold for nothing. Categories may come later: presets name some
    /// that a centre has to make its own.
    private static func unknown(in policy: ClockPolicy, _ centre: Centre) -> [RuleProblem] {
        policy.promises.enumerated().flatMap { index, promise in
            let named: [(String, [String], Set<String>)] = [
                ("bodies", promise.bodies?.map(\.text) ?? [], Set(centre.bodies.map(\.id))),
                ("lines", promise.lines?.map(\.text) ?? [], Set(centre.lines.map(\.id.text))),
            ]
            return named.compactMap { name, asked, known in
                asked.first { !known.contains($0) }.map {
                    RuleProblem("promises[\(index)].\(name)", "本中心没有：\($0)。", "The centre has no \($0).")
                }
            }
        }
    }
}
