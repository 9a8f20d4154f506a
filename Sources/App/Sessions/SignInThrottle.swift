import Engine

/// Makes guessing slow: after some failures in a row for one login, or from one address, each further one doubles the wait.
///
/// An attempt counts when it begins and is forgiven when it succeeds, so that a hundred at once are no way around.
actor SignInThrottle {
    private struct Record {
        var failures = 0
        var last: Moment
    }

    private var records: [Key: Record] = [:]

    enum Key: Hashable {
        case login(String)
        case address(String)

        /// A whole hall may come from one address, and mistype on a Monday morning.
        var freeFailures: Int {
            switch self {
            case .login: 5
            case .address: 30
            }
        }
    }

    /// A table of this size takes a few megabytes; a flood of made-up logins pushes out its own oldest.
    private static let mostRecords = 20_000
    private static let firstWaitSeconds: Int64 = 15
    private static let longestWaitSeconds: Int64 = 900

    /// Counts an attempt, or says how many seconds it must wait.
    func begin(login: String, address: String?, at now: Moment) -> Int64? {
        let keys = Self.keys(login, address)
        let wait = keys.compactMap { self.wait(for: $0, at: now) }.max()
        if let wait { return wait }
        for key in keys {
            makeRoom(for: key, at: now)
            records[key, default: Record(last: now)].failures += 1
            records[key]?.last = now
        }
        return nil
    }

    /// The attempt was right. The address keeps the failures of others, less this one, or a single known password would
    /// open all others to guessing.
    func succeeded(login: String, address: String?) {
        for key in Self.keys(login, address) {
            switch key {
            case .login: records[key] = nil
            case .address: records[key]?.failures -= 1
            }
        }
    }

    private static func keys(_ login: String, _ address: String?) -> [Key] {
        [.login(login.lowercased())] + (address.map { [.address($0)] } ?? [])
    }

    private func wait(for key: Key, at now: Moment) -> Int64? {
        guard let record = records[key], record.failures >= key.freeFailures else { return nil }
        let doublings = min(record.failures - key.freeFailures, 10)
        let seconds = min(Self.firstWaitSeconds << doublings, Self.longestWaitSeconds)
        let left = record.last.adding(seconds: seconds).milliseconds(since: now)
        return left > 0 ? (left + 999) / 1000 : nil
    }

    private func makeRoom(for key: Key, at now: Moment) {
        // Failures of long ago say nothing about now.
        if let record = records[key], isOver(record, at: now) { records[key] = nil }
        guard records[key] == nil, records.count >= Self.mostRecords else { return }
        records = records.filter { !isOver($0.value, at: now) }
        guard records.count >= Self.mostRecords else { return }
        let oldest = records.sorted { $0.value.last < $1.value.last }.prefix(Self.mostRecords / 10)
        for (key, _) in oldest { records[key] = nil }
    }

    private func isOver(_ record: Record, at now: Moment) -> Bool {
        now.milliseconds(since: record.last) > 2 * Self.longestWaitSeconds * 1000
    }
}
