/// What an order of a category has to say besides what every order does: the item number of a mail enquiry, when a parcel is
/// to be picked up. Data of the centre's catalogue.
package struct Particular: Sendable, Equatable, Codable {
    package var id: String
    package var name: String
    package var englishName: String
    package var kind: Kind
    /// Of a choice.
    package var options: [Named]?
    /// Without it no body is sent the order.
    package var required: Bool?

    package init(id: String, name: String, englishName: String, kind: Kind, required: Bool? = nil) {
        self.id = id
        self.name = name
        self.englishName = englishName
        self.kind = kind
        self.required = required
    }

    package enum Kind: String, Sendable, Codable, CaseIterable {
        case text, choice, day
        case mailItem = "mail-item"
    }

    /// More questions than these nobody asks in a call.
    package static let most = 20

    /// A value as it is kept, nil for one that is not of its kind.
    func settled(_ written: String) -> String? {
        let bare = written.trimmed
        switch kind {
        case .text: return bare
        case .choice: return options?.contains { $0.id == bare } == true ? bare : nil
        case .day: return LocalDay(bare) == nil ? nil : bare
        case .mailItem: return MailItemNumber(bare)?.text
        }
    }
}

/// The number of a mail item by the Universal Postal Union's standard S10: `EA123456785CN`, two letters of the service, eight
/// digits and one that checks them, two letters of the country.
package struct MailItemNumber: Sendable, Equatable {
    package let text: String

    /// Reads what people write: small letters, spaces and hyphens allowed.
    package init?(_ written: String) {
        let bare = Array(written.uppercased().utf8.filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "-") })
        guard bare.count == 13, (bare[0..<2] + bare[11...]).allSatisfy({ (65...90).contains($0) }),
            bare[2..<11].allSatisfy({ (48...57).contains($0) })
        else { return nil }
        let digits = bare[2..<11].map { Int($0) - 48 }
        guard Self.check(digits.dropLast()) == digits[8] else { return nil }
        text = String(decoding: bare, as: UTF8.self)
    }

    private static func check(_ digits: some Sequence<Int>) -> Int {
        let sum = zip(digits, [8, 6, 4, 2, 3, 5, 9, 7]).map { $0 * $1 }.reduce(0, +)
        return switch 11 - sum % 11 {
        case 10: 0
        case 11: 5
        case let check: check
        }
    }
}

extension WorkOrder {
    /// What a draft may hold: anything may be half written, nothing beyond its limit.
    package static func validate(particulars: [String: String]) throws(Refusal) {
        guard particulars.count <= Particular.most else { throw .tooMany(.particulars, limit: Particular.most) }
        for text in particulars.flatMap({ [$0.key, $0.value] }) where text.count > Field.particulars.limit {
            throw .tooLong(.particulars, limit: Field.particulars.limit)
        }
    }

    /// As the order leaves the draft: those its category asks for, each of its kind, and all that must be there.
    mutating func settleParticulars(_ asked: [Particular]) throws(Refusal) {
        var settled: [String: String] = [:]
        for particular in asked {
            let written = details.particulars[particular.id] ?? ""
            if written.isBlank {
                if particular.required == true { throw .particularMissing(particular) }
                continue
            }
            guard let value = particular.settled(written) else { throw .badParticular(particular) }
            settled[particular.id] = value
        }
        details.particulars = settled
    }

    /// After it has left the draft: by the same rules as when it did. Says what was and what is, a line each.
    mutating func correct(_ particulars: [String: String], asked: [Particular]) throws(Refusal) -> String {
        try Self.validate(particulars: particulars)
        let before = details.particulars
        details.particulars = particulars
        try settleParticulars(asked)
        let now = details.particulars
        let changed = Set(before.keys).union(now.keys).filter { before[$0] != now[$0] }
        guard !changed.isEmpty else { throw .nothingToCorrect }
        // In the order in which they are asked, then what was of another category.
        let order = asked.map(\.id).filter(changed.contains)
        return (order + changed.subtracting(order).sorted()).map { id in
            "\(id): \(Self.told(before[id])) → \(Self.told(now[id]))"
        }.joined(separator: "\n")
    }

    private static func told(_ value: String?) -> String {
        value.map { $0.split(whereSeparator: \.isNewline).joined(separator: " ") } ?? "–"
    }
}

extension String {
    fileprivate var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
