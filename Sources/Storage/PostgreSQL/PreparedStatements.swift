/// The statements a connection's server has parsed and planned; the least used gives way.
struct PreparedStatements {
    private var names: [String: (name: String, used: Int)] = [:]
    private var count = 0
    private var uses = 0

    /// A filter's conditions make many texts; each costs the server some KB.
    static let most = 200

    /// Its name, whether it must be prepared first, and which must go for it.
    mutating func name(of text: String) -> (name: String, isNew: Bool, evicted: String?) {
        uses += 1
        if let known = names[text] {
            names[text]?.used = uses
            return (known.name, false, nil)
        }
        var evicted: String?
        if names.count >= Self.most, let oldest = names.min(by: { $0.value.used < $1.value.used }) {
            evicted = oldest.value.name
            names[oldest.key] = nil
        }
        count += 1
        names[text] = ("h\(count)", uses)
        return ("h\(count)", true, evicted)
    }
}
