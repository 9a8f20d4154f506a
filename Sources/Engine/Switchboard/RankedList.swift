/// Values in rising order, of which the first is found at once, and any is put in, taken out or given its place in time that hardly
/// grows with their number: runs of at most 512, as the leaves of a B-tree.
struct RankedList<Value: Comparable & Sendable>: Sendable {
    private var runs: [[Value]] = []
    private(set) var count = 0

    /// Half of a full run moves when it is split; a move of some kilobytes costs less than the search for its place.
    private static var mostInRun: Int { 512 }

    var first: Value? { runs.first?.first }
    var isEmpty: Bool { count == 0 }

    mutating func insert(_ value: Value) {
        count += 1
        guard !runs.isEmpty else { return runs.append([value]) }
        let run = run(of: value)
        runs[run].insert(value, at: place(of: value, in: run))
        guard runs[run].count > Self.mostInRun else { return }
        let half = runs[run].count / 2
        let rest = Array(runs[run][half...])
        runs[run].removeSubrange(half...)
        runs.insert(rest, at: run + 1)
    }

    /// The value must be there.
    mutating func remove(_ value: Value) {
        let run = run(of: value)
        let place = place(of: value, in: run)
        precondition(place < runs[run].count && runs[run][place] == value, "\(value) is not in the list")
        count -= 1
        if runs[run].count == 1 {
            runs.remove(at: run)
        } else {
            runs[run].remove(at: place)
        }
    }

    /// How many come before it.
    func countBefore(_ value: Value) -> Int {
        guard !runs.isEmpty else { return 0 }
        let run = run(of: value)
        return runs[..<run].reduce(0) { $0 + $1.count } + place(of: value, in: run)
    }

    /// In order.
    var values: [Value] { runs.flatMap(\.self) }

    /// The last run whose first value is not above; the first run, if all are.
    private func run(of value: Value) -> Int {
        var low = 0
        var high = runs.count
        while low < high {
            let middle = (low + high) / 2
            if runs[middle][0] <= value { low = middle + 1 } else { high = middle }
        }
        return max(0, low - 1)
    }

    /// The first place whose value is not below.
    private func place(of value: Value, in run: Int) -> Int {
        runs[run].withUnsafeBufferPointer { values in
            var low = 0
            var high = values.count
            while low < high {
                let middle = (low + high) / 2
                if values[middle] < value { low = middle + 1 } else { high = middle }
            }
            return low
        }
    }
}

extension RankedList: Equatable {
    static func == (left: Self, right: Self) -> Bool { left.values == right.values }
}
