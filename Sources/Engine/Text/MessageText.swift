/// A citizen's message as the model reads it: its characters in their plain form, whatever width and case they were
/// typed in.
package struct MessageText: Sendable {
    /// As typed.
    let written: [Unicode.Scalar]
    /// One for one with `written`; 0 for marks, white space and between subject and detail, where no gram goes across.
    let folded: [UInt32]

    /// Nobody tells more on the telephone; what comes after would cost the desk time and decide nothing.
    static let mostCharacters = 20_000

    package init(subject: String, detail: String) {
        var written: [Unicode.Scalar] = []
        written.reserveCapacity(min(Self.mostCharacters, subject.utf8.count + detail.utf8.count + 1))
        written.append(contentsOf: subject.unicodeScalars.prefix(Self.mostCharacters))
        written.append("\n")
        written.append(contentsOf: detail.unicodeScalars.prefix(max(0, Self.mostCharacters - written.count)))
        self.written = written
        folded = written.map(Self.fold)
    }

    /// Every gram with where it stands, in the order of the text.
    func forEachGram(_ body: (Gram, Range<Int>) -> Void) {
        for place in folded.indices where folded[place] != 0 {
            body(Gram(folded[place]), place..<place + 1)
            if place + 1 < folded.count, folded[place + 1] != 0 {
                body(Gram(folded[place], folded[place + 1]), place..<place + 2)
            }
        }
    }

    /// Nobody can read the middle of a word in Latin letters: it is taken whole.
    func wholeWord(_ part: Range<Int>) -> Range<Int> {
        func isLatin(_ place: Int) -> Bool { (0x30...0x24F).contains(folded[place]) }
        var (start, end) = (part.lowerBound, part.upperBound)
        while start > 0, isLatin(start), isLatin(start - 1) { start -= 1 }
        while end < folded.count, isLatin(end - 1), isLatin(end) { end += 1 }
        return start..<end
    }

    /// 0 for whatever is neither letter nor digit.
    private static func fold(_ scalar: Unicode.Scalar) -> UInt32 {
        switch scalar.value {
        case 0x30...0x39, 0x61...0x7A, 0x4E00...0x9FFF: scalar.value
        case 0x41...0x5A: scalar.value + 0x20
        case 0...0x7F: 0
        case 0xFF10...0xFF19, 0xFF41...0xFF5A: scalar.value - 0xFEE0
        case 0xFF21...0xFF3A: scalar.value - 0xFEE0 + 0x20
        default:
            scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                ? scalar.properties.lowercaseMapping.unicodeScalars.first?.value ?? scalar.value : 0
        }
    }

    /// Letters and digits alone, folded: two texts with the same are the same text to people, however they were typed.
    package static func plain(_ text: String) -> String {
        var plain = String.UnicodeScalarView()
        plain.append(contentsOf: text.unicodeScalars.lazy.map(fold).filter { $0 != 0 }.map { Unicode.Scalar($0)! })
        return String(plain)
    }
}
