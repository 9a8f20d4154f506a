import Engine

/// What became of a world's callers, counted from the rows of their calls as every report is.
package struct Outcome: Sendable, Codable, Equatable {
    /// Calls that came to a line, busy ones included.
    package private(set) var offered = 0
    package private(set) var answered = 0
    package private(set) var abandoned = 0
    package private(set) var busy = 0
    /// Interrupted by a crash, or left to the machine.
    package private(set) var otherwise = 0
    package private(set) var callbacks = 0
    /// Each once, however often he tried.
    package private(set) var people = 0
    package private(set) var peopleAnswered = 0
    package private(set) var answeredAtOnce = 0
    package private(set) var answeredWithin15s = 0
    package internal(set) var longestQueue = 0
    package internal(set) var events = 0
    package internal(set) var staffedSeconds = 0.0
    package internal(set) var looks: [Look] = []

    /// How many did what at a moment.
    package struct Look: Sendable, Codable, Equatable {
        package let at: Double
        package let signedIn: Int
        package let talking: Int
        package let wrapUp: Int
        package let ready: Int
        package let onBreak: Int
        package let waiting: Int

        init(at: Double, _ board: Switchboard.Board) {
            self.at = at
            signedIn = board.online
            talking = board.onCall
            wrapUp = board.wrapUp
            ready = board.ready
            onBreak = board.onBreak
            waiting = board.lines.reduce(0) { $0 + $1.waiting }
        }
    }

    private var waitedMs: Int64 = 0
    private var answeredWaitedMs: Int64 = 0
    private var waited = 0
    private var busyMs: Int64 = 0
    /// Waits of the answered in tenths of a second, up to an hour.
    private var waits: [Int32] = []
    /// The waits of those who left.
    private var leftAfter: [Int32] = []

    private static let most = 36_000

    package init() {}

    // MARK: Counting

    mutating func came(firstTime: Bool) {
        offered += 1
        if firstTime { people += 1 }
    }

    /// - Parameter onceMore: this person has been answered before.
    mutating func ended(_ record: CallRecord, onceMore: Bool) {
        busyMs += record.talkMs
        if record.callbackAt != nil { callbacks += 1 }
        switch record.outcome {
        case .answered:
            answered += 1
            if !onceMore { peopleAnswered += 1 }
        case .abandoned where record.endReason == .leftMessage || record.endReason == .calledAgain: otherwise += 1
        case .abandoned: abandoned += 1
        case .refused: busy += 1
        case .failed, .interrupted, nil: otherwise += 1
        }
        guard let queued = record.queuedAt, let end = record.answeredAt ?? record.endedAt, record.callbackAt == nil
        else {
            return
        }
        let ms = max(0, end.milliseconds(since: queued))
        waited += 1
        waitedMs += ms
        let tenths = min(Int(ms / 100), Self.most - 1)
        if record.answeredAt == nil { return Self.count(tenths, in: &leftAfter) }
        answeredWaitedMs += ms
        if ms <= 0 { answeredAtOnce += 1 }
        if ms <= 15_000 { answeredWithin15s += 1 }
        Self.count(tenths, in: &waits)
    }

    mutating func wroteUp(_ ms: Int64) { busyMs += ms }

    private static func count(_ tenths: Int, in waits: inout [Int32]) {
        while waits.count <= tenths { waits.append(0) }
        waits[tenths] += 1
    }

    // MARK: Figures

    private static func share(_ part: Double, of whole: Double) -> Double? { whole > 0 ? part / whole : nil }

    package var answeredShare: Double? { Self.share(Double(answered), of: Double(offered)) }
    package var abandonedShare: Double? { Self.share(Double(abandoned), of: Double(offered - busy)) }
    /// Of those who were let in: whoever was not answered at once.
    package var waitedShare: Double? { Self.share(Double(waited - answeredAtOnce), of: Double(waited)) }
    package var within15sShare: Double? { Self.share(Double(answeredWithin15s), of: Double(offered - busy)) }
    /// In seconds, of all who were let in, until they were answered or left.
    package var meanWait: Double? { Self.share(Double(waitedMs) / 1000, of: Double(waited)) }
    package var meanWaitOfAnswered: Double? { Self.share(Double(answeredWaitedMs) / 1000, of: Double(answered)) }
    /// Talking and writing, of the time signed in.
    package var occupancy: Double? { Self.share(Double(busyMs) / 1000, of: staffedSeconds) }

    /// The wait in seconds that so large a share of the answered did not exceed, to a tenth.
    package func wait(quantile: Double) -> Double? {
        let all = waits.reduce(0) { $0 + Int($1) }
        guard all > 0 else { return nil }
        var left = Int((Double(all) * quantile).rounded(.up))
        for (tenths, count) in waits.enumerated() {
            left -= Int(count)
            if left <= 0 { return Double(tenths) / 10 }
        }
        return Double(waits.count) / 10
    }

    /// How many of the answered waited longer than each of these seconds.
    package func answeredShare(waitingLongerThan seconds: Double) -> Double? {
        let all = waits.reduce(0) { $0 + Int($1) }
        let longer = waits.dropFirst(Int(seconds * 10)).reduce(0) { $0 + Int($1) }
        return Self.share(Double(longer), of: Double(all))
    }
}
