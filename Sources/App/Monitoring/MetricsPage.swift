/// A page in Prometheus' text format: the lines of a figure stand together, under what it means.
struct MetricsPage {
    enum Kind: String { case counter, gauge, histogram }

    private var names: [String] = []
    private var heads: [String: String] = [:]
    private var samples: [String: [String]] = [:]

    mutating func add(
        _ name: String, _ kind: Kind, _ help: String, _ value: Double, _ labels: [String: String] = [:],
        suffix: String = ""
    ) {
        if heads[name] == nil {
            names.append(name)
            heads[name] = "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
        }
        let pairs = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\(Self.escaped($0.value))\"" }
        let shown = pairs.isEmpty ? "" : "{\(pairs.joined(separator: ","))}"
        samples[name, default: []].append("\(name)\(suffix)\(shown) \(Self.number(value))\n")
    }

    var text: String { names.map { heads[$0]! + samples[$0]!.joined() }.joined() }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }
}
