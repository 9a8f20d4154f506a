import Engine
import Testing

@testable import Simulation

/// The made-up fortnight must look like one, whenever somebody starts the demonstration.
@Suite struct DemoHistoryTests {
    /// A Sunday noon, just after midnight, within the Spring Festival, on a make-up Saturday, and beyond the published years.
    static let moments = [
        "2026-11-22 12:40", "2026-11-24 00:05", "2026-02-18 15:00", "2026-02-28 18:30", "2028-03-03 09:00",
    ].map(moment)

    static func moment(_ text: String) -> Moment {
        let parts = text.split(separator: " ")
        let time = parts[1].split(separator: ":").map { Int64($0)! }
        return WallClock.china.start(of: LocalDay(parts[0])!).adding(seconds: time[0] * 3600 + time[1] * 60)
    }

    @Test(arguments: moments) func isBelievable(now: Moment) throws {
        let history = DemoHistory(until: now)
        try lookAtADay(of: history, now)
        nothingIsLater(than: now, in: history)
        nobodyTalksTwice(in: history)
    }

    private func lookAtADay(of history: DemoHistory, _ now: Moment) throws {
        let wall = WallClock.china
        let yesterday = wall.day(of: now).previous
        let calls = history.records.filter { $0.direction == .inbound && wall.day(of: $0.arrivedAt) == yesterday }
        let queued = calls.filter { $0.queuedAt != nil }
        let answered = queued.filter { $0.outcome == .answered }
        let rate = Double(answered.count) / Double(queued.count)
        #expect((180...400).contains(calls.count))
        #expect((0.85...0.995).contains(rate), "answer rate \(rate)")
        #expect(history.records.contains { $0.missed })
        #expect(history.records.contains { $0.direction == .outbound && $0.outcome == .answered })
    }

    private func nothingIsLater(than now: Moment, in history: DemoHistory) {
        #expect(history.records.allSatisfy { $0.endedAt! <= now })
        #expect(history.steps.allSatisfy { $0.at <= now })
    }

    private func nobodyTalksTwice(in history: DemoHistory) {
        let talks = Dictionary(grouping: history.records.filter { $0.answeredAt != nil }, by: \.agent)
        for (agent, calls) in talks {
            let calls = calls.sorted { $0.answeredAt! < $1.answeredAt! }
            for (one, next) in zip(calls, calls.dropFirst()) {
                #expect(one.endedAt! <= next.answeredAt!, "\(agent!) on \(one.id) and \(next.id)")
            }
        }
    }

    /// At some hours the order before was discarded, and the demonstration did not start.
    @Test func nothingIsMergedIntoWhatDoesNotStand() {
        for hour in 0..<12 {
            let steps = DemoHistory(until: Self.moments[0].adding(seconds: Int64(hour) * 3600)).steps
            let gone = steps.compactMap { step in
                switch step.what {
                case .act(.discard), .act(.withdraw), .act(.merge): step.order
                default: nil
                }
            }
            for case .act(.merge(let other, _)) in steps.map(\.what) {
                #expect(!gone.contains(other), "\(hour) hours on, \(other)")
                #expect(steps.contains { if case .act(.dispatch) = $0.what { $0.order == other } else { false } })
            }
        }
    }

    @Test func theSameMomentGivesTheSameHistory() {
        let one = DemoHistory(until: Self.moments[0])
        let other = DemoHistory(until: Self.moments[0])
        #expect(one.records == other.records)
        #expect(one.steps.map(\.at) == other.steps.map(\.at))
        #expect(one.steps.map(\.order) == other.steps.map(\.order))
    }

    @Test func textsHaveNoBlankLeftAndAreNotTooShort() {
        var random = SeededRandom(seed: 1)
        for matter in DemoMatter.all {
            let particulars = DemoTelling.Particulars(of: matter, random: &random)
            for text in [matter.title, matter.what, matter.wish, matter.answer].map(particulars.fill) {
                #expect(!text.contains("{") && !text.contains("\n"), "\(text)")
            }
            #expect((70...170).contains(particulars.fill(matter.what).count), "\(matter.title)")
        }
    }
}
