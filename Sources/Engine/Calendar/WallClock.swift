import Foundation

/// The time people see: a fixed distance from UTC, or a time zone with summer time.
///
/// China has kept one time, +8 h without summer time, since 1991. Cities elsewhere put their clocks forward and back: there a
/// day has 23 or 25 hours, some times of day do not exist and some come twice.
package struct WallClock: Hashable, Sendable {
    /// For a time zone, its standard distance; what holds at a moment is `utcOffset(at:)`.
    package let utcOffsetSeconds: Int
    private let zone: TimeZone?

    package init(utcOffsetSeconds: Int) {
        self.utcOffsetSeconds = utcOffsetSeconds
        zone = nil
    }

    /// By its name in the IANA time zone database, `America/New_York`; nil if this machine does not know it.
    package init?(zone name: String) {
        guard name != "Asia/Shanghai" else {
            self = .china
            return
        }
        guard let zone = TimeZone(identifier: name) else { return nil }
        utcOffsetSeconds = zone.secondsFromGMT(for: Date(timeIntervalSince1970: 1_767_225_600))
        self.zone = zone
    }

    package static let china = WallClock(utcOffsetSeconds: 8 * 3600)

    /// `America/New_York`; nil at a fixed distance from UTC.
    package var zoneName: String? { zone?.identifier }

    /// Seconds that the wall is ahead of UTC.
    package func utcOffset(at moment: Moment) -> Int {
        guard let zone else { return utcOffsetSeconds }
        return zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(moment.milliseconds) / 1000))
    }

    package func day(of moment: Moment) -> LocalDay {
        LocalDay(number: Int(floorDivide(localMilliseconds(moment), by: 86_400_000)))
    }

    /// The first millisecond of a day.
    package func start(of day: LocalDay) -> Moment {
        moment(on: day, second: 0)
    }

    /// When the wall shows a time of day, in seconds since midnight. One that the change to summer time leaves out is taken for
    /// the moment of the change; one that comes twice for its first.
    package func moment(on day: LocalDay, second: Int) -> Moment {
        let local = (Int64(day.number) * 86_400 + Int64(second)) * 1000
        guard zone != nil else { return Moment(milliseconds: local - Int64(utcOffsetSeconds) * 1000) }
        // The distances that hold around it; between them at most one change lies.
        let near = Moment(milliseconds: local - Int64(utcOffsetSeconds) * 1000)
        let offsets = [utcOffset(at: near.adding(seconds: -86_400)), utcOffset(at: near.adding(seconds: 86_400))]
        let candidates = offsets.map { Moment(milliseconds: local - Int64($0) * 1000) }
        if let fits = candidates.filter({ localMilliseconds($0) == local }).min() { return fits }
        return change(between: near.adding(seconds: -86_400), and: near.adding(seconds: 86_400))
    }

    /// The first millisecond of the later distance from UTC, to the second.
    private func change(between early: Moment, and late: Moment) -> Moment {
        let before = utcOffset(at: early)
        var (low, high) = (early.milliseconds / 1000, late.milliseconds / 1000)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if utcOffset(at: Moment(milliseconds: middle * 1000)) == before { low = middle } else { high = middle }
        }
        return Moment(milliseconds: high * 1000)
    }

    /// 23:59:59 of a day: the last second in which a promise "by that day" is kept.
    package func lastSecond(of day: LocalDay) -> Moment {
        start(of: day.next).adding(seconds: -1)
    }

    /// `2026-11-22 14:05:09`.
    package func text(_ moment: Moment) -> String {
        let (day, second) = parts(moment)
        return "\(day) \(time(second))"
    }

    /// `2026-11-22T14:05:09+08:00` (ISO 8601).
    package func iso8601(_ moment: Moment) -> String {
        let (day, second) = parts(moment)
        let offset = utcOffset(at: moment)
        let minutes = abs(offset) / 60
        let sign = offset < 0 ? "-" : "+"
        return "\(day)T\(time(second))\(sign)\(padded(minutes / 60, 2)):\(padded(minutes % 60, 2))"
    }

    /// The day and the second of the day that the wall shows.
    package func parts(_ moment: Moment) -> (day: LocalDay, second: Int) {
        let local = localMilliseconds(moment)
        let day = floorDivide(local, by: 86_400_000)
        return (LocalDay(number: Int(day)), Int((local - day * 86_400_000) / 1000))
    }

    private func time(_ second: Int) -> String {
        [second / 3600, second / 60 % 60, second % 60].map { padded($0, 2) }.joined(separator: ":")
    }

    private func localMilliseconds(_ moment: Moment) -> Int64 {
        moment.milliseconds + Int64(utcOffset(at: moment)) * 1000
    }
}

extension WallClock: Codable {
    private enum Key: String, CodingKey {
        case utcOffsetSeconds, zone
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        if let name = try container.decodeIfPresent(String.self, forKey: .zone) {
            guard let clock = WallClock(zone: name) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .zone, in: container, debugDescription: "unknown time zone: \(name)")
            }
            self = clock
        } else {
            self.init(utcOffsetSeconds: try container.decode(Int.self, forKey: .utcOffsetSeconds))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        if let zoneName {
            try container.encode(zoneName, forKey: .zone)
        } else {
            try container.encode(utcOffsetSeconds, forKey: .utcOffsetSeconds)
        }
    }
}

extension Moment {
    /// Reads ISO 8601 with its distance from UTC: `2020-01-22T16:30:00+08:00` or `…Z`; seconds and their fraction (to the
    /// millisecond) may be left out. Nil for anything else: a time without a distance would be guessed at.
    package init?(iso8601 text: some StringProtocol) {
        let bytes = Array(text.utf8)
        func number(_ from: Int, _ count: Int) -> Int? {
            guard from + count <= bytes.count else { return nil }
            var value = 0
            for byte in bytes[from..<from + count] {
                guard (48...57).contains(byte) else { return nil }
                value = value * 10 + Int(byte - 48)
            }
            return value
        }
        func byte(_ index: Int) -> Character? {
            index < bytes.count ? Character(Unicode.Scalar(bytes[index])) : nil
        }
        guard bytes.count >= 17, let day = LocalDay(String(decoding: bytes[0..<10], as: UTF8.self)),
            byte(10) == "T" || byte(10) == " ", let hour = number(11, 2), byte(13) == ":",
            let minute = number(14, 2), hour < 24, minute < 60
        else { return nil }
        var index = 16
        var (second, millisecond) = (0, 0)
        if byte(index) == ":" {
            guard let value = number(index + 1, 2), value < 60 else { return nil }
            second = value
            index += 3
            if byte(index) == "." {
                index += 1
                var scale = 100
                let first = index
                while let digit = number(index, 1) {
                    millisecond += digit * scale
                    scale /= 10
                    index += 1
                }
                guard index > first else { return nil }
            }
        }
        var offset = 0
        switch byte(index) {
        case "Z", "z": index += 1
        case "+", "-":
            guard let hours = number(index + 1, 2), hours <= 18 else { return nil }
            let colon = byte(index + 3) == ":" ? 1 : 0
            guard let minutes = number(index + 3 + colon, 2), minutes < 60 else { return nil }
            offset = (hours * 3600 + minutes * 60) * (byte(index) == "-" ? -1 : 1)
            index += 5 + colon
        default: return nil
        }
        guard index == bytes.count else { return nil }
        let seconds = Int64(day.number) * 86_400 + Int64(hour * 3600 + minute * 60 + second) - Int64(offset)
        self.init(milliseconds: seconds * 1000 + Int64(millisecond))
    }
}
