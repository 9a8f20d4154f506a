import Foundation

/// What kind a matter is, what it is about, and which body it is for, as the centre's own past orders tell: a dispatch
/// model for each of the three.
///
/// It holds numbers and runs of at most two characters that stand in at least two orders, and no order's text. The
/// words that decided are always cut from the text asked about, never from one it learned from.
package struct DispatchCatalogue: Sendable, Equatable {
    /// What is proposed, in the order in which a form asks for it.
    package enum Label: String, Sendable, Codable, CaseIterable {
        case kind, category, body
    }

    /// A matter as it is told, by a draft or by an order that is learned from.
    package struct Told: Sendable, Equatable {
        package var title, what, place: String
        /// The names of its line and of its category as people read them; empty where none is known.
        package var line, category: String

        package init(title: String, what: String, place: String, line: String, category: String = "") {
            self.title = title
            self.what = what
            self.place = place
            self.line = line
            self.category = category
        }

        /// Where, about what and on which line decide which body, and say nothing of the kind.
        func detail(for label: Label) -> String {
            label == .body ? [what, place, category, line].joined(separator: "\n") : what
        }

        /// Whether one of some words is the citizen's own about the matter: a place or a line alone decide nothing.
        func holdsAny(of words: [String]) -> Bool { words.contains { title.contains($0) || what.contains($0) } }
    }

    /// Nil where there was too little to learn from.
    package var kind, category, body: DispatchModel?

    /// Below it nothing is proposed: of three proposals with less, more than one would be wrong, and an agent who is
    /// often told wrong stops looking.
    package static let leastConfidence = 0.6
    /// Letters and digits of title and content together. Of less every proposal is the most frequent label.
    package static let leastLetters = 6
    /// Of a text of which less is known nothing is proposed. Of citizens' messages a model of 200 others knows 0.69 (the median),
    /// of 1,000 others 0.82; a few templates know a third, and were 99 % sure all the same.
    package static let leastFamiliarity = 0.5
    /// As the server tells which model proposed; the file is checked against its digest, so this guards memory alone.
    package static let mostBytes = 3 * DispatchModel.mostBytes

    package init(kind: DispatchModel? = nil, category: DispatchModel? = nil, body: DispatchModel? = nil) {
        self.kind = kind
        self.category = category
        self.body = body
    }

    package subscript(label: Label) -> DispatchModel? {
        get {
            switch label {
            case .kind: kind
            case .category: category
            case .body: body
            }
        }
        set {
            switch label {
            case .kind: kind = newValue
            case .category: category = newValue
            case .body: body = newValue
            }
        }
    }

    /// The best of each label that is sure enough and has words of the matter that say why; nothing of a text that says
    /// nothing yet.
    ///
    /// - Parameters:
    ///   - isKnown: what was learned may be gone from the centre since; such a label is passed over for the next.
    ///   - categoryName: a category that is proposed helps to find the body as one that was chosen does.
    package func propose(
        for told: Told, isKnown: (Label, String) -> Bool, categoryName: (String) -> String
    ) -> [Label: Proposal] {
        guard MessageText.plain(told.title + told.what).unicodeScalars.count >= Self.leastLetters else { return [:] }
        var told = told
        var proposals: [Label: Proposal] = [:]
        for label in Label.allCases {
            guard let model = self[label],
                model.familiarity(subject: told.title, detail: told.what) >= Self.leastFamiliarity
            else { continue }
            let ranked = model.propose(subject: told.title, detail: told.detail(for: label), limit: Self.mostLookedAt)
            let best = ranked.first { isKnown(label, $0.label) }
            guard let best, best.confidence >= Self.leastConfidence, told.holdsAny(of: best.words) else { continue }
            proposals[label] = best.readable
            if label == .category, told.category.isEmpty { told.category = categoryName(best.label) }
        }
        return proposals
    }

    /// With the floor above one half, only the first can be proposed; the second matters where the first is gone.
    private static let mostLookedAt = 3
}

extension Proposal {
    /// One character by itself tells a reader little; it is shown where there is nothing longer.
    fileprivate var readable: Proposal {
        let longer = words.filter { $0.count > 1 }
        return longer.isEmpty ? self : Proposal(label: label, confidence: confidence, words: longer)
    }
}

/// An order that others are to be like: what was told, and what came of it.
package struct TaughtOrder: Sendable, Equatable {
    package let told: DispatchCatalogue.Told
    /// Nil where the order teaches nothing of that.
    package let kind, category, body: String?

    package init(told: DispatchCatalogue.Told, kind: String?, category: String?, body: String?) {
        self.told = told
        self.kind = kind
        self.category = category
        self.body = body
    }

    package func value(of label: DispatchCatalogue.Label) -> String? {
        switch label {
        case .kind: kind
        case .category: category
        case .body: body
        }
    }

    package func message(for label: DispatchCatalogue.Label) -> (subject: String, detail: String) {
        (told.title, told.detail(for: label))
    }
}

// MARK: The file

/// "HLCATLOG", UInt32 version 1, and for kind, category and body a UInt64 length with so many bytes of
/// `DispatchModel`'s file, 0 where there is none; little-endian.
extension DispatchCatalogue {
    private static let magic = Array("HLCATLOG".utf8)
    private static let fileVersion: UInt32 = 1

    package func encoded() -> Data {
        var data = Data(Self.magic)
        withUnsafeBytes(of: Self.fileVersion.littleEndian) { data.append(contentsOf: $0) }
        for label in Label.allCases {
            let model = self[label]?.encoded() ?? Data()
            withUnsafeBytes(of: UInt64(model.count).littleEndian) { data.append(contentsOf: $0) }
            data.append(model)
        }
        return data
    }

    /// Whatever the bytes are, this gives a catalogue that can be used or says what is wrong with them.
    package init(encoded data: Data) throws(DispatchModel.FileProblem) {
        guard data.count <= Self.mostBytes, data.starts(with: Self.magic) else { throw .foreign }
        var rest = data.dropFirst(Self.magic.count)
        func number<Number: FixedWidthInteger>(_: Number.Type) throws(DispatchModel.FileProblem) -> Number {
            let size = MemoryLayout<Number>.size
            guard rest.count >= size else { throw .damaged }
            defer { rest = rest.dropFirst(size) }
            return rest.withUnsafeBytes { Number(littleEndian: $0.loadUnaligned(as: Number.self)) }
        }
        let version = try number(UInt32.self)
        guard version == Self.fileVersion else { throw .version(version) }
        self.init()
        for label in Label.allCases {
            guard let length = Int(exactly: try number(UInt64.self)), length <= rest.count else { throw .damaged }
            if length > 0 { self[label] = try DispatchModel(encoded: Data(rest.prefix(length))) }
            rest = rest.dropFirst(length)
        }
        guard rest.isEmpty else { throw .damaged }
    }
}
