import Engine
import Foundation

/// A made-up citizen's complaint, of about 150 characters, for measuring what many of them cost.
///
/// Where words come from and how often they come (`docs/performance.md` tells it to the reader of the figures):
/// - The topic is one of 24, the r-th with a frequency proportional to 1/r (Zipf): 26 % to 1.1 % of complaints. Its words are
///   in nearly all of its complaints and, but for one complaint in 2,000, in no other.
/// - Places are made of two characters out of 200 and an ending: 40,000 roads and as many estates, the r-th drawn with a
///   frequency proportional to 1/r.
/// - A company's name is any two of 431 characters: 185,761 names, nearly all of them rare.
/// - Everyday turns, amounts, dates and times are alike likely within their lists.
package struct Complaint: Sendable {
    package let title: String
    package let what: String
    package let place: String
    package let kind: Kind
    package let name: String
    package let phone: String
    /// Which of `topics`.
    package let topic: Int
}

/// Complaints by number: the same number is the same complaint everywhere.
package struct ComplaintMaker: Sendable {
    private let seed: UInt64
    private let topicWeights = ComplaintWords.topics.indices.map { 1 / Double($0 + 1) }

    package init(seed: UInt64 = 12345) {
        self.seed = seed
    }

    package func complaint(_ number: Int) -> Complaint {
        var random = SeededRandom(seed: seed &+ UInt64(number) &* 0x9e37_79b9)
        let topicIndex = random.pick(weights: topicWeights)
        let topic = ComplaintWords.topics[topicIndex]
        let place = place(&random)
        let company = company(&random)
        let what = what(topic, place, company, &random)
        return Complaint(
            title: "\(place.short)\(topic.words[0])", what: what, place: place.long, kind: topic.kind,
            name: random.pick(ComplaintWords.surnames) + random.pick(["女士", "先生"]),
            phone: "129" + String(String(random.int(100_000_000...199_999_999)).dropFirst()), topic: topicIndex)
    }

    private func what(
        _ topic: ComplaintWords.Topic, _ place: (long: String, short: String), _ company: String,
        _ random: inout SeededRandom
    ) -> String {
        typealias Words = ComplaintWords
        var text = "\(random.pick(Words.openings))\(time(&random))，在\(place.long)，"
        text += "\(topic.words[0])，\(random.pick(topic.clauses))，\(random.pick(topic.clauses))。"
        text += "涉及\(company)，\(random.pick(Words.amounts))\(random.int(2...9800))元。"
        // What belongs elsewhere is mentioned now and then.
        if random.chance(0.0005) { text += "另外也有\(random.pick(Words.topics).words[0])。" }
        var turns = Words.turns
        while text.unicodeScalars.count < 120 {
            text += "\(turns.remove(at: random.int(0...(turns.count - 1))))。"
        }
        return text + random.pick(Words.wishes) + "。"
    }

    private func place(_ random: inout SeededRandom) -> (long: String, short: String) {
        let road = ComplaintWords.placeName(zipf(40_000, &random)) + random.pick(ComplaintWords.roads)
        let estate = ComplaintWords.placeName(39_999 - zipf(40_000, &random)) + random.pick(ComplaintWords.estates)
        let district = random.pick(ComplaintWords.districts)
        return ("\(district)\(road)\(random.int(1...680))号\(estate)\(random.int(1...40))栋", estate)
    }

    private func company(_ random: inout SeededRandom) -> String {
        random.pick(ComplaintWords.characters) + random.pick(ComplaintWords.characters)
            + random.pick(ComplaintWords.trades) + "有限公司"
    }

    private func time(_ random: inout SeededRandom) -> String {
        "\(random.int(1...12))月\(random.int(1...28))日\(random.pick(ComplaintWords.hours))"
    }

    /// A rank below `count`, the r-th with a frequency near to 1/r: the inverse of its distribution, taken as continuous.
    private func zipf(_ count: Int, _ random: inout SeededRandom) -> Int {
        let share = Double.random(in: 0..<1, using: &random)
        return min(count - 1, Int(pow(Double(count + 1), share)) - 1)
    }
}

extension Complaint {
    /// The draft that an agent would make of it.
    package func order(_ id: OrderID, _ number: String, by person: PersonID, at now: Moment) -> WorkOrder {
        WorkOrder(
            draft: id, number: number,
            fields: WorkOrder.Fields(kind: kind, title: title, what: what, place: place, name: name, phone: phone),
            line: "12345", call: nil, takenBy: person, at: now)
    }
}
