/// A point in time: milliseconds since 1970-01-01T00:00:00Z.
///
/// The engine never asks what time it is; every moment arrives with an event. The recorder sees to it that the moments the
/// switchboard is given never go backwards, whatever the machine's clock does.
package struct Moment: Hashable, Comparable, Sendable, Codable {
    package let milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    package init(from decoder: any Decoder) throws {
        milliseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(milliseconds)
    }

    package static func < (left: Moment, right: Moment) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// Milliseconds from `earlier` to this moment; negative if `earlier` is in fact later.
    package func milliseconds(since earlier: Moment) -> Int64 {
        milliseconds - earlier.milliseconds
    }

    package func adding(seconds: Int64) -> Moment {
        Moment(milliseconds: milliseconds + seconds * 1000)
    }

    package func adding(milliseconds more: Int64) -> Moment {
        Moment(milliseconds: milliseconds + more)
    }
}
