import Foundation

/// Recent orders by the pairs of characters they hold, to find those that tell what another tells: of one burst main
/// come thirty calls.
///
/// How alike two are is the part of the pairs they share, each weighed by how rare it is, of whichever says less, so
/// that a draft of one sentence is like the long order that has it; and the same for their places, where both name
/// one. No text is kept, only pairs.
package struct RepeatIndex: Sendable {
    /// What of an order or a draft is compared.
    package struct Told: Sendable, Equatable {
        /// Title and content, and place: distinct grams in rising order.
        fileprivate let text, place: [Gram]

        package init(title: String, what: String, place: String) {
            text = Self.grams(MessageText(subject: title, detail: what), pairsOnly: true)
            // A house number may be one digit.
            self.place = Self.grams(MessageText(subject: place, detail: ""), pairsOnly: false)
        }

        private static func grams(_ text: MessageText, pairsOnly: Bool) -> [Gram] {
            var grams: Set<Gram> = []
            text.forEachGram { gram, range in
                if grams.count < mostGrams, !pairsOnly || range.count == 2 { grams.insert(gram) }
            }
            return grams.sorted()
        }
    }

    package struct Likeness: Sendable, Equatable {
        package let order: OrderID
        /// 0 to 1.
        package let value: Double
    }

    /// A matter of a month ago is another matter.
    package static let days: Int64 = 30
    /// 1.5 KB each, and two milliseconds to look through. The newest stay; a centre with more in thirty days looks back
    /// less far.
    package static let mostOrders = 30_000
    /// Whoever tells at such length is compared by the beginning.
    private static let mostGrams = 1_500
    /// Fewer pairs are a greeting.
    private static let leastPairs = 6
    /// What is found by its pairs alone is looked at closely.
    private static let mostCompared = 64
    package static let leastLikeness = 0.5
    /// Of what the best candidate shares. One that is short shares little however like it is, hence so low.
    private static let leastShare: Float = 0.15
    /// The part of the place in the likeness, where both have one: the same words about another estate are another
    /// matter.
    private static let placePart = 0.4
    /// So much less an order counts when it is as old as one can be. For the order of the list alone.
    private static let agePart = 0.2

    private struct Entry {
        let order: OrderID
        let told: Told
        let at: Moment
        var isLive = true
    }

    private let most: Int
    /// Rising by their number; those not live are taken out together.
    private var entries: [Entry] = []
    private var live: [OrderID: Int] = [:]
    private var holders: [Gram: [Int32]] = [:]

    package init(most: Int = RepeatIndex.mostOrders) { self.most = most }

    package var count: Int { live.count }

    /// Puts an order in, in the place of what it told before.
    package mutating func put(_ order: OrderID, _ told: Told, createdAt: Moment) {
        if let number = live[order], entries[number].told == told { return }
        remove(order)
        let number = entries.count
        entries.append(Entry(order: order, told: told, at: createdAt))
        live[order] = number
        for gram in Self.union(told) { holders[gram, default: []].append(Int32(number)) }
        if live.count > most { dropOldest() }
        if entries.count > 2 * live.count + 1_000 { compact() }
    }

    package mutating func remove(_ order: OrderID) {
        guard let number = live.removeValue(forKey: order) else { return }
        entries[number].isLive = false
    }

    package mutating func removeAll(createdBefore moment: Moment) {
        for entry in entries where entry.isLive && entry.at < moment { remove(entry.order) }
        compact()
    }

    /// A tenth at once, or each new order would look for the oldest.
    private mutating func dropOldest() {
        let oldest = entries.filter(\.isLive).sorted { ($0.at, $0.order) < ($1.at, $1.order) }
        for entry in oldest.prefix(max(1, most / 10)) { remove(entry.order) }
        compact()
    }

    private mutating func compact() {
        var numbers = [Int32](repeating: -1, count: entries.count)
        var next: Int32 = 0
        for (number, entry) in entries.enumerated() where entry.isLive {
            numbers[number] = next
            live[entry.order] = Int(next)
            next += 1
        }
        entries.removeAll { !$0.isLive }
        // Each list by itself: in what order does not matter.
        holders = holders.compactMapValues { list in
            let kept = list.compactMap { numbers[Int($0)] >= 0 ? numbers[Int($0)] : nil }
            return kept.isEmpty ? nil : kept
        }
    }

    private static func union(_ told: Told) -> [Gram] {
        told.place.isEmpty ? told.text : Array(Set(told.text + told.place))
    }

    // MARK: Finding

    /// When nothing older is looked at any more.
    package static func oldest(at now: Moment) -> Moment { now.adding(seconds: -days * 86_400) }

    /// The orders most like it, at most `limit`, those of the last days first among equals.
    package func like(_ told: Told, at now: Moment, limit: Int, except own: OrderID? = nil) -> [Likeness] {
        guard told.text.count >= Self.leastPairs else { return [] }
        var shared = [Float](repeating: 0, count: entries.count)
        for gram in Self.union(told) {
            let weight = Float(weight(of: gram))
            for number in holders[gram] ?? [] { shared[Int(number)] += weight }
        }
        let oldest = Self.oldest(at: now)
        // Nearly all share some pair; only what shares much is worth sorting.
        let least = (shared.max() ?? 0) * Self.leastShare
        let candidates = entries.indices.filter { number in
            let entry = entries[number]
            return shared[number] > least && entry.isLive && entry.at >= oldest && entry.order != own
        }.sorted { (shared[$1], entries[$0].order) < (shared[$0], entries[$1].order) }.prefix(Self.mostCompared)
        let found = candidates.compactMap { number -> (likeness: Likeness, rank: Double)? in
            let entry = entries[number]
            let value = likeness(told, entry.told)
            guard value >= Self.leastLikeness else { return nil }
            let age = Double(max(0, now.milliseconds(since: entry.at))) / Double(Self.days * 86_400_000)
            return (Likeness(order: entry.order, value: value), value * (1 - Self.agePart * age))
        }
        return found.sorted { ($1.rank, $0.likeness.order) < ($0.rank, $1.likeness.order) }
            .prefix(max(0, limit)).map(\.likeness)
    }

    private func weight(of gram: Gram) -> Double { log1p(Double(live.count) / Double(1 + (holders[gram]?.count ?? 0))) }

    private func likeness(_ one: Told, _ other: Told) -> Double {
        guard other.text.count >= Self.leastPairs else { return 0 }
        let text = overlap(one.text, other.text)
        guard !one.place.isEmpty, !other.place.isEmpty else { return text }
        return (1 - Self.placePart) * text + Self.placePart * overlap(one.place, other.place)
    }

    /// What two share of whichever has less.
    private func overlap(_ one: [Gram], _ other: [Gram]) -> Double {
        var (common, first, second) = (0.0, 0.0, 0.0)
        for gram in one { first += weight(of: gram) }
        for gram in other { second += weight(of: gram) }
        let others = Set(other)
        for gram in one where others.contains(gram) { common += weight(of: gram) }
        let least = min(first, second)
        return least > 0 ? min(1, common / least) : 0
    }
}
