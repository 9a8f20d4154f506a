import Engine

/// What a person looks for: words, all of which must be found in an order.
///
/// A word is found where it stands in the title, the content, the place or the citizen's name, whatever the case or width of
/// its letters; and, if it is of digits, where it is an order's number, the number's day or its last part, or the end of the
/// citizen's telephone number. Of a confidential order neither name nor telephone is searched. All that was typed, as it is, may
/// be the number that the sender of an imported order has for it.
struct SearchQuery: Sendable, Equatable {
    let words: [String]
    /// Nil where only the place is asked for.
    let reference: String?
    /// These must stand in the place.
    let placeWords: [String]

    /// More words than anybody types; the rest are not looked for.
    static let mostWords = 8
    /// As many characters of a word are looked for.
    static let longestWord = 40

    /// Nil if there is nothing to look for.
    init?(_ text: String, place: String = "") {
        words = Self.words(in: text)
        let bare = text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()
        reference = words.isEmpty ? nil : String(bare)
        placeWords = Self.words(in: place)
        if words.isEmpty, placeWords.isEmpty { return nil }
    }

    private static func words(in text: String) -> [String] {
        SearchText.fold(text).split(whereSeparator: \.isSpace).prefix(mostWords).map {
            SearchText.string($0.prefix(longestWord))
        }
    }

    /// The rule itself, as a plain scan applies it; the index may offer more and never fewer.
    func finds(_ order: WorkOrder) -> Bool {
        let text = Array(SearchText.folded(order).utf8)
        let codes = OrderCodes(order)
        let isNamed = reference != nil && order.details.imported?.reference == reference
        guard isNamed || words.allSatisfy({ codes.holds($0) || Self.holds(text, Array($0.utf8)) }) else {
            return false
        }
        if placeWords.isEmpty { return true }
        let place = Array(SearchText.string(SearchText.fold(order.fields.place)[...]).utf8)
        return placeWords.allSatisfy { Self.holds(place, Array($0.utf8)) }
    }

    /// UTF-8 finds a row of bytes only where the row of characters stands.
    private static func holds(_ text: [UInt8], _ word: [UInt8]) -> Bool {
        guard word.count <= text.count else { return false }
        return (0...(text.count - word.count)).contains {
            text[$0] == word[0] && text[$0..<($0 + word.count)].elementsEqual(word)
        }
    }
}

/// What of an order is searched, and how its characters are made alike.
enum SearchText {
    /// Title, content, place, particulars and name, a line each; no word goes over a line's end.
    static func folded(_ order: WorkOrder) -> String {
        let fields = order.fields
        let particulars = order.details.particulars.sorted { $0.key < $1.key }.map(\.value)
        let open = [fields.title, fields.what, fields.place] + particulars
        let texts = fields.confidential ? open : open + [fields.name]
        return string(fold(texts.joined(separator: "\n"))[...])
    }

    /// Small letters, and the narrow form of what an input method may type wide.
    static func fold(_ text: String) -> [Unicode.Scalar] {
        text.unicodeScalars.map { scalar in
            switch scalar.value {
            case 0x41...0x5A: Unicode.Scalar(UInt8(scalar.value + 0x20))
            case 0xFF21...0xFF3A: Unicode.Scalar(UInt8(scalar.value - 0xFF21 + 0x61))
            case 0xFF01...0xFF5E: Unicode.Scalar(UInt8(scalar.value - 0xFF01 + 0x21))
            case 0x3000: " "
            default: scalar
            }
        }
    }

    static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(3 * scalars.count)
        for scalar in scalars { bytes.append(contentsOf: scalar.utf8) }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// The numbers an order is known by. They are found whole and not by their parts, for parts of digits are in every order.
struct OrderCodes {
    /// `20261122-000017`.
    let number: String
    /// The citizen's, digits only; empty if there is none or nobody may know it.
    let phone: String

    /// Fewer last digits of a telephone number find half the city.
    static let shortestTail = 4

    init(_ order: WorkOrder) {
        number = order.number
        phone = order.fields.confidential ? "" : order.fields.phone.filter { $0.isASCII && $0.isNumber }
    }

    func holds(_ word: String) -> Bool {
        number == word || numberParts.contains(word[...])
            || word.count >= Self.shortestTail && word.allSatisfy(\.isNumber) && phone.hasSuffix(word)
    }

    /// The day and the part that counts within it, each also with the dash.
    private var numberParts: [Substring] {
        guard let dash = number.firstIndex(of: "-") else { return [] }
        return [number[..<dash], number[...dash], number[dash...], number[number.index(after: dash)...]]
    }
}
